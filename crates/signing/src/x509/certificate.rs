//! One certificate, read once into what path validation asks about (RFC 5280 4).

use serde::{Deserialize, Serialize};
use x509_parser::{
    extensions::ParsedExtension,
    prelude::{FromDer, X509Certificate},
};

use super::{
    constraints::NameConstraints,
    distribution::DistributionPoint,
    legible::one_line,
    name::{GeneralName, Name},
    policies::Policies,
    signature::{Checked, PublicKey, Scheme},
    text,
};
use crate::{
    CertificateDer, UtcTime,
    cms::{
        ber::{BerError, Reader, tag},
        parse::{AlgorithmId, ReceivedCms},
    },
    policy::trust::pem_or_der,
};

/// A certificate with its source bytes, which are its serialised form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "CertificateDer", try_from = "CertificateDer")]
pub struct Certificate {
    /// The DER as received.
    pub der: Vec<u8>,
    /// DER of the subject's name.
    pub subject: Vec<u8>,
    /// DER of the issuer's name.
    pub issuer: Vec<u8>,
    /// The subject's name, for comparison.
    pub subject_name: Name,
    /// The issuer's name, for comparison.
    pub issuer_name: Name,
    /// subjectAltName, where present.
    pub alternative_names: Vec<GeneralName>,
    /// The subject's name for people, on one line (RFC 4514, in the order of the certificate).
    pub subject_text: String,
    /// The issuer's name for people, on one line.
    pub issuer_text: String,
    /// Content octets of the serial number.
    pub serial: Vec<u8>,
    /// Valid from.
    pub not_before: UtcTime,
    /// Valid to.
    pub not_after: UtcTime,
    /// The subject's key.
    pub key: PublicKey,
    /// basicConstraints, where present.
    pub basic_constraints: Option<BasicConstraints>,
    /// keyUsage, where present.
    pub key_usage: Option<KeyUsage>,
    /// extendedKeyUsage, where present.
    pub extended_key_usage: Option<ExtendedKeyUsage>,
    /// subjectKeyIdentifier, where present.
    pub subject_key_id: Option<Vec<u8>>,
    /// keyIdentifier of authorityKeyIdentifier, where present.
    pub authority_key_id: Option<Vec<u8>>,
    /// Addresses of the CRL distribution points.
    pub crl_urls: Vec<String>,
    /// Which revocation lists are about it.
    pub distribution_points: Vec<DistributionPoint>,
    /// What it demands of the names below it.
    pub name_constraints: Option<NameConstraints>,
    /// What it says about policies.
    pub policies: Policies,
    /// Where its authority says answers about its revocation are given (authorityInfoAccess, id-ad-ocsp).
    pub ocsp_urls: Vec<String>,
    /// Where its authority says the authority's own certificate lies (authorityInfoAccess, id-ad-caIssuers).
    pub issuer_urls: Vec<String>,
    /// What special work the key is for.
    pub service: KeyService,
    /// Whether its authority asks nobody to check its revocation (RFC 6960 4.2.2.2.1).
    pub no_revocation_check: bool,
    /// Critical extensions that are not processed here, by object identifier or reason.
    pub unprocessed_critical: Vec<String>,
    tbs: std::ops::Range<usize>,
    algorithm: AlgorithmId,
    signature: Vec<u8>,
}

impl From<Certificate> for CertificateDer {
    fn from(certificate: Certificate) -> Self {
        Self(certificate.der)
    }
}

impl TryFrom<CertificateDer> for Certificate {
    type Error = BadCertificate;

    fn try_from(der: CertificateDer) -> Result<Self, BadCertificate> {
        Self::parse(&der.0)
    }
}

/// basicConstraints (RFC 5280 4.2.1.9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BasicConstraints {
    /// Whether the subject is an authority.
    pub ca: bool,
    /// How many intermediate authorities may follow.
    pub path_length: Option<u32>,
}

/// The bits of keyUsage that matter here (RFC 5280 4.2.1.3).
#[expect(clippy::struct_excessive_bools, reason = "the standard's bits")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyUsage {
    /// digitalSignature.
    pub digital_signature: bool,
    /// nonRepudiation.
    pub non_repudiation: bool,
    /// keyCertSign.
    pub certify: bool,
    /// cRLSign.
    pub sign_crl: bool,
}

