//! Connections for single statements that every request needs. A pool asks each connection that comes back whether it
//! lives, which costs as much as the statement itself.

use std::sync::atomic::{AtomicUsize, Ordering};

use futures::future::try_join;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection as _, SqliteConnection};
use tokio::sync::{Mutex, MutexGuard};

use crate::StoreError;

/// Open all the time, used in turn.
pub(crate) struct Singles {
    connections: [Mutex<SqliteConnection>; 2],
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
            connections: [Mutex::new(one), Mutex::new(other)],
            turn: AtomicUsize::new(0),
        })
    }

    /// The next one, once it is free.
    pub(crate) async fn next(&self) -> MutexGuard<'_, SqliteConnection> {
        let [one, other] = &self.connections;
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        if turn.is_multiple_of(2) { one } else { other }
            .lock()
            .await
    }
}
