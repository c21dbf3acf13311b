//! Opening a disposisi: from then on it can no longer be recalled.

use flow::agenda::Command;
use flow::id::{AgendaId, DisposisiId};
use flow::office::Actor;

use super::act::act;
use crate::{App, ServiceError};

/// Marks a disposisi as read by its receiver. Reading it again changes nothing.
///
/// # Errors
/// The rule of the agenda that forbids it.
pub async fn mark_read(
    app: &App,
    actor: &Actor,
    id: AgendaId,
    disposisi: DisposisiId,
) -> Result<(), ServiceError> {
    act(app, actor, id, Command::MarkRead { id: disposisi }).await
}
