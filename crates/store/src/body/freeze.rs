// Frozen electronic signatures.

pub(crate) async fn freeze_tte(
    conn: &mut Conn,
    pejabat: PejabatId,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let done = sqlx::query::<Db>(
        "INSERT INTO tte_freeze (pejabat_id, at) VALUES ($1, $2)
         ON CONFLICT (pejabat_id) DO NOTHING",
    )
    .bind(pejabat.uuid())
    .bind(at.micros())
    .execute(conn)
    .await
    .map_err(|error| StoreError::writing("tte_freeze", error))?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn unfreeze_tte(conn: &mut Conn, pejabat: PejabatId) -> Result<bool, StoreError> {
    let done = sqlx::query::<Db>("DELETE FROM tte_freeze WHERE pejabat_id = $1")
        .bind(pejabat.uuid())
        .execute(conn)
        .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn frozen_since(
    conn: &mut Conn,
    pejabat: PejabatId,
) -> Result<Option<Timestamp>, StoreError> {
    let at = sqlx::query_scalar::<Db, i64>("SELECT at FROM tte_freeze WHERE pejabat_id = $1")
        .bind(pejabat.uuid())
        .fetch_optional(conn)
        .await?;
    Ok(at.map(Timestamp::from_micros))
}

pub(crate) async fn void_activations_of(
    conn: &mut Conn,
    pejabat: PejabatId,
) -> Result<Vec<ActivationId>, StoreError> {
    let ids = sqlx::query_scalar::<Db, Uuid>(
        "UPDATE activation SET state = 'void' WHERE pejabat_id = $1 AND state = 'live'
         RETURNING id",
    )
    .bind(pejabat.uuid())
    .fetch_all(conn)
    .await?;
    Ok(ids.into_iter().map(ActivationId::from_uuid).collect())
}

pub(crate) async fn insert_office_note(
    conn: &mut Conn,
    sha256: &Sha256,
    sealed: &str,
) -> Result<(), StoreError> {
    sqlx::query::<Db>("INSERT INTO office_note (sha256, sealed) VALUES ($1, $2)")
        .bind(&sha256.0[..])
        .bind(sealed)
        .execute(conn)
        .await
        .map_err(|error| StoreError::writing("office_note", error))?;
    Ok(())
}

pub(crate) async fn office_note(
    conn: &mut Conn,
    sha256: &Sha256,
) -> Result<Option<String>, StoreError> {
    let sealed =
        sqlx::query_scalar::<Db, String>("SELECT sealed FROM office_note WHERE sha256 = $1")
            .bind(&sha256.0[..])
            .fetch_optional(conn)
            .await?;
    Ok(sealed)
}