impl KeyUsage {
    /// Whether the key may sign documents.
    pub const fn may_sign(self) -> bool {
        self.digital_signature || self.non_repudiation
    }
}

/// extendedKeyUsage (RFC 5280 4.2.1.12), as far as document signing asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExtendedKeyUsage {
    /// Only for machines: servers, clients, timestamps, OCSP, code.
    MachinesOnly,
    /// At least one purpose that is, or may be, signing documents.
    MayBeDocuments,
}

/// Special work that a key is certified for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeyService {
    /// None.
    #[default]
    None,
    /// Timestamps, and nothing else, and critically so (RFC 3161 2.3).
    Timestamps,
    /// Answers about revocation (RFC 6960 4.2.2.2).
    OcspAnswers,
}

/// Why bytes are no certificate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a certificate cannot be read")]
pub struct BadCertificate;

impl Certificate {
    /// Reads DER.
    ///
    /// # Errors
    /// When the bytes are no X.509 certificate.
    pub fn parse(der: &[u8]) -> Result<Self, BadCertificate> {
        let (rest, parsed) = X509Certificate::from_der(der).map_err(|_| BadCertificate)?;
        let der = der
            .get(..der.len().saturating_sub(rest.len()))
            .ok_or(BadCertificate)?;
        let (tbs, algorithm, signature) = outer(der).ok_or(BadCertificate)?;
        let inner = signed_algorithm(der.get(tbs.clone()).ok_or(BadCertificate)?);
        let mut certificate = Self {
            subject: parsed.subject().as_raw().to_vec(),
            issuer: parsed.issuer().as_raw().to_vec(),
            subject_name: Name::read(parsed.subject().as_raw()).map_err(|_| BadCertificate)?,
            issuer_name: Name::read(parsed.issuer().as_raw()).map_err(|_| BadCertificate)?,
            alternative_names: Vec::new(),
            subject_text: text::of(parsed.subject()),
            issuer_text: text::of(parsed.issuer()),
            serial: parsed.raw_serial().to_vec(),
            not_before: UtcTime::from_unix(parsed.validity().not_before.timestamp()),
            not_after: UtcTime::from_unix(parsed.validity().not_after.timestamp()),
            key: PublicKey::parse(parsed.public_key().raw).map_err(|_| BadCertificate)?,
            basic_constraints: None,
            key_usage: None,
            extended_key_usage: None,
            subject_key_id: None,
            authority_key_id: None,
            crl_urls: Vec::new(),
            distribution_points: Vec::new(),
            name_constraints: None,
            policies: Policies::default(),
            ocsp_urls: Vec::new(),
            issuer_urls: Vec::new(),
            service: KeyService::None,
            no_revocation_check: false,
            unprocessed_critical: Vec::new(),
            tbs,
            algorithm,
            signature,
            der: der.to_vec(),
        };
        // RFC 5280 4.1.1.2: both statements of the algorithm must agree.
        if inner.as_ref() != Some(&certificate.algorithm) {
            return Err(BadCertificate);
        }
        let mut seen = Vec::new();
        for extension in parsed.extensions() {
            if seen.contains(&&extension.oid) {
                return Err(BadCertificate);
            }
            seen.push(&extension.oid);
            match certificate.own(extension.oid.as_bytes(), extension.value) {
                Some(Ok(())) => {}
                Some(Err(_)) => {
                    let oid = extension.oid.to_id_string();
                    certificate.unprocessed_critical.push(oid);
                }
                None => certificate.take(
                    extension.parsed_extension(),
                    extension.critical,
                    &extension.oid,
                ),
            }
        }
        Ok(certificate)
    }

    /// Whether the subject is its own issuer by name.
    pub fn self_issued(&self) -> bool {
        self.subject_name == self.issuer_name
    }

    /// Whether this key made that certificate's signature.
    pub fn certified(&self, other: &Self) -> Checked {
        match Scheme::read(&other.algorithm, None) {
            Ok(scheme) => {
                let signed = other.der.get(other.tbs.clone()).unwrap_or_default();
                scheme.check(&self.key, signed, &other.signature)
            }
            Err(name) => Checked::CannotCheck(name),
        }
    }

    /// The scheme by which the issuer signed, where it is known.
    pub fn scheme(&self) -> Option<Scheme> {
        Scheme::read(&self.algorithm, None).ok()
    }

