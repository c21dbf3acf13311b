//! Answering a disposisi by deed.

use axum::extract::State;
use axum::response::Response;
use flow::id::{AgendaId, DisposisiId, NaskahId};
use serde::Deserialize;
use service::access::{self, Action};
use service::agenda;
use utoipa::ToSchema;

use super::state::{EntryState, answer};
use crate::problem::Problem;
use crate::state::ApiState;
use crate::v1::auth::Caller;
use crate::v1::extract::{Json, Path};
use crate::v1::schema;

/// What was done.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FollowUp {
    /// In words.
    #[schema(min_length = 1, max_length = 4000, pattern = r"\S")]
    note: String,
    /// The letter that answers, if one does.
    #[serde(default)]
    #[schema(value_type = Option<schema::LetterId>)]
    letter: Option<NaskahId>,
}

/// Follow a disposisi up
#[utoipa::path(post, path = "/agenda/{id}/disposisi/{disposisi}/follow-up", operation_id = "agenda_follow_up", tag = "agenda",
    params(("id" = schema::AgendaId, Path, description = "The entry."),
        ("disposisi" = schema::DisposisiId, Path, description = "The disposisi.")),
    request_body = FollowUp,
    responses((status = 200, description = "The entry as it stands now.", body = EntryState)))]
pub(super) async fn follow_up(
    State(state): State<ApiState>,
    caller: Caller,
    Path((id, disposisi)): Path<(AgendaId, DisposisiId)>,
    Json(body): Json<FollowUp>,
) -> Result<Response, Problem> {
    if !(1..=4000).contains(&body.note.chars().count()) {
        return Err(Problem::invalid("note").because("refusal-note-missing", &[]));
    }
    let permit = access::agenda(&state.app, &caller.0, id, Action::FollowUp).await?;
    // Naming a letter must not tell whether it exists.
    if let Some(letter) = body.letter {
        access::letter(&state.app, &caller.0, letter, Action::Read).await?;
    }
    let actor = permit.actor()?;
    agenda::follow_up(&state.app, &actor, id, disposisi, &body.note, body.letter).await?;
    answer(&state, &caller, id).await
}
