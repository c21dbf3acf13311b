//! Taking a letter back.

use flow::id::NaskahId;
use flow::naskah::Command;
use flow::office::Actor;

use super::act::act;
use crate::{App, ServiceError};

/// Takes the letter back; the drafter may edit and submit it again.
///
/// # Errors
/// The rule of the office that forbids it.
pub async fn withdraw(app: &App, actor: &Actor, id: NaskahId) -> Result<(), ServiceError> {
    act(app, actor, id, Command::Withdraw).await?;
    Ok(())
}
