//! Making a letter void; its number becomes a tombstone.

use flow::id::{JabatanId, NaskahId};
use flow::naskah::{Command, Naskah};
use flow::office::Actor;
use flow::register::Tombstone;

use super::note::act_with_note;
use crate::{App, ServiceError};

/// Cancels the letter, saying why. A partly signed PDF stays as void evidence.
///
/// # Errors
/// The rule of the office that forbids it, [`ServiceError::NoteMissing`], or [`ServiceError::Busy`] while a
/// signature is under way.
pub async fn cancel(
    app: &App,
    actor: &Actor,
    id: NaskahId,
    jabatan: JabatanId,
    note: &str,
) -> Result<(), ServiceError> {
    let command = |note| Command::Cancel { jabatan, note };
    let tombstone = |naskah: &Naskah| {
        Some(if naskah.tahap().signatures().is_empty() {
            Tombstone::LetterCancelled
        } else {
            Tombstone::SignerRefused
        })
    };
    act_with_note(app, actor, id, note, command, tombstone).await
}
