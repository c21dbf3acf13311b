//! The evidence of a signed letter: added after its last signature, and renewed before what protects it ends.

use std::sync::Arc;

use flow::id::NaskahId;
use flow::time::Timestamp;
use store::Tx;
use store::model::{
    IntentRow, Preservation, PreservationProblem, PreservationRow, VersionKind, VersionRow,
};

use super::Level;
use super::raise::{Raised, raise};
use crate::jobs::{self, Todo};
use crate::letter_blob::LetterBlobs;
use crate::naskah::add_version;
use crate::transaction::transaction;
use crate::{App, ServiceError};

/// After the last signature, in its transaction: leaves it to be done where the level asks for it.
pub(crate) async fn begin(
    app: &App,
    tx: &mut Tx,
    intent: &IntentRow,
    now: Timestamp,
) -> Result<(), ServiceError> {
    let naskah = intent.intent.naskah;
    let goal = intent.intent.level;
    if goal <= Level::BT {
        return Ok(());
    }
    let row = PreservationRow {
        naskah,
        goal,
        state: Preservation::Waiting { problem: None },
        changed: now,
    };
    tx.put_preservation(&row).await?;
    let base = newest(tx, naskah).await?.no;
    jobs::leave(app, tx, &Todo::Preserve { naskah, base }, now).await
}

/// Adds what the version `base` lacks, as the next version, and leaves its renewal to be done in time.
///
/// # Errors
/// What stood in the way; it is noted at the letter, and tried again.
pub(crate) async fn preserve(
    app: &Arc<App>,
    naskah: NaskahId,
    base: u64,
) -> Result<(), ServiceError> {
    let mut tx = app.store.snapshot().await?;
    let version = newest(&mut tx, naskah).await?;
    let Some(row) = tx.preservation(naskah).await? else {
        return Ok(());
    };
    // Done by an earlier run of this job.
    if version.no != base {
        return Ok(());
    }
    let blobs = match LetterBlobs::open(app, &mut tx, naskah).await {
        Ok(blobs) => blobs,
        // The letter was erased.
        Err(ServiceError::NotFound { .. }) => return Ok(()),
        Err(error) => return Err(error),
    };
    let bytes = blobs.read(&mut tx, version.blob).await?;
    // A connection must not be held while the worker and the network work.
    drop(tx);
    match raise(app, bytes, row.goal).await {
        Ok(raised) => keep(app, &blobs, row, base, raised).await,
        Err(problem) => {
            if let Some(word) = problem.word() {
                note(app, row, word).await?;
            }
            Err(ServiceError::NotPreserved {
                naskah,
                why: problem.to_string(),
            })
        }
    }
}

async fn keep(
    app: &App,
    blobs: &LetterBlobs<'_>,
    row: PreservationRow,
    base: u64,
    raised: Raised,
) -> Result<(), ServiceError> {
    let now = app.now();
    let blob = blobs.put(&raised.bytes).await?;
    let expires = raised.expires.map(|at| Timestamp::from_seconds(at.unix()));
    let kept = PreservationRow {
        state: Preservation::Kept { expires },
        changed: now,
        ..row
    };
    transaction!(app.store, |tx| {
        tx.lock_naskah(row.naskah).await?;
        if newest(tx, row.naskah).await?.no != base {
            return Ok(());
        }
        tx.insert_blob(&blob).await?;
        let kind = VersionKind::Extended;
        add_version(tx, row.naskah, kind, blob.id, blob.plain_sha256, now).await?;
        tx.put_preservation(&kept).await?;
        if let Some(expires) = expires {
            let again = Todo::Preserve {
                naskah: row.naskah,
                base: base + 1,
            };
            jobs::leave_until(app, tx, &again, renewal(now, expires)).await?;
        }
        Ok(())
    })
}

async fn note(
    app: &App,
    row: PreservationRow,
    problem: PreservationProblem,
) -> Result<(), ServiceError> {
    let waiting = PreservationRow {
        state: Preservation::Waiting {
            problem: Some(problem),
        },
        changed: app.now(),
        ..row
    };
    transaction!(app.store, |tx| { Ok(tx.put_preservation(&waiting).await?) })
}

async fn newest(tx: &mut Tx, naskah: NaskahId) -> Result<VersionRow, ServiceError> {
    tx.newest_version(naskah)
        .await?
        .ok_or_else(|| ServiceError::NotFound {
            what: "version of letter",
            id: naskah.to_string(),
        })
}

/// Well before the certificate of the archive timestamp ends; of one that ends soon, when half of what is left is over,
/// but never at once again.
fn renewal(now: Timestamp, expires: Timestamp) -> Timestamp {
    let left = (expires.seconds() - now.seconds()).max(0);
    let wait = (left - NOTICE).max(left / 2).max(DAY);
    now.plus_seconds(wait)
}

const DAY: i64 = 86_400;
/// Long enough to find another authority when the first is gone.
const NOTICE: i64 = 90 * DAY;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_is_renewed_a_season_before_it_ends_and_never_in_a_hurry() {
        let now = Timestamp::from_seconds(1_000_000);
        let days = |days: i64| now.plus_seconds(days * DAY);
        assert_eq!(renewal(now, days(3650)), days(3560));
        assert_eq!(renewal(now, days(100)), days(50));
        assert_eq!(renewal(now, days(1)), days(1));
        assert_eq!(renewal(now, days(-5)), days(1));
    }
}
