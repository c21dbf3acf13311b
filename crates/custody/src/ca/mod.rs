//! The internal CA: root, issuing CA, officials' certificates, revocation lists.
mod profile;

use rcgen::{
    Certificate, CertificateParams, CertificateRevocationListParams, Issuer, KeyIdMethod, KeyPair,
    PKCS_ECDSA_P256_SHA256, PublicKeyData, RevocationReason, RevokedCertParams, SerialNumber,
};
use ring::rand::SecureRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair};
use time::OffsetDateTime;
use x509_parser::parse_x509_certificate;

use crate::Secret;

/// Where relying parties fetch the issuer's certificate and list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addresses {
    /// The issuer's revocation list (DER).
    pub crl: String,
    /// The issuer's certificate (DER).
    pub issuer: String,
}

/// An official to certify. There is no field for a NIK on purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficialRequest {
    /// The person's name: CN.
    pub name: String,
    /// The regency: O.
    pub organisation: String,
    /// The OPD: OU.
    pub opd: String,
    /// The position, if it is to be named.
    pub title: Option<String>,
    /// Life in days.
    pub days: u16,
}

/// The institution itself, to be certified for its seal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealRequest {
    /// What the seal is called: CN.
    pub name: String,
    /// The regency: O.
    pub organisation: String,
    /// Life in days.
    pub days: u16,
}

/// Why a certificate was revoked (RFC 5280 5.3.1, those that concern people and CAs).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The key may be known to others.
    KeyCompromise,
    /// The person left or moved.
    AffiliationChanged,
    /// Replaced by another certificate.
    Superseded,
    /// No longer needed.
    CessationOfOperation,
}

/// One entry of a revocation list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revoked {
    /// The certificate's serial number, big-endian.
    pub serial: Vec<u8>,
    /// When, in seconds since 1970.
    pub at: i64,
    /// Why.
    pub reason: Reason,
}

/// Why a certificate or list was not issued.
#[derive(Debug, thiserror::Error)]
pub enum CaError {
    /// The source of randomness failed.
    #[error("the source of randomness failed")]
    Random,
    /// A time outside what certificates can say.
    #[error("a time is outside the range of certificates")]
    Time,
    /// The certificate given is not readable.
    #[error("the certificate is not readable")]
    Certificate,
    /// The key is not the one in the CA's certificate.
    #[error("the key does not belong to the CA's certificate")]
    KeyMismatch,
    /// The profile lint refused the certificate before the real key was used.
    #[error("the certificate would break its profile: {0}")]
    Profile(&'static str),
    /// The certificate library refused.
    #[error("the certificate could not be made: {0}")]
    Library(#[from] rcgen::Error),
}

/// A CA with its key in memory.
pub struct CertificateAuthority {
    certificate: Vec<u8>,
    key: Secret,
}

impl CertificateAuthority {
    /// A new self-signed root of ten years.
    ///
    /// # Errors
    /// [`CaError`] if randomness fails or a lint refuses.
    pub fn new_root(
        organisation: &str,
        name: &str,
        now: i64,
        rng: &dyn SecureRandom,
    ) -> Result<Self, CaError> {
        let params = profile::authority(
            organisation,
            name,
            Validity::days(now, 3653)?,
            serial(rng)?,
            None,
        );
        let key = generate_key(rng)?;
        let make = |pair: &KeyPair| params.self_signed(pair);
        profile::lint_authority(make(&pair(&generate_key(rng)?)?)?.der(), None)?;
        let certificate = make(&pair(&key)?)?.der().to_vec();
        profile::lint_authority(&certificate, None)?;
        Ok(Self { certificate, key })
    }

    /// A CA from its stored certificate and opened key.
    ///
    /// # Errors
    /// [`CaError::KeyMismatch`] if they do not belong together.
    pub fn from_parts(certificate: Vec<u8>, key: Secret) -> Result<Self, CaError> {
        let (_, parsed) = parse_x509_certificate(&certificate).map_err(|_| CaError::Certificate)?;
        if parsed.public_key().raw != pair(&key)?.subject_public_key_info() {
            return Err(CaError::KeyMismatch);
        }
        Ok(Self { certificate, key })
    }

    /// The certificate, DER.
    pub fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    /// The private key, PKCS#8, to be sealed.
    pub fn key(&self) -> &Secret {
        &self.key
    }

    /// An issuing CA of two years under this root; it may issue no further CA.
    ///
    /// # Errors
    /// [`CaError`] if randomness fails or a lint refuses.
    pub fn issue_issuing(
        &self,
        organisation: &str,
        name: &str,
        addresses: &Addresses,
        now: i64,
        rng: &dyn SecureRandom,
    ) -> Result<Self, CaError> {
        let params = profile::authority(
            organisation,
            name,
            Validity::days(now, 730)?,
            serial(rng)?,
            Some(addresses),
        );
        let key = generate_key(rng)?;
        let certificate = self.issue(
            &params,
            &pair(&key)?,
            |der| profile::lint_authority(der, Some(addresses)),
            rng,
        )?;
        Ok(Self { certificate, key })
    }

    /// A certificate for an official's public key (taken from the private one, which is not kept).
    ///
    /// # Errors
    /// [`CaError`] if randomness fails, the key is not P-256, or a lint refuses.
    pub fn issue_official(
        &self,
        request: &OfficialRequest,
        addresses: &Addresses,
        key: &Secret,
        now: i64,
        rng: &dyn SecureRandom,
    ) -> Result<Vec<u8>, CaError> {
        let params = profile::official(
            request,
            Validity::days(now, request.days.into())?,
            serial(rng)?,
            addresses,
        );
        self.issue_signer(&params, addresses, key, rng)
    }

    /// A certificate for the institution's seal, with the public half of this key.
    ///
    /// # Errors
    /// [`CaError`] if randomness fails, the key is not P-256, or a lint refuses.
    pub fn issue_seal(
        &self,
        request: &SealRequest,
        addresses: &Addresses,
        key: &Secret,
        now: i64,
        rng: &dyn SecureRandom,
    ) -> Result<Vec<u8>, CaError> {
        let params = profile::seal(
            request,
            Validity::days(now, request.days.into())?,
            serial(rng)?,
            addresses,
        );
        self.issue_signer(&params, addresses, key, rng)
    }

    /// What whoever signs documents gets, a person or the institution.
    fn issue_signer(
        &self,
        params: &CertificateParams,
        addresses: &Addresses,
        key: &Secret,
        rng: &dyn SecureRandom,
    ) -> Result<Vec<u8>, CaError> {
        let lint = |der: &[u8]| profile::lint_signer(der, addresses);
        self.issue(params, &pair(key)?, lint, rng)
    }

    /// A signed revocation list, DER. `number` grows with every list of this CA.
    ///
    /// # Errors
    /// [`CaError`] if a time is out of range or the library refuses.
    pub fn crl(
        &self,
        number: u64,
        revoked: &[Revoked],
        now: i64,
        next_update: i64,
    ) -> Result<Vec<u8>, CaError> {
        let revoked_certs = revoked
            .iter()
            .map(|entry| {
                Ok(RevokedCertParams {
                    serial_number: SerialNumber::from_slice(&entry.serial),
                    revocation_time: instant(entry.at)?,
                    reason_code: Some(entry.reason.into()),
                    invalidity_date: None,
                })
            })
            .collect::<Result<_, CaError>>()?;
        let params = CertificateRevocationListParams {
            this_update: instant(now)?,
            next_update: instant(next_update)?,
            crl_number: SerialNumber::from(number),
            issuing_distribution_point: None,
            revoked_certs,
            key_identifier_method: KeyIdMethod::Sha256,
        };
        Ok(params
            .signed_by(&self.issuer(pair(&self.key)?)?)?
            .der()
            .to_vec())
    }

    /// Signs with a throw-away key first, lints that, and only then uses the CA's key.
    fn issue(
        &self,
        params: &CertificateParams,
        subject: &KeyPair,
        lint: impl Fn(&[u8]) -> Result<(), CaError>,
        rng: &dyn SecureRandom,
    ) -> Result<Vec<u8>, CaError> {
        let by = |key: KeyPair| -> Result<Certificate, CaError> {
            Ok(params.signed_by(subject, &self.issuer(key)?)?)
        };
        lint(by(pair(&generate_key(rng)?)?)?.der())?;
        let certificate = by(pair(&self.key)?)?.der().to_vec();
        lint(&certificate)?;
        Ok(certificate)
    }

    fn issuer(&self, key: KeyPair) -> Result<Issuer<'static, KeyPair>, CaError> {
        Ok(Issuer::from_ca_cert_der(
            &self.certificate.as_slice().into(),
            key,
        )?)
    }
}

impl From<Reason> for RevocationReason {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::KeyCompromise => Self::KeyCompromise,
            Reason::AffiliationChanged => Self::AffiliationChanged,
            Reason::Superseded => Self::Superseded,
            Reason::CessationOfOperation => Self::CessationOfOperation,
        }
    }
}

