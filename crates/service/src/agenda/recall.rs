//! Taking a disposisi back.

use flow::agenda::Command;
use flow::id::{AgendaId, DisposisiId};
use flow::office::Actor;

use super::act::act;
use crate::{App, ServiceError};

/// Recalls a disposisi that nobody has read.
///
/// # Errors
/// The rule of the agenda that forbids it.
pub async fn recall(
    app: &App,
    actor: &Actor,
    id: AgendaId,
    disposisi: DisposisiId,
) -> Result<(), ServiceError> {
    act(app, actor, id, Command::Recall { id: disposisi }).await
}
