//! Revocation lists (RFC 5280 5 and 6.3): complete lists by the certificate's own issuer. Delta, indirect and partial
//! lists are left aside as "unknown".

use std::ops::ControlFlow;

use super::{
    certificate::{Certificate, outer},
    signature::{Checked, Scheme},
};
use crate::{
    UtcTime,
    cms::{
        ber::{BerError, Reader, Tlv, tag},
        parse::AlgorithmId,
    },
};

/// A received list. Its entries are walked when asked, so a list of any size costs one pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crl {
    der: Vec<u8>,
    tbs: std::ops::Range<usize>,
    algorithm: AlgorithmId,
    signature: Vec<u8>,
    issuer: Vec<u8>,
    /// When it was made.
    pub this_update: UtcTime,
    /// When the next is promised.
    pub next_update: Option<UtcTime>,
    entries: Option<Vec<u8>>,
    scope: Scope,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    Complete,
    OnlyUsers,
    OnlyAuthorities,
    /// Something in it decides who is on it, and it is not understood here.
    Partial,
}

/// What the lists say about one certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// Not on a list that was current at the time.
    Good {
        /// When the list was made.
        this_update: UtcTime,
    },
    /// On a list.
    Revoked {
        /// Since when.
        since: UtcTime,
        /// The reason code (RFC 5280 5.3.1).
        reason: Option<u8>,
    },
    /// No list tells, and this is why.
    Unknown(Unknown),
}

/// Why no list tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unknown {
    /// There is no list by this issuer.
    NoList,
    /// The list covers only some certificates, or is malformed inside.
    Partial,
    /// The list's signature is wrong or of an algorithm that cannot be checked.
    BadSignature,
    /// The next list was due before the time asked about.
    Stale,
}

impl Crl {
    /// Reads DER.
    ///
    /// # Errors
    /// When the bytes are no certificate revocation list.
    pub fn parse(der: &[u8]) -> Result<Self, BerError> {
        let malformed = BerError::Value("certificate revocation list");
        let (tbs, algorithm, signature) = outer(der).ok_or(malformed)?;
        let mut fields = Reader::new(der.get(tbs.clone()).ok_or(malformed)?)
            .expect(tag::SEQUENCE)?
            .reader();
        fields.optional(tag::INTEGER)?;
        if AlgorithmId::parse(fields.expect(tag::SEQUENCE)?)? != algorithm {
            return Err(malformed);
        }
        let issuer = fields.expect(tag::SEQUENCE)?.raw.to_vec();
        let this_update = time(fields.any()?)?;
        let next_update = match fields.peek() {
            Some(tag::UTC_TIME | tag::GENERALIZED_TIME) => Some(time(fields.any()?)?),
            Some(_) | None => None,
        };
        let entries = fields
            .optional(tag::SEQUENCE)?
            .map(|entries| entries.value.to_vec());
        let scope = match fields.optional(tag::context(0))? {
            Some(extensions) => scope(extensions)?,
            None => Scope::Complete,
        };
        let der = der.to_vec();
        Ok(Self {
            der,
            tbs,
            algorithm,
            signature,
            issuer,
            this_update,
            next_update,
            entries,
            scope,
        })
    }

    /// The DER as received.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// What this list says about a certificate of `issuer` at a time.
    pub fn status(&self, certificate: &Certificate, issuer: &Certificate, at: UtcTime) -> Status {
        if self.issuer != certificate.issuer || self.issuer != issuer.subject {
            return Status::Unknown(Unknown::NoList);
        }
        let authority = certificate
            .basic_constraints
            .is_some_and(|constraints| constraints.ca);
        match (self.scope, authority) {
            (Scope::Complete, _) | (Scope::OnlyUsers, false) | (Scope::OnlyAuthorities, true) => {}
            (Scope::Partial | Scope::OnlyUsers | Scope::OnlyAuthorities, _) => {
                return Status::Unknown(Unknown::Partial);
            }
        }
        if issuer.key_usage.is_some_and(|usage| !usage.sign_crl) || !self.signed_by(issuer) {
            return Status::Unknown(Unknown::BadSignature);
        }
        match self.entry(&certificate.serial) {
            Err(_) => Status::Unknown(Unknown::Partial),
            Ok(Some((since, reason))) if since <= at => Status::Revoked { since, reason },
            // A list may drop certificates once they have expired (RFC 5280 3.3), so it then proves nothing.
            Ok(None) if certificate.not_after < self.this_update => Status::Unknown(Unknown::Stale),
            Ok(_) if self.next_update.is_some_and(|next| at <= next) => Status::Good {
                this_update: self.this_update,
            },
            Ok(_) => Status::Unknown(Unknown::Stale),
        }
    }

