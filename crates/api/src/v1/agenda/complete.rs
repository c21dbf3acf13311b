//! Closing an entry.

use axum::extract::State;
use axum::response::Response;
use flow::id::AgendaId;
use service::access::{self, Action};
use service::agenda;

use super::state::{EntryState, answer};
use crate::problem::Problem;
use crate::state::ApiState;
use crate::v1::auth::Caller;
use crate::v1::extract::Path;
use crate::v1::schema;

/// Close an entry
///
/// Every disposisi of it was followed up or recalled.
#[utoipa::path(post, path = "/agenda/{id}/complete", operation_id = "agenda_complete", tag = "agenda",
    params(("id" = schema::AgendaId, Path, description = "The entry.")),
    responses((status = 200, description = "The entry as it stands now.", body = EntryState)))]
pub(super) async fn complete(
    State(state): State<ApiState>,
    caller: Caller,
    Path(id): Path<AgendaId>,
) -> Result<Response, Problem> {
    let permit = access::agenda(&state.app, &caller.0, id, Action::Complete).await?;
    agenda::complete(&state.app, &permit.actor()?, id).await?;
    answer(&state, &caller, id).await
}
