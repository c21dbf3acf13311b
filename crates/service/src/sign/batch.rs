//! Many letters with one passphrase: prepared and shown first, then signed one after the other in a task of their own
//! that a dropped request cannot end. What became of each is in the database, so any node can tell.

use std::collections::BTreeSet;
use std::sync::Arc;

use custody::Passphrase;
use flow::digest::Sha256;
use flow::id::{ActivationId, NaskahId, PejabatId};
use flow::naskah::Refusal;
use flow::office::Actor;
use serde::Serialize;
use store::model::{ActivationState, BatchRow, IntentState};

use super::finish::Signed;
use super::sign_letter::sign_together;
use super::{activate, deactivate, failure::FailureReason};
use crate::access::{self, Action};
use crate::identity::{Subject, check_second_factor};
use crate::transaction::transaction;
use crate::{App, ServiceError};

/// A letter with the version that was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ToSign {
    /// The letter.
    pub naskah: NaskahId,
    /// SHA-256 of the version shown.
    pub version_sha256: Sha256,
}

/// How far a batch is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BatchView {
    /// Where it stands as a whole.
    pub state: BatchState,
    /// Each letter.
    pub items: Vec<BatchItem>,
}

/// Where a batch stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BatchState {
    /// Letters are being signed.
    Running,
    /// Every letter is signed, waits for its timestamp alone, or has failed for a reason that is told.
    Done,
    /// Stopped, frozen, out of time, or its process ended: the letters left wait for an activation again.
    Interrupted,
}

/// One letter of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BatchItem {
    /// The letter.
    pub naskah: NaskahId,
    /// What it is about, where lists may say it.
    pub hal: Option<String>,
    /// Its number.
    pub nomor: Option<String>,
    /// What became of it.
    pub state: BatchItemState,
}

/// What became of a letter of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum BatchItemState {
    /// Not yet signed.
    Waiting,
    /// The signature is made; no authority has put a time on it yet.
    AwaitingTimestamp,
    /// Signed, durably.
    Signed {
        /// The place of the resulting version among the letter's versions.
        version: u64,
        /// SHA-256 of it.
        sha256: Sha256,
    },
    /// Not signed.
    Failed {
        /// Why.
        reason: FailureReason,
    },
}

/// What a signer enters.
#[derive(Clone, Copy)]
pub struct Entered<'a> {
    /// The passphrase of the key, or the PIN of its token or service.
    pub passphrase: &'a Passphrase,
    /// The one-time code of the signing service, where it asks for one.
    pub code: Option<&'a Passphrase>,
    /// The code of the account's second factor, where one is enrolled.
    pub totp: Option<&'a str>,
}

/// Takes the step-up for exactly these versions and begins to sign them. When it returns, the passphrase, or the PIN of
/// a token, was right and the activation is durable; whether a service takes PIN and code shows in the run.
///
/// # Errors
/// [`ServiceError::Invalid`] for no letter, too many, or one that is named twice; what forbids signing one of them, [`ServiceError::SecondFactor`], [`ServiceError::WrongPassphrase`],
/// [`ServiceError::Wait`], [`ServiceError::NoKey`], [`ServiceError::Frozen`], [`ServiceError::KeyPlace`].
pub async fn begin_batch(
    app: &Arc<App>,
    subject: &Subject,
    letters: &[ToSign],
    entered: Entered<'_>,
) -> Result<ActivationId, ServiceError> {
    let pejabat = subject.pejabat.ok_or(ServiceError::Forbidden {
        what: Action::Sign.word(),
    })?;
    let distinct: BTreeSet<(Sha256, NaskahId)> = letters
        .iter()
        .map(|letter| (letter.version_sha256, letter.naskah))
        .collect();
    if letters.is_empty() || letters.len() > MOST_LETTERS || distinct.len() < letters.len() {
        return Err(ServiceError::Invalid { what: "letters" });
    }
    let mut work = Vec::new();
    for letter in letters {
        let permit = access::letter(app, subject, letter.naskah, Action::Sign).await?;
        if permit.naskah.tahap().current_version() != Some(letter.version_sha256) {
            return Err(Refusal::StaleVersion.into());
        }
        work.push((*letter, permit.actor()?));
    }
    check_second_factor(app, subject.account, entered.totp).await?;
    let versions: Vec<Sha256> = letters.iter().map(|letter| letter.version_sha256).collect();
    let id = activate(app, pejabat, entered.passphrase, entered.code, &versions).await?;
    let named: Vec<(Sha256, NaskahId)> = letters
        .iter()
        .map(|letter| (letter.version_sha256, letter.naskah))
        .collect();
    let noted: Result<(), ServiceError> =
        transaction!(app.store, |tx| { Ok(tx.name_batch(id, &named).await?) });
    if let Err(error) = noted {
        deactivate(app, id).await?;
        return Err(error);
    }
    // A task of its own: whoever asked may close the page.
    let app = Arc::clone(app);
    tokio::spawn(async move {
        if let Err(error) = run(&app, id, work).await {
            tracing::error!(activation = %id, error = %error, "a batch broke off");
        }
    });
    Ok(id)
}

