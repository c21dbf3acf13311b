//! The audit as a use case: one snapshot, everything in it compared with everything else.

use std::collections::BTreeMap;

use store::model::KeyPurpose;

use super::reconcile::{IntentRow, NomorRow, reconcile};
use super::report::Report;
use super::sequence::outside;
use crate::{App, ServiceError};

/// Recomputes the log, compares it with the events, and reconciles key uses, intents and numbers.
///
/// # Errors
/// Only when the data cannot be read at all: what is wrong with it stands in the report.
pub async fn verify(app: &App) -> Result<Report, ServiceError> {
    // Read before the snapshot: a checkpoint that is newer than the snapshot would look like a lost log.
    let outside = outside(app)?;
    let mut tx = app.store.snapshot().await?;
    let log = store::audit::verify(&mut tx, &app.checkpoint_verifier(), outside.as_deref()).await?;
    let counters: BTreeMap<String, u64> = tx
        .keys_for(KeyPurpose::Official)
        .await?
        .into_iter()
        .map(|row| (row.key.id.to_string(), row.uses))
        .collect();
    let intents: Vec<IntentRow> = tx
        .intents()
        .await?
        .into_iter()
        .map(|row| IntentRow {
            id: row.intent.id.to_string(),
            naskah: row.intent.naskah.to_string(),
            step: row.intent.step,
            key: row.intent.key.to_string(),
            state: row.state,
            changed_us: row.changed.micros(),
        })
        .collect();
    let numbers: Vec<NomorRow> = tx
        .nomors()
        .await?
        .into_iter()
        .map(|row| NomorRow {
            register: row.register.to_string(),
            urut: row.urut,
            state: row.state,
            naskah: row.naskah.map(|naskah| naskah.to_string()),
            has_reason: row.reason.is_some(),
        })
        .collect();
    let reconciliation = reconcile(&counters, &intents, &numbers, app.now().micros());
    Ok(Report::new(log, reconciliation))
}
