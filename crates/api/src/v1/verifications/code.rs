//! What the register tells everybody of a letter.

use axum::Json;
use axum::extract::State;
use flow::digest::Sha256;
use flow::mandat::Kapasitas;
use flow::time::CalendarDate;
use serde::Serialize;
use service::identity::Scope;
use service::verification::{self, PublicLetter, PublicSigner, PublicState};
use utoipa::ToSchema;

use crate::problem::Problem;
use crate::state::ApiState;
use crate::v1::auth::Caller;
use crate::v1::extract::Path;
use crate::v1::instant::Instant;
use crate::v1::schema;

/// A letter, as everybody may know it.
#[derive(Serialize, ToSchema)]
pub(super) struct RegisteredLetter {
    /// Its code.
    code: String,
    /// `partly_signed`, `valid` or `cancelled`.
    state: &'static str,
    /// Whether more is not told because the letter is secret.
    secret: bool,
    /// Its number; of a secret letter the end is masked.
    nomor: String,
    /// The date on it.
    #[schema(value_type = Option<schema::Day>)]
    date: Option<CalendarDate>,
    /// What it is about.
    hal: Option<String>,
    /// Who signed it, in order.
    signers: Vec<Signer>,
    /// SHA-256 of its newest signed version.
    #[schema(value_type = Option<schema::Digest>)]
    sha256: Option<Sha256>,
    /// Whose it is.
    opd_name: String,
    /// Whether everybody may have the signed PDF.
    downloadable: bool,
}

/// Who signed.
#[derive(Serialize, ToSchema)]
struct Signer {
    /// The name on the letter.
    name: String,
    /// The position that signed.
    title: String,
    /// In which capacity, unless they held it.
    #[schema(value_type = Option<String>)]
    capacity: Option<Kapasitas>,
    /// Number of the SK the capacity rests on.
    sk: Option<String>,
    /// When.
    signed_at: Instant,
}

/// Look a code up
#[utoipa::path(get, path = "/verifications/codes/{code}", operation_id = "verifications_by_code", tag = "verification",
    params(("code" = String, Path, description = "The code in the QR.", pattern = "^[0-9a-z]{26}$", example = "0123456789abcdefghjkmnpqrs")),
    responses((status = 200, description = "The letter.", body = RegisteredLetter)))]
pub(super) async fn by_code(
    State(state): State<ApiState>,
    caller: Caller,
    Path(code): Path<String>,
) -> Result<Json<RegisteredLetter>, Problem> {
    caller.needs(Scope::Verify)?;
    let letter = verification::by_code(&state.app, &code)
        .await?
        .ok_or_else(Problem::not_found)?;
    Ok(Json(letter.into()))
}

impl From<PublicLetter> for RegisteredLetter {
    fn from(letter: PublicLetter) -> Self {
        Self {
            code: letter.code,
            state: match letter.state {
                PublicState::PartlySigned => "partly_signed",
                PublicState::Valid => "valid",
                PublicState::Cancelled => "cancelled",
            },
            secret: letter.secret,
            nomor: letter.nomor,
            date: letter.date,
            hal: letter.hal,
            signers: letter.signers.into_iter().map(Signer::from).collect(),
            sha256: letter.sha256,
            opd_name: letter.opd_name,
            downloadable: letter.downloadable,
        }
    }
}

impl From<PublicSigner> for Signer {
    fn from(signer: PublicSigner) -> Self {
        Self {
            name: signer.name,
            title: signer.title,
            capacity: signer.capacity,
            sk: signer.sk,
            signed_at: signer.signed_at.into(),
        }
    }
}
