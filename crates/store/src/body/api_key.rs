// Keys of applications: only the digest of a key is kept.

pub(crate) async fn insert_api_key(conn: &mut Conn, key: &ApiKeyRow) -> Result<(), StoreError> {
    sqlx::query::<Db>(
        "INSERT INTO api_key (id, account_id, name, key_sha256, scopes, created, expires,
                              revoked_at, last_used)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(key.id.uuid())
    .bind(key.account.uuid())
    .bind(&key.name)
    .bind(&key.key_sha256.0[..])
    .bind(to_json(&key.scopes)?)
    .bind(key.created.micros())
    .bind(key.expires.map(Timestamp::micros))
    .bind(key.revoked.map(Timestamp::micros))
    .bind(key.last_used.map(Timestamp::micros))
    .execute(conn)
    .await
    .map_err(|error| StoreError::writing("api_key", error))?;
    Ok(())
}

pub(crate) async fn api_key(
    conn: &mut Conn,
    id: ApiKeyId,
) -> Result<Option<ApiKeyRow>, StoreError> {
    let row = sqlx::query_as::<Db, ApiKeyColumns>(
        "SELECT id, account_id, name, key_sha256, scopes, created, expires, revoked_at, last_used
         FROM api_key WHERE id = $1",
    )
    .bind(id.uuid())
    .fetch_optional(conn)
    .await?;
    row.map(ApiKeyRow::try_from).transpose()
}

pub(crate) async fn api_key_by_digest(
    conn: &mut Conn,
    digest: &Sha256,
) -> Result<Option<ApiKeyRow>, StoreError> {
    let row = sqlx::query_as::<Db, ApiKeyColumns>(
        "SELECT id, account_id, name, key_sha256, scopes, created, expires, revoked_at, last_used
         FROM api_key WHERE key_sha256 = $1",
    )
    .bind(&digest.0[..])
    .fetch_optional(conn)
    .await?;
    row.map(ApiKeyRow::try_from).transpose()
}

pub(crate) async fn api_keys(
    conn: &mut Conn,
    account: Option<AccountId>,
) -> Result<Vec<ApiKeyRow>, StoreError> {
    let rows = sqlx::query_as::<Db, ApiKeyColumns>(
        "SELECT id, account_id, name, key_sha256, scopes, created, expires, revoked_at, last_used
         FROM api_key WHERE (account_id = $1 OR $1 IS NULL) ORDER BY created, id",
    )
    .bind(account.map(AccountId::uuid))
    .fetch_all(conn)
    .await?;
    all(rows, ApiKeyRow::try_from)
}

pub(crate) async fn touch_api_key(
    conn: &mut Conn,
    id: ApiKeyId,
    at: Timestamp,
) -> Result<(), StoreError> {
    let done = sqlx::query::<Db>("UPDATE api_key SET last_used = $1 WHERE id = $2")
        .bind(at.micros())
        .bind(id.uuid())
        .execute(conn)
        .await?;
    changed_one("api_key", id, done.rows_affected())
}

pub(crate) async fn revoke_api_key(
    conn: &mut Conn,
    id: ApiKeyId,
    at: Timestamp,
) -> Result<(), StoreError> {
    let done = sqlx::query::<Db>(
        "UPDATE api_key SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL",
    )
    .bind(at.micros())
    .bind(id.uuid())
    .execute(conn)
    .await?;
    changed_one("api_key", id, done.rows_affected())
}
