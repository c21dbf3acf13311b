// Registers and their numbers.

pub(crate) async fn insert_register(conn: &mut Conn, row: &RegisterRow) -> Result<(), StoreError> {
    sqlx::query::<Db>("INSERT INTO register (id, year, opd, kind_group) VALUES ($1, $2, $3, $4)")
        .bind(row.id.uuid())
        .bind(i64::from(row.year))
        .bind(row.opd.uuid())
        .bind(&row.kind_group)
        .execute(conn)
        .await
        .map_err(|error| StoreError::writing("register", error))?;
    Ok(())
}

pub(crate) async fn register_for(
    conn: &mut Conn,
    year: u16,
    opd: OpdId,
    kind_group: &str,
) -> Result<Option<RegisterId>, StoreError> {
    let id = sqlx::query_scalar::<Db, Uuid>(
        "SELECT id FROM register WHERE year = $1 AND opd = $2 AND kind_group = $3",
    )
    .bind(i64::from(year))
    .bind(opd.uuid())
    .bind(kind_group)
    .fetch_optional(conn)
    .await?;
    Ok(id.map(RegisterId::from_uuid))
}

pub(crate) async fn registers(conn: &mut Conn) -> Result<Vec<RegisterRow>, StoreError> {
    let rows = sqlx::query_as::<Db, RegisterColumns>(
        "SELECT id, year, opd, kind_group FROM register ORDER BY year, id",
    )
    .fetch_all(conn)
    .await?;
    all(rows, RegisterRow::try_from)
}

pub(crate) async fn insert_nomor(conn: &mut Conn, row: &NomorRow) -> Result<(), StoreError> {
    sqlx::query::<Db>(
        "INSERT INTO nomor (register_id, urut, state, naskah_id, text, reason)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(row.register.uuid())
    .bind(to_column("the number", row.urut)?)
    .bind(row.state.as_str())
    .bind(row.naskah.map(NaskahId::uuid))
    .bind(&row.text)
    .bind(&row.reason)
    .execute(conn)
    .await
    .map_err(|error| StoreError::writing("nomor", error))?;
    Ok(())
}

pub(crate) async fn issue_nomor(
    conn: &mut Conn,
    register: RegisterId,
    urut: u64,
) -> Result<(), StoreError> {
    let done = sqlx::query::<Db>(
        "UPDATE nomor SET state = 'issued'
         WHERE register_id = $1 AND urut = $2 AND state = 'reserved'",
    )
    .bind(register.uuid())
    .bind(to_column("the number", urut)?)
    .execute(conn)
    .await?;
    changed_one("nomor", format!("{register}/{urut}"), done.rows_affected())
}

pub(crate) async fn cancel_nomor(
    conn: &mut Conn,
    register: RegisterId,
    urut: u64,
    reason: &str,
) -> Result<(), StoreError> {
    let done = sqlx::query::<Db>(
        "UPDATE nomor SET state = 'cancelled', reason = $1
         WHERE register_id = $2 AND urut = $3 AND state IN ('reserved', 'issued')",
    )
    .bind(reason)
    .bind(register.uuid())
    .bind(to_column("the number", urut)?)
    .execute(conn)
    .await?;
    changed_one("nomor", format!("{register}/{urut}"), done.rows_affected())
}

pub(crate) async fn nomor_of(
    conn: &mut Conn,
    naskah: NaskahId,
) -> Result<Option<NomorRow>, StoreError> {
    let row = sqlx::query_as::<Db, NomorColumns>(
        "SELECT register_id, urut, state, naskah_id, text, reason FROM nomor
         WHERE naskah_id = $1 AND state <> 'cancelled'",
    )
    .bind(naskah.uuid())
    .fetch_optional(conn)
    .await?;
    row.map(NomorRow::try_from).transpose()
}

pub(crate) async fn nomors(conn: &mut Conn) -> Result<Vec<NomorRow>, StoreError> {
    let rows = sqlx::query_as::<Db, NomorColumns>(
        "SELECT register_id, urut, state, naskah_id, text, reason FROM nomor
         ORDER BY register_id, urut",
    )
    .fetch_all(conn)
    .await?;
    all(rows, NomorRow::try_from)
}
