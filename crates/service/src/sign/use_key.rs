//! Step 3: the key is used, once for all letters that are signed together.

use std::sync::{Arc, Mutex, PoisonError};

use custody::{IntentToSign, KeyUseError, authorise};
use signing::SignerError;
use signing::cms::assemble;

use super::activate::seconds;
use super::intend::Intended;
use crate::app::{Proof, Unlocked};
use crate::transaction::transaction;
use crate::{App, ServiceError};

/// Makes the signatures the intents name, all or none: the CMS of each. Nothing of it is stored yet.
pub(super) async fn use_key(
    app: &App,
    intended: &[Intended<'_>],
    unlocked: &Mutex<Unlocked>,
) -> Result<Vec<Vec<u8>>, KeyUseError> {
    if intended.is_empty() {
        return Ok(Vec::new());
    }
    let intents = intended.iter().map(|one| IntentToSign {
        version_sha256: one.intent.version_sha256.0,
        message_digest: one.intent.message_digest.clone(),
        signed_attributes: one.attributes.der().to_vec(),
    });
    let (key, authorised) = {
        let mut unlocked = unlocked.lock().unwrap_or_else(PoisonError::into_inner);
        let Unlocked {
            key, activation, ..
        } = &mut *unlocked;
        let authorised = authorise(key, activation, intents.collect(), seconds(app))?;
        (Arc::clone(key), authorised)
    };
    // A token or a service holds up its thread; whoever looks at the activation meanwhile does not wait for it.
    let values = tokio::task::spawn_blocking(move || authorised.sign()).await;
    let values = values.map_err(|error| SignerError::Refused(error.to_string()))??;
    let wrong = |_| KeyUseError::from(SignerError::WrongValue);
    intended
        .iter()
        .zip(values)
        .map(|(one, value)| {
            assemble(&one.attributes, &value, key.algorithm(), key.chain()).map_err(wrong)
        })
        .collect()
}

/// Commits the CMS. What the official entered was right, if only its use could show that.
pub(super) async fn keep(
    app: &App,
    one: &Intended<'_>,
    cms: &[u8],
    unlocked: &Mutex<Unlocked>,
) -> Result<(), ServiceError> {
    let proof = unlocked
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .proof;
    let now = app.now();
    transaction!(app.store, |tx| {
        if proof == Proof::ByUse {
            tx.clear_attempts(one.intent.key).await?;
        }
        Ok(tx.set_cms(one.intent.id, cms, now).await?)
    })
}

/// The key was not used, or gave nothing: the letter waits for its signer again.
pub(super) async fn release(app: &App, one: &Intended<'_>) -> Result<(), ServiceError> {
    let now = app.now();
    transaction!(app.store, |tx| {
        Ok(tx.release_intent(one.intent.id, now).await?)
    })
}
