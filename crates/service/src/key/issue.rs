//! A key and certificate for an official.

use std::sync::Arc;

use custody::{KdfParams, OfficialRequest, Passphrase, generate_key, seal_official};
use flow::id::{KeyId, PejabatId};
use store::model::{KeyPurpose, NewKey};

use super::issuing::{CERTIFICATE_DAYS, addresses, required, seconds};
use crate::office::identity;
use crate::transaction::transaction;
use crate::{App, ServiceError};

/// Makes a P-256 key for an official, certifies it, and seals it under server key and the official's passphrase
/// together: neither alone opens it.
///
/// # Errors
/// [`ServiceError::WeakPassphrase`]; [`ServiceError::NotFound`] if there is no such official or the CA was not founded.
pub async fn issue(
    app: &Arc<App>,
    official: PejabatId,
    passphrase: &Passphrase,
) -> Result<KeyId, ServiceError> {
    strong_enough(passphrase)?;
    let issuing = required(app).await?;
    let mut tx = app.store.snapshot().await?;
    let office = tx.office().await?;
    let organisation = identity(&mut tx).await?.organisation;
    drop(tx);
    let person = office
        .pejabat
        .get(&official)
        .ok_or_else(|| ServiceError::NotFound {
            what: "official",
            id: official.to_string(),
        })?;
    let now = app.now();
    let opd = office
        .holdings
        .iter()
        .find(|row| row.pejabat == official && row.interval.contains(now))
        .and_then(|row| office.jabatan.get(&row.jabatan))
        .and_then(|jabatan| office.opd.get(&jabatan.opd))
        .map_or_else(String::new, |opd| opd.name.clone());
    let request = OfficialRequest {
        name: person.name.clone(),
        organisation,
        opd,
        title: None,
        days: CERTIFICATE_DAYS,
    };
    let id = KeyId::new(now, app.random()?);
    let secret = generate_key(&app.rng)?;
    let der = issuing.authority.issue_official(
        &request,
        &addresses(app, "issuing"),
        &secret,
        seconds(now),
        &app.rng,
    )?;
    let envelope = {
        let (app, passphrase) = (Arc::clone(app), passphrase.clone());
        // argon2 works for a while and must not hold up other tasks.
        tokio::task::spawn_blocking(move || {
            seal_official(
                &app.kek,
                &passphrase,
                &id.to_string(),
                &secret,
                KdfParams::default(),
                &app.rng,
            )
        })
        .await??
    };
    let certificate = issuing.issued(id, der, now)?;
    let key = NewKey {
        id,
        pejabat: Some(official),
        purpose: KeyPurpose::Official,
        envelope,
        created: now,
    };
    transaction!(app.store, |tx| {
        tx.insert_key(&key).await?;
        tx.insert_certificate(&certificate).await?;
        Ok(())
    })?;
    Ok(id)
}

/// Refuses a passphrase anybody would guess.
pub(super) fn strong_enough(passphrase: &Passphrase) -> Result<(), ServiceError> {
    if passphrase.expose().chars().count() < SHORTEST {
        return Err(ServiceError::WeakPassphrase(SHORTEST));
    }
    Ok(())
}

/// Characters of the shortest passphrase; guesses are slowed down besides.
const SHORTEST: usize = 8;
