//! Letters, entries and contents that were read lately, in a bounded part of memory. A history only grows, so its fold
//! is found by the version of its last event and never goes stale.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use uuid::Uuid;

/// What was read last, by id and version.
pub(crate) struct Histories<H>(Mutex<HashMap<Uuid, (u64, Arc<H>)>>);

impl<H> Default for Histories<H> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<H> Histories<H> {
    /// What it is the fold of, if that version is kept.
    pub(crate) fn get(&self, id: Uuid, version: u64) -> Option<Arc<H>> {
        self.kept()
            .get(&id)
            .filter(|(kept, _)| *kept == version)
            .map(|(_, history)| Arc::clone(history))
    }

    /// Keeps what a snapshot read. What a transaction that writes sees may yet be undone.
    pub(crate) fn keep(&self, id: Uuid, version: u64, history: &Arc<H>) {
        let mut kept = self.kept();
        if kept.len() >= MOST && !kept.contains_key(&id) {
            kept.clear();
        }
        kept.insert(id, (version, Arc::clone(history)));
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<Uuid, (u64, Arc<H>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A few kilobytes each.
const MOST: usize = 1_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_version_that_was_read_is_found_and_the_room_is_bounded() {
        let histories = Histories::default();
        let id = Uuid::from_u128(1);
        histories.keep(id, 3, &Arc::new("three"));
        assert_eq!(histories.get(id, 3).as_deref(), Some(&"three"));
        assert_eq!(histories.get(id, 4), None);
        histories.keep(id, 4, &Arc::new("four"));
        assert_eq!(histories.get(id, 3), None);
        for other in 2..2_000 {
            histories.keep(Uuid::from_u128(other), 1, &Arc::new("one"));
        }
        assert!(histories.kept().len() <= MOST);
    }
}
