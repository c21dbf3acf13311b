//! The certificate profile and its lint (RFC 5280 4.2; `DESIGN` section 5).
use rcgen::{
    BasicConstraints, CertificateParams, CrlDistributionPoint, CustomExtension, DistinguishedName,
    DnType, ExtendedKeyUsagePurpose, IsCa, KeyUsagePurpose, SerialNumber,
};
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::ParsedExtension;
use x509_parser::parse_x509_certificate;

use super::{Addresses, CaError, OfficialRequest, SealRequest, Validity};

/// Root (no addresses) or issuing CA (addresses of its issuer, path length 0).
pub(super) fn authority(
    organisation: &str,
    name: &str,
    validity: Validity,
    serial: SerialNumber,
    addresses: Option<&Addresses>,
) -> CertificateParams {
    let mut params = base(validity, serial, addresses);
    params.distinguished_name = subject(name, organisation);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let path = u8::from(addresses.is_none());
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(path));
    params
}

pub(super) fn official(
    request: &OfficialRequest,
    validity: Validity,
    serial: SerialNumber,
    addresses: &Addresses,
) -> CertificateParams {
    let mut params = base(validity, serial, Some(addresses));
    params.distinguished_name = subject(&request.name, &request.organisation);
    params
        .distinguished_name
        .push(DnType::OrganizationalUnitName, request.opd.as_str());
    if let Some(title) = &request.title {
        params
            .distinguished_name
            .push(DnType::CustomDnType(vec![2, 5, 4, 12]), title.as_str());
    }
    signer(params)
}

/// A legal person has no unit and no title; its name stands in O (EN 319 412-3 4.2.1).
pub(super) fn seal(
    request: &SealRequest,
    validity: Validity,
    serial: SerialNumber,
    addresses: &Addresses,
) -> CertificateParams {
    let mut params = base(validity, serial, Some(addresses));
    params.distinguished_name = subject(&request.name, &request.organisation);
    signer(params)
}

/// What whoever signs documents has, a person or the institution.
fn signer(mut params: CertificateParams) -> CertificateParams {
    params.key_usages = vec![
        KeyUsagePurpose::DigitalSignature,
        KeyUsagePurpose::ContentCommitment,
    ];
    // RFC 9336: document signing.
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::Other(vec![
        1, 3, 6, 1, 5, 5, 7, 3, 36,
    ])];
    // Explicit: rcgen writes a subject key identifier only with basic constraints.
    params.is_ca = IsCa::ExplicitNoCa;
    params
}

pub(super) fn lint_authority(der: &[u8], addresses: Option<&Addresses>) -> Result<(), CaError> {
    let certificate = parse(der)?;
    let constraints = certificate
        .basic_constraints()
        .ok()
        .flatten()
        .ok_or(CaError::Profile("basic constraints"))?;
    let path = u32::from(addresses.is_none());
    if !constraints.critical
        || !constraints.value.ca
        || constraints.value.path_len_constraint != Some(path)
    {
        return Err(CaError::Profile(
            "a CA needs critical basic constraints with its path length",
        ));
    }
    let usage = certificate
        .key_usage()
        .ok()
        .flatten()
        .ok_or(CaError::Profile("key usage"))?;
    if !usage.critical
        || !usage.value.key_cert_sign()
        || !usage.value.crl_sign()
        || usage.value.digital_signature()
    {
        return Err(CaError::Profile(
            "a CA signs certificates and lists, nothing else",
        ));
    }
    common(&certificate, addresses)
}

pub(super) fn lint_signer(der: &[u8], addresses: &Addresses) -> Result<(), CaError> {
    let certificate = parse(der)?;
    let usage = certificate
        .key_usage()
        .ok()
        .flatten()
        .ok_or(CaError::Profile("key usage"))?;
    // Bits 0 and 1 and no other.
    if !usage.critical || usage.value.flags != 0b11 {
        return Err(CaError::Profile(
            "a signer's key usage is digitalSignature and nonRepudiation",
        ));
    }
    if certificate.is_ca() {
        return Err(CaError::Profile("a signer is not a CA"));
    }
    if certificate
        .subject()
        .iter_attributes()
        .any(|part| part.as_str().is_ok_and(has_nik))
    {
        return Err(CaError::Profile("sixteen digits in a row look like a NIK"));
    }
    common(&certificate, Some(addresses))
}

