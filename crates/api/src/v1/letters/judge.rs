//! What the people of the chain say to a letter: paraf, return, rejection, cancellation, a signature given up.

use axum::extract::State;
use axum::response::Response;
use flow::digest::Sha256;
use flow::id::{JabatanId, NaskahId};
use flow::naskah::ContentDigest;
use serde::Deserialize;
use service::access::{self, Action, LetterPermit};
use service::{naskah, sign};
use utoipa::ToSchema;

use super::state::{LetterState, answer};
use crate::problem::Problem;
use crate::state::ApiState;
use crate::v1::auth::Caller;
use crate::v1::extract::{Json, Path};
use crate::v1::schema;

/// A paraf.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Paraf {
    /// SHA-256 of the content that was shown: the paraf binds to it.
    #[schema(value_type = schema::Digest)]
    content_digest: Sha256,
    /// For which position; the awaited one without.
    #[serde(default)]
    #[schema(value_type = Option<schema::JabatanId>)]
    jabatan: Option<JabatanId>,
}

/// Why a letter is returned, refused or made void.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Note {
    /// Why.
    #[schema(
        min_length = 1,
        max_length = 4000,
        pattern = r"\S",
        example = "Lampiran belum lengkap."
    )]
    note: String,
    /// For which position; the awaited one without.
    #[serde(default)]
    #[schema(value_type = Option<schema::JabatanId>)]
    jabatan: Option<JabatanId>,
}

impl Note {
    fn checked(&self) -> Result<&str, Problem> {
        checked(&self.note)
    }
}

/// Why a signature is given up.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GivenUp {
    /// Why.
    #[schema(
        min_length = 1,
        max_length = 4000,
        pattern = r"\S",
        example = "Layanan cap waktu terlalu lama tidak menjawab."
    )]
    note: String,
}

fn checked(note: &str) -> Result<&str, Problem> {
    if (1..=4000).contains(&note.chars().count()) {
        Ok(note)
    } else {
        Err(Problem::invalid("note").because("refusal-note-missing", &[]))
    }
}

/// Initial a letter
#[utoipa::path(post, path = "/letters/{id}/paraf", operation_id = "letters_paraf", tag = "letters",
    params(("id" = schema::LetterId, Path, description = "The letter.")),
    request_body = Paraf,
    responses((status = 200, description = "The letter as it stands now.", body = LetterState)))]
pub(super) async fn paraf(
    State(state): State<ApiState>,
    caller: Caller,
    Path(id): Path<NaskahId>,
    Json(body): Json<Paraf>,
) -> Result<Response, Problem> {
    let permit = access::letter(&state.app, &caller.0, id, Action::Paraf).await?;
    let actor = permit.actor()?;
    let jabatan = position(&state, &caller, &permit, body.jabatan)?;
    let shown = ContentDigest(body.content_digest);
    naskah::paraf(&state.app, &actor, id, jabatan, shown).await?;
    answer(&state, &caller, id).await
}

/// Send a letter back to its drafter
#[utoipa::path(post, path = "/letters/{id}/return", operation_id = "letters_return", tag = "letters",
    params(("id" = schema::LetterId, Path, description = "The letter.")),
    request_body = Note,
    responses((status = 200, description = "The letter as it stands now.", body = LetterState)))]
pub(super) async fn return_for_revision(
    State(state): State<ApiState>,
    caller: Caller,
    Path(id): Path<NaskahId>,
    Json(body): Json<Note>,
) -> Result<Response, Problem> {
    let permit = access::letter(&state.app, &caller.0, id, Action::Return).await?;
    let actor = permit.actor()?;
    let jabatan = position(&state, &caller, &permit, body.jabatan)?;
    naskah::return_for_revision(&state.app, &actor, id, jabatan, body.checked()?).await?;
    answer(&state, &caller, id).await
}

/// Refuse a letter for good
#[utoipa::path(post, path = "/letters/{id}/reject", operation_id = "letters_reject", tag = "letters",
    params(("id" = schema::LetterId, Path, description = "The letter.")),
    request_body = Note,
    responses((status = 200, description = "The letter as it stands now.", body = LetterState)))]
pub(super) async fn reject(
    State(state): State<ApiState>,
    caller: Caller,
    Path(id): Path<NaskahId>,
    Json(body): Json<Note>,
) -> Result<Response, Problem> {
    let permit = access::letter(&state.app, &caller.0, id, Action::Reject).await?;
    let actor = permit.actor()?;
    let jabatan = position(&state, &caller, &permit, body.jabatan)?;
    naskah::reject(&state.app, &actor, id, jabatan, body.checked()?).await?;
    answer(&state, &caller, id).await
}

/// Make a numbered letter void
///
/// Its number stays as a tombstone.
#[utoipa::path(post, path = "/letters/{id}/cancel", operation_id = "letters_cancel", tag = "letters",
    params(("id" = schema::LetterId, Path, description = "The letter.")),
    request_body = Note,
    responses((status = 200, description = "The letter as it stands now.", body = LetterState)))]
pub(super) async fn cancel(
    State(state): State<ApiState>,
    caller: Caller,
    Path(id): Path<NaskahId>,
    Json(body): Json<Note>,
) -> Result<Response, Problem> {
    let permit = access::letter(&state.app, &caller.0, id, Action::Cancel).await?;
    let actor = permit.actor()?;
    let jabatan = position(&state, &caller, &permit, body.jabatan)?;
    naskah::cancel(&state.app, &actor, id, jabatan, body.checked()?).await?;
    answer(&state, &caller, id).await
}

/// Give up a signature that waits for its timestamp
///
/// The signature is forgotten, its key use counts as aborted, and the letter waits for its signer again.
#[utoipa::path(post, path = "/letters/{id}/give-up-signature", operation_id = "letters_give_up_signature",
    tag = "letters",
    params(("id" = schema::LetterId, Path, description = "The letter.")),
    request_body = GivenUp,
    responses((status = 200, description = "The letter as it stands now.", body = LetterState)))]
pub(super) async fn give_up_signature(
    State(state): State<ApiState>,
    caller: Caller,
    Path(id): Path<NaskahId>,
    Json(body): Json<GivenUp>,
) -> Result<Response, Problem> {
    sign::give_up(&state.app, &caller.0, id, checked(&body.note)?).await?;
    answer(&state, &caller, id).await
}

/// The position that is acted for: the one named, else the awaited one the caller may act for, else their own.
fn position(
    state: &ApiState,
    caller: &Caller,
    permit: &LetterPermit,
    named: Option<JabatanId>,
) -> Result<JabatanId, Problem> {
    if let Some(named) = named {
        return Ok(named);
    }
    let now = state.app.now();
    let facts = &permit.facts;
    let awaited = facts
        .awaited
        .iter()
        .chain(&facts.signers)
        .copied()
        .find(|jabatan| {
            caller
                .0
                .acting_for(&permit.office, *jabatan, facts.matter, now)
                .is_some()
        });
    match awaited {
        Some(jabatan) => Ok(jabatan),
        None => Ok(permit.actor()?.jabatan),
    }
}
