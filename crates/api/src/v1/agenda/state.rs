//! Where an entry stands, as every step answers.

use axum::Json;
use axum::response::{IntoResponse, Response};
use flow::id::{AgendaId, NaskahId};
use serde::Serialize;
use service::access::{self, Action};
use utoipa::ToSchema;

use crate::problem::Problem;
use crate::state::ApiState;
use crate::v1::auth::Caller;
use crate::v1::extract::etag;
use crate::v1::schema;

/// Where an entry stands.
#[derive(Serialize, ToSchema)]
pub(super) struct EntryState {
    /// The entry.
    #[schema(value_type = schema::AgendaId)]
    id: AgendaId,
    /// The letter.
    #[schema(value_type = schema::LetterId)]
    letter: NaskahId,
    /// The stage it is in.
    tahap: String,
    /// The version of its history; also the `ETag`.
    version: u64,
}

/// Answers with the entry as it stands now.
pub(in crate::v1) async fn answer(
    state: &ApiState,
    caller: &Caller,
    id: AgendaId,
) -> Result<Response, Problem> {
    let row = access::agenda(&state.app, &caller.0, id, Action::Read)
        .await?
        .row;
    let view = EntryState {
        id,
        letter: row.naskah,
        tahap: row.tahap,
        version: row.version,
    };
    Ok((etag(view.version), Json(view)).into_response())
}
