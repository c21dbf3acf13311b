//! Both engines, a database per test, and a way to write past the program.

use std::future::Future;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection, PgPool, SqlitePool};
use store::Location;
use store::Store;

use super::World;

/// Runs one use case on SQLite always, and on PostgreSQL where `PENA_TEST_PG` names a server.
macro_rules! on_both_engines {
    ($($(#[$attribute:meta])* $name:ident),+ $(,)?) => {
        mod on_sqlite {
            $($(#[$attribute])* #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() { crate::support::sqlite(super::$name).await; })+
        }
        mod on_postgres {
            $($(#[$attribute])* #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() { crate::support::postgres(super::$name).await; })+
        }
    };
}
pub(crate) use on_both_engines;

pub(crate) async fn sqlite<F, Fut>(test: F)
where
    F: FnOnce(World) -> Fut,
    Fut: Future<Output = ()> + Send + 'static,
{
    let folder = tempfile::tempdir().unwrap();
    let location = Location::Sqlite(folder.path().join("pena.sqlite3"));
    let store = Store::open(&location).await.unwrap();
    let url = format!("sqlite://{}", folder.path().join("pena.sqlite3").display());
    let raw = Raw::Lite(SqlitePool::connect(&url).await.unwrap());
    test(World::begin(folder, location, store, raw).await).await;
}

pub(crate) async fn postgres<F, Fut>(test: F)
where
    F: FnOnce(World) -> Fut,
    Fut: Future<Output = ()> + Send + 'static,
{
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let Ok(server) = std::env::var("PENA_TEST_PG") else {
        assert!(std::env::var_os("CI").is_none(), "CI needs PENA_TEST_PG");
        println!("left out: PENA_TEST_PG names no PostgreSQL server");
        return;
    };
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = format!("pena_test_service_{}_{number}", std::process::id());
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
    let folder = tempfile::tempdir().unwrap();
    let world = World::begin(folder, location, store.clone(), Raw::Pg(raw.clone())).await;
    // The test runs in a task of its own, so that its database is dropped when it panics, too.
    let outcome = tokio::spawn(test(world)).await;
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

macro_rules! run {
    ($pool:expr, $sql:expr) => {{
        sqlx::raw_sql(AssertSqlSafe($sql))
            .execute($pool)
            .await
            .unwrap();
    }};
}

/// The database as its administrator sees it.
pub enum Raw {
    Lite(SqlitePool),
    Pg(PgPool),
}

impl Raw {
    /// From now on no intent reaches this state: the power fails when that is to be written.
    pub async fn cut_power_at_intent(&self, state: &str) {
        match self {
            Self::Lite(pool) => run!(
                pool,
                format!(
                    "CREATE TRIGGER power_cut BEFORE UPDATE ON intent WHEN NEW.state = '{state}'
                     BEGIN SELECT RAISE(ABORT, 'power cut'); END"
                )
            ),
            Self::Pg(pool) => run!(
                pool,
                format!(
                    "CREATE FUNCTION power_cut() RETURNS trigger LANGUAGE plpgsql AS
                     $$ BEGIN RAISE EXCEPTION 'power cut'; END $$;
                     CREATE TRIGGER power_cut BEFORE UPDATE ON intent FOR EACH ROW
                     WHEN (NEW.state = '{state}') EXECUTE FUNCTION power_cut();"
                )
            ),
        }
    }

    pub async fn restore_power(&self) {
        match self {
            Self::Lite(pool) => run!(pool, "DROP TRIGGER power_cut".to_owned()),
            Self::Pg(pool) => run!(
                pool,
                "DROP TRIGGER power_cut ON intent; DROP FUNCTION power_cut()".to_owned()
            ),
        }
    }

    /// Every row of the office, its keys and its history.
    pub async fn forget_everything(&self) {
        for table in [
            "certificate",
            "crl",
            "key",
            "mandat",
            "holding",
            "jabatan",
            "pejabat",
            "opd",
            "meta",
            "leaf",
            "event",
        ] {
            let sql = format!("DELETE FROM {table}");
            match self {
                Self::Lite(pool) => run!(pool, sql),
                Self::Pg(pool) => run!(pool, sql),
            }
        }
    }

    /// Data from before there was a seal.
    pub async fn forget_seal(&self) {
        let of_seal = "key_id IN (SELECT id FROM key WHERE purpose = 'seal')";
        let sql = format!(
            "DELETE FROM certificate WHERE {of_seal}; DELETE FROM key WHERE purpose = 'seal'"
        );
        match self {
            Self::Lite(pool) => run!(pool, sql),
            Self::Pg(pool) => run!(pool, sql),
        }
    }

    pub async fn count(&self, table: &str) -> i64 {
        let sql = AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"));
        match self {
            Self::Lite(pool) => sqlx::query_scalar(sql).fetch_one(pool).await,
            Self::Pg(pool) => sqlx::query_scalar(sql).fetch_one(pool).await,
        }
        .unwrap()
    }
}
