// Events, each with its leaf, in one go.

pub(crate) async fn append(conn: &mut Conn, new: &NewEvents) -> Result<(), StoreError> {
    let newest = version_of(conn, new.stream).await?;
    if newest != new.expected {
        return Err(StoreError::Conflict {
            stream: new.stream,
            version: new.expected.saturating_add(1),
        });
    }
    for (event, leaf) in crate::audit::leaf::leaves(new)? {
        insert_event(conn, &event).await?;
        insert_leaf(conn, &event, &leaf).await?;
    }
    Ok(())
}

async fn insert_event(conn: &mut Conn, event: &EventRow) -> Result<(), StoreError> {
    let inserted = sqlx::query::<Db>(
        "INSERT INTO event (stream_kind, stream_id, version, kind, body, at, actor)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(event.stream.kind.as_str())
    .bind(event.stream.id)
    .bind(to_column("the version", event.version)?)
    .bind(&event.kind)
    .bind(&event.body)
    .bind(event.at.micros())
    .bind(&event.actor[..])
    .execute(conn)
    .await;
    match inserted.map_err(|error| StoreError::writing("event", error)) {
        Ok(_) => Ok(()),
        Err(StoreError::Exists { .. }) => Err(StoreError::Conflict {
            stream: event.stream,
            version: event.version,
        }),
        Err(error) => Err(error),
    }
}

async fn insert_leaf(
    conn: &mut Conn,
    event: &EventRow,
    leaf: &crate::audit::leaf::Leaf,
) -> Result<(), StoreError> {
    sqlx::query::<Db>(
        "INSERT INTO leaf (id, stream_kind, stream_id, version, idx, body)
         VALUES ($1, $2, $3, $4, NULL, $5)",
    )
    .bind(leaf.id)
    .bind(event.stream.kind.as_str())
    .bind(event.stream.id)
    .bind(to_column("the version", event.version)?)
    .bind(&leaf.body)
    .execute(conn)
    .await
    .map_err(|error| StoreError::writing("leaf", error))?;
    Ok(())
}

pub(crate) async fn version_of(conn: &mut Conn, stream: Stream) -> Result<u64, StoreError> {
    let newest = sqlx::query_scalar::<Db, Option<i64>>(
        "SELECT MAX(version) FROM event WHERE stream_kind = $1 AND stream_id = $2",
    )
    .bind(stream.kind.as_str())
    .bind(stream.id)
    .fetch_one(conn)
    .await?;
    from_column("event", stream, newest.unwrap_or(0))
}

pub(crate) async fn events(conn: &mut Conn, stream: Stream) -> Result<Vec<EventRow>, StoreError> {
    let rows = sqlx::query_as::<Db, EventColumns>(
        "SELECT stream_kind, stream_id, version, kind, body, at, actor FROM event
         WHERE stream_kind = $1 AND stream_id = $2 ORDER BY version",
    )
    .bind(stream.kind.as_str())
    .bind(stream.id)
    .fetch_all(conn)
    .await?;
    all(rows, EventRow::try_from)
}

pub(crate) async fn all_streams(
    conn: &mut Conn,
    kind: StreamKind,
) -> Result<Vec<Stream>, StoreError> {
    let ids = sqlx::query_scalar::<Db, Uuid>(
        "SELECT stream_id FROM event WHERE stream_kind = $1 AND version = 1 ORDER BY stream_id",
    )
    .bind(kind.as_str())
    .fetch_all(conn)
    .await?;
    Ok(ids.into_iter().map(|id| Stream { kind, id }).collect())
}

pub(crate) async fn newest_event(conn: &mut Conn) -> Result<Option<Timestamp>, StoreError> {
    let at = sqlx::query_scalar::<Db, Option<i64>>("SELECT MAX(at) FROM event")
        .fetch_one(conn)
        .await?;
    Ok(at.map(Timestamp::from_micros))
}
