//! Step 3: the key is used, and the CMS committed.

use std::sync::{Mutex, PoisonError};

use custody::{IntentToSign, sign_authorised};
use signing::cms::assemble;
use signing::sign::ToBeSigned;
use signing::{CertificateDer, SignatureAlgorithm};
use store::model::NewIntent;

use super::activate::seconds;
use crate::app::Unlocked;
use crate::transaction::transaction;
use crate::{App, ServiceError};

/// Makes the signature the intent names and stores it. If the key refuses, the intent is released.
pub(super) async fn use_key(
    app: &App,
    intent: &NewIntent,
    to_be_signed: &ToBeSigned,
    unlocked: &Mutex<Unlocked>,
) -> Result<(), ServiceError> {
    match cms(app, intent, to_be_signed, unlocked) {
        Ok(cms) => {
            let now = app.now();
            transaction!(app.store, |tx| {
                Ok(tx.set_cms(intent.id, &cms, now).await?)
            })
        }
        Err(error) => {
            let now = app.now();
            let released: Result<(), ServiceError> = transaction!(app.store, |tx| {
                Ok(tx.release_intent(intent.id, now).await?)
            });
            released?;
            Err(error)
        }
    }
}

fn cms(
    app: &App,
    intent: &NewIntent,
    to_be_signed: &ToBeSigned,
    unlocked: &Mutex<Unlocked>,
) -> Result<Vec<u8>, ServiceError> {
    let mut unlocked = unlocked.lock().unwrap_or_else(PoisonError::into_inner);
    let Unlocked {
        key, activation, ..
    } = &mut *unlocked;
    let chain: Vec<CertificateDer> = key.chain().iter().cloned().map(CertificateDer).collect();
    let leaf = chain.first().map(|leaf| leaf.0.as_slice());
    let attributes = to_be_signed.signed_attributes(leaf.unwrap_or_default())?;
    let value = sign_authorised(
        key,
        activation,
        &IntentToSign {
            version_sha256: intent.version_sha256.0,
            message_digest: intent.message_digest.0,
        },
        attributes.der(),
        seconds(app),
        &app.rng,
    )?;
    Ok(assemble(
        &attributes,
        &value,
        SignatureAlgorithm::EcdsaP256Sha256,
        &chain,
    )?)
}
