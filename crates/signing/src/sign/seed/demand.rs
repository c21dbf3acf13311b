//! What a field may demand of the signature in it and does not get. Texts out of the document are a stranger's.

use crate::x509::legible::one_line;

/// A demand that is not met, with the key that makes it (ISO 32000-2 tables 237 and 238).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Demand {
    /// Another signature handler than Adobe.PPKLite.
    #[error("the signature handler {} (Filter)", one_line(.0))]
    Filter(String),
    /// Forms of signatures, and PAdES is not among them.
    #[error("a signature of the form {}, not of PAdES (SubFilter)", one_of(.0))]
    SubFilter(Vec<String>),
    /// A newer standard than ISO 32000-2.
    #[error("somebody who knows version {0} of seed values (V)")]
    Version(String),
    /// Digests, and that of the signature is not among them.
    #[error("the digest {} (DigestMethod)", one_of(.0))]
    DigestMethod(Vec<String>),
    /// One of these reasons.
    #[error("the reason {} (Reasons)", one_of(.0))]
    Reasons(Vec<String>),
    /// No reason.
    #[error("that no reason is given (Reasons)")]
    NoReason,
    /// An attestation of what the document might hide (12.8.7).
    #[error("a legal attestation, which is not made here (LegalAttestation)")]
    LegalAttestation,
    /// Revocation data inside the signature; that of PAdES is in the document (EN 319 142-1 5.4).
    #[error("revocation data inside the signature, which is not the form of PAdES (AddRevInfo)")]
    AddRevInfo,
    /// That nothing changes after the signature, which certification or the field's own lock lets go on.
    #[error(
        "that the document is locked (LockDocument), and the certification or the field's lock allows changes"
    )]
    Lock,
    /// That the document can change after the signature.
    #[error("that the document is not locked (LockDocument)")]
    NoLock,
    /// An appearance by its name, of which there is no register.
    #[error("an appearance named {} (AppearanceFilter)", one_line(.0))]
    AppearanceFilter(String),
    /// A timestamp.
    #[error("a timestamp{} (TimeStamp)", .authority.as_deref().map(|from| format!(", say of {}", one_line(from))).unwrap_or_default())]
    Timestamp {
        /// The authority it proposes.
        authority: Option<String>,
    },
    /// A signature that does not certify (0), or a certification that allows as much as the number says.
    #[error("{} (MDP {number})", certification(*.0), number = .0)]
    Certification(i64),
    /// Something of the certificate, and none is known yet.
    #[error("certain certificates (Cert), and none is known yet")]
    UnknownCertificate,
    /// The certificate of another signer.
    #[error("another signer's certificate (Cert, Subject)")]
    Subject,
    /// A certificate that leads to one of these authorities.
    #[error("a certificate of the authority {} (Cert, Issuer)", one_of(.0))]
    Issuer(Vec<String>),
    /// A certificate issued under these policies, by their object identifiers.
    #[error("a certificate under the policy {} (Cert, OID)", all_of(.0))]
    Policy(Vec<String>),
    /// A certificate whose subject has an attribute of this value.
    #[error("a certificate with {} in its subject (Cert, SubjectDN)", one_line(.0))]
    SubjectDn(String),
    /// Another use of the key: a digit for each bit of keyUsage, X where it does not matter.
    #[error("a certificate whose key usage is {} (Cert, KeyUsage)", one_of(.0))]
    KeyUsage(Vec<String>),
    /// A certificate from a service that is reached in a way not known here.
    #[error("a certificate that comes by {} (Cert, URL)", one_line(.0))]
    Source(String),
    /// A signature under a signature policy, by its object identifier; the standard has no flag that makes it optional.
    #[error("a signature under the policy {} (Cert, SignaturePolicyOID)", one_line(.0))]
    SignaturePolicy(String),
    /// What the standard has no name for.
    #[error("something unknown ({0}, Ff {1:#b})")]
    Unknown(&'static str, i64),
}

fn certification(number: i64) -> &'static str {
    match number {
        0 => "a signature that does not certify",
        1 => "certification that allows no change",
        2 => "certification that allows filling forms and signing",
        3 => "certification that also allows annotating",
        _ => "an unknown kind of certification",
    }
}

fn one_of(texts: &[String]) -> String {
    joined(texts, " or ")
}

fn all_of(texts: &[String]) -> String {
    joined(texts, " and ")
}

fn joined(texts: &[String], by: &str) -> String {
    let mut named: Vec<String> = texts
        .iter()
        .take(MOST_NAMED)
        .map(|text| one_line(text))
        .collect();
    match texts.len().saturating_sub(MOST_NAMED) {
        0 if named.is_empty() => "none at all".to_owned(),
        0 => named.join(by),
        more => {
            named.push(format!("{more} others"));
            named.join(by)
        }
    }
}

/// An error is no list.
const MOST_NAMED: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_stays_on_one_line_and_short() {
        let reasons = (0..1000).map(|number| format!("alasan\n{number}"));
        let said = Demand::Reasons(reasons.collect()).to_string();
        assert!(said.starts_with("the reason alasan 0 or alasan 1 or "));
        assert!(said.ends_with(" or 992 others (Reasons)"), "{said}");
        assert_eq!(
            Demand::SubFilter(Vec::new()).to_string(),
            "a signature of the form none at all, not of PAdES (SubFilter)"
        );
    }
}
