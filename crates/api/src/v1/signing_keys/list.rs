//! What keys officials have.

use axum::Json;
use axum::extract::State;
use flow::id::{KeyId, PejabatId};
use serde::Serialize;
use service::access::{self, Action, Object};
use service::identity::Scope;
use service::key::{self, KeySummary};
use utoipa::ToSchema;

use crate::problem::Problem;
use crate::state::ApiState;
use crate::v1::auth::Caller;
use crate::v1::instant::Instant;
use crate::v1::schema;

/// Officials' keys.
#[derive(Serialize, ToSchema)]
pub(super) struct SigningKeys {
    /// All of them, oldest first; of an official's, the newest in force signs.
    items: Vec<SigningKeyView>,
}

/// A key, without any secret.
#[derive(Serialize, ToSchema)]
struct SigningKeyView {
    /// Its id.
    #[schema(value_type = schema::SigningKeyId)]
    id: KeyId,
    /// Whose it is.
    #[schema(value_type = schema::PejabatId)]
    official: PejabatId,
    /// Where it lies: `vault`, `imported`, `pkcs11` or `csc`.
    place: &'static str,
    /// The configuration's name for the token or service it lies at.
    provider: Option<String>,
    /// How often it was used for letters.
    uses: u64,
    /// Until when its certificate is valid.
    not_after: Option<Instant>,
    /// Whether it was revoked.
    revoked: bool,
}

/// List officials' keys
#[utoipa::path(get, path = "/signing-keys", operation_id = "signing_keys_list", tag = "signing-keys",
    responses((status = 200, description = "All keys.", body = SigningKeys)))]
pub(super) async fn list(
    State(state): State<ApiState>,
    caller: Caller,
) -> Result<Json<SigningKeys>, Problem> {
    caller.needs(Scope::AdminRead)?;
    access::require(&state.app, &caller.0, Action::Administer, Object::Regency).await?;
    let items = key::list(&state.app).await?;
    Ok(Json(SigningKeys {
        items: items.into_iter().map(SigningKeyView::from).collect(),
    }))
}

impl From<KeySummary> for SigningKeyView {
    fn from(key: KeySummary) -> Self {
        Self {
            id: key.id,
            official: key.official,
            place: key.place,
            provider: key.provider,
            uses: key.uses,
            not_after: key.until.map(Instant),
            revoked: key.revoked.is_some(),
        }
    }
}
