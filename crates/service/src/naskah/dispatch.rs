//! Sending a signed letter to its receivers.

use flow::id::NaskahId;
use flow::naskah::Command;
use flow::office::Actor;

use super::act::{decide_and_store, load};
use crate::jobs::{Todo, leave};
use crate::transaction::transaction;
use crate::{App, ServiceError};

/// Dispatches the letter; the receivers' agendas get it from the outbox.
///
/// # Errors
/// The rule of the office that forbids it.
pub async fn dispatch(app: &App, actor: &Actor, id: NaskahId) -> Result<(), ServiceError> {
    let now = app.now();
    transaction!(app.store, |tx| {
        let office = tx.office().await?;
        let loaded = load(tx, id).await?;
        decide_and_store(app, tx, loaded, Command::Dispatch, actor, &office, now).await?;
        leave(app, tx, &Todo::Deliver { naskah: id }, now).await
    })
}
