//! Telling: one message of a receiver at a time, receivers side by side.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use flow::id::WebhookId;
use remote::webhook::{Message, Reception};
use remote::{RemoteError, webhook};
use store::StoreError;
use store::model::{Attempted, DeliveryRow, DeliveryState, WebhookRow};
use tokio::task::JoinSet;

use super::register::secret_of;
use crate::transaction::transaction;
use crate::{App, ServiceError};

/// Tells until the task is dropped. Runs beside the other work of the outbox, which never waits for a receiver.
///
/// A message whose attempt was cut off is sent again once its claim lapses.
pub async fn run(app: Arc<App>) {
    let mut busy = HashSet::new();
    let mut receivers: JoinSet<WebhookId> = JoinSet::new();
    let mut tick = tokio::time::interval(PAUSE);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _instant = tick.tick() => {}
            Some(done) = receivers.join_next() => {
                match done {
                    Ok(id) => { busy.remove(&id); }
                    // A task that broke down does not say whose it was; the claims keep others apart.
                    Err(_) => busy.clear(),
                }
                continue;
            }
        }
        match waiting(&app).await {
            Ok(ids) => {
                for id in ids {
                    if busy.insert(id) {
                        let app = Arc::clone(&app);
                        receivers.spawn(async move {
                            drain(&app, id).await;
                            id
                        });
                    }
                }
            }
            Err(error) => tracing::warn!(error = %error, "webhooks cannot be read"),
        }
    }
}

/// Tells everything that is due now, and comes back.
///
/// # Errors
/// [`ServiceError::Store`] if it cannot be read; a message that fails is tried again later.
pub async fn deliver_due(app: &Arc<App>) -> Result<(), ServiceError> {
    let mut receivers = JoinSet::new();
    for id in waiting(app).await? {
        let app = Arc::clone(app);
        receivers.spawn(async move { drain(&app, id).await });
    }
    while let Some(done) = receivers.join_next().await {
        done?;
    }
    Ok(())
}

async fn waiting(app: &App) -> Result<Vec<WebhookId>, ServiceError> {
    let now = app.now();
    Ok(app.store.snapshot().await?.waiting_webhooks(now).await?)
}

/// Everything that is due for one receiver.
async fn drain(app: &App, id: WebhookId) {
    loop {
        match tell_next(app, id).await {
            Ok(Told::Something) => {}
            Ok(Told::Nothing) => return,
            Err(error) => {
                tracing::warn!(webhook = %id, error = %error, "a message could not be told");
                return;
            }
        }
    }
}

enum Told {
    Something,
    Nothing,
}

async fn tell_next(app: &App, id: WebhookId) -> Result<Told, ServiceError> {
    let now = app.now();
    let claimed = transaction!(app.store, |tx| {
        let Some(row) = tx.webhook(id).await? else {
            return Ok(None);
        };
        let claimed = tx
            .claim_delivery(id, now, now.plus_seconds(LEASE_SECONDS))
            .await?;
        Ok(claimed.map(|delivery| (row, delivery)))
    })?;
    let Some((webhook, delivery)) = claimed else {
        return Ok(Told::Nothing);
    };
    let outcome = attempt(app, &webhook, &delivery).await?;
    record(app, &webhook, &delivery, outcome).await?;
    Ok(Told::Something)
}

async fn attempt(
    app: &App,
    webhook: &WebhookRow,
    delivery: &DeliveryRow,
) -> Result<Result<Reception, RemoteError>, ServiceError> {
    let secret = secret_of(app, webhook)?;
    let id = delivery.delivery.id.to_string();
    let message = Message {
        id: &id,
        sent: app.now().micros().div_euclid(1_000_000),
        body: &delivery.delivery.body,
    };
    Ok(webhook::deliver(&app.outside, &webhook.url, &secret, &message).await)
}

async fn record(
    app: &App,
    webhook: &WebhookRow,
    delivery: &DeliveryRow,
    outcome: Result<Reception, RemoteError>,
) -> Result<(), ServiceError> {
    let now = app.now();
    let (taken, outcome) = match outcome {
        Ok(Reception::Taken(status)) => (true, format!("HTTP {}", status.as_u16())),
        Ok(Reception::Refused(status)) => (false, format!("HTTP {}", status.as_u16())),
        Ok(Reception::Gone) => {
            return transaction!(app.store, |tx| {
                Ok(tx.disable_webhook(webhook.id, now, GONE).await?)
            });
        }
        Err(error) => (false, error.to_string()),
    };
    let pause = usize::try_from(delivery.attempts.saturating_sub(1))
        .ok()
        .and_then(|failed| SCHEDULE.get(failed));
    let (state, next_at) = match (taken, pause) {
        (true, _) => (DeliveryState::Done, now),
        (false, Some(pause)) => (DeliveryState::Waiting, now.plus_seconds(*pause)),
        (false, None) => (DeliveryState::Dead, now),
    };
    let attempted = Attempted {
        state,
        next_at,
        at: now,
        outcome,
    };
    transaction!(app.store, |tx| {
        match tx.record_attempt(delivery.delivery.id, &attempted).await {
            // The webhook was deleted meanwhile.
            Ok(()) | Err(StoreError::Stale { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    })
}

/// Pauses after a failed attempt, in seconds (Standard Webhooks, "Deliverability and reliability"): 5 s, 5 min,
/// 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h. Ten attempts, the first at once.
const SCHEDULE: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
/// Longer than an attempt can take.
const LEASE_SECONDS: i64 = 60;
const PAUSE: Duration = Duration::from_secs(1);
const GONE: &str = "HTTP 410";
