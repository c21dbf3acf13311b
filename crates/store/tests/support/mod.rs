//! One database per test, on both engines, and a way to write past the program.
#![allow(
    dead_code,
    clippy::allow_attributes,
    reason = "each test binary uses its own part of the support"
)]

use std::future::Future;
use std::io::Write as _;
use std::sync::atomic::{AtomicU32, Ordering};

use flow::digest::Sha256;
use flow::time::Timestamp;
use serde_json::json;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection, PgPool, SqlitePool};
use store::model::{NewEvent, NewEvents, Stream, StreamKind};
use store::{Location, Store};
use uuid::Uuid;

/// Runs one contract on SQLite always, and on PostgreSQL where `PENA_TEST_PG` names a server.
macro_rules! on_both_engines {
    ($($name:ident),+ $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test] async fn $name() { crate::support::sqlite(super::$name).await; })+
        }
        mod on_postgres {
            $(#[tokio::test] async fn $name() { crate::support::postgres(super::$name).await; })+
        }
    };
}
pub(crate) use on_both_engines;

/// A test's own database.
pub struct Db {
    pub store: Store,
    pub raw: Raw,
    pub location: Location,
}

pub async fn sqlite<F, Fut>(test: F)
where
    F: FnOnce(Db) -> Fut,
    Fut: Future<Output = ()> + Send + 'static,
{
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("pena.db");
    let location = Location::Sqlite(path.clone());
    let store = Store::open(&location).await.unwrap();
    let url = format!("sqlite://{}", path.display());
    let raw = Raw::Lite(SqlitePool::connect(&url).await.unwrap());
    test(Db {
        store,
        raw,
        location,
    })
    .await;
}

pub async fn postgres<F, Fut>(test: F)
where
    F: FnOnce(Db) -> Fut,
    Fut: Future<Output = ()> + Send + 'static,
{
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let Ok(server) = std::env::var("PENA_TEST_PG") else {
        assert!(std::env::var_os("CI").is_none(), "CI needs PENA_TEST_PG");
        let _ = writeln!(
            std::io::stderr(),
            "left out: PENA_TEST_PG names no PostgreSQL server"
        );
        return;
    };
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = format!("pena_test_{}_{number}", std::process::id());
    let mut admin = PgConnection::connect(&server).await.unwrap();
    let create = format!("CREATE DATABASE {name}");
    sqlx::query(AssertSqlSafe(create))
        .execute(&mut admin)
        .await
        .unwrap();
    let options: sqlx::postgres::PgConnectOptions = server.parse().unwrap();
    let url = options.database(&name).to_url_lossy().to_string();
    let location = Location::Postgres(url.clone());
    let store = Store::open(&location).await.unwrap();
    let raw = PgPool::connect(&url).await.unwrap();
    let db = Db {
        store: store.clone(),
        raw: Raw::Pg(raw.clone()),
        location,
    };
    // The test runs in a task of its own, so that its database is dropped when it panics, too.
    let outcome = tokio::spawn(test(db)).await;
    store.close().await;
    raw.close().await;
    let drop = format!("DROP DATABASE {name} WITH (FORCE)");
    sqlx::query(AssertSqlSafe(drop))
        .execute(&mut admin)
        .await
        .unwrap();
    if let Err(failed) = outcome {
        std::panic::resume_unwind(failed.into_panic());
    }
}

/// The database as its administrator sees it.
#[derive(Clone)]
pub enum Raw {
    Lite(SqlitePool),
    Pg(PgPool),
}

impl Raw {
    pub async fn run(&self, sql: impl Into<String>) -> u64 {
        let sql = sql.into();
        match self {
            Self::Lite(pool) => {
                let done = sqlx::query(AssertSqlSafe(sql.clone())).execute(pool).await;
                done.unwrap_or_else(|error| panic!("{sql}: {error}"))
                    .rows_affected()
            }
            Self::Pg(pool) => {
                let done = sqlx::query(AssertSqlSafe(sql.clone())).execute(pool).await;
                done.unwrap_or_else(|error| panic!("{sql}: {error}"))
                    .rows_affected()
            }
        }
    }

    pub async fn columns(&self) -> Vec<(String, String)> {
        match self {
            Self::Lite(pool) => sqlx::query_as(
                "SELECT m.name, c.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c
                 WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%'
                       AND m.name <> '_sqlx_migrations'
                       -- PostgreSQL has an index where SQLite has these tables of its full text.
                       AND m.name NOT LIKE 'naskah_kata%' ORDER BY 1, 2",
            )
            .fetch_all(pool)
            .await
            .unwrap(),
            Self::Pg(pool) => sqlx::query_as(
                "SELECT table_name::text, column_name::text FROM information_schema.columns
                 WHERE table_schema = current_schema() AND table_name <> '_sqlx_migrations'
                 ORDER BY table_name::text COLLATE \"C\", column_name::text COLLATE \"C\"",
            )
            .fetch_all(pool)
            .await
            .unwrap(),
        }
    }

    /// A UUID literal.
    pub fn uuid(&self, id: Uuid) -> String {
        match self {
            Self::Lite(_) => format!("X'{}'", id.simple()),
            Self::Pg(_) => format!("'{id}'::uuid"),
        }
    }

    /// A bytes literal.
    pub fn bytes(&self, bytes: &[u8]) -> String {
        match self {
            Self::Lite(_) => format!("X'{}'", hex::encode(bytes)),
            Self::Pg(_) => format!("'\\x{}'::bytea", hex::encode(bytes)),
        }
    }
}

/// An instant of the tests: `n` seconds after their beginning.
pub fn at(n: i64) -> Timestamp {
    Timestamp::from_micros(1_800_000_000_000_000 + n * 1_000_000)
}

pub fn id(n: u128) -> Uuid {
    Uuid::from_u128((0x0191_0000_0000_7000_8000 << 48) | n)
}

pub fn sha(text: &str) -> Sha256 {
    Sha256::of(text.as_bytes())
}

pub fn stream(n: u128) -> Stream {
    Stream {
        kind: StreamKind::Naskah,
        id: id(n),
    }
}

/// `count` events on `stream` after version `expected`.
pub fn some_events(stream: Stream, expected: u64, count: u8) -> NewEvents {
    NewEvents {
        stream,
        expected,
        events: (0..count)
            .map(|n| NewEvent::new("edited", &json!({"v": 1, "kind": "edited", "n": n})).unwrap())
            .collect(),
        at: at(i64::try_from(expected).unwrap()),
        actor: [7; 32],
        salts: (0..count).map(|n| [n; 16]).collect(),
    }
}

pub async fn append(store: &Store, new: &NewEvents) -> Result<(), store::StoreError> {
    let mut tx = store.begin().await?;
    tx.append(new).await?;
    tx.commit().await
}
