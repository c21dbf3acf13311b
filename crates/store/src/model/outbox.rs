//! Work that is done after the transaction, at least once.

use flow::time::Timestamp;
use uuid::Uuid;

/// A job to be put into the outbox. Its id is stable over retries, so the receiver can tell a repeat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJob {
    /// The lasting id.
    pub id: Uuid,
    /// What is to be done.
    pub topic: String,
    /// With what: JSON.
    pub body: String,
    /// Not before.
    pub run_at: Timestamp,
}

/// A job that was claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// The lasting id.
    pub id: Uuid,
    /// What is to be done.
    pub topic: String,
    /// With what: JSON.
    pub body: String,
    /// How often it was claimed, this time included.
    pub attempts: u64,
}
