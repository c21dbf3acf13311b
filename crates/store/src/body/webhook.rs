// Who wants to hear of letters, and what was told them.

pub(crate) async fn insert_webhook(
    conn: &mut Conn,
    webhook: &WebhookRow,
) -> Result<(), StoreError> {
    sqlx::query::<Db>(
        "INSERT INTO webhook (id, account_id, url, kinds, opd, secret_sealed, created, disabled_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(webhook.id.uuid())
    .bind(webhook.account.uuid())
    .bind(&webhook.url)
    .bind(to_json(&webhook.kinds)?)
    .bind(webhook.opd.map(OpdId::uuid))
    .bind(&webhook.secret_sealed)
    .bind(webhook.created.micros())
    .bind(webhook.disabled.map(Timestamp::micros))
    .execute(conn)
    .await
    .map_err(|error| StoreError::writing("webhook", error))?;
    Ok(())
}

pub(crate) async fn webhook(
    conn: &mut Conn,
    id: WebhookId,
) -> Result<Option<WebhookRow>, StoreError> {
    let row = sqlx::query_as::<Db, WebhookColumns>(
        "SELECT id, account_id, url, kinds, opd, secret_sealed, created, disabled_at
         FROM webhook WHERE id = $1",
    )
    .bind(id.uuid())
    .fetch_optional(conn)
    .await?;
    row.map(WebhookRow::try_from).transpose()
}

pub(crate) async fn webhooks(conn: &mut Conn) -> Result<Vec<WebhookRow>, StoreError> {
    let rows = sqlx::query_as::<Db, WebhookColumns>(
        "SELECT id, account_id, url, kinds, opd, secret_sealed, created, disabled_at
         FROM webhook ORDER BY created, id",
    )
    .fetch_all(conn)
    .await?;
    all(rows, WebhookRow::try_from)
}

// Whoever may not come in any more hears nothing any more.
pub(crate) async fn listening_webhooks(
    conn: &mut Conn,
    opd: OpdId,
) -> Result<Vec<WebhookRow>, StoreError> {
    let rows = sqlx::query_as::<Db, WebhookColumns>(
        "SELECT webhook.id, account_id, url, kinds, opd, secret_sealed, webhook.created, disabled_at
         FROM webhook JOIN account ON account.id = account_id
         WHERE disabled_at IS NULL AND (opd IS NULL OR opd = $1) AND account.state = 'active'
         ORDER BY webhook.created, webhook.id",
    )
    .bind(opd.uuid())
    .fetch_all(conn)
    .await?;
    all(rows, WebhookRow::try_from)
}

pub(crate) async fn delete_webhook(conn: &mut Conn, id: WebhookId) -> Result<(), StoreError> {
    sqlx::query::<Db>("DELETE FROM delivery WHERE webhook_id = $1")
        .bind(id.uuid())
        .execute(&mut *conn)
        .await?;
    let done = sqlx::query::<Db>("DELETE FROM webhook WHERE id = $1")
        .bind(id.uuid())
        .execute(conn)
        .await?;
    changed_one("webhook", id, done.rows_affected())
}

pub(crate) async fn disable_webhook(
    conn: &mut Conn,
    id: WebhookId,
    at: Timestamp,
    outcome: &str,
) -> Result<(), StoreError> {
    sqlx::query::<Db>(
        "UPDATE delivery SET state = 'dead', outcome = $1, lease_until = NULL
         WHERE webhook_id = $2 AND state = 'waiting'",
    )
    .bind(outcome)
    .bind(id.uuid())
    .execute(&mut *conn)
    .await?;
    sqlx::query::<Db>("UPDATE webhook SET disabled_at = $1 WHERE id = $2 AND disabled_at IS NULL")
        .bind(at.micros())
        .bind(id.uuid())
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn insert_delivery(
    conn: &mut Conn,
    delivery: &NewDelivery,
) -> Result<(), StoreError> {
    sqlx::query::<Db>(
        "INSERT INTO delivery (id, webhook_id, kind, naskah_id, body, state, attempts, created,
                               next_at, lease_until, last_at, outcome)
         VALUES ($1, $2, $3, $4, $5, 'waiting', 0, $6, $6, NULL, NULL, NULL)",
    )
    .bind(delivery.id.uuid())
    .bind(delivery.webhook.uuid())
    .bind(&delivery.kind)
    .bind(delivery.naskah.uuid())
    .bind(&delivery.body)
    .bind(delivery.created.micros())
    .execute(conn)
    .await
    .map_err(|error| StoreError::writing("delivery", error))?;
    Ok(())
}

pub(crate) async fn delivery(
    conn: &mut Conn,
    id: DeliveryId,
) -> Result<Option<DeliveryRow>, StoreError> {
    let row = sqlx::query_as::<Db, DeliveryColumns>(
        "SELECT id, webhook_id, kind, naskah_id, body, state, attempts, created, next_at, last_at,
                outcome
         FROM delivery WHERE id = $1",
    )
    .bind(id.uuid())
    .fetch_optional(conn)
    .await?;
    row.map(DeliveryRow::try_from).transpose()
}

pub(crate) async fn deliveries(
    conn: &mut Conn,
    webhook: WebhookId,
    state: Option<DeliveryState>,
    limit: u64,
) -> Result<Vec<DeliveryRow>, StoreError> {
    let rows = sqlx::query_as::<Db, DeliveryColumns>(
        "SELECT id, webhook_id, kind, naskah_id, body, state, attempts, created, next_at, last_at,
                outcome
         FROM delivery WHERE webhook_id = $1 AND (state = $2 OR $2 IS NULL)
         ORDER BY created DESC, id DESC LIMIT $3",
    )
    .bind(webhook.uuid())
    .bind(state.map(DeliveryState::as_str))
    .bind(to_column("the limit", limit)?)
    .fetch_all(conn)
    .await?;
    all(rows, DeliveryRow::try_from)
}

pub(crate) async fn waiting_webhooks(
    conn: &mut Conn,
    now: Timestamp,
) -> Result<Vec<WebhookId>, StoreError> {
    let ids = sqlx::query_scalar::<Db, Uuid>(
        "SELECT id FROM webhook WHERE EXISTS (
             SELECT 1 FROM delivery
             WHERE webhook_id = webhook.id AND state = 'waiting' AND next_at <= $1)
         ORDER BY id",
    )
    .bind(now.micros())
    .fetch_all(conn)
    .await?;
    Ok(ids.into_iter().map(WebhookId::from_uuid).collect())
}

