// The audit log: leaves, tiles, checkpoints.

pub(crate) async fn lock_log(conn: &mut Conn) -> Result<u64, StoreError> {
    let size = sqlx::query_scalar::<Db, i64>(
        "UPDATE log_head SET size = size WHERE one = 1 RETURNING size",
    )
    .fetch_optional(conn)
    .await?
    .ok_or_else(|| StoreError::corrupt("log_head", 1, "the row is missing"))?;
    from_column("log_head", 1, size)
}

pub(crate) async fn log_size(conn: &mut Conn) -> Result<u64, StoreError> {
    let size = sqlx::query_scalar::<Db, i64>("SELECT size FROM log_head WHERE one = 1")
        .fetch_optional(conn)
        .await?
        .ok_or_else(|| StoreError::corrupt("log_head", 1, "the row is missing"))?;
    from_column("log_head", 1, size)
}

pub(crate) async fn set_log_size(conn: &mut Conn, from: u64, to: u64) -> Result<(), StoreError> {
    let done = sqlx::query::<Db>("UPDATE log_head SET size = $1 WHERE one = 1 AND size = $2")
        .bind(to_column("the log's size", to)?)
        .bind(to_column("the log's size", from)?)
        .execute(conn)
        .await?;
    changed_one("log_head", 1, done.rows_affected())
}

pub(crate) async fn waiting_leaves(
    conn: &mut Conn,
    limit: u64,
) -> Result<Vec<LeafColumns>, StoreError> {
    let rows = sqlx::query_as::<Db, LeafColumns>(
        "SELECT id, stream_kind, stream_id, version, idx, body FROM leaf
         WHERE idx IS NULL ORDER BY stream_kind, stream_id, version LIMIT $1",
    )
    .bind(to_column("the limit", limit)?)
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

pub(crate) async fn set_leaf_index(
    conn: &mut Conn,
    id: Uuid,
    index: u64,
) -> Result<(), StoreError> {
    let done = sqlx::query::<Db>("UPDATE leaf SET idx = $1 WHERE id = $2 AND idx IS NULL")
        .bind(to_column("the index", index)?)
        .bind(id)
        .execute(conn)
        .await
        .map_err(|error| StoreError::writing("leaf", error))?;
    changed_one("leaf", id.simple(), done.rows_affected())
}

pub(crate) async fn tile(
    conn: &mut Conn,
    level: u8,
    n: u64,
) -> Result<Option<Vec<u8>>, StoreError> {
    let hashes = sqlx::query_scalar::<Db, Vec<u8>>(
        "SELECT hashes FROM log_tile WHERE level = $1 AND n = $2",
    )
    .bind(i64::from(level))
    .bind(to_column("the tile", n)?)
    .fetch_optional(conn)
    .await?;
    Ok(hashes)
}

pub(crate) async fn tile_count(conn: &mut Conn) -> Result<u64, StoreError> {
    let count = sqlx::query_scalar::<Db, i64>("SELECT COUNT(*) FROM log_tile")
        .fetch_one(conn)
        .await?;
    from_column("log_tile", "count", count)
}

pub(crate) async fn put_tile(
    conn: &mut Conn,
    level: u8,
    n: u64,
    hashes: &[u8],
) -> Result<(), StoreError> {
    sqlx::query::<Db>(
        "INSERT INTO log_tile (level, n, hashes) VALUES ($1, $2, $3)
         ON CONFLICT (level, n) DO UPDATE SET hashes = excluded.hashes",
    )
    .bind(i64::from(level))
    .bind(to_column("the tile", n)?)
    .bind(hashes)
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn insert_checkpoint(
    conn: &mut Conn,
    size: u64,
    root: &[u8],
    note: &str,
) -> Result<(), StoreError> {
    sqlx::query::<Db>("INSERT INTO checkpoint (size, root, note) VALUES ($1, $2, $3)")
        .bind(to_column("the log's size", size)?)
        .bind(root)
        .bind(note)
        .execute(conn)
        .await
        .map_err(|error| StoreError::writing("checkpoint", error))?;
    Ok(())
}

pub(crate) async fn newest_checkpoint(
    conn: &mut Conn,
) -> Result<Option<crate::audit::Checkpoint>, StoreError> {
    let row = sqlx::query_as::<Db, CheckpointColumns>(
        "SELECT size, root, note FROM checkpoint ORDER BY size DESC LIMIT 1",
    )
    .fetch_optional(conn)
    .await?;
    row.map(TryInto::try_into).transpose()
}

pub(crate) async fn checkpoints(conn: &mut Conn) -> Result<Vec<CheckpointColumns>, StoreError> {
    let rows = sqlx::query_as::<Db, CheckpointColumns>(
        "SELECT size, root, note FROM checkpoint ORDER BY size",
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

// The audit reads in pages, so that memory stays flat whatever the length of the log.

pub(crate) async fn leaves_from(
    conn: &mut Conn,
    after: i64,
    limit: i64,
) -> Result<Vec<LeafColumns>, StoreError> {
    let rows = sqlx::query_as::<Db, LeafColumns>(
        "SELECT id, stream_kind, stream_id, version, idx, body FROM leaf
         WHERE idx > $1 ORDER BY idx LIMIT $2",
    )
    .bind(after)
    .bind(limit)
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

pub(crate) async fn leaves_without_index(conn: &mut Conn) -> Result<Vec<LeafColumns>, StoreError> {
    let rows = sqlx::query_as::<Db, LeafColumns>(
        "SELECT id, stream_kind, stream_id, version, idx, body FROM leaf
         WHERE idx IS NULL ORDER BY stream_kind, stream_id, version",
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

pub(crate) async fn audited_events_from(
    conn: &mut Conn,
    after: (&str, Uuid, i64),
    limit: i64,
) -> Result<Vec<AuditedColumns>, StoreError> {
    let rows = sqlx::query_as::<Db, AuditedColumns>(
        "SELECT e.stream_kind, e.stream_id, e.version, e.kind, e.body, e.at, e.actor,
                l.body AS leaf_body
         FROM event e LEFT JOIN leaf l ON l.stream_kind = e.stream_kind
              AND l.stream_id = e.stream_id AND l.version = e.version
         WHERE (e.stream_kind, e.stream_id, e.version) > ($1, $2, $3)
         ORDER BY e.stream_kind, e.stream_id, e.version LIMIT $4",
    )
    .bind(after.0)
    .bind(after.1)
    .bind(after.2)
    .bind(limit)
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

pub(crate) async fn leaves_without_event(conn: &mut Conn) -> Result<Vec<LeafColumns>, StoreError> {
    let rows = sqlx::query_as::<Db, LeafColumns>(
        "SELECT l.id, l.stream_kind, l.stream_id, l.version, l.idx, l.body
         FROM leaf l LEFT JOIN event e ON l.stream_kind = e.stream_kind
              AND l.stream_id = e.stream_id AND l.version = e.version
         WHERE e.version IS NULL ORDER BY l.stream_kind, l.stream_id, l.version",
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}
