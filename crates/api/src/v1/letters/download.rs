//! The newest signed version.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use flow::id::NaskahId;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, ETAG};
use service::access::{self, Action};
use service::naskah;

use crate::problem::Problem;
use crate::state::ApiState;
use crate::v1::auth::Caller;
use crate::v1::extract::Path;
use crate::v1::schema;

/// Get the signed PDF
///
/// Unsigned bytes do not leave the system: before the first signature there is none.
#[utoipa::path(get, path = "/letters/{id}/pdf", operation_id = "letters_pdf", tag = "letters",
    params(("id" = schema::LetterId, Path, description = "The letter.")),
    responses((status = 200, description = "The newest version.", content_type = "application/pdf", body = inline(schema::File)),
        (status = 206, description = "The part that `Range` names.", content_type = "application/pdf", body = inline(schema::File))))]
pub(super) async fn download(
    State(state): State<ApiState>,
    caller: Caller,
    Path(id): Path<NaskahId>,
) -> Result<Response, Problem> {
    access::letter(&state.app, &caller.0, id, Action::Download).await?;
    let exported = naskah::export(&state.app, id)
        .await?
        .ok_or_else(Problem::not_found)?;
    Ok((
        [
            (CONTENT_TYPE, "application/pdf".to_owned()),
            (
                CONTENT_DISPOSITION,
                format!("attachment; filename=\"{id}.pdf\""),
            ),
            (ETAG, format!("\"{}\"", exported.sha256)),
        ],
        exported.pdf,
    )
        .into_response())
}