    fn signed_by(&self, issuer: &Certificate) -> bool {
        let Ok(scheme) = Scheme::read(&self.algorithm, None) else {
            return false;
        };
        // A list nobody could forge today: SHA-1 proves nothing.
        if scheme.digest() == Some(super::signature::Digest::Sha1) {
            return false;
        }
        let signed = self.der.get(self.tbs.clone()).unwrap_or_default();
        scheme.check(&issuer.key, signed, &self.signature) == Checked::Good
    }

    fn entry(&self, serial: &[u8]) -> Result<Option<(UtcTime, Option<u8>)>, BerError> {
        let mut entries = Reader::new(self.entries.as_deref().unwrap_or_default());
        while !entries.is_empty() {
            let mut entry = entries.expect(tag::SEQUENCE)?.reader();
            let number = entry.expect(tag::INTEGER)?.value;
            if number == serial {
                let since = time(entry.any()?)?;
                let reason = match entry.optional(tag::SEQUENCE)? {
                    Some(extensions) => reason(extensions)?,
                    None => None,
                };
                return Ok(Some((since, reason)));
            }
        }
        Ok(None)
    }
}

/// What all the lists together say: revoked wins, then good by the newest list, then the best-founded "unknown".
pub fn status(
    lists: &[Crl],
    certificate: &Certificate,
    issuer: &Certificate,
    at: UtcTime,
) -> Status {
    weigh(
        lists
            .iter()
            .map(|list| list.status(certificate, issuer, at)),
    )
}

/// Revoked wins, then good by the newest evidence, then the best-founded "unknown".
pub(crate) fn weigh(statuses: impl Iterator<Item = Status>) -> Status {
    let mut statuses = statuses;
    let worst = statuses.try_fold(Status::Unknown(Unknown::NoList), |so_far, next| {
        match (&so_far, &next) {
            (_, Status::Revoked { .. }) => ControlFlow::Break(next),
            (Status::Good { this_update: old }, Status::Good { this_update: new }) if new > old => {
                ControlFlow::Continue(next)
            }
            (Status::Unknown(_), Status::Good { .. }) => ControlFlow::Continue(next),
            (Status::Unknown(old), Status::Unknown(new)) if new > old => {
                ControlFlow::Continue(next)
            }
            (Status::Good { .. } | Status::Unknown(_) | Status::Revoked { .. }, _) => {
                ControlFlow::Continue(so_far)
            }
        }
    });
    match worst {
        ControlFlow::Break(status) | ControlFlow::Continue(status) => status,
    }
}

fn time(tlv: Tlv<'_>) -> Result<UtcTime, BerError> {
    let malformed = BerError::Value("time");
    if !matches!(tlv.tag, tag::UTC_TIME | tag::GENERALIZED_TIME) {
        return Err(malformed);
    }
    let text = std::str::from_utf8(tlv.value).map_err(|_| malformed)?;
    UtcTime::parse_x509(text).map_err(|_| malformed)
}

const MAX_EXTENSIONS: usize = 32;
/// Content octets of id-ce 2.5.29.n.
const AUTHORITY_KEY_ID: &[u8] = &[0x55, 0x1d, 35];
const CRL_NUMBER: &[u8] = &[0x55, 0x1d, 20];
const ISSUING_DISTRIBUTION_POINT: &[u8] = &[0x55, 0x1d, 28];
const REASON_CODE: &[u8] = &[0x55, 0x1d, 21];

struct Extension<'a> {
    oid: &'a [u8],
    critical: bool,
    value: &'a [u8],
}

