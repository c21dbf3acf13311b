// Activations: which versions a passphrase was entered for.

pub(crate) async fn insert_activation(
    conn: &mut Conn,
    activation: &NewActivation,
) -> Result<(), StoreError> {
    sqlx::query::<Db>(
        "INSERT INTO activation (id, key_id, pejabat_id, state, created, expires, node, epoch)
         VALUES ($1, $2, $3, 'live', $4, $5, $6, $7)",
    )
    .bind(activation.id.uuid())
    .bind(activation.key.uuid())
    .bind(activation.pejabat.uuid())
    .bind(activation.created.micros())
    .bind(activation.expires.micros())
    .bind(&activation.node)
    .bind(&activation.epoch)
    .execute(&mut *conn)
    .await
    .map_err(|error| StoreError::writing("activation", error))?;
    for version in &activation.versions {
        sqlx::query::<Db>(
            "INSERT INTO activation_digest (activation_id, sha256, used_at)
             VALUES ($1, $2, NULL)",
        )
        .bind(activation.id.uuid())
        .bind(&version.0[..])
        .execute(&mut *conn)
        .await
        .map_err(|error| StoreError::writing("activation_digest", error))?;
    }
    Ok(())
}

pub(crate) async fn activation(
    conn: &mut Conn,
    id: ActivationId,
) -> Result<Option<ActivationRow>, StoreError> {
    let row = sqlx::query_as::<Db, ActivationColumns>(
        "SELECT id, key_id, pejabat_id, state, created, expires, node, epoch
         FROM activation WHERE id = $1",
    )
    .bind(id.uuid())
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let digests = sqlx::query_as::<Db, ActivationDigestColumns>(
        "SELECT sha256, used_at FROM activation_digest WHERE activation_id = $1 ORDER BY sha256",
    )
    .bind(id.uuid())
    .fetch_all(&mut *conn)
    .await?;
    row.with(digests).map(Some)
}

pub(crate) async fn take_version(
    conn: &mut Conn,
    id: ActivationId,
    version: Sha256,
    now: Timestamp,
) -> Result<Take, StoreError> {
    // The guard is in the UPDATE, so two commands cannot both take it.
    let taken = sqlx::query::<Db>(
        "UPDATE activation_digest SET used_at = $1
         WHERE activation_id = $2 AND sha256 = $3 AND used_at IS NULL AND EXISTS (
             SELECT 1 FROM activation
             WHERE id = $2 AND state = 'live' AND created <= $1 AND expires > $1)",
    )
    .bind(now.micros())
    .bind(id.uuid())
    .bind(&version.0[..])
    .execute(&mut *conn)
    .await?;
    if taken.rows_affected() != 1 {
        return Ok(Take::Refused);
    }
    let spent = sqlx::query::<Db>(
        "UPDATE activation SET state = 'spent'
         WHERE id = $1 AND state = 'live' AND NOT EXISTS (
             SELECT 1 FROM activation_digest WHERE activation_id = $1 AND used_at IS NULL)",
    )
    .bind(id.uuid())
    .execute(&mut *conn)
    .await?;
    Ok(if spent.rows_affected() == 1 {
        Take::TakenLast
    } else {
        Take::Taken
    })
}

pub(crate) async fn end_activation(
    conn: &mut Conn,
    id: ActivationId,
    to: ActivationState,
) -> Result<(), StoreError> {
    let done =
        sqlx::query::<Db>("UPDATE activation SET state = $1 WHERE id = $2 AND state = 'live'")
            .bind(to.as_str())
            .bind(id.uuid())
            .execute(conn)
            .await?;
    changed_one("activation", id, done.rows_affected())
}

pub(crate) async fn expire_activations(conn: &mut Conn, now: Timestamp) -> Result<u64, StoreError> {
    let done = sqlx::query::<Db>(
        "UPDATE activation SET state = 'expired' WHERE state = 'live' AND expires <= $1",
    )
    .bind(now.micros())
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

pub(crate) async fn void_dead_activations(
    conn: &mut Conn,
    node: &str,
    epoch: &str,
) -> Result<u64, StoreError> {
    let done = sqlx::query::<Db>(
        "UPDATE activation SET state = 'void'
         WHERE state = 'live' AND node = $1 AND epoch <> $2",
    )
    .bind(node)
    .bind(epoch)
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}
