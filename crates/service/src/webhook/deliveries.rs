//! What was told, and telling it again.

use flow::id::{DeliveryId, NaskahId, WebhookId};
use flow::time::Timestamp;
use serde::Serialize;
use store::StoreError;
use store::model::{DeliveryRow, DeliveryState};

use super::register::find;
use crate::identity::Subject;
use crate::transaction::transaction;
use crate::{App, ServiceError};

/// A message and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Delivery {
    /// Its id, the `webhook-id` of every attempt.
    pub id: DeliveryId,
    /// The `type`.
    pub kind: String,
    /// The letter.
    pub naskah: NaskahId,
    /// Where it stands; `dead` is given up.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: u64,
    /// When the event happened.
    pub created: Timestamp,
    /// When it is tried next, while it waits.
    pub next: Option<Timestamp>,
    /// When it was tried last.
    pub last: Option<Timestamp>,
    /// What came of the last attempt.
    pub outcome: Option<String>,
}

/// The newest hundred messages to a webhook, or those of them in one state, newest first.
///
/// # Errors
/// [`ServiceError::NotFound`].
pub async fn deliveries(
    app: &App,
    subject: &Subject,
    webhook: WebhookId,
    state: Option<DeliveryState>,
) -> Result<Vec<Delivery>, ServiceError> {
    find(app, subject, webhook).await?;
    let mut tx = app.store.snapshot().await?;
    let rows = tx.deliveries(webhook, state, MOST).await?;
    Ok(rows.into_iter().map(summary).collect())
}

/// Tells it once more, from the start of the schedule, under the same id.
///
/// # Errors
/// [`ServiceError::NotFound`]; [`ServiceError::Invalid`] for a webhook that is gone.
pub async fn replay(app: &App, subject: &Subject, id: DeliveryId) -> Result<(), ServiceError> {
    let not_found = || ServiceError::NotFound {
        what: "delivery",
        id: id.to_string(),
    };
    let row = app.store.snapshot().await?.delivery(id).await?;
    let row = row.ok_or_else(not_found)?;
    let webhook = find(app, subject, row.delivery.webhook)
        .await
        .map_err(|error| {
            if matches!(error, ServiceError::NotFound { .. }) {
                not_found()
            } else {
                error
            }
        })?;
    if webhook.disabled.is_some() {
        return Err(ServiceError::Impossible {
            rule: "webhook-gone",
        });
    }
    let now = app.now();
    transaction!(app.store, |tx| {
        match tx.replay_delivery(id, now).await {
            // It is being told at this moment, which is what was asked for.
            Ok(()) | Err(StoreError::Stale { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    })
}

/// Forgets what was told or given up three months ago.
///
/// # Errors
/// [`ServiceError::Store`].
pub(crate) async fn sweep(app: &App) -> Result<(), ServiceError> {
    let before = app.now().plus_seconds(-KEPT_SECONDS);
    transaction!(app.store, |tx| {
        tx.sweep_deliveries(before).await?;
        Ok(())
    })
}

fn summary(row: DeliveryRow) -> Delivery {
    let waits = row.state == DeliveryState::Waiting;
    Delivery {
        id: row.delivery.id,
        kind: row.delivery.kind,
        naskah: row.delivery.naskah,
        state: row.state,
        attempts: row.attempts,
        created: row.delivery.created,
        next: waits.then_some(row.next_at),
        last: row.last_at,
        outcome: row.outcome,
    }
}

const MOST: u64 = 100;
const KEPT_SECONDS: i64 = 90 * 86_400;
