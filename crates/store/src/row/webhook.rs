//! Rows of webhooks and their deliveries.

use flow::id::{AccountId, DeliveryId, NaskahId, OpdId, WebhookId};
use flow::time::Timestamp;
use sqlx::FromRow;
use uuid::Uuid;

use crate::StoreError;
use crate::convert::{from_column, of_json};
use crate::model::{DeliveryRow, DeliveryState, NewDelivery, WebhookRow};

#[derive(FromRow)]
pub(crate) struct WebhookColumns {
    id: Uuid,
    account_id: Uuid,
    url: String,
    kinds: String,
    opd: Option<Uuid>,
    secret_sealed: String,
    created: i64,
    disabled_at: Option<i64>,
}

impl TryFrom<WebhookColumns> for WebhookRow {
    type Error = StoreError;

    fn try_from(row: WebhookColumns) -> Result<Self, StoreError> {
        let id = WebhookId::from_uuid(row.id);
        Ok(Self {
            id,
            account: AccountId::from_uuid(row.account_id),
            url: row.url,
            kinds: of_json("webhook", id, &row.kinds)?,
            opd: row.opd.map(OpdId::from_uuid),
            secret_sealed: row.secret_sealed,
            created: Timestamp::from_micros(row.created),
            disabled: row.disabled_at.map(Timestamp::from_micros),
        })
    }
}

#[derive(FromRow)]
pub(crate) struct DeliveryColumns {
    id: Uuid,
    webhook_id: Uuid,
    kind: String,
    naskah_id: Uuid,
    body: String,
    state: String,
    attempts: i64,
    created: i64,
    next_at: i64,
    last_at: Option<i64>,
    outcome: Option<String>,
}

impl TryFrom<DeliveryColumns> for DeliveryRow {
    type Error = StoreError;

    fn try_from(row: DeliveryColumns) -> Result<Self, StoreError> {
        let id = DeliveryId::from_uuid(row.id);
        Ok(Self {
            delivery: NewDelivery {
                id,
                webhook: WebhookId::from_uuid(row.webhook_id),
                kind: row.kind,
                naskah: NaskahId::from_uuid(row.naskah_id),
                body: row.body,
                created: Timestamp::from_micros(row.created),
            },
            state: DeliveryState::of_row("delivery", id, &row.state)?,
            attempts: from_column("delivery", id, row.attempts)?,
            next_at: Timestamp::from_micros(row.next_at),
            last_at: row.last_at.map(Timestamp::from_micros),
            outcome: row.outcome,
        })
    }
}
