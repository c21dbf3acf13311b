//! A new passphrase for an official's own key.

use std::sync::Arc;

use custody::{KdfParams, Passphrase, seal_official};
use flow::id::PejabatId;

use super::issue::strong_enough;
use crate::sign::open_own_key;
use crate::transaction::transaction;
use crate::{App, ServiceError};

/// Seals the official's valid key anew. The old passphrase opens it first, counted like an attempt to sign; the key and
/// its certificate stay as they are. A PIN is changed with the token's or the service's own program.
///
/// # Errors
/// [`ServiceError::WeakPassphrase`], [`ServiceError::NoKey`], [`ServiceError::Wait`], [`ServiceError::WrongPassphrase`];
/// [`ServiceError::Impossible`] for a key that lies elsewhere.
pub async fn change_passphrase(
    app: &Arc<App>,
    official: PejabatId,
    old: &Passphrase,
    new: &Passphrase,
) -> Result<(), ServiceError> {
    strong_enough(new)?;
    let opened = open_own_key(app, official, old).await?;
    let id = opened.key.id;
    let envelope = {
        let (app, new) = (Arc::clone(app), new.clone());
        // argon2 works for a while and must not hold up other tasks.
        tokio::task::spawn_blocking(move || {
            seal_official(
                &app.kek,
                &new,
                &id.to_string(),
                &opened.secret,
                KdfParams::default(),
                &app.rng,
            )
        })
        .await??
    };
    transaction!(app.store, |tx| {
        tx.reseal_key(id, &opened.key.envelope, &envelope).await?;
        tx.clear_attempts(id).await?;
        Ok(())
    })
}
