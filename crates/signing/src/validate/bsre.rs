//! The report in the two forms that programs made for BSrE's eSign Client read: those of `/api/sign/verify` and of
//! `/api/v2/verify/pdf`, the vendor's misspelt keys included.

use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

use super::{
    facts::{Facts, SignatureFacts},
    report::{Headline, Kind, Report, SignatureReport},
    verdict::Verdict,
};
use crate::{
    UtcTime,
    cms::timestamp::{self, TimestampToken},
    num::hexadecimal,
    x509::Certificate,
};

/// The answer of version 1 about a file of this name.
pub fn version_1(report: &Report, facts: Option<&Facts>, name: &str) -> Value {
    let details: Vec<Value> = signatures(report, facts)
        .map(|one| one.detail_1())
        .collect();
    let (summary, notes) = match report.headline {
        Headline::Intact => (json!("VALID"), GOOD),
        Headline::Changed => (json!("INVALID"), CHANGED),
        Headline::Invalid => (json!("INVALID"), WRONG),
        Headline::Untrusted => (json!("INVALID"), UNTRUSTED),
        Headline::Unsigned => (Value::Null, UNSIGNED),
        Headline::Unreadable => (Value::Null, UNREADABLE),
    };
    json!({
        "nama_dokumen": name,
        "jumlah_signature": details.len(),
        "summary": summary,
        "notes": notes,
        "details": details,
    })
}

/// The answer of version 2.
pub fn version_2(report: &Report, facts: Option<&Facts>) -> Value {
    let found: Vec<Value> = signatures(report, facts)
        .map(|one| one.information_2())
        .collect();
    let (conclusion, description) = match report.headline {
        Headline::Intact => ("VALID", GOOD),
        Headline::Changed => ("INVALID", CHANGED),
        Headline::Invalid => ("INVALID", WRONG),
        Headline::Untrusted => ("INVALID", UNTRUSTED),
        Headline::Unsigned => ("NO_SIGNATURE", UNSIGNED),
        Headline::Unreadable => ("INVALID", UNREADABLE),
    };
    json!({
        "conclusion": conclusion,
        "description": description,
        "signatureCount": found.len(),
        "signatureInformations": found,
    })
}

const GOOD: &str = "Dokumen valid, Sertifikat yang digunakan terpercaya";
const CHANGED: &str = "Konten Dokumen mengalami perubahan oleh pihak yang tidak berhak";
const WRONG: &str = "Tanda tangan elektronik tidak sah";
const UNTRUSTED: &str = "Sertifikat yang digunakan tidak dapat dipastikan";
const UNSIGNED: &str = "Dokumen tidak memiliki tandatangan elektronik";
const UNREADABLE: &str = "Dokumen tidak dapat diperiksa";

/// One signature with what was read of it.
struct One<'a> {
    report: &'a SignatureReport,
    facts: Option<&'a SignatureFacts>,
    file: Option<&'a Facts>,
    is_last: bool,
}

fn signatures<'a>(report: &'a Report, facts: Option<&'a Facts>) -> impl Iterator<Item = One<'a>> {
    let count = report.signatures.len();
    let all = report.signatures.iter().enumerate();
    all.filter(|(_, one)| one.kind == Kind::Signature)
        .map(move |(at, one)| One {
            report: one,
            facts: facts.and_then(|facts| facts.signatures.get(at)),
            file: facts,
            is_last: at.saturating_add(1) == count,
        })
}