/// A new P-256 private key, PKCS#8.
///
/// # Errors
/// [`CaError::Random`] if the source fails.
pub fn generate_key(rng: &dyn SecureRandom) -> Result<Secret, CaError> {
    let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, rng)
        .map_err(|_| CaError::Random)?;
    Ok(Secret::new(document.as_ref().to_vec()))
}

/// The serial number of a certificate, as a revocation list names it.
///
/// # Errors
/// [`CaError::Certificate`] if it is not readable.
pub fn serial_of(certificate: &[u8]) -> Result<Vec<u8>, CaError> {
    let (_, parsed) = parse_x509_certificate(certificate).map_err(|_| CaError::Certificate)?;
    Ok(parsed.raw_serial().to_vec())
}

#[derive(Clone, Copy)]
struct Validity {
    from: OffsetDateTime,
    to: OffsetDateTime,
}

impl Validity {
    fn days(now: i64, days: i64) -> Result<Self, CaError> {
        let end = days
            .checked_mul(86_400)
            .and_then(|life| now.checked_add(life))
            .ok_or(CaError::Time)?;
        Ok(Self {
            from: instant(now)?,
            to: instant(end)?,
        })
    }
}

fn instant(seconds: i64) -> Result<OffsetDateTime, CaError> {
    OffsetDateTime::from_unix_timestamp(seconds).map_err(|_| CaError::Time)
}

/// 127 random bits: positive, never zero, one length.
fn serial(rng: &dyn SecureRandom) -> Result<SerialNumber, CaError> {
    let mut bytes = [0_u8; 16];
    rng.fill(&mut bytes).map_err(|_| CaError::Random)?;
    let [first, ..] = &mut bytes;
    *first = (*first & 0x7f) | 0x40;
    Ok(SerialNumber::from_slice(&bytes))
}

fn pair(key: &Secret) -> Result<KeyPair, CaError> {
    Ok(KeyPair::from_pkcs8_der_and_sign_algo(
        &key.expose().into(),
        &PKCS_ECDSA_P256_SHA256,
    )?)
}
