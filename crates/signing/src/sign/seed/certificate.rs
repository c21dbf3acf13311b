//! What a field demands of the signer's certificate (ISO 32000-2 table 238).

use der::asn1::ObjectIdentifier;
use x509_parser::prelude::{FromDer, X509Certificate};

use super::{Demand, Part, Unmet, said};
use crate::{
    UtcTime,
    pdf::Located,
    sign::signer::CertificateDer,
    x509::{Certificate, path},
};

/// Bits of `/Ff`; the fifth is reserved.
const SUBJECT: u32 = 1;
const ISSUER: u32 = 2;
const POLICY: u32 = 3;
const SUBJECT_DN: u32 = 4;
const KEY_USAGE: u32 = 6;
const SOURCE: u32 = 7;
const ALL: i64 = 0b110_1111;

/// Holds the signer's chain against the demands.
pub(super) fn check(
    cert: &Part<'_>,
    chain: Option<&[CertificateDer]>,
    at: UtcTime,
) -> Result<(), Unmet> {
    if let Some(policy) = cert.text(b"SignaturePolicyOID")? {
        return Err(Demand::SignaturePolicy(policy).into());
    }
    if cert.flags == 0 {
        return Ok(());
    }
    cert.known_flags("Cert", ALL)?;
    let known = chain.and_then(<[_]>::split_first);
    let Some((Ok(leaf), issuers)) = known.map(|(leaf, rest)| (Certificate::parse(&leaf.0), rest))
    else {
        return Err(Demand::UnknownCertificate.into());
    };
    subject(cert, &leaf)?;
    issuer(cert, &leaf, issuers, at)?;
    policy(cert, &leaf)?;
    subject_dn(cert, &leaf)?;
    key_usage(cert, &leaf)?;
    source(cert)
}

/// One of the certificates that are listed.
fn subject(cert: &Part<'_>, leaf: &Certificate) -> Result<(), Unmet> {
    match cert.demanded(SUBJECT, b"Subject")? {
        Some(listed) if !ders(cert, &listed)?.contains(&leaf.der) => Err(Demand::Subject.into()),
        Some(_) | None => Ok(()),
    }
}

/// A certificate that leads to one of the authorities that are listed, over those that come with it.
fn issuer(
    cert: &Part<'_>,
    leaf: &Certificate,
    issuers: &[CertificateDer],
    at: UtcTime,
) -> Result<(), Unmet> {
    let Some(listed) = cert.demanded(ISSUER, b"Issuer")? else {
        return Ok(());
    };
    let issuers = issuers.iter().map(|der| Certificate::parse(&der.0));
    let issuers: Vec<Certificate> = issuers.filter_map(Result::ok).collect();
    let listed = ders(cert, &listed)?;
    let listed: Vec<Certificate> = listed
        .iter()
        .filter_map(|der| Certificate::parse(der).ok())
        // Nobody is the issuer of a certificate by being listed beside its issuers.
        .filter(|listed| listed.der != leaf.der || leaf.self_issued())
        .collect();
    if path::build(leaf, &issuers, &listed, at).is_ok() {
        return Ok(());
    }
    let names = listed.into_iter().map(|listed| listed.subject_text);
    Err(Demand::Issuer(names.collect()).into())
}

/// "Policies that shall be present" are all of them.
fn policy(cert: &Part<'_>, leaf: &Certificate) -> Result<(), Unmet> {
    let Some(wanted) = cert.texts(POLICY, b"OID")? else {
        return Ok(());
    };
    let own = leaf.policies.issued_under.as_deref().unwrap_or_default();
    let under = |wanted: &String| {
        let oid = ObjectIdentifier::new(wanted.trim());
        oid.is_ok_and(|oid| own.iter().any(|own| own == oid.as_bytes()))
    };
    if wanted.iter().all(under) {
        Ok(())
    } else {
        Err(Demand::Policy(wanted).into())
    }
}