// One at a time for each receiver: so its messages keep their order, and one that hangs holds up itself alone.
pub(crate) async fn claim_delivery(
    conn: &mut Conn,
    webhook: WebhookId,
    now: Timestamp,
    lease_until: Timestamp,
) -> Result<Option<DeliveryRow>, StoreError> {
    let row = sqlx::query_as::<Db, DeliveryColumns>(
        "UPDATE delivery SET lease_until = $1, attempts = attempts + 1
         WHERE id = (
             SELECT id FROM delivery
             WHERE webhook_id = $2 AND state = 'waiting' AND next_at <= $3
             ORDER BY next_at, id LIMIT 1)
         AND NOT EXISTS (
             SELECT 1 FROM delivery held
             WHERE held.webhook_id = $2 AND held.state = 'waiting' AND held.lease_until > $3)
         RETURNING id, webhook_id, kind, naskah_id, body, state, attempts, created, next_at,
                   last_at, outcome",
    )
    .bind(lease_until.micros())
    .bind(webhook.uuid())
    .bind(now.micros())
    .fetch_optional(conn)
    .await?;
    row.map(DeliveryRow::try_from).transpose()
}

pub(crate) async fn record_attempt(
    conn: &mut Conn,
    id: DeliveryId,
    attempted: &Attempted,
) -> Result<(), StoreError> {
    let done = sqlx::query::<Db>(
        "UPDATE delivery SET state = $1, next_at = $2, last_at = $3, outcome = $4,
                             lease_until = NULL
         WHERE id = $5 AND state = 'waiting'",
    )
    .bind(attempted.state.as_str())
    .bind(attempted.next_at.micros())
    .bind(attempted.at.micros())
    .bind(&attempted.outcome)
    .bind(id.uuid())
    .execute(conn)
    .await?;
    changed_one("delivery", id, done.rows_affected())
}

pub(crate) async fn replay_delivery(
    conn: &mut Conn,
    id: DeliveryId,
    at: Timestamp,
) -> Result<(), StoreError> {
    let done = sqlx::query::<Db>(
        "UPDATE delivery SET state = 'waiting', attempts = 0, next_at = $1
         WHERE id = $2 AND (state <> 'waiting' OR lease_until IS NULL)",
    )
    .bind(at.micros())
    .bind(id.uuid())
    .execute(conn)
    .await?;
    changed_one("delivery", id, done.rows_affected())
}

pub(crate) async fn sweep_deliveries(
    conn: &mut Conn,
    before: Timestamp,
) -> Result<u64, StoreError> {
    let done = sqlx::query::<Db>("DELETE FROM delivery WHERE state <> 'waiting' AND created < $1")
        .bind(before.micros())
        .execute(conn)
        .await?;
    Ok(done.rows_affected())
}
