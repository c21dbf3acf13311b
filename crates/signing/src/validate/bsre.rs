//! The report in the two forms that programs made for BSrE's eSign Client read: those of `/api/sign/verify` and of
//! `/api/v2/verify/pdf`, the vendor's misspelt keys included.

use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

use super::{
    facts::DocumentDigest,
    particulars::{CertificateShown, Particulars, TimestampShown},
    report::{Headline, Kind, Level, Report, SignatureReport},
    verdict::Verdict,
};
use crate::{UtcTime, num::hexadecimal};

/// The answer of version 1 about a file of this name.
pub fn version_1(report: &Report, particulars: &[Particulars], name: &str) -> Value {
    let details: Vec<Value> = signatures(report, particulars)
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
pub fn version_2(report: &Report, particulars: &[Particulars]) -> Value {
    let found: Vec<Value> = signatures(report, particulars)
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
    particulars: Option<&'a Particulars>,
    is_last: bool,
}

fn signatures<'a>(
    report: &'a Report,
    particulars: &'a [Particulars],
) -> impl Iterator<Item = One<'a>> {
    let count = report.signatures.len();
    let all = report.signatures.iter().enumerate();
    all.filter(|(_, one)| one.kind == Kind::Signature)
        .map(move |(at, one)| One {
            report: one,
            particulars: particulars.get(at),
            is_last: at.saturating_add(1) == count,
        })
}

impl One<'_> {
    fn detail_1(&self) -> Value {
        let signer = self.chain().first();
        let authority = self.timestamp().and_then(|one| one.authority.as_ref());
        let validity = |one: Option<&CertificateShown>| match one {
            Some(one) => format!("{} to {}", spaced(one.not_before), spaced(one.not_after)),
            None => "null to null".to_owned(),
        };
        json!({
            "signature_field": self.report.field,
            "info_tsa": {
                "name": authority.map(|one| &one.common_name),
                "tsa_cert_validity": validity(authority),
            },
            "info_signer": {
                "signer_name": signer.map(|one| &one.common_name),
                "signer_dn": self.report.signer,
                "issuer_dn": self.report.issuer,
                "signer_cert_validity": validity(signer),
                "cert_user_certified": self.is_trusted(),
            },
            "signature_document": {
                "signed_using_tsa": self.timestamp().is_some(),
                "signed_in": self.signed_at().map(spaced),
                "location": self.particulars.and_then(|one| one.location.as_ref()),
                "reason": self.particulars.and_then(|one| one.reason.as_ref()),
                "hash_value": self.digest().map(|one| hexadecimal(&one.value)),
                "document_integrity": self.is_whole(),
                "signature_value": self.value().map(hexadecimal),
            },
        })
    }

    fn information_2(&self) -> Value {
        let stamp = self.timestamp().map(|one| {
            json!({
                "id": id("T", &one.der),
                "signerName": one.authority.as_ref().map(|one| &one.common_name),
                "timestampDate": dotted(one.time),
            })
        });
        json!({
            "id": id("S", self.value().unwrap_or_default()),
            "signatureFormat": self.format(),
            "signerName": self.chain().first().map(|one| &one.common_name),
            "signatureDate": self.signed_at().map(dotted),
            "fieldName": self.report.field,
            "reason": self.particulars.and_then(|one| one.reason.as_ref()),
            "location": self.particulars.and_then(|one| one.location.as_ref()),
            "certLevelCode": 0,
            "signatureAlgorithm": self.report.algorithm,
            "digestAlgorithm": self.digest().map(|one| one.algorithm.name()),
            "timestampInfomation": stamp,
            "certificateDetails": self.chain().iter().map(certificate).collect::<Vec<_>>(),
            "integrityValid": self.is_whole(),
            "certificateTrusted": self.is_trusted(),
            "lastSignature": self.is_last,
            "ltv": self.is_long_term(),
            "modified": !self.report.modification_permitted,
        })
    }

    /// In the older words of EN 319 142-1, which the service kept.
    fn format(&self) -> Option<&'static str> {
        self.report.level.map(|level| match level {
            Level::PadesBB => "PAdES-BASELINE-B",
            Level::PadesBT => "PAdES-BASELINE-T",
            Level::PadesBLT => "PAdES-BASELINE-LT",
            Level::PadesBLTA => "PAdES-BASELINE-LTA",
            Level::Pkcs7B => "PKCS7-B",
        })
    }

    fn is_long_term(&self) -> bool {
        match self.report.level {
            Some(Level::PadesBLT | Level::PadesBLTA) => true,
            Some(Level::PadesBB | Level::PadesBT | Level::Pkcs7B) | None => false,
        }
    }

    fn is_whole(&self) -> bool {
        self.report.digest_ok == Some(true)
            && self.report.signature_ok == Some(true)
            && self.report.modification_permitted
    }

    fn is_trusted(&self) -> bool {
        self.report.verdict == Verdict::TotalPassed
    }

    fn signed_at(&self) -> Option<UtcTime> {
        let stamped = self.timestamp().map(|one| one.time);
        stamped.or(self.report.claimed_time)
    }

    fn digest(&self) -> Option<&DocumentDigest> {
        self.particulars?.digest.as_ref()
    }

    fn value(&self) -> Option<&[u8]> {
        let value = self.particulars?.value.as_slice();
        Some(value).filter(|value| !value.is_empty())
    }

    fn timestamp(&self) -> Option<&TimestampShown> {
        self.particulars?.timestamp.as_ref()
    }

    fn chain(&self) -> &[CertificateShown] {
        self.particulars.map_or(&[], |one| &one.chain)
    }
}

fn certificate(one: &CertificateShown) -> Value {
    json!({
        "id": id("C", &one.der),
        "commonName": one.common_name,
        "issuerName": one.issuer,
        "serialNumber": decimal(&one.serial),
        "notBeforeDate": dotted(one.not_before),
        "notAfterDate": dotted(one.not_after),
        "signatureAlgoritm": one.algorithm,
        "keyUsages": one.key_usages,
    })
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
