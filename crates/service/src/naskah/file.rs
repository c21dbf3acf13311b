//! Putting a letter into the archive.

use flow::id::NaskahId;
use flow::naskah::Command;
use flow::office::Actor;

use super::act::act;
use crate::{App, ServiceError};

/// Puts the letter into the archive.
///
/// # Errors
/// The rule of the office that forbids it.
pub async fn file(app: &App, actor: &Actor, id: NaskahId) -> Result<(), ServiceError> {
    act(app, actor, id, Command::File).await?;
    Ok(())
}
