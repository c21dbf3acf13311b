//! Sending a letter back to its drafter.

use flow::id::{JabatanId, NaskahId};
use flow::naskah::Command;
use flow::office::Actor;

use super::note::act_with_note;
use crate::{App, ServiceError};

/// Returns the letter for revision, saying why.
///
/// # Errors
/// The rule of the office that forbids it, or [`ServiceError::NoteMissing`].
pub async fn return_for_revision(
    app: &App,
    actor: &Actor,
    id: NaskahId,
    jabatan: JabatanId,
    note: &str,
) -> Result<(), ServiceError> {
    // A letter that was sent back keeps its number.
    let command = |note| Command::Return { jabatan, note };
    act_with_note(app, actor, id, note, command, |_| None).await
}
