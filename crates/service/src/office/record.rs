//! Changes of the office and of rights leave an event and an audit leaf, as letters do.

use flow::event::Event;
use flow::id::OpdId;
use flow::office::Office;
use flow::office_event::{By, Fact};
use store::Tx;
use store::model::{Stream, StreamKind};
use uuid::Uuid;

use crate::access::{Action, Decision, Object, allowed};
use crate::identity::{Confirmed, Subject};
use crate::stream::append_as;
use crate::{App, ServiceError};

/// Appends to the history of an account, OPD, position, person or delegation, in the transaction that changes it.
pub(crate) async fn record(
    app: &App,
    tx: &mut Tx,
    by: By,
    thing: Uuid,
    fact: Fact,
) -> Result<(), ServiceError> {
    let stream = Stream {
        kind: StreamKind::Office,
        id: thing,
    };
    let version = tx.version_of(stream).await?;
    let who = match by {
        By::Account(account) => account.uuid(),
        By::Operator => Uuid::nil(),
    };
    let event = Event {
        at: app.now(),
        by,
        fact,
    };
    append_as(app, tx, stream, version, &[event], who).await
}

/// Whether the subject may administer that OPD, or without one the whole regency, and has just said so again.
pub(crate) fn administers(
    app: &App,
    by: &Subject,
    confirmed: &Confirmed,
    opd: Option<OpdId>,
) -> Result<By, ServiceError> {
    let object = opd.map_or(Object::Regency, Object::Opd);
    // The policy for administration asks for roles and scopes only, not who holds what.
    match allowed(
        by,
        &Office::default(),
        Action::Administer,
        object,
        app.now(),
    ) {
        Decision::Allow => {}
        Decision::Hide | Decision::Refuse => {
            return Err(ServiceError::Forbidden {
                what: Action::Administer.word(),
            });
        }
    }
    confirmed.check(app, by)?;
    Ok(By::Account(by.account))
}
