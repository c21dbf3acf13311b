//! A pool of sessions: each does one thing at a time, and a token opens only so many.

use std::sync::{Condvar, Mutex, PoisonError};

use cryptoki::{session::Session, slot::Slot};

use super::{Module, TokenError};

/// Sessions on one token. All share the login that one of them made, which ends when the last is closed.
#[derive(Debug)]
pub(super) struct Sessions {
    module: Module,
    slot: Slot,
    pool: Mutex<Pool>,
    returned: Condvar,
}

#[derive(Debug)]
struct Pool {
    idle: Vec<Session>,
    open: u64,
    most: u64,
}

impl Sessions {
    /// Begins with the session that logged in; `most` are open at once.
    pub(super) fn new(module: Module, slot: Slot, first: Session, most: u64) -> Self {
        Self {
            module,
            slot,
            pool: Mutex::new(Pool {
                idle: vec![first],
                open: 1,
                most: most.max(1),
            }),
            returned: Condvar::new(),
        }
    }

    /// Runs `work` with a session of its own; waits when as many as the token allows are at work.
    pub(super) fn with<T>(
        &self,
        work: impl FnOnce(&Session) -> Result<T, TokenError>,
    ) -> Result<T, TokenError> {
        let session = self.take()?;
        let done = work(&session);
        self.pool().idle.push(session);
        self.returned.notify_one();
        done
    }

    fn take(&self) -> Result<Session, TokenError> {
        let mut pool = self.pool();
        loop {
            if let Some(session) = pool.idle.pop() {
                return Ok(session);
            }
            if pool.open < pool.most {
                pool.open += 1;
                break;
            }
            pool = self
                .returned
                .wait(pool)
                .unwrap_or_else(PoisonError::into_inner);
        }
        drop(pool);
        self.module
            .context()
            .open_ro_session(self.slot)
            .map_err(|error| {
                self.pool().open -= 1;
                error.into()
            })
    }

    fn pool(&self) -> std::sync::MutexGuard<'_, Pool> {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
