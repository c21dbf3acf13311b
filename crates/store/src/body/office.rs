// The office. Whatever changes it raises its version in the same transaction, so that nobody reads an old one.

async fn touch_office(conn: &mut Conn) -> Result<(), StoreError> {
    sqlx::query::<Db>(
        "INSERT INTO meta (key, value) VALUES ($1, '1')
         ON CONFLICT (key) DO UPDATE SET value = CAST(CAST(meta.value AS BIGINT) + 1 AS TEXT)",
    )
    .bind(OFFICE_VERSION)
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn insert_opd(conn: &mut Conn, opd: &Opd) -> Result<(), StoreError> {
    sqlx::query::<Db>(
        "INSERT INTO opd (id, kode_unit, name, address, zone) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(opd.id.uuid())
    .bind(&opd.kode_unit)
    .bind(&opd.name)
    .bind(to_json(&opd.address)?)
    .bind(to_word(&opd.zone)?)
    .execute(&mut *conn)
    .await
    .map_err(|error| StoreError::writing("opd", error))?;
    touch_office(conn).await
}

pub(crate) async fn insert_jabatan(conn: &mut Conn, jabatan: &Jabatan) -> Result<(), StoreError> {
    sqlx::query::<Db>(
        "INSERT INTO jabatan (id, opd_id, title, kedudukan, superior) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(jabatan.id.uuid())
    .bind(jabatan.opd.uuid())
    .bind(&jabatan.title)
    .bind(to_word(&jabatan.kedudukan)?)
    .bind(jabatan.superior.map(JabatanId::uuid))
    .execute(&mut *conn)
    .await
    .map_err(|error| StoreError::writing("jabatan", error))?;
    touch_office(conn).await
}

pub(crate) async fn insert_pejabat(
    conn: &mut Conn,
    pejabat: &Pejabat,
    nik_sealed: Option<&str>,
) -> Result<(), StoreError> {
    sqlx::query::<Db>(
        "INSERT INTO pejabat (id, name, gelar_depan, gelar_belakang, pangkat, nip, nik_sealed)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(pejabat.id.uuid())
    .bind(&pejabat.name)
    .bind(&pejabat.gelar_depan)
    .bind(&pejabat.gelar_belakang)
    .bind(&pejabat.pangkat)
    .bind(pejabat.nip.as_ref().map(Nip::as_str))
    .bind(nik_sealed)
    .execute(&mut *conn)
    .await
    .map_err(|error| StoreError::writing("pejabat", error))?;
    touch_office(conn).await
}

pub(crate) async fn nik_sealed(
    conn: &mut Conn,
    pejabat: PejabatId,
) -> Result<Option<String>, StoreError> {
    let sealed =
        sqlx::query_scalar::<Db, Option<String>>("SELECT nik_sealed FROM pejabat WHERE id = $1")
            .bind(pejabat.uuid())
            .fetch_optional(conn)
            .await?;
    Ok(sealed.flatten())
}

pub(crate) async fn insert_holding(conn: &mut Conn, holding: &Holding) -> Result<(), StoreError> {
    sqlx::query::<Db>(
        "INSERT INTO holding (jabatan_id, pejabat_id, from_at, until_at) VALUES ($1, $2, $3, $4)",
    )
    .bind(holding.jabatan.uuid())
    .bind(holding.pejabat.uuid())
    .bind(holding.interval.from().micros())
    .bind(holding.interval.until().map(Timestamp::micros))
    .execute(&mut *conn)
    .await
    .map_err(|error| StoreError::writing("holding", error))?;
    touch_office(conn).await
}

pub(crate) async fn end_holding(
    conn: &mut Conn,
    jabatan: JabatanId,
    pejabat: PejabatId,
    until: Timestamp,
) -> Result<(), StoreError> {
    let done = sqlx::query::<Db>(
        "UPDATE holding SET until_at = $1
         WHERE jabatan_id = $2 AND pejabat_id = $3 AND until_at IS NULL AND from_at < $1",
    )
    .bind(until.micros())
    .bind(jabatan.uuid())
    .bind(pejabat.uuid())
    .execute(&mut *conn)
    .await?;
    changed_one(
        "holding",
        format!("{jabatan}/{pejabat}"),
        done.rows_affected(),
    )?;
    touch_office(conn).await
}

pub(crate) async fn insert_mandat(conn: &mut Conn, mandat: &Mandat) -> Result<(), StoreError> {
    let row = MandatRow::from(mandat.clone());
    sqlx::query::<Db>(
        "INSERT INTO mandat (id, kapasitas, of_jabatan, pejabat_id, jabatan_id, through, sk, kinds,
                             opd_id, from_at, until_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(row.id.uuid())
    .bind(to_word(&row.kapasitas)?)
    .bind(row.of.uuid())
    .bind(row.pejabat.map(PejabatId::uuid))
    .bind(row.jabatan.map(JabatanId::uuid))
    .bind(row.through.map(JabatanId::uuid))
    .bind(&row.sk)
    .bind(to_json(&row.kinds)?)
    .bind(row.opd.map(OpdId::uuid))
    .bind(row.from.micros())
    .bind(row.until.micros())
    .execute(&mut *conn)
    .await
    .map_err(|error| StoreError::writing("mandat", error))?;
    touch_office(conn).await
}

pub(crate) async fn end_mandat(
    conn: &mut Conn,
    id: MandatId,
    until: Timestamp,
) -> Result<(), StoreError> {
    let done = sqlx::query::<Db>(
        "UPDATE mandat SET until_at = $1 WHERE id = $2 AND from_at < $1 AND until_at > $1",
    )
    .bind(until.micros())
    .bind(id.uuid())
    .execute(&mut *conn)
    .await?;
    changed_one("mandat", id, done.rows_affected())?;
    touch_office(conn).await
}

pub(crate) async fn withdraw_mandat(
    conn: &mut Conn,
    id: MandatId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let done = sqlx::query::<Db>("DELETE FROM mandat WHERE id = $1 AND from_at >= $2")
        .bind(id.uuid())
        .bind(now.micros())
        .execute(&mut *conn)
        .await?;
    changed_one("mandat", id, done.rows_affected())?;
    touch_office(conn).await
}

pub(crate) async fn load_office(conn: &mut Conn) -> Result<Office, StoreError> {
    let opd = sqlx::query_as::<Db, OpdColumns>(
        "SELECT id, kode_unit, name, address, zone FROM opd ORDER BY id",
    )
    .fetch_all(&mut *conn)
    .await?;
    let jabatan = sqlx::query_as::<Db, JabatanColumns>(
        "SELECT id, opd_id, title, kedudukan, superior FROM jabatan ORDER BY id",
    )
    .fetch_all(&mut *conn)
    .await?;
    let pejabat = sqlx::query_as::<Db, PejabatColumns>(
        "SELECT id, name, gelar_depan, gelar_belakang, pangkat, nip FROM pejabat ORDER BY id",
    )
    .fetch_all(&mut *conn)
    .await?;
    let holding = sqlx::query_as::<Db, HoldingColumns>(
        "SELECT jabatan_id, pejabat_id, from_at, until_at FROM holding
         ORDER BY jabatan_id, from_at, pejabat_id",
    )
    .fetch_all(&mut *conn)
    .await?;
    let mandat = sqlx::query_as::<Db, MandatColumns>(
        "SELECT id, kapasitas, of_jabatan, pejabat_id, jabatan_id, through, sk, kinds, opd_id,
                from_at, until_at FROM mandat ORDER BY id",
    )
    .fetch_all(&mut *conn)
    .await?;
    Ok(Office::new(
        all(opd, Opd::try_from)?,
        all(jabatan, Jabatan::try_from)?,
        all(pejabat, Pejabat::try_from)?,
        all(holding, Holding::try_from)?,
        all(mandat, Mandat::try_from)?,
    ))
}
