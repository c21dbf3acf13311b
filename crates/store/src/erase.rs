//! Removing everything this program keeps in a database, for starting over.

use std::io;
use std::path::{Path, PathBuf};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{PgPool, SqlitePool};

use crate::{Location, StoreError};

/// Removes all tables of this program and their content. Nothing asks back: the caller makes sure that it may.
///
/// # Errors
/// What the engine or the file system says.
pub async fn erase(location: &Location) -> Result<(), StoreError> {
    match location {
        Location::Sqlite(path) => erase_files(path),
        Location::Postgres(url) => {
            let pool = PgPool::connect(url).await?;
            sqlx::query(DROP).execute(&pool).await?;
            pool.close().await;
            Ok(())
        }
    }
}

fn erase_files(path: &Path) -> Result<(), StoreError> {
    for suffix in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        match std::fs::remove_file(PathBuf::from(name)) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(StoreError::Database(sqlx::Error::Io(error))),
        }
    }
    Ok(())
}

/// Reads a meta value without bringing the schema up to date: a database of others is looked at, not changed.
/// `None` if there is no such database file, table or value.
///
/// # Errors
/// What the engine says.
pub async fn peek(location: &Location, key: &str) -> Result<Option<String>, StoreError> {
    let found = match location {
        Location::Sqlite(path) if !path.exists() => return Ok(None),
        Location::Sqlite(path) => {
            let options = SqliteConnectOptions::new().filename(path);
            let pool = SqlitePool::connect_with(options).await?;
            let found = sqlx::query_scalar(PEEK)
                .bind(key)
                .fetch_optional(&pool)
                .await;
            pool.close().await;
            found
        }
        Location::Postgres(url) => {
            let pool = PgPool::connect(url).await?;
            let found = sqlx::query_scalar(PEEK)
                .bind(key)
                .fetch_optional(&pool)
                .await;
            pool.close().await;
            found
        }
    };
    match found {
        Ok(value) => Ok(value),
        Err(error) if has_no_such_table(&error) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// PostgreSQL says so by a code; SQLite has one code for every mistake in a statement, and this one has none.
fn has_no_such_table(error: &sqlx::Error) -> bool {
    error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code)
        .is_some_and(|code| code == "42P01" || code == "1")
}

const PEEK: &str = "SELECT value FROM meta WHERE key = $1";

/// By name, so that tables of others in the same database stay.
const DROP: &str = "DROP TABLE IF EXISTS
    preservation, task, naskah_desk, naskah_part, naskah_text,
    delivery, webhook, session, api_key, account, login_attempt, idempotency, tte_freeze,
    intent, activation_digest, activation, crl, certificate, bound_key, key,
    nomor, register, naskah_version, naskah, naskah_key, agenda, agenda_counter, blob, outbox,
    checkpoint, log_tile, log_head, leaf, event,
    login_attempt, session, api_key, account, idempotency, tte_freeze, office_note,
    mandat, holding, pejabat, jabatan, opd, meta,
    _sqlx_migrations CASCADE";
