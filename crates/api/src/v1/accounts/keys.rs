//! Keys of applications.

use std::collections::BTreeSet;

use axum::Json as Answer;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use flow::id::{AccountId, ApiKeyId};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use service::access::Action;
use service::identity::{self, ApiKeySummary, NewApiKey, Scope};
use utoipa::ToSchema;

use crate::once::NotKept;
use crate::problem::Problem;
use crate::state::ApiState;
use crate::v1::auth::Caller;
use crate::v1::confirmation::Confirmation;
use crate::v1::distinct::distinct;
use crate::v1::extract::{Json, Path};
use crate::v1::instant::Instant;
use crate::v1::secret::Secret;
use crate::v1::{schema, text};

/// Keys of applications.
#[derive(Serialize, ToSchema)]
pub(super) struct ApiKeys {
    /// All of them.
    items: Vec<ApiKeyView>,
}

/// A key, without its secret.
#[derive(Serialize, ToSchema)]
struct ApiKeyView {
    /// Its id.
    #[schema(value_type = schema::ApiKeyId)]
    id: ApiKeyId,
    /// Whose rights it narrows.
    #[schema(value_type = schema::AccountId)]
    account: AccountId,
    /// What its owner calls it.
    name: String,
    /// What it is good for.
    scopes: Vec<&'static str>,
    /// When it was made.
    created: Instant,
    /// Until when it is good.
    expires: Option<Instant>,
    /// Since when it is void.
    revoked: Option<Instant>,
    /// When it was last used, to the minute.
    last_used: Option<Instant>,
}

/// A key to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ApiKeyInput {
    /// What its owner calls it.
    #[serde(deserialize_with = "text::label")]
    #[schema(schema_with = schema::label)]
    name: String,
    /// What it is good for.
    #[serde(deserialize_with = "distinct")]
    #[schema(schema_with = schema::scopes)]
    scopes: BTreeSet<Scope>,
    /// Until when it is good.
    #[serde(default)]
    expires: Option<Instant>,
    /// Whose; the caller's without.
    #[serde(default)]
    #[schema(value_type = Option<schema::AccountId>)]
    account: Option<AccountId>,
    /// The step-up.
    confirmation: Confirmation,
}

/// A key with its secret, shown this once.
#[derive(Serialize, ToSchema)]
pub(super) struct ApiKeyCreated {
    /// Its id.
    #[schema(value_type = schema::ApiKeyId)]
    id: ApiKeyId,
    /// The key.
    #[schema(value_type = String)]
    key: Secret,
}

/// List keys of applications
#[utoipa::path(get, path = "/api-keys", operation_id = "api_keys_list", tag = "accounts",
    responses((status = 200, description = "The caller's keys; all of them for an admin.", body = ApiKeys)))]
pub(super) async fn list(
    State(state): State<ApiState>,
    caller: Caller,
) -> Result<Answer<ApiKeys>, Problem> {
    caller.needs(Scope::AdminRead)?;
    let items = identity::api_keys(&state.app, &caller.0).await?;
    Ok(Answer(ApiKeys {
        items: items.into_iter().map(ApiKeyView::from).collect(),
    }))
}

/// Make a key for an application
///
/// The key is shown this once; the repeated request is told that it was done.
#[utoipa::path(post, path = "/api-keys", operation_id = "api_keys_create", tag = "accounts",
    request_body = ApiKeyInput,
    responses((status = 201, description = "The key.", body = ApiKeyCreated)))]
pub(super) async fn create(
    State(state): State<ApiState>,
    caller: Caller,
    Json(body): Json<ApiKeyInput>,
) -> Result<Response, Problem> {
    caller.needs(Scope::AdminWrite)?;
    // A key cannot widen itself into another one.
    for scope in &body.scopes {
        caller.needs(*scope)?;
    }
    let confirmed = body
        .confirmation
        .check(&state, &caller, Action::Administer)
        .await?;
    let new = NewApiKey {
        name: body.name,
        scopes: body.scopes,
        expires: body.expires.map(|Instant(at)| at),
        account: body.account,
    };
    let (id, key) = identity::create_api_key(&state.app, &caller.0, &confirmed, &new).await?;
    let mut response = (
        StatusCode::CREATED,
        Answer(ApiKeyCreated {
            id,
            key: Secret(key),
        }),
    )
        .into_response();
    response.extensions_mut().insert(NotKept);
    Ok(response)
}

/// Revoke a key
#[utoipa::path(delete, path = "/api-keys/{id}", operation_id = "api_keys_revoke", tag = "accounts",
    params(("id" = schema::ApiKeyId, Path, description = "The key.")),
    responses((status = 204, description = "It is void.")))]
pub(super) async fn revoke(
    State(state): State<ApiState>,
    caller: Caller,
    Path(id): Path<ApiKeyId>,
) -> Result<StatusCode, Problem> {
    caller.needs(Scope::AdminWrite)?;
    identity::revoke_api_key(&state.app, &caller.0, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<ApiKeySummary> for ApiKeyView {
    fn from(key: ApiKeySummary) -> Self {
        Self {
            id: key.id,
            account: key.account,
            name: key.name,
            scopes: key.scopes.iter().map(|scope| scope.word()).collect(),
            created: key.created.into(),
            expires: key.expires.map(Instant),
            revoked: key.revoked.map(Instant),
            last_used: key.last_used.map(Instant),
        }
    }
}
