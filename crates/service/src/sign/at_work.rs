//! Which intents a task of this very process works on.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use flow::id::IntentId;

/// Intents that a task of this process works on. One that carries this process's lease and is not among them was
/// left behind by a step that failed or a task that was dropped.
#[derive(Default)]
pub(crate) struct AtWork(Mutex<HashSet<IntentId>>);

/// Somebody works on the intent until this is dropped, however the work ends.
#[must_use = "dropped at once, it says that nobody works on the intent"]
pub(crate) struct Working<'a> {
    all: &'a AtWork,
    id: IntentId,
}

impl AtWork {
    pub(crate) fn begin(&self, id: IntentId) -> Working<'_> {
        self.ids().insert(id);
        Working { all: self, id }
    }

    pub(crate) fn holds(&self, id: IntentId) -> bool {
        self.ids().contains(&id)
    }

    fn ids(&self) -> MutexGuard<'_, HashSet<IntentId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Working<'_> {
    fn drop(&mut self) {
        self.all.ids().remove(&self.id);
    }
}
