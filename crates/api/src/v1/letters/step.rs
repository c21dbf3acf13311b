//! Steps of a letter that need no more than to be taken.

use axum::extract::State;
use axum::response::Response;
use flow::id::NaskahId;
use service::access::{self, Action};
use service::naskah;

use super::state::{LetterState, answer};
use crate::problem::Problem;
use crate::state::ApiState;
use crate::v1::auth::Caller;
use crate::v1::extract::Path;
use crate::v1::schema;

/// Send a letter up its chain
#[utoipa::path(post, path = "/letters/{id}/submit", operation_id = "letters_submit", tag = "letters",
    params(("id" = schema::LetterId, Path, description = "The letter.")),
    responses((status = 200, description = "The letter as it stands now.", body = LetterState)))]
pub(super) async fn submit(
    State(state): State<ApiState>,
    caller: Caller,
    Path(id): Path<NaskahId>,
) -> Result<Response, Problem> {
    let permit = access::letter(&state.app, &caller.0, id, Action::Submit).await?;
    naskah::submit(&state.app, &permit.actor()?, id).await?;
    answer(&state, &caller, id).await
}

/// Take a letter back before it has a number
#[utoipa::path(post, path = "/letters/{id}/withdraw", operation_id = "letters_withdraw", tag = "letters",
    params(("id" = schema::LetterId, Path, description = "The letter.")),
    responses((status = 200, description = "The letter as it stands now.", body = LetterState)))]
pub(super) async fn withdraw(
    State(state): State<ApiState>,
    caller: Caller,
    Path(id): Path<NaskahId>,
) -> Result<Response, Problem> {
    let permit = access::letter(&state.app, &caller.0, id, Action::Withdraw).await?;
    naskah::withdraw(&state.app, &permit.actor()?, id).await?;
    answer(&state, &caller, id).await
}

/// Send a signed letter to its addressees
#[utoipa::path(post, path = "/letters/{id}/dispatch", operation_id = "letters_dispatch", tag = "letters",
    params(("id" = schema::LetterId, Path, description = "The letter.")),
    responses((status = 200, description = "The letter as it stands now.", body = LetterState)))]
pub(super) async fn dispatch(
    State(state): State<ApiState>,
    caller: Caller,
    Path(id): Path<NaskahId>,
) -> Result<Response, Problem> {
    let permit = access::letter(&state.app, &caller.0, id, Action::Dispatch).await?;
    naskah::dispatch(&state.app, &permit.actor()?, id).await?;
    answer(&state, &caller, id).await
}

/// Put a letter into the archive
#[utoipa::path(post, path = "/letters/{id}/file", operation_id = "letters_file", tag = "letters",
    params(("id" = schema::LetterId, Path, description = "The letter.")),
    responses((status = 200, description = "The letter as it stands now.", body = LetterState)))]
pub(super) async fn file(
    State(state): State<ApiState>,
    caller: Caller,
    Path(id): Path<NaskahId>,
) -> Result<Response, Problem> {
    let permit = access::letter(&state.app, &caller.0, id, Action::File).await?;
    naskah::file(&state.app, &permit.actor()?, id).await?;
    answer(&state, &caller, id).await
}
