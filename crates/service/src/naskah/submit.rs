//! Sending a letter up its chain.

use flow::id::NaskahId;
use flow::naskah::Command;
use flow::office::Actor;

use super::act::act;
use crate::{App, ServiceError};

/// Sends the letter up its chain.
///
/// # Errors
/// The rule of the office that forbids it.
pub async fn submit(app: &App, actor: &Actor, id: NaskahId) -> Result<(), ServiceError> {
    act(app, actor, id, Command::Submit).await?;
    Ok(())
}
