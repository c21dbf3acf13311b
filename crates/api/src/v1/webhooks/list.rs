//! The webhooks the caller manages.

use axum::Json;
use axum::extract::State;
use flow::id::{OpdId, WebhookId};
use http::StatusCode;
use serde::Serialize;
use service::identity::Scope;
use service::webhook::{self, Webhook};
use utoipa::ToSchema;

use crate::problem::Problem;
use crate::state::ApiState;
use crate::v1::auth::Caller;
use crate::v1::extract::Path;
use crate::v1::instant::Instant;
use crate::v1::schema;

/// The webhooks the caller manages.
#[derive(Serialize, ToSchema)]
pub(super) struct Webhooks {
    /// All of them.
    items: Vec<WebhookView>,
}

/// A webhook, without its secret.
#[derive(Serialize, ToSchema)]
struct WebhookView {
    /// Its id.
    #[schema(value_type = schema::WebhookId)]
    id: WebhookId,
    /// Where messages go.
    url: String,
    /// What it hears of.
    events: Vec<String>,
    /// The OPD it is about; null for the whole regency.
    #[schema(value_type = Option<schema::OpdId>)]
    opd: Option<OpdId>,
    /// When it was registered.
    created: Instant,
    /// Since when nothing is sent to it, because it said that it is gone.
    disabled: Option<Instant>,
}

/// List webhooks
#[utoipa::path(get, path = "/webhooks", operation_id = "webhooks_list", tag = "webhooks",
    responses((status = 200, description = "The webhooks the caller manages.", body = Webhooks)))]
pub(super) async fn list(
    State(state): State<ApiState>,
    caller: Caller,
) -> Result<Json<Webhooks>, Problem> {
    caller.needs(Scope::WebhooksManage)?;
    let items = webhook::list(&state.app, &caller.0).await?;
    Ok(Json(Webhooks {
        items: items.into_iter().map(WebhookView::from).collect(),
    }))
}

/// Delete a webhook
#[utoipa::path(delete, path = "/webhooks/{id}", operation_id = "webhooks_delete", tag = "webhooks",
    params(("id" = schema::WebhookId, Path, description = "The webhook.")),
    responses((status = 204, description = "It is gone.")))]
pub(super) async fn delete(
    State(state): State<ApiState>,
    caller: Caller,
    Path(id): Path<WebhookId>,
) -> Result<StatusCode, Problem> {
    caller.needs(Scope::WebhooksManage)?;
    webhook::delete(&state.app, &caller.0, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<Webhook> for WebhookView {
    fn from(webhook: Webhook) -> Self {
        Self {
            id: webhook.id,
            url: webhook.url,
            events: webhook
                .events
                .iter()
                .map(|kind| kind.word().to_owned())
                .collect(),
            opd: webhook.opd,
            created: webhook.created.into(),
            disabled: webhook.disabled.map(Instant),
        }
    }
}
