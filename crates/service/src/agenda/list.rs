//! Looking entries up.

use flow::agenda::Agenda;
use flow::id::{NaskahId, OpdId};

use super::act::load;
use crate::{App, ServiceError};

/// An entry of an OPD's agenda.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The letter.
    pub naskah: NaskahId,
    /// The entry as it stands.
    pub agenda: Agenda,
}

/// The agenda of an OPD, oldest first.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn entries_of(app: &App, opd: OpdId) -> Result<Vec<Entry>, ServiceError> {
    let mut tx = app.store.snapshot().await?;
    let mut entries = Vec::new();
    for row in tx.agenda_list(Some(opd)).await? {
        let (agenda, row) = load(&mut tx, row.id).await?;
        entries.push(Entry {
            naskah: row.naskah,
            agenda,
        });
    }
    Ok(entries)
}
