//! Beginning a letter.

use axum::extract::State;
use axum::response::Response;
use service::access::{self, Action, Object};
use service::naskah::{self, NewLetter};

use super::content::LetterInput;
use super::state::{LetterState, created};
use crate::problem::Problem;
use crate::state::ApiState;
use crate::v1::auth::Caller;
use crate::v1::extract::Json;
use crate::v1::once::Batch;

/// Begin a letter
///
/// The caller's first position in the OPD is its drafter.
#[utoipa::path(post, path = "/letters", operation_id = "letters_create", tag = "letters",
    request_body = LetterInput,
    responses((status = 201, description = "The letter, as a draft.", body = LetterState)))]
pub(super) async fn create(
    State(state): State<ApiState>,
    caller: Caller,
    Batch(batch): Batch,
    Json(input): Json<LetterInput>,
) -> Result<Response, Problem> {
    let (content, chain) = input.typeset()?;
    let letter = NewLetter {
        content,
        chain,
        imported: None,
        batch: Some(batch),
    };
    begin(&state, &caller, &letter).await
}

/// Begins the letter, or finds the one that a run cut off has begun already.
pub(super) async fn begin(
    state: &ApiState,
    caller: &Caller,
    letter: &NewLetter,
) -> Result<Response, Problem> {
    let object = Object::Opd(letter.content.opd);
    access::require(&state.app, &caller.0, Action::Create, object).await?;
    let begun = match &letter.batch {
        Some(batch) => naskah::find_batch(&state.app, batch).await?,
        None => Vec::new(),
    };
    let id = if let Some(row) = begun.first() {
        row.id
    } else {
        let office = service::office::current(&state.app).await?;
        let actor = caller
            .0
            .actors()
            .find(|actor| {
                office
                    .jabatan
                    .get(&actor.jabatan)
                    .is_some_and(|jabatan| jabatan.opd == letter.content.opd)
            })
            .map_or_else(|| caller.0.actor(), Ok)?;
        naskah::create(&state.app, &actor, letter).await?
    };
    created(state, caller, id).await
}
