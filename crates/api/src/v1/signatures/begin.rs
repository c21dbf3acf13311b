//! The step-up, and the beginning of a run of signatures.

use axum::Json as Answer;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use flow::digest::Sha256;
use flow::id::NaskahId;
use http::StatusCode;
use http::header::LOCATION;
use serde::Deserialize;
use service::identity::Scope;
use service::sign::{self, Entered, ToSign};
use utoipa::openapi::schema::{Array, ArrayBuilder};
use utoipa::{PartialSchema, ToSchema};

use super::run::{Run, view};
use crate::problem::Problem;
use crate::state::ApiState;
use crate::v1::auth::Caller;
use crate::v1::extract::Json;
use crate::v1::secret::Secret;
use crate::v1::{schema, text};

/// What is to be signed, and the signer's passphrase.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SignatureInput {
    /// Exactly these versions, each of them once.
    #[schema(schema_with = letters_to_sign)]
    letters: Vec<LetterToSign>,
    /// What opens the signing key: its passphrase, or the PIN of its token or signing service.
    #[schema(value_type = String, min_length = 1, max_length = 1000, write_only)]
    passphrase: Secret,
    /// The one-time code of the signing service, where it asks for one.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100, write_only)]
    otp: Option<Secret>,
    /// The code of the authenticator, where one is enrolled.
    #[serde(default, deserialize_with = "text::code")]
    #[schema(value_type = Option<String>, pattern = "^[0-9]{6}$", write_only)]
    totp: Option<Secret>,
}

/// A version that was shown to the signer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LetterToSign {
    /// The letter.
    #[schema(value_type = schema::LetterId)]
    letter: NaskahId,
    /// SHA-256 of the version that was shown.
    #[schema(value_type = schema::Digest)]
    version_sha256: Sha256,
}

fn letters_to_sign() -> Array {
    ArrayBuilder::new()
        .items(LetterToSign::schema())
        .min_items(Some(1))
        .max_items(Some(100))
        .unique_items(true)
        .build()
}

/// Sign letters
///
/// When it answers, the passphrase was right and the permission is durable; the signatures go on though the caller
/// goes away. `Location` says how far they are. PIN and code of a signing service are sent to it with the hashes, so the
/// run tells whether they were right.
#[utoipa::path(post, path = "/signatures", operation_id = "signatures_begin", tag = "signatures",
    request_body = SignatureInput,
    responses((status = 202, description = "The run has begun.", body = Run)))]
pub(super) async fn begin(
    State(state): State<ApiState>,
    caller: Caller,
    Json(body): Json<SignatureInput>,
) -> Result<Response, Problem> {
    caller.needs(Scope::LettersSign)?;
    if !(1..=100).contains(&body.letters.len()) {
        return Err(Problem::invalid("letters"));
    }
    let letters: Vec<ToSign> = body
        .letters
        .iter()
        .map(|one| ToSign {
            naskah: one.letter,
            version_sha256: one.version_sha256,
        })
        .collect();
    let passphrase = body.passphrase.passphrase();
    let totp = body.totp.as_ref().map(|Secret(code)| code.as_str());
    let code = body.otp.as_ref().map(Secret::passphrase);
    let entered = Entered {
        passphrase: &passphrase,
        code: code.as_ref(),
        totp,
    };
    let id = sign::begin_batch(&state.app, &caller.0, &letters, entered).await?;
    let run = view(&state, &caller, id).await?;
    let location = state.settings.address(&format!("/api/v1/signatures/{id}"));
    Ok((StatusCode::ACCEPTED, [(LOCATION, location)], Answer(run)).into_response())
}
