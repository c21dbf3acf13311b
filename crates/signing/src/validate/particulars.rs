//! What the fuller reports show of each signature beside the judgement: plain values, so that whoever writes such a report
//! needs nothing of the file any more.

use serde::{Deserialize, Serialize};

use super::{
    facts::{DocumentDigest, Facts, SignatureFacts},
    report::{Report, SignatureReport},
    stored::hexadecimal,
};
use crate::{
    UtcTime,
    cms::timestamp::{self, TimestampToken},
    x509::{Certificate, text::attribute},
};

/// About one signature, as it was received.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Particulars {
    /// Where the revision it covers ends; nothing where its range is not lawful.
    pub covered: Option<u64>,
    /// The digest of what it covers.
    pub digest: Option<DocumentDigest>,
    /// Its value; empty where there is not exactly one signer.
    #[serde(with = "hexadecimal")]
    pub value: Vec<u8>,
    /// `/Reason`.
    pub reason: Option<String>,
    /// `/Location`.
    pub location: Option<String>,
    /// The first timestamp on it that can be read.
    pub timestamp: Option<TimestampShown>,
    /// From the signer upwards, as far as the file has certificates.
    pub chain: Vec<CertificateShown>,
}

/// A timestamp on a signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimestampShown {
    /// The token.
    #[serde(with = "hexadecimal")]
    pub der: Vec<u8>,
    /// The time it names.
    pub time: UtcTime,
    /// Whose clock that is.
    pub authority: Option<CertificateShown>,
}

/// A certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateShown {
    /// As it was received.
    #[serde(with = "hexadecimal")]
    pub der: Vec<u8>,
    /// The common name of its subject; the whole name where it has none.
    pub common_name: String,
    /// The whole name of its issuer.
    pub issuer: String,
    /// Octets of its serial number, most significant first.
    #[serde(with = "hexadecimal")]
    pub serial: Vec<u8>,
    /// Valid from.
    pub not_before: UtcTime,
    /// Valid to.
    pub not_after: UtcTime,
    /// How its issuer signed it.
    pub algorithm: Option<String>,
    /// What its key may be used for, in the words of RFC 5280 4.2.1.3.
    pub key_usages: Vec<String>,
}

/// One for each signature of the report that was judged from these facts, in its order.
pub fn particulars(report: &Report, facts: &Facts) -> Vec<Particulars> {
    let stored = read(&facts.certificates);
    let signatures = report.signatures.iter().zip(&facts.signatures);
    signatures
        .map(|(one, facts)| of_signature(one, facts, &stored))
        .collect()
}

fn of_signature(
    report: &SignatureReport,
    facts: &SignatureFacts,
    stored: &[Certificate],
) -> Particulars {
    let signers = facts.cms.as_ref().map(|cms| cms.signers.as_slice());
    let signer = match signers {
        Ok([signer]) => Some(signer),
        Ok(_) | Err(_) => None,
    };
    let token = signer.and_then(|signer| timestamp::tokens(signer).find_map(Result::ok));
    let carried = facts.cms.as_ref().map(|cms| read(&cms.certificates));
    let mut own = carried.unwrap_or_default();
    own.extend(read(&facts.named_certificates));
    Particulars {
        covered: facts.range.as_ref().ok().map(|covered| covered.end),
        digest: facts.digest.clone(),
        value: signer.map_or_else(Vec::new, |signer| signer.signature.clone()),
        reason: facts.reason.clone(),
        location: facts.location.clone(),
        timestamp: token.map(|token| TimestampShown {
            authority: authority(&token).as_ref().map(shown),
            time: token.time,
            der: token.der,
        }),
        chain: chain(report, &own, stored),
    }
}

fn read(certificates: &[Vec<u8>]) -> Vec<Certificate> {
    let readable = certificates.iter().map(|der| Certificate::parse(der));
    readable.filter_map(Result::ok).collect()
}

/// From the certificate that the report names as the signer's upwards, by names alone: what is shown, not what is trusted.
fn chain(
    report: &SignatureReport,
    own: &[Certificate],
    stored: &[Certificate],
) -> Vec<CertificateShown> {
    let all = || own.iter().chain(stored);
    let mut chain: Vec<&Certificate> = Vec::new();
    let mut next = all().find(|one| Some(&one.subject_text) == report.signer.as_ref());
    while let Some(one) = next.filter(|_| chain.len() < MOST_CERTIFICATES) {
        chain.push(one);
        next = all().find(|issuer| {
            !one.self_issued()
                && issuer.subject_name == one.issuer_name
                && chain.iter().all(|known| known.der != issuer.der)
        });
    }
    chain.into_iter().map(shown).collect()
}

const MOST_CERTIFICATES: usize = 8;

fn authority(token: &TimestampToken) -> Option<Certificate> {
    token
        .check()
        .ok()
        .or_else(|| token.certificates().into_iter().next())
}

fn shown(one: &Certificate) -> CertificateShown {
    let mut key_usages = Vec::new();
    if let Some(usage) = one.key_usage {
        for (set, name) in [
            (usage.digital_signature, "digitalSignature"),
            (usage.non_repudiation, "nonRepudiation"),
            (usage.certify, "keyCertSign"),
            (usage.sign_crl, "cRLSign"),
        ] {
            key_usages.extend(set.then(|| name.to_owned()));
        }
    }
    let named = attribute(&one.subject_text, &["CN"]);
    CertificateShown {
        der: one.der.clone(),
        common_name: named.unwrap_or_else(|| one.subject_text.clone()),
        issuer: one.issuer_text.clone(),
        serial: one.serial.clone(),
        not_before: one.not_before,
        not_after: one.not_after,
        algorithm: one.scheme().map(|scheme| scheme.to_string()),
        key_usages,
    }
}
