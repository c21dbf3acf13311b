//! The institution's seal: a key that the server opens by itself, certified by our issuing CA.

use custody::{SealRequest, Secret, generate_key, open_server, seal_server};
use flow::id::KeyId;
use flow::time::Timestamp;
use signing::{CertificateDer, LocalSigner};
use store::Tx;
use store::model::{CertificateRow, KeyPurpose, KeyRow, NewCertificate, NewKey};

use super::issuing::{CERTIFICATE_DAYS, Issuing, addresses, open, required, seconds};
use crate::office::identity;
use crate::transaction::transaction;
use crate::{App, ServiceError};

/// The seal, opened. It speaks for the institution, never for a person.
pub(crate) struct Seal {
    /// The key, whose uses are counted.
    pub(crate) key: KeyId,
    /// What signs.
    pub(crate) signer: LocalSigner,
}

/// The seal's key and its newest certificate, as they are stored.
pub(crate) struct StoredSeal {
    pub(crate) key: KeyRow,
    pub(crate) certificate: Option<CertificateRow>,
}

/// Opens the seal. Where there is none, or its certificate ends or was revoked, it is made first.
///
/// # Errors
/// [`ServiceError::NotFound`] before the issuing CA was founded, which the operator does by setting the service up.
pub(crate) async fn open_seal(app: &App) -> Result<Seal, ServiceError> {
    let issuing = required(app).await?;
    keep(app, &issuing).await?;
    let mut tx = app.store.snapshot().await?;
    let stored = stored(&mut tx).await?;
    let (Some(key), Some(certificate)) = stored
        .map(|seal| (Some(seal.key), seal.certificate))
        .unwrap_or_default()
    else {
        return Err(ServiceError::NotFound {
            what: "seal",
            id: "in this installation".to_owned(),
        });
    };
    let id = key.key.id;
    let secret = open_server(&app.kek, &id.to_string(), &key.key.envelope)?;
    let chain = vec![
        CertificateDer(certificate.certificate.der),
        CertificateDer(issuing.authority.certificate().to_vec()),
    ];
    let signer = LocalSigner::from_pkcs8(secret.expose(), chain, app.rng.clone())
        .map_err(|error| ServiceError::KeyUse(error.into()))?;
    Ok(Seal { key: id, signer })
}

/// Makes the seal, or the next one in good time, once there is a CA to certify it.
pub(crate) async fn keep_seal(app: &App) -> Result<(), ServiceError> {
    match open(app).await? {
        Some(issuing) => keep(app, &issuing).await,
        None => Ok(()),
    }
}

/// The seal as it is stored; `None` before one was made.
pub(crate) async fn stored(tx: &mut Tx) -> Result<Option<StoredSeal>, ServiceError> {
    let Some(key) = tx.keys_for(KeyPurpose::Seal).await?.into_iter().next() else {
        return Ok(None);
    };
    // The newest comes first.
    let certificate = tx.certificates_of(key.key.id).await?.into_iter().next();
    Ok(Some(StoredSeal { key, certificate }))
}

async fn keep(app: &App, issuing: &Issuing) -> Result<(), ServiceError> {
    let present = stored(&mut app.store.snapshot().await?).await?;
    if present.as_ref().is_some_and(|seal| lasts(seal, app.now())) {
        return Ok(());
    }
    let id = match &present {
        Some(seal) => seal.key.key.id,
        None => KeyId::new(app.now(), app.random()?),
    };
    let next = Next::make(app, issuing, id).await?;
    transaction!(app.store, |tx| { next.store(tx, app.now()).await })
}

/// A fresh key with its certificate, made before the transaction that stores them.
struct Next {
    key: NewKey,
    certificate: NewCertificate,
}

impl Next {
    async fn make(app: &App, issuing: &Issuing, id: KeyId) -> Result<Self, ServiceError> {
        let identity = identity(&mut app.store.snapshot().await?).await?;
        let now = app.now();
        let secret: Secret = generate_key(&app.rng)?;
        let request = SealRequest {
            name: identity.seal(),
            organisation: identity.organisation,
            days: CERTIFICATE_DAYS,
        };
        let der = issuing.authority.issue_seal(
            &request,
            &addresses(app, "issuing"),
            &secret,
            seconds(now),
            &app.rng,
        )?;
        let certificate = issuing.issued(id, der, now)?;
        let key = NewKey {
            id,
            pejabat: None,
            purpose: KeyPurpose::Seal,
            envelope: seal_server(&app.kek, &id.to_string(), secret.expose(), &app.rng)?,
            created: now,
        };
        Ok(Self { key, certificate })
    }

    /// Puts it in the place of the one before, whose private half is gone with that; does nothing when another process
    /// was faster.
    async fn store(&self, tx: &mut Tx, now: Timestamp) -> Result<(), ServiceError> {
        match stored(tx).await? {
            None => tx.insert_key(&self.key).await?,
            Some(seal) if lasts(&seal, now) => return Ok(()),
            Some(seal) if seal.key.key.id == self.key.id => {
                let from = &seal.key.key.envelope;
                tx.reseal_key(self.key.id, from, &self.key.envelope).await?;
            }
            // Made by another process, and revoked within the same moment: whoever needs it next renews it.
            Some(_) => return Ok(()),
        }
        tx.insert_certificate(&self.certificate).await?;
        Ok(())
    }
}

/// Whether it can be used for a while yet.
fn lasts(seal: &StoredSeal, now: Timestamp) -> bool {
    seal.certificate.as_ref().is_some_and(|found| {
        found.revoked.is_none() && now.plus_seconds(NOTICE) < found.certificate.not_after
    })
}

/// It is renewed a month before its end, so that a receipt of today can still be checked for a while.
const NOTICE: i64 = 30 * 86_400;