fn extensions(tlv: Tlv<'_>) -> Result<Vec<Extension<'_>>, BerError> {
    let all = tlv.reader().all(MAX_EXTENSIONS)?;
    all.into_iter()
        .map(|extension| {
            let mut parts = extension.expect(tag::SEQUENCE)?.reader();
            let oid = parts.expect(tag::OID)?.value;
            let critical = parts
                .optional(tag::BOOLEAN)?
                .is_some_and(|flag| flag.value != [0].as_slice());
            Ok(Extension {
                oid,
                critical,
                value: parts.expect(tag::OCTET_STRING)?.value,
            })
        })
        .collect()
}

/// RFC 5280 5.2; an unknown critical extension makes the list unusable.
fn scope(explicit: Tlv<'_>) -> Result<Scope, BerError> {
    let mut scope = Scope::Complete;
    for extension in extensions(explicit.reader().expect(tag::SEQUENCE)?)? {
        match extension.oid {
            AUTHORITY_KEY_ID | CRL_NUMBER => {}
            ISSUING_DISTRIBUTION_POINT => scope = distribution_point(extension.value)?,
            _ if extension.critical => return Ok(Scope::Partial),
            _ => {}
        }
    }
    Ok(scope)
}

fn distribution_point(value: &[u8]) -> Result<Scope, BerError> {
    let fields = Reader::new(value)
        .expect(tag::SEQUENCE)?
        .reader()
        .all(MAX_EXTENSIONS)?;
    let mut scope = Scope::Complete;
    for field in fields {
        let set = field.value != [0].as_slice();
        scope = match field.tag {
            0x81 if set => Scope::OnlyUsers,
            0x82 if set => Scope::OnlyAuthorities,
            // distributionPoint says where the list lives, not who is on it.
            0xa0 | 0x81 | 0x82 => scope,
            0x84 | 0x85 if !set => scope,
            _ => return Ok(Scope::Partial),
        };
    }
    Ok(scope)
}

fn reason(tlv: Tlv<'_>) -> Result<Option<u8>, BerError> {
    for extension in extensions(tlv)? {
        if extension.oid == REASON_CODE {
            let code = Reader::new(extension.value).expect(tag::ENUMERATED)?.value;
            return Ok(code.first().copied());
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use rcgen::{
        BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer,
        IsCa, KeyIdMethod, KeyPair, RevocationReason, RevokedCertParams, SerialNumber,
        date_time_ymd,
    };

    use super::*;

    struct Example {
        root: CertifiedIssuer<'static, KeyPair>,
        leaf: Certificate,
    }

    impl Example {
        fn new() -> Self {
            let mut params = CertificateParams::default();
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            let root = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
            let mut params = CertificateParams::default();
            params.serial_number = Some(SerialNumber::from(vec![0x11, 0x22]));
            let key = KeyPair::generate().unwrap();
            let leaf = Certificate::parse(params.signed_by(&key, &root).unwrap().der()).unwrap();
            Self { root, leaf }
        }

        fn list(&self, serials: &[u8], next_year: i32) -> Crl {
            let revoked = RevokedCertParams {
                serial_number: SerialNumber::from(serials.to_vec()),
                revocation_time: date_time_ymd(2026, 3, 1),
                reason_code: Some(RevocationReason::KeyCompromise),
                invalidity_date: None,
            };
            let params = CertificateRevocationListParams {
                this_update: date_time_ymd(2026, 2, 1),
                next_update: date_time_ymd(next_year, 4, 1),
                crl_number: SerialNumber::from(1_u64),
                issuing_distribution_point: None,
                revoked_certs: vec![revoked],
                key_identifier_method: KeyIdMethod::Sha256,
            };
            Crl::parse(params.signed_by(&self.root).unwrap().der()).unwrap()
        }

        fn status(&self, list: Crl, at: &str) -> Status {
            let issuer = Certificate::parse(self.root.der()).unwrap();
            status(
                &[list],
                &self.leaf,
                &issuer,
                UtcTime::parse_rfc3339(at).unwrap(),
            )
        }
    }

    #[test]
    fn a_listed_certificate_is_revoked_from_its_date_on() {
        let example = Example::new();
        let list = example.list(&[0x11, 0x22], 2027);
        let before = example.status(list.clone(), "2026-02-15T00:00:00Z");
        assert!(matches!(before, Status::Good { .. }), "{before:?}");
        let after = example.status(list, "2026-06-01T00:00:00Z");
        assert!(
            matches!(
                after,
                Status::Revoked {
                    reason: Some(1),
                    ..
                }
            ),
            "{after:?}"
        );
    }

    #[test]
    fn a_stale_list_still_revokes_but_no_longer_clears() {
        let example = Example::new();
        let other = example.status(example.list(&[0x33], 2026), "2026-06-01T00:00:00Z");
        assert_eq!(other, Status::Unknown(Unknown::Stale));
        let listed = example.status(example.list(&[0x11, 0x22], 2026), "2026-06-01T00:00:00Z");
        assert!(matches!(listed, Status::Revoked { .. }));
    }

    #[test]
    fn a_list_signed_by_another_key_says_nothing() {
        let (example, stranger) = (Example::new(), Example::new());
        let forged = stranger.list(&[0x11, 0x22], 2027);
        let status = example.status(forged, "2026-06-01T00:00:00Z");
        assert_eq!(status, Status::Unknown(Unknown::BadSignature));
    }
}
