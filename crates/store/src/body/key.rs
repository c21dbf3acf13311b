// Keys, certificates, revocation lists.

pub(crate) async fn insert_key(conn: &mut Conn, key: &NewKey) -> Result<(), StoreError> {
    sqlx::query::<Db>(
        "INSERT INTO key (id, pejabat_id, purpose, envelope, created, uses, failures, last_attempt)
         VALUES ($1, $2, $3, $4, $5, 0, 0, NULL)",
    )
    .bind(key.id.uuid())
    .bind(key.pejabat.map(PejabatId::uuid))
    .bind(key.purpose.as_str())
    .bind(&key.envelope)
    .bind(key.created.micros())
    .execute(conn)
    .await
    .map_err(|error| StoreError::writing("key", error))?;
    Ok(())
}

pub(crate) async fn key(conn: &mut Conn, id: KeyId) -> Result<Option<KeyRow>, StoreError> {
    let row = sqlx::query_as::<Db, KeyColumns>(
        "SELECT id, pejabat_id, purpose, envelope, created, uses, failures, last_attempt
         FROM key WHERE id = $1",
    )
    .bind(id.uuid())
    .fetch_optional(conn)
    .await?;
    row.map(KeyRow::try_from).transpose()
}

pub(crate) async fn keys(conn: &mut Conn) -> Result<Vec<KeyRow>, StoreError> {
    let rows = sqlx::query_as::<Db, KeyColumns>(
        "SELECT id, pejabat_id, purpose, envelope, created, uses, failures, last_attempt
         FROM key ORDER BY created, id",
    )
    .fetch_all(conn)
    .await?;
    all(rows, KeyRow::try_from)
}

pub(crate) async fn keys_for(
    conn: &mut Conn,
    purpose: KeyPurpose,
) -> Result<Vec<KeyRow>, StoreError> {
    let rows = sqlx::query_as::<Db, KeyColumns>(
        "SELECT id, pejabat_id, purpose, envelope, created, uses, failures, last_attempt
         FROM key WHERE purpose = $1 ORDER BY created, id",
    )
    .bind(purpose.as_str())
    .fetch_all(conn)
    .await?;
    all(rows, KeyRow::try_from)
}

pub(crate) async fn keys_of(
    conn: &mut Conn,
    pejabat: PejabatId,
) -> Result<Vec<KeyRow>, StoreError> {
    let rows = sqlx::query_as::<Db, KeyColumns>(
        "SELECT id, pejabat_id, purpose, envelope, created, uses, failures, last_attempt
         FROM key WHERE pejabat_id = $1 ORDER BY created, id",
    )
    .bind(pejabat.uuid())
    .fetch_all(conn)
    .await?;
    all(rows, KeyRow::try_from)
}

// Writes nothing new: the row is locked until the transaction ends, on both engines.
pub(crate) async fn lock_key(conn: &mut Conn, id: KeyId) -> Result<(), StoreError> {
    let done = sqlx::query::<Db>("UPDATE key SET failures = failures WHERE id = $1")
        .bind(id.uuid())
        .execute(conn)
        .await?;
    changed_one("key", id, done.rows_affected())
}

pub(crate) async fn count_use(conn: &mut Conn, id: KeyId) -> Result<(), StoreError> {
    let done = sqlx::query::<Db>("UPDATE key SET uses = uses + 1 WHERE id = $1")
        .bind(id.uuid())
        .execute(conn)
        .await?;
    changed_one("key", id, done.rows_affected())
}

pub(crate) async fn count_attempt(
    conn: &mut Conn,
    id: KeyId,
    at: Timestamp,
) -> Result<u64, StoreError> {
    let failures = sqlx::query_scalar::<Db, i64>(
        "UPDATE key SET failures = failures + 1, last_attempt = $1 WHERE id = $2
         RETURNING failures",
    )
    .bind(at.micros())
    .bind(id.uuid())
    .fetch_optional(conn)
    .await?
    .ok_or_else(|| StoreError::Stale {
        table: "key",
        id: id.to_string(),
    })?;
    from_column("key", id, failures)
}

pub(crate) async fn clear_attempts(conn: &mut Conn, id: KeyId) -> Result<(), StoreError> {
    let done = sqlx::query::<Db>("UPDATE key SET failures = 0 WHERE id = $1")
        .bind(id.uuid())
        .execute(conn)
        .await?;
    changed_one("key", id, done.rows_affected())
}

// The envelope it was opened from is named again: of two changes at once only one takes place.
pub(crate) async fn reseal_key(
    conn: &mut Conn,
    id: KeyId,
    from: &str,
    to: &str,
) -> Result<(), StoreError> {
    let done = sqlx::query::<Db>("UPDATE key SET envelope = $1 WHERE id = $2 AND envelope = $3")
        .bind(to)
        .bind(id.uuid())
        .bind(from)
        .execute(conn)
        .await?;
    changed_one("key", id, done.rows_affected())
}

