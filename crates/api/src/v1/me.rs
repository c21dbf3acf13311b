//! Whose key this is, and what it may do.

use axum::Json;
use flow::id::{AccountId, JabatanId};
use serde::Serialize;
use service::identity::{Grant, Scope, Subject};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::auth::Caller;
use super::schema;
use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(me))
}

/// An account, as its key may act.
#[derive(Serialize, ToSchema)]
struct Me {
    /// The account.
    #[schema(value_type = schema::AccountId)]
    account: AccountId,
    /// Its name.
    username: String,
    /// What to call its owner.
    name: String,
    /// Positions held or acted for now.
    #[schema(value_type = Vec<schema::JabatanId>)]
    positions: Vec<JabatanId>,
    /// Roles, and where they hold.
    #[schema(value_type = Vec<Object>)]
    grants: Vec<Grant>,
    /// What the key is good for.
    scopes: Vec<&'static str>,
}

/// Whose key this is
#[utoipa::path(get, path = "/me", operation_id = "me", tag = "account",
    responses((status = 200, description = "The account behind the key.", body = Me)))]
async fn me(Caller(subject): Caller) -> Json<Me> {
    Json(Me::from(&*subject))
}

impl From<&Subject> for Me {
    fn from(subject: &Subject) -> Self {
        let scopes = subject.scopes.iter().flatten().copied();
        Self {
            account: subject.account,
            username: subject.username.clone(),
            name: subject.name.clone(),
            positions: subject.positions.clone(),
            grants: subject.grants.clone(),
            scopes: scopes.map(Scope::word).collect(),
        }
    }
}
