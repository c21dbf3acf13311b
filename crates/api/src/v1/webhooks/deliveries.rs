//! What a webhook was told, and telling it again.

use axum::Json;
use axum::extract::State;
use flow::id::{DeliveryId, NaskahId, WebhookId};
use http::StatusCode;
use serde::Serialize;
use service::identity::Scope;
use service::webhook::{self, Delivery};
use utoipa::ToSchema;

use crate::problem::Problem;
use crate::state::ApiState;
use crate::v1::auth::Caller;
use crate::v1::extract::Path;
use crate::v1::instant::Instant;
use crate::v1::schema;

/// The newest messages to a webhook.
#[derive(Serialize, ToSchema)]
pub(super) struct Deliveries {
    /// Newest first, at most a hundred.
    items: Vec<DeliveryView>,
}

/// A message to a webhook.
#[derive(Serialize, ToSchema)]
struct DeliveryView {
    /// Its id, the `webhook-id` of every attempt.
    #[schema(value_type = schema::DeliveryId)]
    id: DeliveryId,
    /// Its `type`.
    kind: String,
    /// The letter.
    #[schema(value_type = schema::LetterId)]
    letter: NaskahId,
    /// Where it stands.
    #[schema(value_type = String)]
    state: String,
    /// How often it was tried.
    attempts: u64,
    /// When the event happened.
    created: Instant,
    /// When it is tried next.
    next: Option<Instant>,
    /// When it was tried last.
    last: Option<Instant>,
    /// What came of the last attempt.
    outcome: Option<String>,
}

/// List the newest messages to a webhook
#[utoipa::path(get, path = "/webhooks/{id}/deliveries", operation_id = "webhooks_deliveries", tag = "webhooks",
    params(("id" = schema::WebhookId, Path, description = "The webhook.")),
    responses((status = 200, description = "The newest messages.", body = Deliveries)))]
pub(super) async fn deliveries(
    State(state): State<ApiState>,
    caller: Caller,
    Path(id): Path<WebhookId>,
) -> Result<Json<Deliveries>, Problem> {
    caller.needs(Scope::WebhooksManage)?;
    let items = webhook::deliveries(&state.app, &caller.0, id, None).await?;
    Ok(Json(Deliveries {
        items: items.into_iter().map(DeliveryView::from).collect(),
    }))
}

/// Tell a webhook again
#[utoipa::path(post, path = "/webhooks/deliveries/{id}/replay", operation_id = "webhooks_replay", tag = "webhooks",
    params(("id" = schema::DeliveryId, Path, description = "The message.")),
    responses((status = 202, description = "It will be sent again.")))]
pub(super) async fn replay(
    State(state): State<ApiState>,
    caller: Caller,
    Path(id): Path<DeliveryId>,
) -> Result<StatusCode, Problem> {
    caller.needs(Scope::WebhooksManage)?;
    webhook::replay(&state.app, &caller.0, id).await?;
    Ok(StatusCode::ACCEPTED)
}

impl From<Delivery> for DeliveryView {
    fn from(delivery: Delivery) -> Self {
        Self {
            id: delivery.id,
            kind: delivery.kind,
            letter: delivery.naskah,
            state: delivery.state.as_str().to_owned(),
            attempts: delivery.attempts,
            created: delivery.created.into(),
            next: delivery.next.map(Instant),
            last: delivery.last.map(Instant),
            outcome: delivery.outcome,
        }
    }
}