pub(crate) async fn insert_bound_key(conn: &mut Conn, bound: &BoundKey) -> Result<(), StoreError> {
    let (kind, provider, reference) = bound.place.columns();
    sqlx::query::<Db>(
        "INSERT INTO bound_key (key_id, kind, provider, reference, asks, issuers)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(bound.key.uuid())
    .bind(kind)
    .bind(provider)
    .bind(reference)
    .bind(bound.asks.as_str())
    .bind(&bound.issuers)
    .execute(conn)
    .await
    .map_err(|error| StoreError::writing("bound_key", error))?;
    Ok(())
}

pub(crate) async fn bound_key(conn: &mut Conn, key: KeyId) -> Result<Option<BoundKey>, StoreError> {
    let row = sqlx::query_as::<Db, BoundKeyColumns>(
        "SELECT key_id, kind, provider, reference, asks, issuers FROM bound_key WHERE key_id = $1",
    )
    .bind(key.uuid())
    .fetch_optional(conn)
    .await?;
    row.map(BoundKey::try_from).transpose()
}

pub(crate) async fn insert_certificate(
    conn: &mut Conn,
    certificate: &NewCertificate,
) -> Result<(), StoreError> {
    sqlx::query::<Db>(
        "INSERT INTO certificate (issuer_key, serial, key_id, der, not_before, not_after,
                                  revoked_at, reason)
         VALUES ($1, $2, $3, $4, $5, $6, NULL, NULL)",
    )
    .bind(certificate.issuer.uuid())
    .bind(&certificate.serial)
    .bind(certificate.key.map(KeyId::uuid))
    .bind(&certificate.der)
    .bind(certificate.not_before.micros())
    .bind(certificate.not_after.micros())
    .execute(conn)
    .await
    .map_err(|error| StoreError::writing("certificate", error))?;
    Ok(())
}

pub(crate) async fn certificate(
    conn: &mut Conn,
    issuer: KeyId,
    serial: &[u8],
) -> Result<Option<CertificateRow>, StoreError> {
    let row = sqlx::query_as::<Db, CertificateColumns>(
        "SELECT issuer_key, serial, key_id, der, not_before, not_after, revoked_at, reason
         FROM certificate WHERE issuer_key = $1 AND serial = $2",
    )
    .bind(issuer.uuid())
    .bind(serial)
    .fetch_optional(conn)
    .await?;
    row.map(CertificateRow::try_from).transpose()
}

pub(crate) async fn certificates_of(
    conn: &mut Conn,
    key: KeyId,
) -> Result<Vec<CertificateRow>, StoreError> {
    let rows = sqlx::query_as::<Db, CertificateColumns>(
        "SELECT issuer_key, serial, key_id, der, not_before, not_after, revoked_at, reason
         FROM certificate WHERE key_id = $1 ORDER BY not_before DESC, serial",
    )
    .bind(key.uuid())
    .fetch_all(conn)
    .await?;
    all(rows, CertificateRow::try_from)
}

pub(crate) async fn revoke_certificate(
    conn: &mut Conn,
    issuer: KeyId,
    serial: &[u8],
    at: Timestamp,
    reason: &str,
) -> Result<(), StoreError> {
    let done = sqlx::query::<Db>(
        "UPDATE certificate SET revoked_at = $1, reason = $2
         WHERE issuer_key = $3 AND serial = $4 AND revoked_at IS NULL",
    )
    .bind(at.micros())
    .bind(reason)
    .bind(issuer.uuid())
    .bind(serial)
    .execute(conn)
    .await?;
    changed_one("certificate", hex::encode(serial), done.rows_affected())
}

pub(crate) async fn revoked_by(
    conn: &mut Conn,
    issuer: KeyId,
) -> Result<Vec<CertificateRow>, StoreError> {
    let rows = sqlx::query_as::<Db, CertificateColumns>(
        "SELECT issuer_key, serial, key_id, der, not_before, not_after, revoked_at, reason
         FROM certificate WHERE issuer_key = $1 AND revoked_at IS NOT NULL
         ORDER BY revoked_at, serial",
    )
    .bind(issuer.uuid())
    .fetch_all(conn)
    .await?;
    all(rows, CertificateRow::try_from)
}

pub(crate) async fn insert_crl(conn: &mut Conn, crl: &CrlRow) -> Result<(), StoreError> {
    sqlx::query::<Db>(
        "INSERT INTO crl (issuer_key, number, der, this_update) VALUES ($1, $2, $3, $4)",
    )
    .bind(crl.issuer.uuid())
    .bind(to_column("the CRL number", crl.number)?)
    .bind(&crl.der)
    .bind(crl.this_update.micros())
    .execute(conn)
    .await
    .map_err(|error| StoreError::writing("crl", error))?;
    Ok(())
}

pub(crate) async fn newest_crl(
    conn: &mut Conn,
    issuer: KeyId,
) -> Result<Option<CrlRow>, StoreError> {
    let row = sqlx::query_as::<Db, CrlColumns>(
        "SELECT issuer_key, number, der, this_update FROM crl
         WHERE issuer_key = $1 ORDER BY number DESC LIMIT 1",
    )
    .bind(issuer.uuid())
    .fetch_optional(conn)
    .await?;
    row.map(CrlRow::try_from).transpose()
}
