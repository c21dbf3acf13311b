// Requests that must have one effect. Every change names the ticket of the claim it belongs to.

pub(crate) async fn insert_request(
    conn: &mut Conn,
    request: &NewRequest,
) -> Result<(), StoreError> {
    sqlx::query::<Db>(
        "INSERT INTO idempotency (owner, key, request_sha256, ticket, status, headers, body,
                                  lease_until, expires)
         VALUES ($1, $2, $3, $4, NULL, NULL, NULL, $5, $6)",
    )
    .bind(&request.owner)
    .bind(&request.key)
    .bind(&request.request_sha256.0[..])
    .bind(request.ticket)
    .bind(request.lease_until.micros())
    .bind(request.expires.micros())
    .execute(conn)
    .await
    .map_err(|error| StoreError::writing("idempotency", error))?;
    Ok(())
}

pub(crate) async fn request(
    conn: &mut Conn,
    owner: &str,
    key: &str,
) -> Result<Option<RequestRow>, StoreError> {
    let row = sqlx::query_as::<Db, RequestColumns>(
        "SELECT owner, key, request_sha256, ticket, status, headers, body, lease_until, expires
         FROM idempotency WHERE owner = $1 AND key = $2",
    )
    .bind(owner)
    .bind(key)
    .fetch_optional(conn)
    .await?;
    row.map(RequestRow::try_from).transpose()
}

pub(crate) async fn take_over_request(
    conn: &mut Conn,
    from: Uuid,
    to: &NewRequest,
    now: Timestamp,
) -> Result<(), StoreError> {
    let done = sqlx::query::<Db>(
        "UPDATE idempotency SET request_sha256 = $1, ticket = $2, status = NULL, body = NULL,
                                headers = CASE WHEN expires <= $6 THEN NULL ELSE headers END,
                                lease_until = $3, expires = $4
         WHERE ticket = $5 AND (status IS NULL OR expires <= $6)",
    )
    .bind(&to.request_sha256.0[..])
    .bind(to.ticket)
    .bind(to.lease_until.micros())
    .bind(to.expires.micros())
    .bind(from)
    .bind(now.micros())
    .execute(conn)
    .await?;
    changed_one("idempotency", from.simple(), done.rows_affected())
}

pub(crate) async fn renew_request(
    conn: &mut Conn,
    ticket: Uuid,
    lease_until: Timestamp,
) -> Result<(), StoreError> {
    let done = sqlx::query::<Db>(
        "UPDATE idempotency SET lease_until = $1 WHERE ticket = $2 AND status IS NULL",
    )
    .bind(lease_until.micros())
    .bind(ticket)
    .execute(conn)
    .await?;
    changed_one("idempotency", ticket.simple(), done.rows_affected())
}

// In the transaction of the effect: whoever lost the claim meanwhile has none.
pub(crate) async fn note_effect(conn: &mut Conn, ticket: Uuid) -> Result<(), StoreError> {
    let done = sqlx::query::<Db>(
        "UPDATE idempotency SET headers = $1 WHERE ticket = $2 AND status IS NULL",
    )
    .bind(EFFECT)
    .bind(ticket)
    .execute(conn)
    .await?;
    changed_one("idempotency", ticket.simple(), done.rows_affected())
}

pub(crate) async fn finish_request(
    conn: &mut Conn,
    ticket: Uuid,
    answer: &StoredAnswer,
) -> Result<(), StoreError> {
    let done = sqlx::query::<Db>(
        "UPDATE idempotency SET status = $1, headers = $2, body = $3
         WHERE ticket = $4 AND status IS NULL",
    )
    .bind(i64::from(answer.status))
    .bind(to_json(&answer.headers)?)
    .bind(&answer.body)
    .bind(ticket)
    .execute(conn)
    .await?;
    changed_one("idempotency", ticket.simple(), done.rows_affected())
}

pub(crate) async fn abandon_request(conn: &mut Conn, ticket: Uuid) -> Result<(), StoreError> {
    sqlx::query::<Db>("DELETE FROM idempotency WHERE ticket = $1 AND status IS NULL")
        .bind(ticket)
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn sweep_requests(conn: &mut Conn, now: Timestamp) -> Result<u64, StoreError> {
    let done = sqlx::query::<Db>("DELETE FROM idempotency WHERE expires <= $1")
        .bind(now.micros())
        .execute(conn)
        .await?;
    Ok(done.rows_affected())
}
