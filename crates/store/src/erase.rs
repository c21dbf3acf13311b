//! Removing everything this program keeps in a database, for starting over.

use std::io;
use std::path::{Path, PathBuf};

use sqlx::PgPool;

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

/// By name, so that tables of others in the same database stay.
const DROP: &str = "DROP TABLE IF EXISTS
    intent, activation_digest, activation, crl, certificate, key,
    nomor, register, naskah_version, naskah, naskah_key, agenda, blob, outbox,
    checkpoint, log_tile, log_head, leaf, event,
    mandat, holding, pejabat, jabatan, opd, meta,
    _sqlx_migrations CASCADE";
