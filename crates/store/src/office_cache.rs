//! The newest office, kept in memory: every request asks it, and it changes a few times a day.

use std::sync::{Arc, Mutex, PoisonError};

use flow::office::Office;

/// The row that grows with every change of the office, in the transaction that makes it.
pub(crate) const OFFICE_VERSION: &str = "office_version";

/// What a transaction may read from and add to.
#[derive(Clone, Default)]
pub(crate) struct Offices {
    newest: Arc<Mutex<Option<Known>>>,
    fills: Fills,
}

struct Known {
    version: String,
    office: Arc<Office>,
}

/// Whether the transaction sees one state throughout, so that version and rows belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Fills {
    Yes,
    #[default]
    No,
}

impl Offices {
    /// For a transaction that sees one committed state.
    pub(crate) fn of_snapshot(&self) -> Self {
        Self {
            fills: Fills::Yes,
            ..self.clone()
        }
    }

    /// The office in memory with its version, whether or not it still is the newest.
    pub(crate) fn newest(&self) -> Option<(String, Arc<Office>)> {
        let newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        newest
            .as_ref()
            .map(|known| (known.version.clone(), Arc::clone(&known.office)))
    }

    /// The office of that version, if it is the one in memory.
    pub(crate) fn known(&self, version: Option<&str>) -> Option<Arc<Office>> {
        let version = version?;
        let newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        newest
            .as_ref()
            .filter(|known| known.version == version)
            .map(|known| Arc::clone(&known.office))
    }

    /// Keeps what a snapshot read. What a transaction that writes sees may yet be undone.
    pub(crate) fn keep(&self, version: Option<String>, office: &Arc<Office>) {
        let (Fills::Yes, Some(version)) = (self.fills, version) else {
            return;
        };
        let office = Arc::clone(office);
        *self.newest.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(Known { version, office });
    }
}
