//! Step 3a: a time is put on the signature, before there is an outcome.

use std::sync::Arc;

use flow::id::IntentId;
use flow::time::Timestamp;
use signing::UtcTime;
use signing::cms::TimestampToken;
use signing::sign::{archive, timestamp};
use signing::x509::signature::Digest;
use store::model::{CertificateRow, GivenUp, IntentRow, IntentState, Level};

use super::failure::FailureReason;
use super::finish::finish;
use super::waiting::{show_what_waits, wait};
use crate::transaction::transaction;
use crate::{App, ServiceError, provable};

/// Gets the signature its timestamp and stores it, where its level asks for one. When no authority gives one, the letter
/// visibly waits for it.
///
/// # Errors
/// [`ServiceError::AwaitingTimestamp`]; [`ServiceError::NoKey`] when the certificate did not last until a time was put,
/// so that the signature was given up.
pub(super) async fn stamp(app: &App, id: IntentId) -> Result<(), ServiceError> {
    let row = intent(app, id).await?;
    let cms = match (row.state, &row.cms) {
        (IntentState::Signed | IntentState::AwaitingTimestamp, Some(cms))
            if row.intent.level > Level::BB =>
        {
            cms
        }
        (
            IntentState::Intended
            | IntentState::Signed
            | IntentState::AwaitingTimestamp
            | IntentState::Stamped
            | IntentState::Completed
            | IntentState::Released,
            _,
        ) => return Ok(()),
    };
    let imprint = timestamp::imprint(cms, Digest::Sha256)?;
    let level = row.intent.level;
    match provable::timestamp(app, &imprint, level, TOKEN_CAPACITY).await {
        Ok(token) => keep(app, &row, &token).await,
        Err(problem) => {
            tracing::warn!(intent = %id, %problem, "a signature waits for its timestamp");
            if row.state == IntentState::Signed {
                wait(app, &row).await?;
            }
            Err(ServiceError::AwaitingTimestamp(row.intent.naskah))
        }
    }
}

/// The job: gets the signature its timestamp and carries it to its end. Done again, it does nothing.
///
/// # Errors
/// [`ServiceError::AwaitingTimestamp`], or what stood in the way of the outcome.
pub(crate) async fn complete_stamped(app: &Arc<App>, id: IntentId) -> Result<(), ServiceError> {
    let _working = app.at_work.begin(id);
    match stamp(app, id).await {
        Ok(()) => {}
        // It was given up, and the letter waits for its signer again.
        Err(ServiceError::NoKey(_)) => return Ok(()),
        Err(error) => return Err(error),
    }
    match intent(app, id).await?.state {
        IntentState::Stamped => finish(app, id).await.map(drop),
        IntentState::Intended
        | IntentState::Signed
        | IntentState::AwaitingTimestamp
        | IntentState::Completed
        | IntentState::Released => Ok(()),
    }
}

/// A signature counts at the time that is put on it: a certificate that was over by then would make a letter that is
/// never valid.
async fn keep(app: &App, row: &IntentRow, token: &TimestampToken) -> Result<(), ServiceError> {
    let intent = &row.intent;
    let now = app.now();
    let lasted = transaction!(app.store, |tx| {
        let certificates = tx.certificates_of(intent.key).await?;
        if signed_with(&certificates, intent.created).is_some_and(|one| lasts(one, token.time)) {
            tx.set_token(intent.id, &token.der, now).await?;
            return Ok(Lasted::Yes);
        }
        tx.lock_naskah(intent.naskah).await?;
        tx.give_up_intent(intent.id, GivenUp::Certificate, None, now)
            .await?;
        let reason = FailureReason::NoKey.word();
        tx.fail_in_batch(intent.activation, intent.version_sha256, reason)
            .await?;
        show_what_waits(tx, intent.naskah, now).await?;
        Ok(Lasted::No)
    })?;
    match lasted {
        Lasted::Yes => Ok(()),
        Lasted::No => Err(ServiceError::NoKey(intent.pejabat)),
    }
}

/// Whether the certificate lasted until a time was put on its signature.
enum Lasted {
    Yes,
    No,
}

/// The one the signature was made with: the newest that was valid then.
fn signed_with(certificates: &[CertificateRow], at: Timestamp) -> Option<&CertificateRow> {
    certificates.iter().find(|found| {
        let certificate = &found.certificate;
        certificate.not_before <= at && at < certificate.not_after
    })
}

fn lasts(found: &CertificateRow, until: UtcTime) -> bool {
    let until = Timestamp::from_seconds(until.unix());
    let revoked = found.revoked.as_ref().is_some_and(|(at, _)| *at <= until);
    !revoked && until < found.certificate.not_after
}

/// What was intended.
pub(super) async fn intent(app: &App, id: IntentId) -> Result<IntentRow, ServiceError> {
    let found = app.store.snapshot().await?.intent(id).await?;
    found.ok_or_else(|| ServiceError::NotFound {
        what: "intent",
        id: id.to_string(),
    })
}

/// Room for the token in the hole of a signature, beside its CMS.
pub(super) const TOKEN_CAPACITY: usize = archive::CAPACITY;
