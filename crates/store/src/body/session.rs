// Sessions: only the digest of a token is kept.

pub(crate) async fn insert_session(
    conn: &mut Conn,
    session: &SessionRow,
) -> Result<(), StoreError> {
    sqlx::query::<Db>(
        "INSERT INTO session (id, token_sha256, account_id, agent, agent_class, address_class,
                              created, last_seen)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(session.id.uuid())
    .bind(&session.token_sha256.0[..])
    .bind(session.account.uuid())
    .bind(&session.agent)
    .bind(&session.agent_class)
    .bind(&session.address_class)
    .bind(session.created.micros())
    .bind(session.last_seen.micros())
    .execute(conn)
    .await
    .map_err(|error| StoreError::writing("session", error))?;
    Ok(())
}

pub(crate) async fn session_by_token(
    conn: &mut Conn,
    token: &Sha256,
) -> Result<Option<SessionRow>, StoreError> {
    let row = sqlx::query_as::<Db, SessionColumns>(
        "SELECT id, token_sha256, account_id, agent, agent_class, address_class, created, last_seen
         FROM session WHERE token_sha256 = $1",
    )
    .bind(&token.0[..])
    .fetch_optional(conn)
    .await?;
    row.map(SessionRow::try_from).transpose()
}

pub(crate) async fn sessions_of(
    conn: &mut Conn,
    account: AccountId,
) -> Result<Vec<SessionRow>, StoreError> {
    let rows = sqlx::query_as::<Db, SessionColumns>(
        "SELECT id, token_sha256, account_id, agent, agent_class, address_class, created, last_seen
         FROM session WHERE account_id = $1 ORDER BY created DESC, id",
    )
    .bind(account.uuid())
    .fetch_all(conn)
    .await?;
    all(rows, SessionRow::try_from)
}

// It may have been ended meanwhile, which is no fault.
pub(crate) async fn touch_session(
    conn: &mut Conn,
    id: SessionId,
    at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query::<Db>("UPDATE session SET last_seen = $1 WHERE id = $2 AND last_seen < $1")
        .bind(at.micros())
        .bind(id.uuid())
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn end_session(
    conn: &mut Conn,
    account: AccountId,
    id: SessionId,
) -> Result<bool, StoreError> {
    let done = sqlx::query::<Db>("DELETE FROM session WHERE account_id = $1 AND id = $2")
        .bind(account.uuid())
        .bind(id.uuid())
        .execute(conn)
        .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn end_sessions(
    conn: &mut Conn,
    account: AccountId,
    but: Option<SessionId>,
) -> Result<u64, StoreError> {
    let done =
        sqlx::query::<Db>("DELETE FROM session WHERE account_id = $1 AND (id <> $2 OR $2 IS NULL)")
            .bind(account.uuid())
            .bind(but.map(SessionId::uuid))
            .execute(conn)
            .await?;
    Ok(done.rows_affected())
}

pub(crate) async fn sweep_sessions(
    conn: &mut Conn,
    created_before: Timestamp,
    seen_before: Timestamp,
) -> Result<u64, StoreError> {
    let done = sqlx::query::<Db>("DELETE FROM session WHERE created < $1 OR last_seen < $2")
        .bind(created_before.micros())
        .bind(seen_before.micros())
        .execute(conn)
        .await?;
    Ok(done.rows_affected())
}
