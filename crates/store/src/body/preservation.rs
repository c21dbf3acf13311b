// Letters that shall carry their own evidence.

pub(crate) async fn put_preservation(
    conn: &mut Conn,
    row: &PreservationRow,
) -> Result<(), StoreError> {
    let (state, problem, expires) = match row.state {
        Preservation::Waiting { problem } => ("waiting", problem, None),
        Preservation::Kept { expires } => ("kept", None, expires),
    };
    sqlx::query::<Db>(
        "INSERT INTO preservation (naskah_id, goal, state, problem, expires, changed)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (naskah_id) DO UPDATE SET goal = excluded.goal, state = excluded.state,
             problem = excluded.problem, expires = excluded.expires, changed = excluded.changed",
    )
    .bind(row.naskah.uuid())
    .bind(row.goal.as_str())
    .bind(state)
    .bind(problem.map(PreservationProblem::as_str))
    .bind(expires.map(Timestamp::micros))
    .bind(row.changed.micros())
    .execute(conn)
    .await
    .map_err(|error| StoreError::writing("preservation", error))?;
    Ok(())
}

pub(crate) async fn preservation(
    conn: &mut Conn,
    naskah: NaskahId,
) -> Result<Option<PreservationRow>, StoreError> {
    let row = sqlx::query_as::<Db, PreservationColumns>(
        "SELECT naskah_id, goal, state, problem, expires, changed FROM preservation
         WHERE naskah_id = $1",
    )
    .bind(naskah.uuid())
    .fetch_optional(conn)
    .await?;
    row.map(PreservationRow::try_from).transpose()
}

pub(crate) async fn open_preservation_count(conn: &mut Conn) -> Result<u64, StoreError> {
    let count =
        sqlx::query_scalar::<Db, i64>("SELECT COUNT(*) FROM preservation WHERE state = 'waiting'")
            .fetch_one(conn)
            .await?;
    from_column("preservation", "count", count)
}
