//! Revocation lists (RFC 5280 5 and 6.3): complete ones, those about some certificates or reasons only, indirect ones, and
//! deltas over a complete one.

use std::{cmp::Ordering, ops::ControlFlow, sync::Arc};

use super::{
    certificate::{Certificate, outer},
    distribution::Reasons,
    list_extension::{EntryExtensions, ListExtensions},
    name::Name,
    remembered::Remembered,
    signature::{Checked, Scheme},
};
use crate::{
    UtcTime,
    cms::{
        ber::{BerError, Reader, Tlv, tag},
        parse::AlgorithmId,
    },
};

/// A received list. Its entries are walked when asked, so a list of any size costs one pass; a copy costs nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crl {
    der: Arc<[u8]>,
    tbs: std::ops::Range<usize>,
    algorithm: AlgorithmId,
    signature: Vec<u8>,
    pub(crate) issuer: Name,
    /// When it was made.
    pub this_update: UtcTime,
    /// When the next is promised.
    pub next_update: Option<UtcTime>,
    entries: Option<Arc<[u8]>>,
    extensions: ListExtensions,
    signers: Remembered,
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
    /// What would clear it is of a time to come.
    Ahead,
}

/// What one list says about a certificate that it is about.
enum Said {
    Listed {
        since: UtcTime,
        reason: Option<u8>,
    },
    NotListed,
    /// Something in it is not understood.
    Unclear,
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
        let issuer = Name::read(fields.expect(tag::SEQUENCE)?.raw)?;
        let this_update = time(fields.any()?)?;
        let next_update = match fields.peek() {
            Some(tag::UTC_TIME | tag::GENERALIZED_TIME) => Some(time(fields.any()?)?),
            Some(_) | None => None,
        };
        let entries = fields
            .optional(tag::SEQUENCE)?
            .map(|entries| Arc::from(entries.value));
        let extensions = match fields.optional(tag::context(0))? {
            Some(explicit) => ListExtensions::read(explicit)?,
            None => ListExtensions::default(),
        };
        let der = Arc::from(der);
        Ok(Self {
            der,
            tbs,
            algorithm,
            signature,
            issuer,
            this_update,
            next_update,
            entries,
            extensions,
            signers: Remembered::default(),
        })
    }

    /// The DER as received.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// What this list alone, signed by the issuer itself, says about a certificate of `issuer` at a time.
    pub fn status(&self, certificate: &Certificate, issuer: &Certificate, at: UtcTime) -> Status {
        status(std::slice::from_ref(self), certificate, issuer, at)
    }

    /// Whether this authority signed it and may sign lists.
    pub(crate) fn is_by(&self, authority: &Certificate) -> bool {
        self.issuer == authority.subject_name
            && authority.key_usage.is_none_or(|usage| usage.sign_crl)
            && self.signed_by(authority)
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
        let check = || scheme.check(&issuer.key, signed, &self.signature);
        self.signers.of(&issuer.key, check) == Checked::Good
    }

    /// Content octets of its number; none where it has none.
    fn own_number(&self) -> &[u8] {
        self.extensions.number.as_deref().unwrap_or_default()
    }

    fn is_current(&self, at: UtcTime) -> bool {
        self.next_update.is_some_and(|next| at <= next)
    }

    /// Whether `delta` amends this list (RFC 5280 6.3.3 c and 5.2.4).
    fn is_amended_by(&self, delta: &Self) -> bool {
        let (own, theirs) = (&self.extensions, &delta.extensions);
        let (Some(number), Some(base), Some(newer)) = (&own.number, &theirs.base, &theirs.number)
        else {
            return false;
        };
        self.issuer == delta.issuer
            && own.extent == theirs.extent
            && own.authority_key_id == theirs.authority_key_id
            && order(number, base) != Ordering::Less
            && order(number, newer) == Ordering::Less
    }

    /// Who names no issuer in an entry means the one before, and at first the list's own (5.3.3).
    fn says(&self, certificate: &Certificate) -> Said {
        self.walk(certificate).unwrap_or(Said::Unclear)
    }

    fn walk(&self, certificate: &Certificate) -> Result<Said, BerError> {
        let mut issuer = self.issuer.clone();
        let mut entries = Reader::new(self.entries.as_deref().unwrap_or_default());
        while !entries.is_empty() {
            let mut entry = entries.expect(tag::SEQUENCE)?.reader();
            let serial = entry.expect(tag::INTEGER)?.value;
            let since = entry.any()?;
            let extensions = match entry.optional(tag::SEQUENCE)? {
                Some(list) => EntryExtensions::read(list)?,
                None => EntryExtensions::default(),
            };
            if let Some(named) = extensions.issuer {
                issuer = named;
            }
            if serial == certificate.serial && issuer == certificate.issuer_name {
                let since = time(since)?;
                let reason = extensions.reason;
                return Ok(Said::Listed { since, reason });
            }
            // What is said of others may change what the list means (RFC 5280 5.3).
            if extensions.unknown_critical {
                return Ok(Said::Unclear);
            }
        }
        Ok(Said::NotListed)
    }
}

