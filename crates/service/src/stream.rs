//! Reading and extending the histories that letters, registers and agenda entries are the folds of.

use flow::event::{Event, Fact};
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::Tx;
use store::model::{NewEvent, NewEvents, Stream};
use uuid::Uuid;

use crate::{App, ServiceError, idempotency};

/// Every event of a stream, oldest first.
pub(crate) async fn load<F: Fact>(
    tx: &mut Tx,
    stream: Stream,
) -> Result<Vec<Event<F>>, ServiceError> {
    let rows = tx.events(stream).await?;
    rows.iter()
        .map(|row| {
            Event::from_json(&row.body).map_err(|error| ServiceError::Corrupt {
                what: "event",
                id: format!("{stream}/{}", row.version),
                why: error.to_string(),
            })
        })
        .collect()
}

/// Appends what one command led to, with its audit leaves. `expected` is the version that was decided on; if another
/// command was faster the transaction must run again.
pub(crate) async fn append<F: Fact>(
    app: &App,
    tx: &mut Tx,
    stream: Stream,
    expected: u64,
    events: &[Event<F>],
) -> Result<(), ServiceError> {
    let Some(first) = events.first() else {
        return Ok(());
    };
    append_as(app, tx, stream, expected, events, first.by.pejabat.uuid()).await
}

/// As [`append`], by somebody who need not be an official.
pub(crate) async fn append_as<F: Fact, B: Serialize + DeserializeOwned>(
    app: &App,
    tx: &mut Tx,
    stream: Stream,
    expected: u64,
    events: &[Event<F, B>],
    who: Uuid,
) -> Result<(), ServiceError> {
    let Some(first) = events.first() else {
        return Ok(());
    };
    let stored = events
        .iter()
        .map(|event| stored(stream, event))
        .collect::<Result<Vec<_>, _>>()?;
    let salts = events
        .iter()
        .map(|_| app.random())
        .collect::<Result<Vec<[u8; 16]>, _>>()?;
    idempotency::note_effect(tx).await?;
    tx.append(&NewEvents {
        stream,
        expected,
        at: first.at,
        actor: app.pseudonym(who),
        events: stored,
        salts,
    })
    .await?;
    Ok(())
}

fn stored<F: Fact, B: Serialize + DeserializeOwned>(
    stream: Stream,
    event: &Event<F, B>,
) -> Result<NewEvent, ServiceError> {
    let unwritable = |why: String| ServiceError::Corrupt {
        what: "event",
        id: format!("{stream} {}", event.kind()),
        why,
    };
    let text = event
        .to_json()
        .map_err(|error| unwritable(error.to_string()))?;
    let value: serde_json::Value =
        serde_json::from_str(&text).map_err(|error| unwritable(error.to_string()))?;
    Ok(NewEvent::new(event.kind(), &value)?)
}
