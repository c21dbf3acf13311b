//! Opening the database and beginning transactions.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use flow::digest::Sha256;
use flow::id::NaskahId;
use flow::office::Office;
use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, SqlitePool};

use crate::engine::{lite, pg};
use crate::model::{KeyHolder, LetterDetailRow, Reader};
use crate::office_cache::Offices;
use crate::row::of_one_page;
use crate::singles::Singles;
use crate::tx::Inner;
use crate::{Location, StoreError, Tx};

/// The database.
#[derive(Clone)]
pub struct Store {
    pools: Pools,
    offices: Offices,
}

#[derive(Clone)]
enum Pools {
    /// SQLite has one writer; a pool of one queues for it instead of failing with "busy".
    Lite {
        write: SqlitePool,
        read: SqlitePool,
        singles: Arc<Singles>,
    },
    Pg(PgPool),
}

impl Store {
    /// Opens the database and brings its schema up to date.
    ///
    /// # Errors
    /// [`StoreError::Newer`] when a newer program wrote it; [`StoreError::Engine`] when the engine is
    /// too old; else what the engine says.
    pub async fn open(location: &Location) -> Result<Self, StoreError> {
        let pools = match location {
            Location::Sqlite(path) => open_lite(path).await?,
            Location::Postgres(url) => open_pg(url).await?,
        };
        Ok(Self {
            pools,
            offices: Offices::default(),
        })
    }

    /// Begins a transaction that may write.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        let inner = match &self.pools {
            Pools::Lite { write, .. } => Inner::Lite(write.begin_with("BEGIN IMMEDIATE").await?),
            Pools::Pg(pool) => Inner::Pg(pool.begin().await?),
        };
        Ok(Tx {
            inner,
            offices: self.offices.clone(),
        })
    }

    /// Begins a transaction that only reads, and sees one state of the whole database.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn snapshot(&self) -> Result<Tx, StoreError> {
        let inner = match &self.pools {
            Pools::Lite { read, .. } => Inner::Lite(read.begin_with("BEGIN DEFERRED").await?),
            Pools::Pg(pool) => Inner::Pg(
                pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                    .await?,
            ),
        };
        Ok(Tx {
            inner,
            offices: self.offices.of_snapshot(),
        })
    }

    /// Who holds the key with this digest, and the office as it is then.
    ///
    /// # Errors
    /// [`StoreError`]: a row is corrupt, or the engine fails.
    pub async fn key_holder(
        &self,
        digest: &Sha256,
    ) -> Result<Option<(KeyHolder, Arc<Office>)>, StoreError> {
        let found = match &self.pools {
            Pools::Lite { singles, .. } => {
                lite::key_holder(&mut *singles.next().await?, digest).await
            }
            Pools::Pg(pool) => pg::key_holder(&mut *pool.acquire().await?, digest).await,
        }?;
        let Some(holder) = found else {
            return Ok(None);
        };
        let office = match self.offices.known(holder.office_version.as_deref()) {
            Some(office) => office,
            None => self.snapshot().await?.office().await?,
        };
        Ok(Some((holder, office)))
    }

    /// A letter with what its own page asks, and the whole office as it is then; `reader` says through whose eyes, in
    /// that office. One statement without a transaction, as long as nobody changed the office.
    ///
    /// # Errors
    /// [`StoreError`]: a row is corrupt, or the engine fails.
    pub async fn letter_detail(
        &self,
        id: NaskahId,
        reader: impl Fn(&Office) -> Reader,
    ) -> Result<Option<(LetterDetailRow, Arc<Office>)>, StoreError> {
        if let Some((known, office)) = self.offices.newest() {
            let eyes = reader(&office);
            let rows = match &self.pools {
                Pools::Lite { singles, .. } => {
                    lite::detail_rows(&mut *singles.next().await?, &eyes, id).await
                }
                Pools::Pg(pool) => pg::detail_rows(&mut *pool.acquire().await?, &eyes, id).await,
            }?;
            match of_one_page(rows)? {
                None => return Ok(None),
                Some((detail, version)) if version.as_deref() == Some(&*known) => {
                    return Ok(Some((detail, office)));
                }
                // The office changed since it was read.
                Some(_) => {}
            }
        }
        self.snapshot().await?.letter_detail(id, reader).await
    }

    /// A transaction for a reader that expects to have all it needs in memory: it is not begun, and whatever is asked of
    /// it after all is refused with [`StoreError::NotBegun`].
    pub fn not_begun(&self) -> Tx {
        Tx {
            inner: Inner::NotBegun,
            offices: self.offices.clone(),
        }
    }

    /// The engine with its version, and the number of the newest migration that ran.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn about(&self) -> Result<About, StoreError> {
        const SCHEMA: &str = "SELECT MAX(version) FROM _sqlx_migrations";
        let (engine, version, schema) = match &self.pools {
            Pools::Lite { read, .. } => (
                "SQLite",
                sqlx::query_scalar::<_, String>("SELECT sqlite_version()")
                    .fetch_one(read)
                    .await?,
                sqlx::query_scalar::<_, i64>(SCHEMA).fetch_one(read).await?,
            ),
            Pools::Pg(pool) => (
                "PostgreSQL",
                sqlx::query_scalar::<_, String>("SHOW server_version")
                    .fetch_one(pool)
                    .await?,
                sqlx::query_scalar::<_, i64>(SCHEMA).fetch_one(pool).await?,
            ),
        };
        Ok(About {
            engine,
            version,
            schema,
        })
    }

    /// Closes the connections in order; SQLite folds its write-ahead log into the file.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Lite {
                write,
                read,
                singles,
            } => {
                singles.close().await;
                read.close().await;
                write.close().await;
            }
            Pools::Pg(pool) => pool.close().await,
        }
    }
}

