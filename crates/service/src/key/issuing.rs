//! The issuing CA, opened with the server key.

use custody::{Addresses, CertificateAuthority, open_server, serial_of};
use flow::id::KeyId;
use flow::time::Timestamp;
use store::model::{KeyPurpose, NewCertificate};

use crate::{App, ServiceError};

/// The issuing CA's key in memory, and the row it came from.
pub(crate) struct Issuing {
    pub(crate) key: KeyId,
    pub(super) authority: CertificateAuthority,
}

impl Issuing {
    /// The row of a certificate that it issued for this key, now and for [`CERTIFICATE_DAYS`].
    pub(super) fn issued(
        &self,
        key: KeyId,
        der: Vec<u8>,
        now: Timestamp,
    ) -> Result<NewCertificate, ServiceError> {
        Ok(NewCertificate {
            issuer: self.key,
            serial: serial_of(&der)?,
            key: Some(key),
            der,
            not_before: now,
            not_after: now.plus_seconds(i64::from(CERTIFICATE_DAYS) * 86_400),
        })
    }
}

/// How long a certificate of an official or of the seal lasts.
pub(super) const CERTIFICATE_DAYS: u16 = 365;

/// Opens the issuing CA; `None` before it was founded.
pub(crate) async fn open(app: &App) -> Result<Option<Issuing>, ServiceError> {
    let mut tx = app.store.snapshot().await?;
    let Some(row) = tx.keys_for(KeyPurpose::IssuingCa).await?.into_iter().next() else {
        return Ok(None);
    };
    let id = row.key.id;
    let certificate = tx.certificates_of(id).await?.into_iter().next();
    let certificate = certificate.ok_or_else(|| ServiceError::Corrupt {
        what: "key",
        id: id.to_string(),
        why: "the issuing CA has no certificate".to_owned(),
    })?;
    let secret = open_server(&app.kek, &id.to_string(), &row.key.envelope)?;
    Ok(Some(Issuing {
        key: id,
        authority: CertificateAuthority::from_parts(certificate.certificate.der, secret)?,
    }))
}

/// Opens the issuing CA, which must have been founded.
pub(super) async fn required(app: &App) -> Result<Issuing, ServiceError> {
    open(app).await?.ok_or_else(|| ServiceError::NotFound {
        what: "issuing CA",
        id: "in this installation".to_owned(),
    })
}

/// Where relying parties fetch what an issuer publishes; `serve` answers there.
pub(super) fn addresses(app: &App, issuer: &str) -> Addresses {
    let base = &app.settings.base_address;
    Addresses {
        crl: format!("{base}/ca/{issuer}.crl"),
        issuer: format!("{base}/ca/{issuer}.cer"),
    }
}

/// Whole seconds, as certificates and revocation lists tell time.
pub(super) fn seconds(at: Timestamp) -> i64 {
    at.micros().div_euclid(1_000_000)
}
