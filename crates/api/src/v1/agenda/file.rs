//! The file of mail from outside.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use flow::id::AgendaId;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use service::desk;

use crate::problem::Problem;
use crate::state::ApiState;
use crate::v1::auth::Caller;
use crate::v1::extract::Path;
use crate::v1::schema;

/// Get the file of mail from outside
///
/// As it was registered. A letter of this regency is fetched as a letter.
#[utoipa::path(get, path = "/agenda/{id}/file", operation_id = "agenda_file", tag = "agenda",
    params(("id" = schema::AgendaId, Path, description = "The entry.")),
    responses((status = 200, description = "The file.", content_type = "application/pdf", body = Vec<u8>),
        (status = 206, description = "The part that `Range` names.", content_type = "application/pdf", body = Vec<u8>)))]
pub(super) async fn file(
    State(state): State<ApiState>,
    caller: Caller,
    Path(id): Path<AgendaId>,
) -> Result<Response, Problem> {
    let pdf = desk::outside_file(&state.app, &caller.0, id).await?;
    let name = format!("attachment; filename=\"{id}.pdf\"");
    Ok((
        [
            (CONTENT_TYPE, "application/pdf".to_owned()),
            (CONTENT_DISPOSITION, name),
        ],
        pdf,
    )
        .into_response())
}