/// What lists that `issuer` itself signed together say: revoked wins, then good by the newest list, then the best-founded
/// "unknown".
pub fn status(
    lists: &[Crl],
    certificate: &Certificate,
    issuer: &Certificate,
    at: UtcTime,
) -> Status {
    status_by(lists, certificate, at, &|list| list.is_by(issuer))
}

/// The same for lists that `authorised` admits.
pub(crate) fn status_by(
    lists: &[Crl],
    certificate: &Certificate,
    at: UtcTime,
    authorised: &dyn Fn(&Crl) -> bool,
) -> Status {
    if let Some(revoked) = amended(lists, certificate, at, authorised) {
        return revoked;
    }
    let mut unknown = Unknown::NoList;
    let mut covered = Reasons::NONE;
    let mut good: Option<UtcTime> = None;
    for list in lists.iter().filter(|list| list.extensions.base.is_none()) {
        let reasons = list
            .extensions
            .extent
            .reasons_for(certificate, &list.issuer);
        if reasons == Reasons::NONE {
            if list.issuer == certificate.issuer_name {
                // Not the list to clear it by (RFC 5280 6.3.3 b); what the issuer says against it there is no less true.
                if let revoked @ Status::Revoked { .. } = of_list(list, None, certificate, at)
                    && authorised(list)
                {
                    return revoked;
                }
                unknown = unknown.max(Unknown::Partial);
            }
            continue;
        }
        if !authorised(list) {
            unknown = unknown.max(Unknown::BadSignature);
            continue;
        }
        let delta = lists
            .iter()
            .filter(|delta| list.is_amended_by(delta) && delta.is_current(at) && authorised(delta))
            .max_by(|one, other| order(one.own_number(), other.own_number()));
        match of_list(list, delta, certificate, at) {
            Status::Unknown(why) => unknown = unknown.max(why),
            revoked @ Status::Revoked { .. } => return revoked,
            Status::Good { this_update } => {
                covered = covered.or(reasons);
                let newest = good.map_or(this_update, |known| known.max(this_update));
                good = Some(newest);
            }
        }
    }
    match good {
        Some(this_update) if covered == Reasons::ALL => Status::Good { this_update },
        Some(_) => Status::Unknown(Unknown::Partial),
        None => Status::Unknown(unknown),
    }
}

/// What the newest amendment that speaks of a certificate says against it, whatever list it amends: to clear by it takes
/// that list, to be warned does not.
fn amended(
    lists: &[Crl],
    certificate: &Certificate,
    at: UtcTime,
    authorised: &dyn Fn(&Crl) -> bool,
) -> Option<Status> {
    let (newest, said) = lists
        .iter()
        .filter(|list| list.extensions.base.is_some() && list.issuer == certificate.issuer_name)
        .filter_map(|delta| match delta.says(certificate) {
            Said::Listed { since, reason } => Some((delta, (since, reason))),
            Said::NotListed | Said::Unclear => None,
        })
        .max_by(|(one, _), (other, _)| order(one.own_number(), other.own_number()))?;
    let (since, reason) = said;
    let revoked = reason != Some(REMOVED) && since <= at && authorised(newest);
    revoked.then_some(Status::Revoked { since, reason })
}

