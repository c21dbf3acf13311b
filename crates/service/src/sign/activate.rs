//! The step-up: an official enters the passphrase or PIN for exactly the versions that were shown.

use std::sync::Arc;

use custody::{
    Activation, EnvelopeError, KeyUseError, MAX_LIFETIME_SECONDS, Passphrase, Secret, UnlockedKey,
    open_official, wait_until,
};
use flow::digest::Sha256;
use flow::id::{ActivationId, KeyId, PejabatId};
use flow::time::Timestamp;
use signing::x509::certificate::issuers;
use signing::{AttributeSigner, CertificateDer, LocalSigner};
use store::model::{
    ActivationState, BoundKey, CertificateRow, KeyPlace, KeyRow, KeySecret, NewActivation, NewKey,
};

use crate::app::{Proof, Unlocked};
use crate::freeze::is_frozen;
use crate::key::{self, Flaw, KeyProblem, at_service, on_token};
use crate::transaction::transaction;
use crate::{App, ServiceError};

/// Opens the official's key for one signature over each of `versions` (SHA-256 of the PDF versions shown), for at most
/// five minutes, in this process alone: with the passphrase of a key in the vault, the PIN of one on a token, or the PIN
/// and perhaps a one-time code of one at a signing service.
///
/// The attempt is counted durably before anything is tried, and what was right clears the count: at once, or for a key
/// at a service with its first signature.
///
/// # Errors
/// [`ServiceError::Frozen`], [`ServiceError::NoKey`], [`ServiceError::Wait`], [`ServiceError::WrongPassphrase`],
/// [`ServiceError::KeyPlace`]; or [`ServiceError::KeyUse`] for an empty list.
pub async fn activate(
    app: &Arc<App>,
    official: PejabatId,
    passphrase: &Passphrase,
    code: Option<&Passphrase>,
    versions: &[Sha256],
) -> Result<ActivationId, ServiceError> {
    let found = own_key(app, official).await?;
    let key_id = found.row.key.id;
    let (signer, proof) = open(app, &found, passphrase, code).await?;
    let unlocked = UnlockedKey::new(key_id.to_string(), signer);
    let asks_for_code = found
        .bound
        .is_some_and(|bound| bound.asks == KeySecret::PinAndCode);
    if asks_for_code && versions.len() > unlocked.most_together() {
        let most = unlocked.most_together();
        return Err(KeyProblem::TooMany { most }.into());
    }
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
    .map_err(KeyUseError::from)?;
    transaction!(app.store, |tx| {
        if tx.frozen_since(official).await?.is_some() {
            return Err(ServiceError::Frozen { pejabat: official });
        }
        if proof == Proof::Given {
            tx.clear_attempts(key_id).await?;
        }
        tx.insert_activation(&new).await?;
        Ok(())
    })?;
    app.keep_unlocked(
        new.id,
        Unlocked {
            key_id,
            owner: official,
            key: Arc::new(unlocked),
            activation,
            proof,
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

/// An official's key of the vault, opened with its passphrase.
pub(crate) struct OpenedSecret {
    /// Its row's key.
    pub(crate) key: NewKey,
    /// The private key.
    pub(crate) secret: Secret,
}

/// Opens the official's newest valid key, which must lie in the vault; the attempt is counted durably before the
/// passphrase is tried.
pub(crate) async fn open_own_key(
    app: &Arc<App>,
    official: PejabatId,
    passphrase: &Passphrase,
) -> Result<OpenedSecret, ServiceError> {
    let found = own_key(app, official).await?;
    match found.bound.as_ref().map(|bound| &bound.place) {
        None | Some(KeyPlace::Imported) => {}
        Some(KeyPlace::Token { .. } | KeyPlace::Service { .. }) => {
            return Err(ServiceError::Impossible {
                rule: "key-elsewhere",
            });
        }
    }
    count_attempt(app, found.row.key.id).await?;
    let secret = unseal(app, &found.row.key, passphrase).await?;
    Ok(OpenedSecret {
        key: found.row.key,
        secret,
    })
}

/// The official's newest valid key, unless the official froze it.
async fn own_key(app: &App, official: PejabatId) -> Result<SigningKey, ServiceError> {
    if is_frozen(app, official).await?.is_some() {
        return Err(ServiceError::Frozen { pejabat: official });
    }
    signing_key(app, official).await
}

/// Opens a key wherever it lies, counting the attempt before the secret is tried.
async fn open(
    app: &Arc<App>,
    found: &SigningKey,
    passphrase: &Passphrase,
    code: Option<&Passphrase>,
) -> Result<(Box<dyn AttributeSigner + Send + Sync>, Proof), ServiceError> {
    let SigningKey { row, bound, chain } = found;
    if bound.is_some() {
        key::cleared(app, chain).await?;
    }
    let (signer, proof): (Box<dyn AttributeSigner + Send + Sync>, Proof) =
        match bound.as_ref().map(|bound| &bound.place) {
            None | Some(KeyPlace::Imported) => {
                count_attempt(app, row.key.id).await?;
                let secret = unseal(app, &row.key, passphrase).await?;
                let rng = app.rng.clone();
                let signer = LocalSigner::from_pkcs8(secret.expose(), chain.clone(), rng)
                    .map_err(KeyUseError::from)?;
                (Box::new(signer), Proof::Given)
            }
            Some(KeyPlace::Token { provider, label }) => {
                count_attempt(app, row.key.id).await?;
                let signer = on_token(app, provider, label, passphrase, chain.clone()).await?;
                (signer, Proof::Given)
            }
            Some(KeyPlace::Service {
                provider,
                credential,
            }) => {
                let (signer, _) = at_service(app, provider, credential, passphrase, code).await?;
                // A service that does not even answer was sent no PIN, so nothing was tried.
                count_attempt(app, row.key.id).await?;
                (signer, Proof::ByUse)
            }
        };
    // Whatever lies there now, the key that was looked at and tried is the one that signs.
    if signer.certificate_chain().first() != chain.first() {
        let why = "its certificate is another than the one that was bound; bind it anew";
        return Err(KeyProblem::Unfit {
            flaw: Flaw::OtherKey,
            why: why.to_owned(),
        }
        .into());
    }
    Ok((signer, proof))
}

async fn unseal(
    app: &Arc<App>,
    key: &NewKey,
    passphrase: &Passphrase,
) -> Result<Secret, ServiceError> {
    let key_id = key.id;
    let (app, passphrase, envelope) = (Arc::clone(app), passphrase.clone(), key.envelope.clone());
    // argon2 works for a while and must not hold up other tasks.
    tokio::task::spawn_blocking(move || {
        open_official(&app.kek, &passphrase, &key_id.to_string(), &envelope)
    })
    .await?
    .map_err(|error| match error {
        EnvelopeError::Refused => ServiceError::WrongPassphrase(key_id),
        other @ (EnvelopeError::Shape(_) | EnvelopeError::Cost | EnvelopeError::Random) => {
            other.into()
        }
    })
}

/// The present second, as custody counts.
pub(super) fn seconds(app: &App) -> i64 {
    app.now().micros().div_euclid(1_000_000)
}

pub(super) struct SigningKey {
    row: KeyRow,
    /// Where it lies, if the vault did not make it.
    pub(super) bound: Option<BoundKey>,
    /// The key's own certificate first, then its issuers'.
    pub(super) chain: Vec<CertificateDer>,
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
            let bound = tx.bound_key(row.key.id).await?;
            let mut chain = vec![CertificateDer(valid.certificate.der)];
            if let Some(bound) = &bound {
                chain.extend(issuers(bound.issuers.as_bytes()));
            } else {
                let issuer = tx.certificates_of(valid.certificate.issuer).await?;
                let issuer = issuer.into_iter().map(|found| found.certificate.der);
                chain.extend(issuer.map(CertificateDer));
            }
            return Ok(SigningKey { row, bound, chain });
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