/// What a database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// Its name.
    pub engine: &'static str,
    /// Its version, as it tells it.
    pub version: String,
    /// The number of the newest migration that ran.
    pub schema: i64,
}

/// The first SQLite without the WAL-reset bug, which loses committed writes of a pool.
const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);
/// PostgreSQL 14, as `server_version_num`.
const OLDEST_POSTGRES: u32 = 140_000;
const READERS: u32 = 4;
const PG_CONNECTIONS: u32 = 8;
const BUSY: Duration = Duration::from_secs(5);

async fn open_lite(path: &Path) -> Result<Pools, StoreError> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY);
    // The database is in this process: asking a connection whether it still lives costs more than many a query.
    let write = SqlitePoolOptions::new()
        .max_connections(1)
        .test_before_acquire(false)
        .connect_with(options.clone())
        .await?;
    let version = sqlx::query_scalar::<_, String>("SELECT sqlite_version()")
        .fetch_one(&write)
        .await?;
    if parse_version(&version).is_none_or(|found| found < OLDEST_SQLITE) {
        return Err(StoreError::Engine(format!(
            "SQLite {version} can lose committed writes; 3.51.3 or newer is needed"
        )));
    }
    migrate(&lite::MIGRATIONS, &write).await?;
    let reading = options.pragma("query_only", "ON");
    let singles = Singles::open(&reading).await?;
    let read = SqlitePoolOptions::new()
        .max_connections(READERS)
        .test_before_acquire(false)
        .connect_lazy_with(reading);
    Ok(Pools::Lite {
        write,
        read,
        singles: Arc::new(singles),
    })
}

async fn open_pg(url: &str) -> Result<Pools, StoreError> {
    let pool = PgPoolOptions::new()
        .max_connections(PG_CONNECTIONS)
        .connect(url)
        .await?;
    let version = sqlx::query_scalar::<_, String>("SHOW server_version_num")
        .fetch_one(&pool)
        .await?;
    if version
        .parse::<u32>()
        .is_ok_and(|found| found < OLDEST_POSTGRES)
    {
        return Err(StoreError::Engine(format!(
            "PostgreSQL {version} is too old; 14 or newer is needed"
        )));
    }
    migrate(&pg::MIGRATIONS, &pool).await?;
    Ok(Pools::Pg(pool))
}

async fn migrate<'a, A>(migrations: &sqlx::migrate::Migrator, pool: A) -> Result<(), StoreError>
where
    A: sqlx::Acquire<'a>,
    <A::Connection as std::ops::Deref>::Target: sqlx::migrate::Migrate,
{
    migrations.run(pool).await.map_err(|error| {
        let known = migrations.iter().map(|one| one.version).max().unwrap_or(0);
        if let sqlx::migrate::MigrateError::VersionMissing(found) = error {
            StoreError::Newer { found, known }
        } else {
            StoreError::Migrate(Box::new(error))
        }
    })
}

fn parse_version(text: &str) -> Option<(u32, u32, u32)> {
    let mut parts = text.split('.').map(|part| part.parse().ok());
    Some((parts.next()??, parts.next()??, parts.next()??))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number_and_not_by_letter() {
        assert!(parse_version("3.51.2").unwrap() < OLDEST_SQLITE);
        assert!(parse_version("3.9.0").unwrap() < OLDEST_SQLITE);
        assert!(parse_version("3.53.0").unwrap() > OLDEST_SQLITE);
        assert_eq!(parse_version("three"), None);
    }
}
