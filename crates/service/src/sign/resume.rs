//! Settling what a process left behind when it died.

use std::sync::Arc;

use store::StoreError;
use store::model::IntentRow;

use super::finish::{Signed, finish};
use super::settle::{Lease, Process, Settlement, Signer, settle};
use super::waiting::wait;
use crate::transaction::transaction;
use crate::{App, ServiceError};

/// What was settled.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resumed {
    /// Signatures that existed and were carried to their end.
    pub finished: Vec<Signed>,
    /// Intents without a signature: their letters wait for an activation again.
    pub released: u64,
    /// Signatures that wait for their timestamps, which the outbox gets them.
    pub waiting: u64,
    /// Signatures that exist and could not be carried to their end; `pena audit verify` names them.
    pub stuck: u64,
}

/// Settles every intent that this process may take over, and voids activations whose keys died with their process.
///
/// Run at every start, and from time to time for the leases of other nodes.
///
/// # Errors
/// [`ServiceError::Store`]; what was settled so far stays settled.
pub async fn resume(app: &Arc<App>) -> Result<Resumed, ServiceError> {
    let me = app.lease();
    let now = app.now();
    transaction!(app.store, |tx| {
        tx.expire_activations(now).await?;
        tx.void_dead_activations(&me.node, &me.epoch).await?;
        Ok(())
    })?;
    let open = app.store.snapshot().await?.open_intents().await?;
    let mut resumed = Resumed::default();
    for row in open {
        match decision(app, &row) {
            // To reconcile is for services that give whole documents, and none of the stored intents has one yet.
            Settlement::Closed | Settlement::Leave | Settlement::Reconcile => {}
            Settlement::Finish => {
                let _working = app.at_work.begin(row.intent.id);
                if take_over(app, &row).await? {
                    // One that cannot be finished must not keep the others, and the whole start, from it.
                    match finish(app, row.intent.id).await {
                        Ok(signed) => resumed.finished.push(signed),
                        Err(error) => {
                            tracing::error!(intent = %row.intent.id, error = %error, "not settled");
                            resumed.stuck += 1;
                        }
                    }
                }
            }
            Settlement::Stamp => {
                if take_over(app, &row).await? {
                    wait(app, &row).await?;
                    resumed.waiting += 1;
                }
            }
            Settlement::Release => {
                if take_over(app, &row).await? {
                    let now = app.now();
                    transaction!(app.store, |tx| {
                        Ok(tx.release_intent(row.intent.id, now).await?)
                    })?;
                    resumed.released += 1;
                }
            }
        }
    }
    Ok(resumed)
}

fn decision(app: &App, row: &IntentRow) -> Settlement {
    let me = app.lease();
    let lease = &row.intent.lease;
    let mine = lease.node == me.node && lease.epoch == me.epoch;
    // A step of this process failed, or its task was dropped: nobody will carry it on.
    let left_behind = mine && !app.at_work.holds(row.intent.id);
    let epoch = if left_behind { "" } else { &lease.epoch };
    settle(
        row.state,
        row.intent.level,
        Signer::Local,
        Lease {
            node: &lease.node,
            epoch,
            renewed_us: lease.renewed.micros(),
        },
        Process {
            node: &me.node,
            epoch: &me.epoch,
        },
        app.now().micros(),
    )
}

/// `false` when another process was faster.
async fn take_over(app: &App, row: &IntentRow) -> Result<bool, ServiceError> {
    let mine = app.lease();
    let taken = transaction!(app.store, |tx| {
        Ok(tx
            .take_over_lease(row.intent.id, &row.intent.lease, &mine)
            .await?)
    });
    match taken {
        Ok(()) => Ok(true),
        Err(ServiceError::Store(StoreError::Stale { .. })) => Ok(false),
        Err(error) => Err(error),
    }
}