async fn run(
    app: &Arc<App>,
    id: ActivationId,
    work: Vec<(ToSign, Actor)>,
) -> Result<(), ServiceError> {
    let together = app.most_together(id);
    for part in work.chunks(together) {
        let letters: Vec<(Actor, NaskahId)> = part
            .iter()
            .map(|(letter, actor)| (*actor, letter.naskah))
            .collect();
        let outcomes = sign_together(app, &letters, id).await;
        let mut goes_on = true;
        for ((letter, _), outcome) in part.iter().zip(outcomes) {
            goes_on &= told(app, id, letter, outcome).await?;
        }
        if !goes_on {
            break;
        }
    }
    deactivate(app, id).await
}

/// Says what became of a letter; whether it is worth going on.
async fn told(
    app: &App,
    id: ActivationId,
    letter: &ToSign,
    outcome: Result<Signed, ServiceError>,
) -> Result<bool, ServiceError> {
    let error = match outcome {
        // What waits for its timestamp is completed by the outbox.
        Ok(_) | Err(ServiceError::AwaitingTimestamp(_)) => return Ok(true),
        Err(error) => error,
    };
    let reason = FailureReason::of(&error);
    if reason == FailureReason::Interrupted {
        // Stopped, frozen or out of time: what is left was not tried, so nothing is said of it.
        return Ok(false);
    }
    tracing::warn!(naskah = %letter.naskah, error = %error, "not signed");
    transaction!(app.store, |tx| {
        Ok(tx
            .fail_in_batch(id, letter.version_sha256, reason.word())
            .await?)
    })?;
    // A PIN that was wrong is not sent again, and whoever is silent or refuses is not asked again.
    Ok(!reason.is_of_the_key())
}

/// How far a batch of the subject's is.
///
/// # Errors
/// [`ServiceError::NotFound`] alike for none and for somebody else's.
pub async fn batch(
    app: &App,
    subject: &Subject,
    id: ActivationId,
) -> Result<BatchView, ServiceError> {
    let live = owned(app, subject, id).await?;
    let mut tx = app.store.snapshot().await?;
    let mut items = Vec::new();
    let mut open = false;
    let mut under_way = false;
    for row in tx.batch_rows(id).await? {
        let state = item_state(&row);
        open |= state == BatchItemState::Waiting;
        under_way |= matches!(
            row.state,
            Some(IntentState::Intended | IntentState::Signed | IntentState::Stamped)
        );
        items.push(BatchItem {
            naskah: row.naskah,
            hal: tx.text_of(row.naskah).await?.map(|text| text.hal),
            nomor: tx.naskah(row.naskah).await?.and_then(|row| row.nomor),
            state,
        });
    }
    let state = if !open {
        BatchState::Done
    } else if live || under_way {
        BatchState::Running
    } else {
        BatchState::Interrupted
    };
    Ok(BatchView { state, items })
}

/// Stops a batch of the subject's before its next signature: the unlocked key is forgotten.
///
/// # Errors
/// [`ServiceError::NotFound`] alike for none and for somebody else's.
pub async fn stop_batch(
    app: &App,
    subject: &Subject,
    id: ActivationId,
) -> Result<(), ServiceError> {
    owned(app, subject, id).await?;
    deactivate(app, id).await
}

/// Whether the activation can still sign, if it is the subject's.
async fn owned(app: &App, subject: &Subject, id: ActivationId) -> Result<bool, ServiceError> {
    let row = app.store.snapshot().await?.activation(id).await?;
    let mine = |pejabat: PejabatId| subject.pejabat == Some(pejabat);
    let row = row
        .filter(|row| mine(row.pejabat))
        .ok_or_else(|| ServiceError::NotFound {
            what: "batch",
            id: id.to_string(),
        })?;
    Ok(row.state == ActivationState::Live && app.now() < row.expires)
}

fn item_state(row: &BatchRow) -> BatchItemState {
    match (row.signed, row.failure.as_deref()) {
        (Some((version, sha256)), _) => BatchItemState::Signed { version, sha256 },
        (None, _) if row.state == Some(IntentState::AwaitingTimestamp) => {
            BatchItemState::AwaitingTimestamp
        }
        // A signature that exists is carried to its end, whatever stopped its step.
        (None, Some(_))
            if matches!(row.state, Some(IntentState::Signed | IntentState::Stamped)) =>
        {
            BatchItemState::Waiting
        }
        (None, Some(word)) => BatchItemState::Failed {
            reason: FailureReason::of_word(word),
        },
        (None, None) => BatchItemState::Waiting,
    }
}

/// More than anybody can look through, and as many as five minutes are enough for.
const MOST_LETTERS: usize = 1_000;