/// One list, with the newest delta over it.
fn of_list(list: &Crl, delta: Option<&Crl>, certificate: &Certificate, at: UtcTime) -> Status {
    let newest = delta.unwrap_or(list);
    let said = match delta.map(|delta| delta.says(certificate)) {
        Some(Said::Listed {
            reason: Some(REMOVED),
            ..
        }) => Said::NotListed,
        Some(said @ (Said::Listed { .. } | Said::Unclear)) => said,
        Some(Said::NotListed) | None => list.says(certificate),
    };
    match said {
        Said::Listed { since, reason } if since <= at => Status::Revoked { since, reason },
        Said::Unclear => Status::Unknown(Unknown::Partial),
        Said::Listed { .. } | Said::NotListed if list.extensions.unknown_critical => {
            Status::Unknown(Unknown::Partial)
        }
        // A list may drop certificates once they have expired (RFC 5280 3.3), so it then proves nothing.
        Said::NotListed if certificate.not_after < newest.this_update => {
            Status::Unknown(Unknown::Stale)
        }
        Said::Listed { .. } | Said::NotListed if newest.is_current(at) => Status::Good {
            this_update: newest.this_update,
        },
        Said::Listed { .. } | Said::NotListed => Status::Unknown(Unknown::Stale),
    }
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

/// Content octets of two numbers that are not negative.
fn order(one: &[u8], other: &[u8]) -> Ordering {
    fn plain(octets: &[u8]) -> &[u8] {
        let zeros = octets.iter().take_while(|octet| **octet == 0).count();
        octets.get(zeros..).unwrap_or_default()
    }
    let (one, other) = (plain(one), plain(other));
    one.len().cmp(&other.len()).then_with(|| one.cmp(other))
}

fn time(tlv: Tlv<'_>) -> Result<UtcTime, BerError> {
    let malformed = BerError::Value("time");
    if !matches!(tlv.tag, tag::UTC_TIME | tag::GENERALIZED_TIME) {
        return Err(malformed);
    }
    let text = std::str::from_utf8(tlv.value).map_err(|_| malformed)?;
    UtcTime::parse_x509(text).map_err(|_| malformed)
}

/// removeFromCRL: the certificate stood on the complete list and no longer does.
const REMOVED: u8 = 8;

#[cfg(test)]
mod tests {
    use rcgen::{
        BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer,
        CrlDistributionPoint, CrlIssuingDistributionPoint, IsCa, KeyIdMethod, KeyPair,
        RevocationReason, RevokedCertParams, SerialNumber, date_time_ymd,
    };

    use super::*;

    struct Example {
        root: CertifiedIssuer<'static, KeyPair>,
        leaf: Certificate,
    }

    impl Example {
        fn new() -> Self {
            Self::pointing_at(&[])
        }

        /// With a certificate that names where its lists lie.
        fn pointing_at(addresses: &[&str]) -> Self {
            let mut params = CertificateParams::default();
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            let root = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
            let mut params = CertificateParams::default();
            params.serial_number = Some(SerialNumber::from(vec![0x11, 0x22]));
            params.crl_distribution_points = addresses.iter().map(|address| at(address)).collect();
            let key = KeyPair::generate().unwrap();
            let leaf = Certificate::parse(params.signed_by(&key, &root).unwrap().der()).unwrap();
            Self { root, leaf }
        }

        fn list(&self, serials: &[u8], next_year: i32) -> Crl {
            self.list_at(None, serials, next_year)
        }

        /// One that says where it lies.
        fn list_at(&self, address: Option<&str>, serials: &[u8], next_year: i32) -> Crl {
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
                issuing_distribution_point: address.map(|address| CrlIssuingDistributionPoint {
                    distribution_point: at(address),
                    scope: None,
                }),
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

    fn at(address: &str) -> CrlDistributionPoint {
        CrlDistributionPoint {
            uris: vec![address.to_owned()],
        }
    }

    #[test]
    fn a_list_of_another_place_does_not_clear_and_still_revokes() {
        const HERE: &str = "http://daftar.contoh/satu.crl";
        const ELSEWHERE: &str = "http://daftar.contoh/dua.crl";
        let (nobody, leaf) = ([0x33], [0x11, 0x22]);
        let when = "2026-06-01T00:00:00Z";
        let points = Example::pointing_at(&[HERE]);
        let good = points.status(points.list_at(Some(HERE), &nobody, 2027), when);
        assert!(matches!(good, Status::Good { .. }), "{good:?}");
        let whole = points.status(points.list(&nobody, 2027), when);
        assert!(matches!(whole, Status::Good { .. }), "{whole:?}");
        let nowhere = Example::new();
        let implied = nowhere.status(nowhere.list_at(Some(HERE), &nobody, 2027), when);
        assert!(matches!(implied, Status::Good { .. }), "{implied:?}");
        let other = points.status(points.list_at(Some(ELSEWHERE), &nobody, 2027), when);
        assert_eq!(other, Status::Unknown(Unknown::Partial));
        let listed = points.status(points.list_at(Some(ELSEWHERE), &leaf, 2027), when);
        assert!(matches!(listed, Status::Revoked { .. }), "{listed:?}");
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
