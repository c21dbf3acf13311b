//! The step-up: an official enters the passphrase for exactly the versions that were shown.

use std::sync::Arc;

use custody::{
    Activation, EnvelopeError, MAX_LIFETIME_SECONDS, Passphrase, Secret, UnlockedKey,
    open_official, wait_until,
};
use flow::digest::Sha256;
use flow::id::{ActivationId, KeyId, PejabatId};
use flow::time::Timestamp;
use store::model::{ActivationState, CertificateRow, KeyRow, NewActivation, NewKey};

use crate::app::Unlocked;
use crate::freeze::is_frozen;
use crate::transaction::transaction;
use crate::{App, ServiceError};

/// Unlocks the official's key for one signature over each of `versions` (SHA-256 of the PDF versions shown), for at
/// most five minutes, in the memory of this process alone.
///
/// The attempt is counted durably before the passphrase is tried, and a right passphrase clears the count.
///
/// # Errors
/// [`ServiceError::Frozen`], [`ServiceError::NoKey`], [`ServiceError::Wait`], [`ServiceError::WrongPassphrase`]; or
/// [`ServiceError::KeyUse`] for an empty list.
pub async fn activate(
    app: &Arc<App>,
    official: PejabatId,
    passphrase: &Passphrase,
    versions: &[Sha256],
) -> Result<ActivationId, ServiceError> {
    let Opened { key, secret, chain } = open_own_key(app, official, passphrase).await?;
    let key_id = key.id;
    let now = app.now();
    let lease = app.lease();
    let new = NewActivation {
        id: ActivationId::new(now, app.random()?),
        key: key_id,
        pejabat: official,
        versions: versions.to_vec(),
        created: now,
        expires: now.plus_seconds(MAX_LIFETIME_SECONDS),
        node: lease.node,
        epoch: lease.epoch,
    };
    let activation = Activation::new(
        new.id.to_string(),
        key_id.to_string(),
        versions.iter().map(|version| version.0).collect(),
        seconds(app),
        MAX_LIFETIME_SECONDS,
    )
    .map_err(custody::KeyUseError::from)?;
    let unlocked = UnlockedKey::new(key_id.to_string(), &secret, chain, &app.rng)?;
    transaction!(app.store, |tx| {
        if tx.frozen_since(official).await?.is_some() {
            return Err(ServiceError::Frozen { pejabat: official });
        }
        tx.clear_attempts(key_id).await?;
        tx.insert_activation(&new).await?;
        Ok(())
    })?;
    app.keep_unlocked(
        new.id,
        Unlocked {
            key_id,
            owner: official,
            key: unlocked,
            activation,
        },
    );
    Ok(new.id)
}

/// Ends an activation: the unlocked key is forgotten and nothing more can be signed with it.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn deactivate(app: &App, id: ActivationId) -> Result<(), ServiceError> {
    app.forget_unlocked(id);
    transaction!(app.store, |tx| {
        let live = tx
            .activation(id)
            .await?
            .is_some_and(|row| row.state == ActivationState::Live);
        if live {
            tx.end_activation(id, ActivationState::Void).await?;
        }
        Ok(())
    })
}

/// An official's key, opened with its passphrase.
pub(crate) struct Opened {
    /// Its row's key.
    pub(crate) key: NewKey,
    /// The private key.
    pub(crate) secret: Secret,
    /// DER, the key's own certificate first, then the issuing CA's.
    pub(super) chain: Vec<Vec<u8>>,
}

/// Opens the official's newest valid key; the attempt is counted durably before the passphrase is tried.
pub(crate) async fn open_own_key(
    app: &Arc<App>,
    official: PejabatId,
    passphrase: &Passphrase,
) -> Result<Opened, ServiceError> {
    if is_frozen(app, official).await?.is_some() {
        return Err(ServiceError::Frozen { pejabat: official });
    }
    let SigningKey { row, chain } = signing_key(app, official).await?;
    let key_id = row.key.id;
    count_attempt(app, key_id).await?;
    let key = row.key.clone();
    let secret = {
        let (app, passphrase) = (Arc::clone(app), passphrase.clone());
        // argon2 works for a while and must not hold up other tasks.
        tokio::task::spawn_blocking(move || {
            open_official(
                &app.kek,
                &passphrase,
                &key_id.to_string(),
                &row.key.envelope,
            )
        })
        .await?
        .map_err(|error| match error {
            EnvelopeError::Refused => ServiceError::WrongPassphrase(key_id),
            other @ (EnvelopeError::Shape(_) | EnvelopeError::Cost | EnvelopeError::Random) => {
                other.into()
            }
        })?
    };
    Ok(Opened { key, secret, chain })
}

/// The present second, as custody counts.
pub(super) fn seconds(app: &App) -> i64 {
    app.now().micros().div_euclid(1_000_000)
}

pub(super) struct SigningKey {
    row: KeyRow,
    /// DER, the key's own certificate first, then the issuing CA's.
    pub(super) chain: Vec<Vec<u8>>,
}

/// The official's newest key whose certificate is valid now.
pub(super) async fn signing_key(
    app: &App,
    official: PejabatId,
) -> Result<SigningKey, ServiceError> {
    let now = app.now();
    let mut tx = app.store.snapshot().await?;
    for row in tx.keys_of(official).await?.into_iter().rev() {
        let certificates = tx.certificates_of(row.key.id).await?;
        let valid = certificates.into_iter().find(|found| is_valid(found, now));
        if let Some(valid) = valid {
            let issuer = tx.certificates_of(valid.certificate.issuer).await?;
            let issuer = issuer.into_iter().map(|found| found.certificate.der);
            let chain = std::iter::once(valid.certificate.der)
                .chain(issuer)
                .collect();
            return Ok(SigningKey { row, chain });
        }
    }
    Err(ServiceError::NoKey(official))
}

/// Whether a certificate may be signed with at that instant.
pub(super) fn is_valid(found: &CertificateRow, now: Timestamp) -> bool {
    found.revoked.is_none()
        && found.certificate.not_before <= now
        && now < found.certificate.not_after
}

/// Counts an attempt, unless the delay after earlier failures has not passed yet.
async fn count_attempt(app: &App, key: KeyId) -> Result<(), ServiceError> {
    let now = app.now();
    transaction!(app.store, |tx| {
        // Guesses at the same moment wait for each other, and each sees the failures before it.
        tx.lock_key(key).await?;
        let row = tx.key(key).await?.ok_or_else(|| ServiceError::NotFound {
            what: "key",
            id: key.to_string(),
        })?;
        if let Some(last) = row.last_attempt {
            let failures = u32::try_from(row.failures).unwrap_or(u32::MAX);
            let last_second = last.micros().div_euclid(1_000_000);
            let until = wait_until(failures, last_second);
            if now.micros() < until.saturating_mul(1_000_000) {
                return Err(ServiceError::Wait {
                    key,
                    until: Timestamp::from_micros(until.saturating_mul(1_000_000)),
                });
            }
        }
        tx.count_attempt(key, now).await?;
        Ok(())
    })
}