fn common(certificate: &X509Certificate<'_>, addresses: Option<&Addresses>) -> Result<(), CaError> {
    if certificate.raw_serial().len() < 9 {
        return Err(CaError::Profile(
            "the serial number has fewer than 64 random bits",
        ));
    }
    let has = |wanted: fn(&ParsedExtension<'_>) -> bool| {
        certificate
            .extensions()
            .iter()
            .any(|extension| wanted(extension.parsed_extension()))
    };
    if !has(|e| matches!(e, ParsedExtension::SubjectKeyIdentifier(_))) {
        return Err(CaError::Profile("subject key identifier"));
    }
    let Some(addresses) = addresses else {
        return Ok(());
    };
    if !has(|e| matches!(e, ParsedExtension::AuthorityKeyIdentifier(_))) {
        return Err(CaError::Profile("authority key identifier"));
    }
    if !has(|e| matches!(e, ParsedExtension::CRLDistributionPoints(_)))
        || !has(|e| matches!(e, ParsedExtension::AuthorityInfoAccess(_)))
    {
        return Err(CaError::Profile(
            "addresses of the issuer's list and certificate",
        ));
    }
    if !addresses.crl.is_ascii() || !addresses.issuer.is_ascii() {
        return Err(CaError::Profile("an address is ASCII"));
    }
    Ok(())
}

fn parse(der: &[u8]) -> Result<X509Certificate<'_>, CaError> {
    parse_x509_certificate(der)
        .map(|(_, certificate)| certificate)
        .map_err(|_| CaError::Certificate)
}

fn has_nik(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_digit())
        .any(|digits| digits.len() == 16)
}

fn base(
    validity: Validity,
    serial: SerialNumber,
    addresses: Option<&Addresses>,
) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.not_before = validity.from;
    params.not_after = validity.to;
    params.serial_number = Some(serial);
    params.use_authority_key_identifier_extension = true;
    if let Some(addresses) = addresses {
        params.crl_distribution_points = vec![CrlDistributionPoint {
            uris: vec![addresses.crl.clone()],
        }];
        params.custom_extensions = vec![CustomExtension::from_oid_content(
            AIA,
            access(&addresses.issuer),
        )];
    }
    params
}

fn subject(name: &str, organisation: &str) -> DistinguishedName {
    let mut subject = DistinguishedName::new();
    subject.push(DnType::CountryName, "ID");
    subject.push(DnType::OrganizationName, organisation);
    subject.push(DnType::CommonName, name);
    subject
}

/// AuthorityInfoAccessSyntax with one caIssuers address (RFC 5280 4.2.2.1).
fn access(address: &str) -> Vec<u8> {
    let location = tlv(0x86, address.as_bytes());
    let method = tlv(0x06, &[0x2b, 6, 1, 5, 5, 7, 0x30, 2]);
    tlv(0x30, &tlv(0x30, &[method, location].concat()))
}

fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let significant: Vec<u8> = length
        .iter()
        .copied()
        .skip_while(|byte| *byte == 0)
        .collect();
    let mut out = vec![tag];
    match (u8::try_from(content.len()), u8::try_from(significant.len())) {
        (Ok(short), _) if short < 0x80 => out.push(short),
        (_, Ok(count)) => {
            out.push(0x80 | count);
            out.extend_from_slice(&significant);
        }
        (_, Err(_)) => {}
    }
    out.extend_from_slice(content);
    out
}

const AIA: &[u64] = &[1, 3, 6, 1, 5, 5, 7, 1, 1];
