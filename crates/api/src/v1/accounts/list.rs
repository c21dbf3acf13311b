//! The accounts, for whoever administers them.

use axum::Json;
use axum::extract::State;
use flow::id::{AccountId, OpdId, PejabatId};
use serde::{Deserialize, Serialize};
use service::identity::{self, Account, AccountState, Grant, Role};
use utoipa::ToSchema;

use crate::problem::Problem;
use crate::state::ApiState;
use crate::v1::auth::Caller;
use crate::v1::instant::Instant;
use crate::v1::schema;

/// The accounts.
#[derive(Serialize, ToSchema)]
pub(super) struct Accounts {
    /// All of them.
    items: Vec<AccountView>,
}

/// An account, without any secret.
#[derive(Serialize, ToSchema)]
struct AccountView {
    /// Its id.
    #[schema(value_type = schema::AccountId)]
    id: AccountId,
    /// What its owner types.
    username: String,
    /// The person it belongs to.
    #[schema(value_type = Option<schema::PejabatId>)]
    pejabat: Option<PejabatId>,
    /// Its roles.
    grants: Vec<GrantView>,
    /// Whether it may be used.
    #[schema(value_type = AccountStateName)]
    state: AccountState,
    /// Whether a second factor is enrolled.
    totp: bool,
    /// When it was made.
    created: Instant,
}

/// Whether an account may be used.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "the schema of a type that `flow` keeps")]
pub(super) enum AccountStateName {
    Active,
    Disabled,
}

/// A role, and where it holds.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GrantView {
    /// The role.
    #[schema(value_type = RoleName)]
    role: Role,
    /// The OPD it holds in; none means the whole regency.
    #[serde(default)]
    #[schema(value_type = Option<schema::OpdId>)]
    opd: Option<OpdId>,
}

/// Roles.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "the schema of a type that `flow` keeps")]
enum RoleName {
    Konseptor,
    Pejabat,
    TataUsaha,
    Arsiparis,
    Auditor,
    Admin,
    Integrator,
}

/// List accounts
#[utoipa::path(get, path = "/accounts", operation_id = "accounts_list", tag = "accounts",
    responses((status = 200, description = "The accounts.", body = Accounts)))]
pub(super) async fn list(
    State(state): State<ApiState>,
    caller: Caller,
) -> Result<Json<Accounts>, Problem> {
    let items = identity::accounts(&state.app, &caller.0).await?;
    Ok(Json(Accounts {
        items: items.into_iter().map(AccountView::from).collect(),
    }))
}

impl From<Account> for AccountView {
    fn from(account: Account) -> Self {
        Self {
            id: account.id,
            username: account.username,
            pejabat: account.pejabat,
            grants: account.grants.into_iter().map(GrantView::from).collect(),
            state: account.state,
            totp: account.totp,
            created: account.created.into(),
        }
    }
}

impl From<Grant> for GrantView {
    fn from(grant: Grant) -> Self {
        Self {
            role: grant.role,
            opd: grant.opd,
        }
    }
}

impl From<GrantView> for Grant {
    fn from(view: GrantView) -> Self {
        Self {
            role: view.role,
            opd: view.opd,
        }
    }
}
