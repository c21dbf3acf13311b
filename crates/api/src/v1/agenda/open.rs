//! Opening a disposisi, and taking one back that nobody opened.

use axum::extract::State;
use axum::response::Response;
use flow::id::{AgendaId, DisposisiId};
use service::access::{self, Action};
use service::agenda;

use super::state::{EntryState, answer};
use crate::problem::Problem;
use crate::state::ApiState;
use crate::v1::auth::Caller;
use crate::v1::extract::Path;
use crate::v1::schema;

/// Open a disposisi
///
/// From now on it cannot be recalled.
#[utoipa::path(post, path = "/agenda/{id}/disposisi/{disposisi}/read", operation_id = "agenda_mark_read", tag = "agenda",
    params(("id" = schema::AgendaId, Path, description = "The entry."),
        ("disposisi" = schema::DisposisiId, Path, description = "The disposisi.")),
    responses((status = 200, description = "The entry as it stands now.", body = EntryState)))]
pub(super) async fn mark_read(
    State(state): State<ApiState>,
    caller: Caller,
    Path((id, disposisi)): Path<(AgendaId, DisposisiId)>,
) -> Result<Response, Problem> {
    let permit = access::agenda(&state.app, &caller.0, id, Action::MarkRead).await?;
    agenda::mark_read(&state.app, &permit.actor()?, id, disposisi).await?;
    answer(&state, &caller, id).await
}

/// Take a disposisi back while it is unread
#[utoipa::path(post, path = "/agenda/{id}/disposisi/{disposisi}/recall", operation_id = "agenda_recall", tag = "agenda",
    params(("id" = schema::AgendaId, Path, description = "The entry."),
        ("disposisi" = schema::DisposisiId, Path, description = "The disposisi.")),
    responses((status = 200, description = "The entry as it stands now.", body = EntryState)))]
pub(super) async fn recall(
    State(state): State<ApiState>,
    caller: Caller,
    Path((id, disposisi)): Path<(AgendaId, DisposisiId)>,
) -> Result<Response, Problem> {
    let permit = access::agenda(&state.app, &caller.0, id, Action::Recall).await?;
    agenda::recall(&state.app, &permit.actor()?, id, disposisi).await?;
    answer(&state, &caller, id).await
}
