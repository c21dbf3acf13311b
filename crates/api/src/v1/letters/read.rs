//! One letter with everything about it.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use flow::id::NaskahId;
use service::desk;

use super::view::LetterDetail;
use crate::problem::Problem;
use crate::state::ApiState;
use crate::v1::auth::Caller;
use crate::v1::extract::{Path, etag};
use crate::v1::schema;

/// Read a letter
///
/// Its content, chain, history, versions, what the caller may do with it, and what happens next. The `ETag` is what a
/// change names in `If-Match`.
#[utoipa::path(get, path = "/letters/{id}", operation_id = "letters_read", tag = "letters",
    params(("id" = schema::LetterId, Path, description = "The letter.")),
    responses((status = 200, description = "The letter.", body = LetterDetail)))]
pub(super) async fn read(
    State(state): State<ApiState>,
    caller: Caller,
    Path(id): Path<NaskahId>,
) -> Result<Response, Problem> {
    let view = desk::letter(&state.app, &caller.0, id).await?;
    let version = view.item.version;
    Ok((etag(version), Json(LetterDetail::from(view))).into_response())
}
