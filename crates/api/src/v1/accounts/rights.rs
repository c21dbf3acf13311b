//! What an account may do, and whether it may be used.

use axum::extract::State;
use flow::id::AccountId;
use http::StatusCode;
use serde::Deserialize;
use service::access::Action;
use service::identity::{self, AccountState, Grant};
use utoipa::ToSchema;

use super::list::{AccountStateName, GrantView};
use crate::problem::Problem;
use crate::state::ApiState;
use crate::v1::auth::Caller;
use crate::v1::confirmation::Confirmation;
use crate::v1::extract::{Json, Path};
use crate::v1::schema;

/// The roles an account shall have.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Grants {
    /// All of them.
    #[schema(max_items = 50)]
    grants: Vec<GrantView>,
    /// The step-up.
    confirmation: Confirmation,
}

/// Whether an account may be used.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StateInput {
    /// Whether it may.
    #[schema(value_type = AccountStateName)]
    state: AccountState,
    /// The step-up.
    confirmation: Confirmation,
}

/// Set the roles of an account
#[utoipa::path(put, path = "/accounts/{id}/grants", operation_id = "accounts_set_grants", tag = "accounts",
    params(("id" = schema::AccountId, Path, description = "The account.")),
    request_body = Grants,
    responses((status = 204, description = "It has these roles.")))]
pub(super) async fn set_grants(
    State(state): State<ApiState>,
    caller: Caller,
    Path(id): Path<AccountId>,
    Json(body): Json<Grants>,
) -> Result<StatusCode, Problem> {
    let confirmed = body
        .confirmation
        .check(&state, &caller, Action::Administer)
        .await?;
    let grants: Vec<Grant> = body.grants.into_iter().map(Grant::from).collect();
    identity::set_grants(&state.app, &caller.0, &confirmed, id, &grants).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Disable an account, or enable it again
#[utoipa::path(put, path = "/accounts/{id}/state", operation_id = "accounts_set_state", tag = "accounts",
    params(("id" = schema::AccountId, Path, description = "The account.")),
    request_body = StateInput,
    responses((status = 204, description = "It is in this state.")))]
pub(super) async fn set_state(
    State(state): State<ApiState>,
    caller: Caller,
    Path(id): Path<AccountId>,
    Json(body): Json<StateInput>,
) -> Result<StatusCode, Problem> {
    let confirmed = body
        .confirmation
        .check(&state, &caller, Action::Administer)
        .await?;
    identity::set_state(&state.app, &caller.0, &confirmed, id, body.state).await?;
    Ok(StatusCode::NO_CONTENT)
}
