//! Saying that this process is alive.

use std::sync::Arc;
use std::time::Duration;

use crate::App;
use crate::transaction::transaction;

/// Renews this process's leases until dropped together with its task; a third of a lease's life apart.
pub async fn keep_leases(app: Arc<App>) {
    loop {
        tokio::time::sleep(PAUSE).await;
        app.forget_expired();
        let lease = app.lease();
        let renewed: Result<u64, crate::ServiceError> = renew(&app, &lease).await;
        if let Err(error) = renewed {
            tracing::warn!(error = %error, "the leases could not be renewed");
        }
    }
}

async fn renew(app: &App, lease: &store::model::Lease) -> Result<u64, crate::ServiceError> {
    transaction!(app.store, |tx| {
        Ok(tx
            .renew_leases(&lease.node, &lease.epoch, lease.renewed)
            .await?)
    })
}

const PAUSE: Duration = Duration::from_secs(5);
