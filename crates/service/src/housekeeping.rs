//! What a serving process does without being asked.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::{App, ServiceError, audit, jobs, key, sign, webhook};

/// The loops at work; they end once they are told to stop.
#[derive(Debug)]
pub struct Housekeeping {
    stop: CancellationToken,
    loops: TaskTracker,
    leases: JoinHandle<()>,
}

impl Housekeeping {
    /// Ends every loop after the round it is in.
    pub async fn stop(self) {
        self.stop.cancel();
        self.loops.close();
        self.loops.wait().await;
        // The lease is kept to the last: the rounds that just ended may have held one.
        self.leases.abort();
    }
}

/// Keeps this process's leases, settles what died processes left behind, does the work of the outbox, gets signatures
/// their timestamps and letters their evidence, takes committed leaves into the audit log; publishes the next revocation list and renews the seal when they are due; tells webhooks what
/// happened. What fails is said in the log and tried again.
pub fn housekeeping(app: &Arc<App>) -> Housekeeping {
    let stop = CancellationToken::new();
    let loops = TaskTracker::new();
    loops.spawn(rounds(stop.clone(), SETTLING, "settling", {
        let app = Arc::clone(app);
        move || {
            let app = Arc::clone(&app);
            async move { sign::resume(&app).await.map(drop) }
        }
    }));
    loops.spawn(rounds(stop.clone(), OUTBOX, "outbox", {
        let app = Arc::clone(app);
        move || {
            let app = Arc::clone(&app);
            async move { jobs::run_due(&app).await }
        }
    }));
    loops.spawn({
        let (app, stop) = (Arc::clone(app), stop.clone());
        // Strangers may be slow: what is cut off here is done again by the next process.
        async move {
            let asking = rounds(stop.clone(), OUTBOX, "timestamps and evidence", move || {
                let app = Arc::clone(&app);
                async move { jobs::run_due_outside(&app).await }
            });
            tokio::select! {
                () = stop.cancelled() => {}
                () = asking => {}
            }
        }
    });
    loops.spawn(rounds(stop.clone(), SEQUENCING, "audit log", {
        let app = Arc::clone(app);
        move || {
            let app = Arc::clone(&app);
            async move { audit::sequence_all(&app).await }
        }
    }));
    loops.spawn(rounds(stop.clone(), RENEWAL, "revocation list", {
        let app = Arc::clone(app);
        move || {
            let app = Arc::clone(&app);
            async move { key::keep_crl_fresh(&app).await }
        }
    }));
    loops.spawn(rounds(stop.clone(), RENEWAL, "seal", {
        let app = Arc::clone(app);
        move || {
            let app = Arc::clone(&app);
            async move { key::keep_seal(&app).await }
        }
    }));
    loops.spawn({
        let (app, stop) = (Arc::clone(app), stop.clone());
        // A message whose telling is cut off here is told again by the next process.
        async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = webhook::run(app) => {}
            }
        }
    });
    Housekeeping {
        stop,
        loops,
        leases: tokio::spawn(sign::keep_leases(Arc::clone(app))),
    }
}

/// One round after another until told to stop, a pause apart, and longer apart while they fail.
async fn rounds<F>(
    stop: CancellationToken,
    pause: Duration,
    what: &'static str,
    round: impl Fn() -> F,
) where
    F: Future<Output = Result<(), ServiceError>>,
{
    let mut failures = 0u32;
    while !stop.is_cancelled() {
        match round().await {
            Ok(()) => failures = 0,
            Err(error) => {
                failures = failures.saturating_add(1);
                tracing::warn!(what, failures, error = %error, "housekeeping failed; it is tried again");
            }
        }
        let pause = pause.saturating_mul(1 << failures.min(MOST_DOUBLINGS));
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// Another node's lease lapses 15 s after its last renewal; nothing may stay unsettled for a minute.
const SETTLING: Duration = Duration::from_secs(5);
const OUTBOX: Duration = Duration::from_secs(1);
const SEQUENCING: Duration = Duration::from_secs(1);
/// A list is renewed when half its month is over, and a seal a month before its end: an hour more or less is nothing.
const RENEWAL: Duration = Duration::from_hours(1);
const MOST_DOUBLINGS: u32 = 4;
