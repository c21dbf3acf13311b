//! Refusing a letter for good, while it bears no number.

use flow::id::{JabatanId, NaskahId};
use flow::naskah::Command;
use flow::office::Actor;
use flow::register::Tombstone;

use super::note::act_with_note;
use crate::{App, ServiceError};

/// Rejects the letter, saying why. A number that was reserved for it, but never got onto its pages, is a tombstone
/// from now on.
///
/// # Errors
/// The rule of the office that forbids it, or [`ServiceError::NoteMissing`].
pub async fn reject(
    app: &App,
    actor: &Actor,
    id: NaskahId,
    jabatan: JabatanId,
    note: &str,
) -> Result<(), ServiceError> {
    let command = |note| Command::Reject { jabatan, note };
    let tombstone = |_: &_| Some(Tombstone::SignerRefused);
    act_with_note(app, actor, id, note, command, tombstone).await
}
