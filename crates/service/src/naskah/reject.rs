//! Refusing a letter for good, while it has no number.

use flow::id::{JabatanId, NaskahId};
use flow::naskah::Command;
use flow::office::Actor;

use super::note::act_with_note;
use crate::{App, ServiceError};

/// Rejects the letter, saying why.
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
    act_with_note(app, actor, id, note, |note| Command::Reject {
        jabatan,
        note,
    })
    .await?;
    Ok(())
}
