// Settings the database carries about itself.

pub(crate) async fn meta(conn: &mut Conn, key: &str) -> Result<Option<String>, StoreError> {
    let value = sqlx::query_scalar::<Db, String>("SELECT value FROM meta WHERE key = $1")
        .bind(key)
        .fetch_optional(conn)
        .await?;
    Ok(value)
}

pub(crate) async fn put_meta(conn: &mut Conn, key: &str, value: &str) -> Result<(), StoreError> {
    sqlx::query::<Db>(
        "INSERT INTO meta (key, value) VALUES ($1, $2)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    )
    .bind(key)
    .bind(value)
    .execute(conn)
    .await?;
    Ok(())
}
