//! How much waits.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use service::desk;
use utoipa::ToSchema;

use crate::problem::Problem;
use crate::state::ApiState;
use crate::v1::auth::Caller;

/// How much waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Counters {
    /// Letters that wait for a signature.
    unsigned: u64,
    /// Letters whose signature is made and waits for its timestamp.
    awaiting_timestamp: u64,
    /// Signed letters that were not sent yet.
    undispatched: u64,
    /// Letters that wait for a paraf.
    awaiting_paraf: u64,
    /// Incoming letters nobody opened.
    unread_mail: u64,
    /// Incoming letters that were opened and not followed up.
    unfollowed_mail: u64,
    /// Disposisi that were not opened.
    unread_disposisi: u64,
    /// Disposisi that were opened and not followed up.
    unfollowed_disposisi: u64,
    /// Copies that were not opened.
    unread_tembusan: u64,
}

/// How much waits
#[utoipa::path(get, path = "/counters", operation_id = "counters", tag = "inbox",
    responses((status = 200, description = "How much waits for the caller's positions.", body = Counters)))]
pub(super) async fn counters(
    State(state): State<ApiState>,
    caller: Caller,
) -> Result<Json<Counters>, Problem> {
    Ok(Json(desk::counters(&state.app, &caller.0).await?.into()))
}

impl From<desk::Counters> for Counters {
    fn from(counters: desk::Counters) -> Self {
        Self {
            unsigned: counters.unsigned,
            awaiting_timestamp: counters.awaiting_timestamp,
            undispatched: counters.undispatched,
            awaiting_paraf: counters.awaiting_paraf,
            unread_mail: counters.unread_mail,
            unfollowed_mail: counters.unfollowed_mail,
            unread_disposisi: counters.unread_disposisi,
            unfollowed_disposisi: counters.unfollowed_disposisi,
            unread_tembusan: counters.unread_tembusan,
        }
    }
}
