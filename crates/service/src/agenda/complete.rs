//! Closing an agenda entry.

use flow::agenda::Command;
use flow::id::AgendaId;
use flow::office::Actor;

use super::act::act;
use crate::{App, ServiceError};

/// Completes the entry; nothing may be open.
///
/// # Errors
/// The rule of the agenda that forbids it.
pub async fn complete(app: &App, actor: &Actor, id: AgendaId) -> Result<(), ServiceError> {
    act(app, actor, id, Command::Complete).await
}
