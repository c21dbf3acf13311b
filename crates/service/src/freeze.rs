//! Freezing one's electronic signature: at once, in one step, undone only by an admin with a reason.

use custody::seal_server;
use flow::digest::Sha256;
use flow::id::PejabatId;
use flow::office_event::{By, Fact};
use flow::time::Timestamp;

use crate::identity::{Confirmed, Subject};
use crate::office::{administers, record};
use crate::transaction::transaction;
use crate::{App, ServiceError};

/// Freezes the electronic signature of whoever asks. No step-up: somebody who fears for their key must not be asked
/// for anything first. Every live activation is void, a batch that runs stops before its next signature on whatever
/// node, and the unlocked key is forgotten.
///
/// # Errors
/// [`ServiceError::Forbidden`] for an account that belongs to no person, or a key of an application.
pub async fn freeze(app: &App, subject: &Subject) -> Result<(), ServiceError> {
    let pejabat = subject.pejabat.filter(|_| subject.session.is_some());
    let pejabat = pejabat.ok_or(ServiceError::Forbidden {
        what: "electronic signature",
    })?;
    let now = app.now();
    let void = transaction!(app.store, |tx| {
        let first = tx.freeze_tte(pejabat, now).await?;
        let void = tx.void_activations_of(pejabat).await?;
        if first {
            let by = By::Account(subject.account);
            record(app, tx, by, pejabat.uuid(), Fact::Frozen).await?;
        }
        Ok(void)
    })?;
    for activation in void {
        app.forget_unlocked(activation);
    }
    Ok(())
}

/// Undoes it. The reason is kept sealed, and its digest in the event.
///
/// # Errors
/// [`ServiceError::Forbidden`], [`ServiceError::Stepup`], [`ServiceError::NoteMissing`]; [`ServiceError::NotFound`]
/// when it is not frozen.
pub async fn unfreeze(
    app: &App,
    by: &Subject,
    confirmed: &Confirmed,
    pejabat: PejabatId,
    reason: &str,
) -> Result<(), ServiceError> {
    let admin = administers(app, by, confirmed, None)?;
    // Whoever stole an admin's own session shall not thaw what the admin froze.
    if by.pejabat == Some(pejabat) {
        return Err(ServiceError::Forbidden {
            what: "own account",
        });
    }
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(ServiceError::NoteMissing);
    }
    let sealed = seal_server(
        &app.field_key,
        &format!("unfreeze {pejabat}"),
        reason.as_bytes(),
        &app.rng,
    )?;
    let digest = Sha256::of(sealed.as_bytes());
    transaction!(app.store, |tx| {
        if !tx.unfreeze_tte(pejabat).await? {
            return Err(ServiceError::NotFound {
                what: "freeze of",
                id: pejabat.to_string(),
            });
        }
        tx.insert_office_note(&digest, &sealed).await?;
        let fact = Fact::Unfrozen { reason: digest };
        record(app, tx, admin, pejabat.uuid(), fact).await
    })
}

/// Since when the electronic signature of a person is frozen.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn is_frozen(app: &App, pejabat: PejabatId) -> Result<Option<Timestamp>, ServiceError> {
    Ok(app.store.snapshot().await?.frozen_since(pejabat).await?)
}
