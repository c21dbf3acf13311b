// Letters: blobs, data keys, read models, versions, agendas.

pub(crate) async fn insert_blob(conn: &mut Conn, blob: &BlobRow) -> Result<(), StoreError> {
    sqlx::query::<Db>(
        "INSERT INTO blob (id, naskah_id, sealed_sha256, plain_sha256, length, created)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(blob.id.uuid())
    .bind(blob.naskah.map(NaskahId::uuid))
    .bind(&blob.sealed_sha256.0[..])
    .bind(&blob.plain_sha256.0[..])
    .bind(to_column("the length", blob.length)?)
    .bind(blob.created.micros())
    .execute(conn)
    .await
    .map_err(|error| StoreError::writing("blob", error))?;
    Ok(())
}

pub(crate) async fn blob(conn: &mut Conn, id: BlobId) -> Result<Option<BlobRow>, StoreError> {
    let row = sqlx::query_as::<Db, BlobColumns>(
        "SELECT id, naskah_id, sealed_sha256, plain_sha256, length, created FROM blob WHERE id = $1",
    )
    .bind(id.uuid())
    .fetch_optional(conn)
    .await?;
    row.map(BlobRow::try_from).transpose()
}

pub(crate) async fn blobs(conn: &mut Conn) -> Result<Vec<BlobRow>, StoreError> {
    let rows = sqlx::query_as::<Db, BlobColumns>(
        "SELECT id, naskah_id, sealed_sha256, plain_sha256, length, created FROM blob ORDER BY id",
    )
    .fetch_all(conn)
    .await?;
    all(rows, BlobRow::try_from)
}

pub(crate) async fn insert_naskah_key(
    conn: &mut Conn,
    naskah: NaskahId,
    envelope: &str,
) -> Result<(), StoreError> {
    sqlx::query::<Db>("INSERT INTO naskah_key (naskah_id, envelope) VALUES ($1, $2)")
        .bind(naskah.uuid())
        .bind(envelope)
        .execute(conn)
        .await
        .map_err(|error| StoreError::writing("naskah_key", error))?;
    Ok(())
}

pub(crate) async fn naskah_key(
    conn: &mut Conn,
    naskah: NaskahId,
) -> Result<Option<String>, StoreError> {
    let envelope =
        sqlx::query_scalar::<Db, String>("SELECT envelope FROM naskah_key WHERE naskah_id = $1")
            .bind(naskah.uuid())
            .fetch_optional(conn)
            .await?;
    Ok(envelope)
}

// A read model never goes back: the guard repeats the version.
pub(crate) async fn put_naskah(conn: &mut Conn, row: &NaskahRow) -> Result<(), StoreError> {
    let done = sqlx::query::<Db>(
        "INSERT INTO naskah (id, opd, jenis, tahap, version, content_digest, nomor, code,
                             typed_code, batch, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT (id) DO UPDATE SET opd = excluded.opd, jenis = excluded.jenis,
             tahap = excluded.tahap, version = excluded.version,
             content_digest = excluded.content_digest, nomor = excluded.nomor,
             code = excluded.code, typed_code = excluded.typed_code, batch = excluded.batch,
             updated_at = excluded.updated_at
         WHERE naskah.version < excluded.version",
    )
    .bind(row.id.uuid())
    .bind(row.opd.uuid())
    .bind(&row.jenis)
    .bind(&row.tahap)
    .bind(to_column("the version", row.version)?)
    .bind(&row.content_digest.0[..])
    .bind(&row.nomor)
    .bind(&row.code)
    .bind(&row.typed_code)
    .bind(&row.batch)
    .bind(row.updated_at.micros())
    .execute(conn)
    .await
    .map_err(|error| StoreError::writing("naskah", error))?;
    changed_one("naskah", row.id, done.rows_affected())
}

// Writes nothing new: the row is locked until the transaction ends, on both engines.
pub(crate) async fn lock_naskah(conn: &mut Conn, id: NaskahId) -> Result<(), StoreError> {
    let done = sqlx::query::<Db>("UPDATE naskah SET version = version WHERE id = $1")
        .bind(id.uuid())
        .execute(conn)
        .await?;
    changed_one("naskah", id, done.rows_affected())
}

pub(crate) async fn naskah(conn: &mut Conn, id: NaskahId) -> Result<Option<NaskahRow>, StoreError> {
    let row = sqlx::query_as::<Db, NaskahColumns>(
        "SELECT id, opd, jenis, tahap, version, content_digest, nomor, code, typed_code, batch,
                updated_at FROM naskah WHERE id = $1",
    )
    .bind(id.uuid())
    .fetch_optional(conn)
    .await?;
    row.map(NaskahRow::try_from).transpose()
}

// One query where each of four would wake the connection's thread: it is asked of every letter that is looked at.
pub(crate) async fn naskah_by_code(
    conn: &mut Conn,
    code: &str,
) -> Result<Option<NaskahRow>, StoreError> {
    let row = sqlx::query_as::<Db, NaskahColumns>(
        "SELECT id, opd, jenis, tahap, version, content_digest, nomor, code, typed_code, batch,
                updated_at FROM naskah WHERE code = $1",
    )
    .bind(code)
    .fetch_optional(conn)
    .await?;
    row.map(NaskahRow::try_from).transpose()
}

pub(crate) async fn naskah_list(
    conn: &mut Conn,
    filter: &NaskahFilter,
) -> Result<Vec<NaskahRow>, StoreError> {
    let rows = sqlx::query_as::<Db, NaskahColumns>(
        "SELECT id, opd, jenis, tahap, version, content_digest, nomor, code, typed_code, batch,
                updated_at FROM naskah
         WHERE (opd = $1 OR $1 IS NULL) AND (tahap = $2 OR $2 IS NULL)
               AND (batch = $3 OR $3 IS NULL)
         ORDER BY id",
    )
    .bind(filter.opd.map(OpdId::uuid))
    .bind(&filter.tahap)
    .bind(&filter.batch)
    .fetch_all(conn)
    .await?;
    all(rows, NaskahRow::try_from)
}

pub(crate) async fn insert_version(conn: &mut Conn, row: &VersionRow) -> Result<(), StoreError> {
    sqlx::query::<Db>(
        "INSERT INTO naskah_version (naskah_id, no, kind, blob_id, sha256, created)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(row.naskah.uuid())
    .bind(to_column("the version", row.no)?)
    .bind(row.kind.as_str())
    .bind(row.blob.uuid())
    .bind(&row.sha256.0[..])
    .bind(row.created.micros())
    .execute(conn)
    .await
    .map_err(|error| StoreError::writing("naskah_version", error))?;
    Ok(())
}

pub(crate) async fn versions(
    conn: &mut Conn,
    naskah: NaskahId,
) -> Result<Vec<VersionRow>, StoreError> {
    let rows = sqlx::query_as::<Db, VersionColumns>(
        "SELECT naskah_id, no, kind, blob_id, sha256, created FROM naskah_version
         WHERE naskah_id = $1 ORDER BY no",
    )
    .bind(naskah.uuid())
    .fetch_all(conn)
    .await?;
    all(rows, VersionRow::try_from)
}

pub(crate) async fn newest_version(
    conn: &mut Conn,
    naskah: NaskahId,
) -> Result<Option<VersionRow>, StoreError> {
    let row = sqlx::query_as::<Db, VersionColumns>(
        "SELECT naskah_id, no, kind, blob_id, sha256, created FROM naskah_version
         WHERE naskah_id = $1 ORDER BY no DESC LIMIT 1",
    )
    .bind(naskah.uuid())
    .fetch_optional(conn)
    .await?;
    row.map(VersionRow::try_from).transpose()
}

pub(crate) async fn put_agenda(conn: &mut Conn, row: &AgendaRow) -> Result<(), StoreError> {
    let done = sqlx::query::<Db>(
        "INSERT INTO agenda (id, opd, naskah_id, tahap, version, received_at, role, urut)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (id) DO UPDATE SET tahap = excluded.tahap, version = excluded.version
         WHERE agenda.version < excluded.version",
    )
    .bind(row.id.uuid())
    .bind(row.opd.uuid())
    .bind(row.naskah.uuid())
    .bind(&row.tahap)
    .bind(to_column("the version", row.version)?)
    .bind(row.received_at.micros())
    .bind(row.role.as_str())
    .bind(
        row.urut
            .map(|urut| to_column("the number", urut))
            .transpose()?,
    )
    .execute(conn)
    .await
    .map_err(|error| StoreError::writing("agenda", error))?;
    changed_one("agenda", row.id, done.rows_affected())
}

// Whoever gives a number holds the row until the transaction ends, so none is given twice and none is lost.
pub(crate) async fn next_agenda_urut(
    conn: &mut Conn,
    opd: OpdId,
    tahun: u16,
) -> Result<u64, StoreError> {
    let last: i64 = sqlx::query_scalar::<Db, i64>(
        "INSERT INTO agenda_counter (opd, tahun, last) VALUES ($1, $2, 1)
         ON CONFLICT (opd, tahun) DO UPDATE SET last = agenda_counter.last + 1
         RETURNING last",
    )
    .bind(opd.uuid())
    .bind(i64::from(tahun))
    .fetch_one(conn)
    .await
    .map_err(|error| StoreError::writing("agenda_counter", error))?;
    from_column("agenda_counter", opd, last)
}

pub(crate) async fn agenda(conn: &mut Conn, id: AgendaId) -> Result<Option<AgendaRow>, StoreError> {
    let row = sqlx::query_as::<Db, AgendaColumns>(
        "SELECT id, opd, naskah_id, tahap, version, received_at, role, read_at, urut FROM agenda WHERE id = $1",
    )
    .bind(id.uuid())
    .fetch_optional(conn)
    .await?;
    row.map(AgendaRow::try_from).transpose()
}

pub(crate) async fn agenda_list(
    conn: &mut Conn,
    opd: Option<OpdId>,
) -> Result<Vec<AgendaRow>, StoreError> {
    let rows = sqlx::query_as::<Db, AgendaColumns>(
        "SELECT id, opd, naskah_id, tahap, version, received_at, role, read_at, urut FROM agenda
         WHERE (opd = $1 OR $1 IS NULL) ORDER BY received_at, id",
    )
    .bind(opd.map(OpdId::uuid))
    .fetch_all(conn)
    .await?;
    all(rows, AgendaRow::try_from)
}

pub(crate) async fn agenda_of(
    conn: &mut Conn,
    naskah: NaskahId,
) -> Result<Vec<AgendaRow>, StoreError> {
    let rows = sqlx::query_as::<Db, AgendaColumns>(
        "SELECT id, opd, naskah_id, tahap, version, received_at, role, read_at, urut FROM agenda
         WHERE naskah_id = $1 ORDER BY received_at, id",
    )
    .bind(naskah.uuid())
    .fetch_all(conn)
    .await?;
    all(rows, AgendaRow::try_from)
}
