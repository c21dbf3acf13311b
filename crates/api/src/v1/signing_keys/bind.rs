//! Binding a key that lies elsewhere to an official, who is there to enter the secret.

use axum::Json as Answer;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flow::id::{KeyId, PejabatId};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use service::ServiceError;
use service::access::{self, Action, Object};
use service::identity::Scope;
use service::key::{self, Flaw, KeyProblem, KeySource};
use utoipa::ToSchema;

use crate::problem::Problem;
use crate::state::ApiState;
use crate::v1::auth::Caller;
use crate::v1::confirmation::Confirmation;
use crate::v1::extract::Json;
use crate::v1::secret::Secret;
use crate::v1::{schema, text};

/// A key of a PKCS#12 file.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ImportInput {
    /// Whose.
    #[schema(value_type = schema::PejabatId)]
    official: PejabatId,
    /// The file, base64.
    #[schema(value_type = String, min_length = 1, max_length = 1_400_000, write_only)]
    file: Secret,
    /// What opens the file.
    #[schema(value_type = String, max_length = 1000, write_only)]
    file_passphrase: Secret,
    /// What opens the key from now on.
    #[schema(value_type = String, min_length = 8, max_length = 1000, write_only)]
    passphrase: Secret,
    /// The step-up.
    confirmation: Confirmation,
}

/// A key on a token.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TokenInput {
    /// Whose.
    #[schema(value_type = schema::PejabatId)]
    official: PejabatId,
    /// The token's name in the configuration (`signing.pkcs11`).
    #[serde(deserialize_with = "text::label")]
    #[schema(schema_with = schema::label)]
    provider: String,
    /// The label of the key on it.
    #[serde(deserialize_with = "text::label")]
    #[schema(schema_with = schema::label)]
    label: String,
    /// The PIN. It is not kept.
    #[schema(value_type = String, min_length = 1, max_length = 1000, write_only)]
    pin: Secret,
    /// Certificates that are not on the token, the key's own or its issuers', PEM.
    #[serde(default)]
    #[schema(max_length = 100_000)]
    certificates: String,
    /// The step-up.
    confirmation: Confirmation,
}

/// A key at a signing service.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ServiceInput {
    /// Whose.
    #[schema(value_type = schema::PejabatId)]
    official: PejabatId,
    /// The service's name in the configuration (`signing.csc`).
    #[serde(deserialize_with = "text::label")]
    #[schema(schema_with = schema::label)]
    provider: String,
    /// The id of the key at the service.
    #[serde(deserialize_with = "text::name")]
    #[schema(schema_with = schema::name)]
    credential: String,
    /// The PIN. It is not kept.
    #[schema(value_type = String, min_length = 1, max_length = 1000, write_only)]
    pin: Secret,
    /// A one-time code, where the service asks for one.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100, write_only)]
    otp: Option<Secret>,
    /// The step-up.
    confirmation: Confirmation,
}

/// What was bound.
#[derive(Serialize, ToSchema)]
pub(super) struct Bound {
    /// The key.
    #[schema(value_type = schema::SigningKeyId)]
    id: KeyId,
}

/// Bring a key along
///
/// The key of a PKCS#12 file is sealed in the vault, once its certificate was looked at and it has signed a page that
/// the validator finds intact.
#[utoipa::path(post, path = "/signing-keys/import", operation_id = "signing_keys_import", tag = "signing-keys",
    request_body = ImportInput,
    responses((status = 201, description = "It is bound.", body = Bound)))]
pub(super) async fn import(
    State(state): State<ApiState>,
    caller: Caller,
    Json(body): Json<ImportInput>,
) -> Result<Response, Problem> {
    may(&state, &caller, body.confirmation).await?;
    let unreadable = |_| {
        ServiceError::from(KeyProblem::Unfit {
            flaw: Flaw::Unreadable,
            why: "the file is no base64".to_owned(),
        })
    };
    let file = STANDARD
        .decode(body.file.0.as_bytes())
        .map_err(unreadable)?;
    let (opens, seals) = (
        body.file_passphrase.passphrase(),
        body.passphrase.passphrase(),
    );
    let source = KeySource::Import {
        file: &file,
        file_passphrase: &opens,
        passphrase: &seals,
    };
    bound(&state, body.official, source).await
}

/// Bind a key on a token
///
/// Once its certificate was looked at and it has signed a page that the validator finds intact.
#[utoipa::path(post, path = "/signing-keys/token", operation_id = "signing_keys_token", tag = "signing-keys",
    request_body = TokenInput,
    responses((status = 201, description = "It is bound.", body = Bound)))]
pub(super) async fn on_token(
    State(state): State<ApiState>,
    caller: Caller,
    Json(body): Json<TokenInput>,
) -> Result<Response, Problem> {
    may(&state, &caller, body.confirmation).await?;
    let pin = body.pin.passphrase();
    let source = KeySource::Token {
        provider: &body.provider,
        label: &body.label,
        pin: &pin,
        certificates: &body.certificates,
    };
    bound(&state, body.official, source).await
}

/// Bind a key at a signing service
///
/// Once its certificate was looked at and it has signed a page that the validator finds intact.
#[utoipa::path(post, path = "/signing-keys/service", operation_id = "signing_keys_service", tag = "signing-keys",
    request_body = ServiceInput,
    responses((status = 201, description = "It is bound.", body = Bound)))]
pub(super) async fn at_service(
    State(state): State<ApiState>,
    caller: Caller,
    Json(body): Json<ServiceInput>,
) -> Result<Response, Problem> {
    may(&state, &caller, body.confirmation).await?;
    let pin = body.pin.passphrase();
    let code = body.otp.as_ref().map(Secret::passphrase);
    let source = KeySource::Service {
        provider: &body.provider,
        credential: &body.credential,
        pin: &pin,
        code: code.as_ref(),
    };
    bound(&state, body.official, source).await
}

/// Whoever administers the whole regency, and entered the password again.
async fn may(state: &ApiState, caller: &Caller, confirmation: Confirmation) -> Result<(), Problem> {
    caller.needs(Scope::AdminWrite)?;
    access::require(&state.app, &caller.0, Action::Administer, Object::Regency).await?;
    confirmation
        .check(state, caller, Action::Administer)
        .await?;
    Ok(())
}

async fn bound(
    state: &ApiState,
    official: PejabatId,
    source: KeySource<'_>,
) -> Result<Response, Problem> {
    let id = key::bind(&state.app, official, source).await?;
    Ok((StatusCode::CREATED, Answer(Bound { id })).into_response())
}