impl One<'_> {
    fn detail_1(&self) -> Value {
        let chain = self.chain();
        let token = self.token();
        let authority = token.as_ref().and_then(authority);
        let validity = |one: Option<&Certificate>| match one {
            Some(one) => format!("{} to {}", spaced(one.not_before), spaced(one.not_after)),
            None => "null to null".to_owned(),
        };
        json!({
            "signature_field": self.report.field,
            "info_tsa": {
                "name": authority.as_ref().map(common_name),
                "tsa_cert_validity": validity(authority.as_ref()),
            },
            "info_signer": {
                "signer_name": chain.first().map(common_name),
                "signer_dn": self.report.signer,
                "issuer_dn": self.report.issuer,
                "signer_cert_validity": validity(chain.first()),
                "cert_user_certified": self.is_trusted(),
            },
            "signature_document": {
                "signed_using_tsa": token.is_some(),
                "signed_in": self.signed_at(token.as_ref()).map(spaced),
                "location": self.facts.and_then(|facts| facts.location.as_deref()),
                "reason": self.facts.and_then(|facts| facts.reason.as_deref()),
                "hash_value": self.digest().map(|value| hexadecimal(&value)),
                "document_integrity": self.is_whole(),
                "signature_value": self.value().map(|value| hexadecimal(&value)),
            },
        })
    }

    fn information_2(&self) -> Value {
        let chain = self.chain();
        let token = self.token();
        let stamp = token.as_ref().map(|token| {
            let authority = authority(token);
            json!({
                "id": id("T", &token.der),
                "signerName": authority.as_ref().map(common_name),
                "timestampDate": dotted(token.time),
            })
        });
        let level = serde_json::to_value(self.report.level).unwrap_or_default();
        let format = level
            .as_str()
            .map(|level| level.replace("PAdES-B-", "PAdES-BASELINE-"));
        let format = format.map(|level| match level.strip_prefix("PAdES-BASELINE-") {
            Some("B" | "T" | "LT" | "LTA") | None => level,
            Some(_) => "PAdES".to_owned(),
        });
        json!({
            "id": id("S", &self.value().unwrap_or_default()),
            "signatureFormat": format,
            "signerName": chain.first().map(common_name),
            "signatureDate": self.signed_at(token.as_ref()).map(dotted),
            "fieldName": self.report.field,
            "reason": self.facts.and_then(|facts| facts.reason.as_deref()),
            "location": self.facts.and_then(|facts| facts.location.as_deref()),
            "certLevelCode": 0,
            "signatureAlgorithm": self.report.algorithm,
            "digestAlgorithm": self.facts.and_then(|facts| Some(facts.digest.as_ref()?.algorithm.name())),
            "timestampInfomation": stamp,
            "certificateDetails": chain.iter().map(certificate).collect::<Vec<_>>(),
            "integrityValid": self.is_whole(),
            "certificateTrusted": self.is_trusted(),
            "lastSignature": self.is_last,
            "modified": !self.report.modification_permitted,
        })
    }

    fn is_whole(&self) -> bool {
        self.report.digest_ok == Some(true)
            && self.report.signature_ok == Some(true)
            && self.report.modification_permitted
    }

    fn is_trusted(&self) -> bool {
        self.report.verdict == Verdict::TotalPassed
    }

    fn signed_at(&self, token: Option<&TimestampToken>) -> Option<UtcTime> {
        let stamped = token.map(|token| token.time);
        stamped.or(self.report.claimed_time)
    }

    fn digest(&self) -> Option<Vec<u8>> {
        Some(self.facts?.digest.as_ref()?.value.clone())
    }

    fn value(&self) -> Option<Vec<u8>> {
        match self.facts?.cms.as_ref().ok()?.signers.as_slice() {
            [signer] => Some(signer.signature.clone()),
            _ => None,
        }
    }

    fn token(&self) -> Option<TimestampToken> {
        match self.facts?.cms.as_ref().ok()?.signers.as_slice() {
            [signer] => timestamp::tokens(signer).find_map(Result::ok),
            _ => None,
        }
    }

    /// From the signer upwards, as far as certificates are at hand.
    fn chain(&self) -> Vec<Certificate> {
        let own = self.facts.into_iter().flat_map(|facts| &facts.cms);
        let own = own.flat_map(|cms| &cms.certificates);
        let stored = self.file.into_iter().flat_map(|file| &file.certificates);
        let all: Vec<Certificate> = own
            .chain(stored)
            .filter_map(|der| Certificate::parse(der).ok())
            .collect();
        let mut chain: Vec<Certificate> = Vec::new();
        let mut next = all
            .iter()
            .find(|one| Some(&one.subject_text) == self.report.signer.as_ref());
        while let Some(one) = next.filter(|_| chain.len() < MOST_CERTIFICATES) {
            chain.push(one.clone());
            next = all.iter().find(|issuer| {
                !one.self_issued()
                    && issuer.subject_name == one.issuer_name
                    && chain.iter().all(|known| known.der != issuer.der)
            });
        }
        chain
    }
}

const MOST_CERTIFICATES: usize = 8;

fn authority(token: &TimestampToken) -> Option<Certificate> {
    token
        .check()
        .ok()
        .or_else(|| token.certificates().into_iter().next())
}

fn certificate(one: &Certificate) -> Value {
    let mut usages = Vec::new();
    if let Some(usage) = one.key_usage {
        for (set, name) in [
            (usage.sign, "digitalSignature"),
            (usage.certify, "keyCertSign"),
            (usage.sign_crl, "cRLSign"),
        ] {
            usages.extend(set.then_some(name));
        }
    }
    json!({
        "id": id("C", &one.der),
        "commonName": common_name(one),
        "issuerName": one.issuer_text,
        "serialNumber": decimal(&one.serial),
        "notBeforeDate": dotted(one.not_before),
        "notAfterDate": dotted(one.not_after),
        "signatureAlgoritm": one.scheme().map(|scheme| scheme.to_string()),
        "keyUsages": usages,
    })
}

fn common_name(one: &Certificate) -> String {
    let mut parts = one.subject_text.split(", ");
    let named = parts.find_map(|part| part.strip_prefix("CN="));
    named.unwrap_or(&one.subject_text).to_owned()
}

fn id(kind: &str, of: &[u8]) -> String {
    let digest = digest(&SHA256, of);
    format!("{kind}-{}", hexadecimal(digest.as_ref()).to_uppercase())
}

/// Octets of a number, most significant first, as decimal digits.
fn decimal(octets: &[u8]) -> String {
    let mut digits = vec![0_u8];
    for octet in octets {
        let mut carry = u32::from(*octet);
        for digit in &mut digits {
            let value = u32::from(*digit) * 256 + carry;
            *digit = u8::try_from(value % 10).unwrap_or(0);
            carry = value / 10;
        }
        while carry > 0 {
            digits.push(u8::try_from(carry % 10).unwrap_or(0));
            carry /= 10;
        }
    }
    digits
        .iter()
        .rev()
        .map(|digit| char::from(b'0' + digit))
        .collect()
}

/// `2024-03-23T06:56:15.000+00:00`
fn dotted(at: UtcTime) -> String {
    at.to_string().replace('Z', ".000+00:00")
}

/// `2018-10-17 10:57:04.00`
fn spaced(at: UtcTime) -> String {
    at.to_string().replace('T', " ").replace('Z', ".00")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_serial_number_is_written_in_decimal_digits() {
        assert_eq!(decimal(&[0x01, 0x00]), "256");
        assert_eq!(decimal(&[0xff; 8]), u64::MAX.to_string());
        assert_eq!(decimal(&[]), "0");
    }

    #[test]
    fn times_are_written_as_the_two_versions_write_them() {
        let at = UtcTime::from_unix(1_711_176_975);
        assert_eq!(dotted(at), "2024-03-23T06:56:15.000+00:00");
        assert_eq!(spaced(at), "2024-03-23 06:56:15.00");
    }
}
