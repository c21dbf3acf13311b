//! Connections for single statements that every request needs. A pool asks each connection that comes back whether it
//! lives, which costs as much as the statement itself.

use std::sync::atomic::{AtomicUsize, Ordering};

use futures::future::try_join;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection as _, SqliteConnection};
use tokio::sync::{MappedMutexGuard, Mutex, MutexGuard};

use crate::StoreError;

/// Open all the time, used in turn.
pub(crate) struct Singles {
    connections: [Mutex<Option<SqliteConnection>>; 2],
    turn: AtomicUsize,
}

impl Singles {
    /// Opens them.
    ///
    /// # Errors
    /// What the engine says.
    pub(crate) async fn open(options: &SqliteConnectOptions) -> Result<Self, StoreError> {
        let open = || SqliteConnection::connect_with(options);
        let (one, other) = try_join(open(), open()).await?;
        Ok(Self {
            connections: [one, other].map(|connection| Mutex::new(Some(connection))),
            turn: AtomicUsize::new(0),
        })
    }

    /// The next one, once it is free.
    ///
    /// # Errors
    /// When they are closed.
    pub(crate) async fn next(&self) -> Result<MappedMutexGuard<'_, SqliteConnection>, StoreError> {
        let [one, other] = &self.connections;
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let connection = if turn.is_multiple_of(2) { one } else { other };
        MutexGuard::try_map(connection.lock().await, Option::as_mut)
            .map_err(|_| sqlx::Error::PoolClosed.into())
    }

    /// Closes them: SQLite folds its write-ahead log into the file with the last connection that is closed.
    pub(crate) async fn close(&self) {
        for connection in &self.connections {
            if let Some(connection) = connection.lock().await.take() {
                // Nothing was written by it.
                drop(connection.close().await);
            }
        }
    }
}
