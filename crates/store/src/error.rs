//! Why the store refused.

use crate::model::Stream;

/// Why the store refused. Callers match on it; the texts are for logs.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Someone else appended first: read the stream again and decide again.
    #[error("another command won: {stream} already has version {version}")]
    Conflict {
        /// The stream both wanted to extend.
        stream: Stream,
        /// The version that is taken.
        version: u64,
    },
    /// A row with the same unique values is there already.
    #[error("{table} already holds such a row")]
    Exists {
        /// The table.
        table: &'static str,
    },
    /// The row is no longer (or never was) in the state the change needs.
    #[error("{table} {id} is not in the state this change needs")]
    Stale {
        /// The table.
        table: &'static str,
        /// The row.
        id: String,
    },
    /// A row names another row that is not there.
    #[error("{table} names a row that does not exist")]
    Dangling {
        /// The table that was written.
        table: &'static str,
    },
    /// A row holds what no version of the program wrote.
    #[error("{table} {id} is corrupt: {what}")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The row.
        id: String,
        /// What is wrong with it.
        what: String,
    },
    /// A value cannot be kept without loss.
    #[error("{what} is outside what can be stored")]
    Range {
        /// What was given.
        what: &'static str,
    },
    /// The engine asks to run the whole transaction again (serialisation failure, deadlock, busy).
    #[error("the transaction must run again: {0}")]
    Retry(#[source] sqlx::Error),
    /// The reader has no transaction and asked for something that is not in memory: a snapshot answers it.
    #[error("the database was asked without a transaction")]
    NotBegun,
    /// The database was written by a newer program.
    #[error("the database has schema {found}, this program knows up to {known}")]
    Newer {
        /// The version found.
        found: i64,
        /// The newest version this program knows.
        known: i64,
    },
    /// The engine is one we cannot trust with the data.
    #[error("{0}")]
    Engine(String),
    /// A migration failed.
    #[error("a migration failed: {0}")]
    Migrate(#[source] Box<sqlx::migrate::MigrateError>),
    /// The checkpoint could not be made.
    #[error("the checkpoint could not be made: {0}")]
    Checkpoint(String),
    /// The engine answered with an error.
    #[error("the database failed: {0}")]
    Database(#[source] sqlx::Error),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        if wants_retry(&error) {
            Self::Retry(error)
        } else {
            Self::Database(error)
        }
    }
}

impl StoreError {
    /// Tells what a failed write to `table` means.
    pub(crate) fn writing(table: &'static str, error: sqlx::Error) -> Self {
        let kind = error
            .as_database_error()
            .map(sqlx::error::DatabaseError::kind);
        match kind {
            Some(sqlx::error::ErrorKind::UniqueViolation) => Self::Exists { table },
            Some(sqlx::error::ErrorKind::ForeignKeyViolation) => Self::Dangling { table },
            _ => error.into(),
        }
    }

    pub(crate) fn corrupt(
        table: &'static str,
        id: impl std::fmt::Display,
        what: impl Into<String>,
    ) -> Self {
        Self::Corrupt {
            table,
            id: id.to_string(),
            what: what.into(),
        }
    }
}

/// PostgreSQL: serialisation failure, deadlock. SQLite: busy, locked, and their extended codes.
fn wants_retry(error: &sqlx::Error) -> bool {
    let Some(code) = error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code)
    else {
        return false;
    };
    matches!(
        code.as_ref(),
        "40001" | "40P01" | "5" | "6" | "261" | "262" | "517"
    )
}
