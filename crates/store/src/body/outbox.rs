// The outbox: at least once, with leases.

pub(crate) async fn put_job(conn: &mut Conn, job: &NewJob) -> Result<(), StoreError> {
    sqlx::query::<Db>(
        "INSERT INTO outbox (id, topic, body, run_at, attempts, lease_until, done_at)
         VALUES ($1, $2, $3, $4, 0, NULL, NULL)",
    )
    .bind(job.id)
    .bind(&job.topic)
    .bind(&job.body)
    .bind(job.run_at.micros())
    .execute(conn)
    .await
    .map_err(|error| StoreError::writing("outbox", error))?;
    Ok(())
}

pub(crate) async fn claim_jobs(
    conn: &mut Conn,
    topic: &str,
    limit: u64,
    now: Timestamp,
    lease_until: Timestamp,
) -> Result<Vec<Job>, StoreError> {
    let rows = sqlx::query_as::<Db, JobColumns>(CLAIM)
        .bind(lease_until.micros())
        .bind(now.micros())
        .bind(to_column("the limit", limit)?)
        .bind(topic)
        .fetch_all(conn)
        .await?;
    all(rows, Job::try_from)
}

pub(crate) async fn finish_job(conn: &mut Conn, id: Uuid, at: Timestamp) -> Result<(), StoreError> {
    let done =
        sqlx::query::<Db>("UPDATE outbox SET done_at = $1 WHERE id = $2 AND done_at IS NULL")
            .bind(at.micros())
            .bind(id)
            .execute(conn)
            .await?;
    changed_one("outbox", id.simple(), done.rows_affected())
}

pub(crate) async fn retry_job(
    conn: &mut Conn,
    id: Uuid,
    run_at: Timestamp,
) -> Result<(), StoreError> {
    let done = sqlx::query::<Db>(
        "UPDATE outbox SET run_at = $1, lease_until = NULL WHERE id = $2 AND done_at IS NULL",
    )
    .bind(run_at.micros())
    .bind(id)
    .execute(conn)
    .await?;
    changed_one("outbox", id.simple(), done.rows_affected())
}

pub(crate) async fn open_job_count(conn: &mut Conn, topic: &str) -> Result<u64, StoreError> {
    let count = sqlx::query_scalar::<Db, i64>(
        "SELECT COUNT(*) FROM outbox WHERE topic = $1 AND done_at IS NULL",
    )
    .bind(topic)
    .fetch_one(conn)
    .await?;
    from_column("outbox", "count", count)
}
