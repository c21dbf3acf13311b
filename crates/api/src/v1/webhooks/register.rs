//! Registering an address.

use std::collections::BTreeSet;

use axum::Json as Answer;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use flow::id::{OpdId, WebhookId};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use service::access::Action;
use service::webhook::{self, EventKind, NewWebhook};
use utoipa::ToSchema;

use crate::once::NotKept;
use crate::problem::Problem;
use crate::state::ApiState;
use crate::v1::auth::Caller;
use crate::v1::confirmation::Confirmation;
use crate::v1::distinct::distinct;
use crate::v1::extract::Json;
use crate::v1::secret::Secret;
use crate::v1::{schema, text};

/// Where messages go, and about what.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WebhookInput {
    /// An address of the open internet, unless the operator allowed another.
    #[serde(deserialize_with = "text::web_address")]
    #[schema(
        min_length = 8,
        max_length = 2000,
        pattern = "^https?://[!-~]{1,1992}$",
        example = "https://aplikasi.contohrejo.example/pena"
    )]
    url: String,
    /// What it wants to hear of.
    #[serde(deserialize_with = "distinct")]
    #[schema(schema_with = schema::events)]
    events: BTreeSet<EventKind>,
    /// The OPD it is about; none for the whole regency.
    #[serde(default)]
    #[schema(value_type = Option<schema::OpdId>)]
    opd: Option<OpdId>,
    /// The step-up.
    confirmation: Confirmation,
}

/// A webhook with its secret, shown this once.
#[derive(Serialize, ToSchema)]
pub(super) struct Registered {
    /// Its id.
    #[schema(value_type = schema::WebhookId)]
    id: WebhookId,
    /// What messages are signed with.
    #[schema(value_type = String)]
    secret: Secret,
}

/// Register a webhook
///
/// The secret is shown this once; the repeated request is told that it was done.
#[utoipa::path(post, path = "/webhooks", operation_id = "webhooks_register", tag = "webhooks",
    request_body = WebhookInput,
    responses((status = 201, description = "The webhook and its secret.", body = Registered)))]
pub(super) async fn register(
    State(state): State<ApiState>,
    caller: Caller,
    Json(body): Json<WebhookInput>,
) -> Result<Response, Problem> {
    let confirmed = body
        .confirmation
        .check(&state, &caller, Action::ManageWebhooks)
        .await?;
    let new = NewWebhook {
        url: body.url,
        events: body.events,
        opd: body.opd,
    };
    let (id, secret) = webhook::register(&state.app, &caller.0, &confirmed, &new).await?;
    let mut response = (
        StatusCode::CREATED,
        Answer(Registered {
            id,
            secret: Secret(secret),
        }),
    )
        .into_response();
    response.extensions_mut().insert(NotKept);
    Ok(response)
}