/// All attributes of all dictionaries.
fn subject_dn(cert: &Part<'_>, leaf: &Certificate) -> Result<(), Unmet> {
    let Some(listed) = cert.demanded(SUBJECT_DN, b"SubjectDN")? else {
        return Ok(());
    };
    for one in cert.view.items(&listed)? {
        let entries = one.dictionary().map_or(&[][..], |one| one.entries());
        for entry in entries {
            let key = String::from_utf8_lossy(&entry.key).into_owned();
            let value = cert.view.resolve(&one.object, &entry.node)?;
            let value = value.as_ref().map(said).unwrap_or_default();
            let kind = attribute_type(&key);
            if !kind.is_some_and(|kind| leaf.subject_name.has(kind.as_bytes(), &value)) {
                return Err(Demand::SubjectDn(format!("{key}={value}")).into());
            }
        }
    }
    Ok(())
}

/// An attribute by its object identifier or the name that RFC 4519 and RFC 5280 give it.
fn attribute_type(key: &str) -> Option<ObjectIdentifier> {
    let lower = key.to_ascii_lowercase();
    let named = NAMES.iter().find(|(name, _)| *name == lower);
    ObjectIdentifier::new(named.map_or(key, |(_, oid)| oid)).ok()
}

const NAMES: [(&str, &str); 24] = [
    ("c", "2.5.4.6"),
    ("cn", "2.5.4.3"),
    ("commonname", "2.5.4.3"),
    ("countryname", "2.5.4.6"),
    ("dc", "0.9.2342.19200300.100.1.25"),
    ("dnqualifier", "2.5.4.46"),
    ("e", "1.2.840.113549.1.9.1"),
    ("email", "1.2.840.113549.1.9.1"),
    ("emailaddress", "1.2.840.113549.1.9.1"),
    ("generationqualifier", "2.5.4.44"),
    ("givenname", "2.5.4.42"),
    ("gn", "2.5.4.42"),
    ("initials", "2.5.4.43"),
    ("l", "2.5.4.7"),
    ("o", "2.5.4.10"),
    ("organizationidentifier", "2.5.4.97"),
    ("ou", "2.5.4.11"),
    ("postalcode", "2.5.4.17"),
    ("pseudonym", "2.5.4.65"),
    ("serialnumber", "2.5.4.5"),
    ("sn", "2.5.4.4"),
    ("st", "2.5.4.8"),
    ("title", "2.5.4.12"),
    ("uid", "0.9.2342.19200300.100.1.1"),
];

/// One of the patterns: a digit per bit, X where it does not matter, and what is missing or anything else means X.
fn key_usage(cert: &Part<'_>, leaf: &Certificate) -> Result<(), Unmet> {
    let Some(patterns) = cert.texts(KEY_USAGE, b"KeyUsage")? else {
        return Ok(());
    };
    let bits = usage_bits(leaf);
    let fits = |pattern: &String| {
        pattern.bytes().take(9).enumerate().all(|(at, wanted)| {
            let set = bits >> at & 1 == 1;
            match wanted {
                b'1' => set,
                b'0' => !set,
                _ => true,
            }
        })
    };
    if patterns.iter().any(fits) {
        Ok(())
    } else {
        Err(Demand::KeyUsage(patterns).into())
    }
}

/// The bits of keyUsage, the first the lowest.
fn usage_bits(leaf: &Certificate) -> u16 {
    let Ok((_, certificate)) = X509Certificate::from_der(&leaf.der) else {
        return 0;
    };
    let usage = certificate.key_usage().ok().flatten();
    usage.map_or(0, |usage| usage.value.flags)
}

/// `/URL` of the type Browser says where a certificate can be had, and its flag counts for nothing; of another type it is
/// the service that signs.
fn source(cert: &Part<'_>) -> Result<(), Unmet> {
    if cert.demanded(SOURCE, b"URL")?.is_none() {
        return Ok(());
    }
    match cert.text(b"URLType")? {
        Some(kind) if kind != "Browser" => Err(Demand::Source(kind).into()),
        Some(_) | None => Ok(()),
    }
}

fn ders(cert: &Part<'_>, listed: &Located) -> Result<Vec<Vec<u8>>, Unmet> {
    let items = cert.view.items(listed)?;
    let ders = items.iter().filter_map(|item| item.node.as_string());
    Ok(ders.map(<[u8]>::to_vec).collect())
}
