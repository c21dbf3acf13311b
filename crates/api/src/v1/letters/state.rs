//! Where a letter stands, as every step answers.

use axum::Json;
use axum::response::{IntoResponse, Response};
use flow::id::NaskahId;
use flow::naskah::ContentDigest;
use http::StatusCode;
use http::header::LOCATION;
use serde::Serialize;
use service::access::{self, Action, LetterPermit};
use utoipa::ToSchema;

use crate::problem::Problem;
use crate::state::ApiState;
use crate::v1::auth::Caller;
use crate::v1::extract::etag;
use crate::v1::schema;

/// Where a letter stands.
#[derive(Serialize, ToSchema)]
pub(super) struct LetterState {
    /// The letter.
    #[schema(value_type = schema::LetterId)]
    id: NaskahId,
    /// The stage it is in.
    tahap: String,
    /// The version of its history; also the `ETag`.
    version: u64,
    /// SHA-256 of its present content: a paraf names it.
    #[schema(value_type = schema::Digest)]
    content_digest: ContentDigest,
    /// Its number, once reserved.
    nomor: Option<String>,
}

/// Answers with the letter as it stands now.
pub(in crate::v1) async fn answer(
    state: &ApiState,
    caller: &Caller,
    id: NaskahId,
) -> Result<Response, Problem> {
    let permit = access::letter(&state.app, &caller.0, id, Action::Read).await?;
    let view = view(id, permit);
    Ok((etag(view.version), Json(view)).into_response())
}

/// Answers a letter's beginning.
pub(super) async fn created(
    state: &ApiState,
    caller: &Caller,
    id: NaskahId,
) -> Result<Response, Problem> {
    let response = answer(state, caller, id).await?;
    let location = state.settings.address(&format!("/api/v1/letters/{id}"));
    Ok((StatusCode::CREATED, [(LOCATION, location)], response).into_response())
}

fn view(id: NaskahId, permit: LetterPermit) -> LetterState {
    let row = permit.row;
    LetterState {
        id,
        tahap: row.tahap,
        version: row.version,
        content_digest: ContentDigest(row.content_digest),
        nomor: row.nomor,
    }
}
