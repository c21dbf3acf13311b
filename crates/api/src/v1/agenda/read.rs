//! One entry with its disposisi.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use flow::id::AgendaId;
use service::desk;

use super::view::Entry;
use crate::problem::Problem;
use crate::state::ApiState;
use crate::v1::auth::Caller;
use crate::v1::extract::{Path, etag};
use crate::v1::schema;

/// Read an entry of the agenda
///
/// The addressee's reading opens it.
#[utoipa::path(get, path = "/agenda/{id}", operation_id = "agenda_read", tag = "agenda",
    params(("id" = schema::AgendaId, Path, description = "The entry.")),
    responses((status = 200, description = "The entry.", body = Entry)))]
pub(super) async fn read(
    State(state): State<ApiState>,
    caller: Caller,
    Path(id): Path<AgendaId>,
) -> Result<Response, Problem> {
    let view = desk::entry(&state.app, &caller.0, id).await?;
    let version = view.version;
    Ok((etag(version), Json(Entry::from(view))).into_response())
}
