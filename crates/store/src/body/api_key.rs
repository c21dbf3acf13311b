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

// One statement, which needs no transaction: it is asked on every request of a program.
pub(crate) async fn key_holder(
    conn: &mut Conn,
    digest: &Sha256,
) -> Result<Option<KeyHolder>, StoreError> {
    let row = sqlx::query_as::<Db, KeyHolderColumns>(
        "SELECT a.id, a.username, a.pejabat_id, a.grants, a.state, a.language, a.password,
                a.oidc_subject, a.totp_sealed, a.totp_since, a.totp_step, a.created,
                k.id AS key_id, k.scopes AS key_scopes, k.expires AS key_expires,
                k.revoked_at AS key_revoked_at, k.last_used AS key_last_used,
                (SELECT value FROM meta WHERE key = $2) AS office_version
         FROM api_key k JOIN account a ON a.id = k.account_id WHERE k.key_sha256 = $1",
    )
    .bind(&digest.0[..])
    .bind(OFFICE_VERSION)
    .fetch_optional(conn)
    .await?;
    row.map(KeyHolder::try_from).transpose()
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