    /// Extensions whose value is read here; `None` for any other. One that cannot be read must not be passed over: it
    /// may restrict.
    fn own(&mut self, oid: &[u8], value: &[u8]) -> Option<Result<(), BerError>> {
        let read = match oid {
            OCSP_NO_CHECK => {
                self.no_revocation_check = true;
                Ok(())
            }
            SUBJECT_ALT_NAME => Reader::new(value)
                .expect(tag::SEQUENCE)
                .and_then(GeneralName::read_all)
                .map(|names| self.alternative_names = names),
            NAME_CONSTRAINTS => NameConstraints::read(value)
                .map(|constraints| self.name_constraints = Some(constraints)),
            CRL_DISTRIBUTION_POINTS => DistributionPoint::read_all(value).map(|points| {
                let urls = points.iter().flat_map(DistributionPoint::urls);
                self.crl_urls = urls.map(one_line).collect();
                self.distribution_points = points;
            }),
            CERTIFICATE_POLICIES => Policies::read_policies(value)
                .map(|policies| self.policies.issued_under = Some(policies)),
            POLICY_MAPPINGS => {
                Policies::read_mappings(value).map(|mappings| self.policies.mappings = mappings)
            }
            POLICY_CONSTRAINTS => self.policies.read_constraints(value),
            INHIBIT_ANY_POLICY => self.policies.read_inhibit_any(value),
            _ => return None,
        };
        Some(read)
    }

    fn access(&mut self, access: &x509_parser::extensions::AuthorityInfoAccess<'_>) {
        for description in &access.accessdescs {
            let x509_parser::extensions::GeneralName::URI(uri) = description.access_location else {
                continue;
            };
            match description.access_method.as_bytes() {
                AD_OCSP => self.ocsp_urls.push(one_line(uri)),
                AD_CA_ISSUERS => self.issuer_urls.push(one_line(uri)),
                _ => {}
            }
        }
    }

    fn take(
        &mut self,
        extension: &ParsedExtension<'_>,
        critical: bool,
        oid: &x509_parser::oid_registry::Oid<'_>,
    ) {
        match extension {
            ParsedExtension::BasicConstraints(constraints) => {
                self.basic_constraints = Some(BasicConstraints {
                    ca: constraints.ca,
                    path_length: constraints.path_len_constraint,
                });
            }
            ParsedExtension::KeyUsage(usage) => {
                self.key_usage = Some(KeyUsage {
                    digital_signature: usage.digital_signature(),
                    non_repudiation: usage.non_repudiation(),
                    certify: usage.key_cert_sign(),
                    sign_crl: usage.crl_sign(),
                });
            }
            ParsedExtension::ExtendedKeyUsage(usage) => {
                self.service = service(usage, critical);
                let documents = usage.any || usage.email_protection || !usage.other.is_empty();
                // A client certificate is what many authorities issue to persons.
                self.extended_key_usage = Some(if documents || usage.client_auth {
                    ExtendedKeyUsage::MayBeDocuments
                } else {
                    ExtendedKeyUsage::MachinesOnly
                });
            }
            ParsedExtension::SubjectKeyIdentifier(id) => self.subject_key_id = Some(id.0.to_vec()),
            ParsedExtension::AuthorityKeyIdentifier(id) => {
                self.authority_key_id = id.key_identifier.as_ref().map(|id| id.0.to_vec());
            }
            ParsedExtension::AuthorityInfoAccess(access) => self.access(access),
            ParsedExtension::IssuerAlternativeName(_) => {}
            ParsedExtension::ParseError { .. } => {
                self.unprocessed_critical.push(oid.to_id_string());
            }
            // Seven of these are read by `own` and never come here.
            ParsedExtension::SubjectAlternativeName(_)
            | ParsedExtension::CertificatePolicies(_)
            | ParsedExtension::NameConstraints(_)
            | ParsedExtension::PolicyConstraints(_)
            | ParsedExtension::InhibitAnyPolicy(_)
            | ParsedExtension::CRLDistributionPoints(_)
            | ParsedExtension::PolicyMappings(_)
            | ParsedExtension::UnsupportedExtension { .. }
            | ParsedExtension::SubjectInfoAccess(_)
            | ParsedExtension::NSCertType(_)
            | ParsedExtension::NsCertComment(_)
            | ParsedExtension::IssuingDistributionPoint(_)
            | ParsedExtension::CRLNumber(_)
            | ParsedExtension::ReasonCode(_)
            | ParsedExtension::InvalidityDate(_)
            | ParsedExtension::SCT(_)
            | ParsedExtension::Unparsed => {
                if critical {
                    self.unprocessed_critical.push(oid.to_id_string());
                }
            }
        }
    }
}

