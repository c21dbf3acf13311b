//! A new account.

use axum::Json as Answer;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use flow::id::{AccountId, PejabatId};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use service::access::Action;
use service::identity::{self, Grant, NewAccount};
use utoipa::ToSchema;

use super::list::GrantView;
use crate::problem::Problem;
use crate::state::ApiState;
use crate::v1::auth::Caller;
use crate::v1::confirmation::Confirmation;
use crate::v1::extract::Json;
use crate::v1::secret::Secret;
use crate::v1::{schema, text};

/// An account to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AccountInput {
    /// What its owner will type.
    #[serde(deserialize_with = "text::username")]
    #[schema(
        min_length = 3,
        max_length = 60,
        pattern = r"^[a-z][a-z0-9._-]{1,58}[a-z0-9]$"
    )]
    username: String,
    /// The person it belongs to.
    #[serde(default)]
    #[schema(value_type = Option<schema::PejabatId>)]
    pejabat: Option<PejabatId>,
    /// Its roles.
    #[schema(max_items = 50)]
    grants: Vec<GrantView>,
    /// Its first password.
    #[schema(value_type = String, min_length = 12, max_length = 200, pattern = r"^[\s\S]{12,200}$", write_only)]
    password: Secret,
    /// The step-up.
    confirmation: Confirmation,
}

/// What was made.
#[derive(Serialize, ToSchema)]
pub(super) struct AccountCreated {
    /// Its id.
    #[schema(value_type = schema::AccountId)]
    id: AccountId,
}

/// Make an account
#[utoipa::path(post, path = "/accounts", operation_id = "accounts_create", tag = "accounts",
    request_body = AccountInput,
    responses((status = 201, description = "It was made.", body = AccountCreated)))]
pub(super) async fn create(
    State(state): State<ApiState>,
    caller: Caller,
    Json(body): Json<AccountInput>,
) -> Result<Response, Problem> {
    let confirmed = body
        .confirmation
        .check(&state, &caller, Action::Administer)
        .await?;
    let new = NewAccount {
        username: body.username,
        pejabat: body.pejabat,
        grants: body.grants.into_iter().map(Grant::from).collect(),
    };
    let password = body.password.passphrase();
    let id = identity::create_account(&state.app, &caller.0, &confirmed, &new, &password).await?;
    Ok((StatusCode::CREATED, Answer(AccountCreated { id })).into_response())
}
