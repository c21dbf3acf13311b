//! Wrong entries slow down whoever makes them, known or not, and lock nobody out for good.

use custody::wait_until;
use flow::time::Timestamp;

use crate::transaction::transaction;
use crate::{App, ServiceError};

/// What is being guessed. A stranger who guesses names slows down no step-up of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Door {
    LogIn,
    Confirm,
    SecondFactor,
}

impl Door {
    const fn word(self) -> &'static str {
        match self {
            Self::LogIn => "log-in",
            Self::Confirm => "confirm",
            Self::SecondFactor => "second-factor",
        }
    }

    /// The digest under which entries of that account or name are counted.
    pub(super) fn subject(self, app: &App, who: &str) -> [u8; 32] {
        app.keyed_digest(format!("{}\0{who}", self.word()).as_bytes())
    }
}

/// Counts an entry as wrong before it is looked at, unless the delay after earlier ones has not passed.
///
/// # Errors
/// [`ServiceError::LoginWait`].
pub(super) async fn count(app: &App, subject: &[u8; 32]) -> Result<(), ServiceError> {
    let now = app.now();
    transaction!(app.store, |tx| {
        let (failures, last) = tx.lock_logins(subject).await?;
        if failures > 0 {
            let failures = u32::try_from(failures).unwrap_or(u32::MAX);
            let until = wait_until(failures, last.micros().div_euclid(1_000_000));
            let until = Timestamp::from_micros(until.saturating_mul(1_000_000));
            if now < until {
                return Err(ServiceError::LoginWait { until });
            }
        }
        tx.count_login(subject, now).await?;
        Ok(())
    })
}