/// The certificates in what an authority publishes about itself (RFC 5280 4.2.2.1): one in DER or PEM, or several in a
/// CMS without signers. What is none is left out.
pub fn issuers(bytes: &[u8]) -> Vec<CertificateDer> {
    let found = match ReceivedCms::parse(bytes) {
        Ok(cms) => cms.certificates,
        Err(_) => pem_or_der(bytes, "CERTIFICATE").unwrap_or_default(),
    };
    found
        .into_iter()
        .filter_map(|der| Certificate::parse(&der).ok())
        .map(|certificate| CertificateDer(certificate.der))
        .take(MAX_ISSUERS)
        .collect()
}

const MAX_ISSUERS: usize = 10;

/// RFC 3161 2.3: id-kp-timeStamping critical and alone.
fn service(usage: &x509_parser::extensions::ExtendedKeyUsage<'_>, critical: bool) -> KeyService {
    let other = usage.any
        || usage.server_auth
        || usage.client_auth
        || usage.code_signing
        || usage.email_protection
        || !usage.other.is_empty();
    if usage.time_stamping && critical && !other && !usage.ocsp_signing {
        KeyService::Timestamps
    } else if usage.ocsp_signing && !usage.time_stamping {
        KeyService::OcspAnswers
    } else {
        KeyService::None
    }
}

/// Content octets of id-pkix-ocsp-nocheck.
const OCSP_NO_CHECK: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 0x30, 1, 5];
/// Content octets of id-ad-ocsp and id-ad-caIssuers.
const AD_OCSP: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 0x30, 1];
const AD_CA_ISSUERS: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 0x30, 2];

/// Content octets of id-ce 2.5.29.n.
const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1d, 17];
const NAME_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 30];
const CRL_DISTRIBUTION_POINTS: &[u8] = &[0x55, 0x1d, 31];
const CERTIFICATE_POLICIES: &[u8] = &[0x55, 0x1d, 32];
const POLICY_MAPPINGS: &[u8] = &[0x55, 0x1d, 33];
const POLICY_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 36];
const INHIBIT_ANY_POLICY: &[u8] = &[0x55, 0x1d, 54];

/// The range of the signed part, the algorithm and the value (RFC 5280 4.1.1).
pub(crate) fn outer(der: &[u8]) -> Option<(std::ops::Range<usize>, AlgorithmId, Vec<u8>)> {
    let whole = Reader::new(der).expect(tag::SEQUENCE).ok()?;
    let mut parts = whole.reader();
    let tbs = parts.expect(tag::SEQUENCE).ok()?;
    let algorithm = AlgorithmId::parse(parts.expect(tag::SEQUENCE).ok()?).ok()?;
    let value = parts.expect(tag::BIT_STRING).ok()?.value;
    let signature = super::signature::bit_string(value).ok()?.to_vec();
    let start = whole.raw.len().checked_sub(whole.value.len())?;
    Some((
        start..start.checked_add(tbs.raw.len())?,
        algorithm,
        signature,
    ))
}

fn signed_algorithm(tbs: &[u8]) -> Option<AlgorithmId> {
    let mut parts = Reader::new(tbs).expect(tag::SEQUENCE).ok()?.reader();
    parts.optional(tag::context(0)).ok()?;
    parts.expect(tag::INTEGER).ok()?;
    AlgorithmId::parse(parts.expect(tag::SEQUENCE).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_checks_the_one_it_certified_and_no_other() {
        let key = rcgen::KeyPair::generate().unwrap();
        let certificate = rcgen::CertificateParams::default()
            .self_signed(&key)
            .unwrap();
        let own = Certificate::parse(certificate.der()).unwrap();
        assert_eq!(own.certified(&own), Checked::Good);
        let stranger = rcgen::KeyPair::generate().unwrap();
        let other = rcgen::CertificateParams::default()
            .self_signed(&stranger)
            .unwrap();
        assert_eq!(
            Certificate::parse(other.der()).unwrap().certified(&own),
            Checked::Bad
        );
    }
}
