//! What a validation hands back: the frozen JSON of the command line, and more that people may want to know.

use serde::{Deserialize, Serialize};

use super::{
    finding::Finding,
    verdict::{Failure, Indeterminate, Verdict},
};
use crate::{
    UtcTime,
    diff::{Change, Modification},
};

/// About one file. `pena verify --json` prints it with a `path` in front.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The one word for the whole file.
    pub headline: Headline,
    /// One for each signature, in the order of their revisions.
    pub signatures: Vec<SignatureReport>,
    /// What concerns the file and not one signature.
    pub findings: Vec<Finding>,
    /// The time it was judged at.
    pub judged_at: UtcTime,
}

/// The one word for a file; worse ones come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Headline {
    /// Digest or value wrong, range unlawful, or the certificate revoked.
    Invalid,
    /// Right for a signed revision, then changed in a way that is not permitted.
    Changed,
    /// The mathematics holds, and trust or time cannot be established.
    Untrusted,
    /// Every signature passed; later changes, if any, were permitted and are named.
    Intact,
    /// There is no signature.
    Unsigned,
    /// It could not be looked at.
    Unreadable,
}

/// About one signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignatureReport {
    /// Fully qualified name of its field.
    pub field: String,
    /// What kind it is.
    pub kind: Kind,
    /// The conclusion, as `indication` and `sub_indication`.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// Whether the document is what was signed; `None` when it cannot be computed.
    pub digest_ok: Option<bool>,
    /// Whether the value belongs to the signed attributes; `None` when it cannot be computed.
    pub signature_ok: Option<bool>,
    /// Whether nothing lies outside the signed range but the signature itself.
    pub covers_whole_file: bool,
    /// The worst class of what came later.
    pub modification: Modification,
    /// Whether it was allowed to come.
    pub modification_permitted: bool,
    /// The profile it reaches.
    pub level: Option<Level>,
    /// The signer's name.
    pub signer: Option<String>,
    /// When the signer says it was made.
    pub claimed_time: Option<UtcTime>,
    /// When it existed for certain: by a timestamp, or else the time of judging.
    pub best_time: Option<UtcTime>,
    /// Whose clock proves that: the authority of the timestamp.
    #[serde(default)]
    pub time_authority: Option<String>,
    /// What was found.
    pub findings: Vec<Finding>,
    /// Who issued the signer's certificate.
    pub issuer: Option<String>,
    /// What is known of its revocation.
    pub revocation: Revocation,
    /// The anchor the path ends in.
    pub anchor: Option<String>,
    /// The digest and signature algorithm.
    pub algorithm: Option<String>,
    /// Whether it certifies the document, and what it then allows (ISO 32000-2 12.8.2.2).
    pub certifies: Option<u8>,
    /// What later revisions changed.
    pub changes: Vec<Change>,
}

/// What kind of signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Somebody signed.
    Signature,
    /// An authority put a time on the document.
    DocumentTimestamp,
}

/// The profile a signature reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Level {
    /// EN 319 142-1 6.
    #[serde(rename = "PAdES-B-B")]
    PadesBB,
    /// With a proof that it existed at a time.
    #[serde(rename = "PAdES-B-T")]
    PadesBT,
    /// With the evidence to check it by.
    #[serde(rename = "PAdES-B-LT")]
    PadesBLT,
    /// With a proof that the evidence existed at a time.
    #[serde(rename = "PAdES-B-LTA")]
    PadesBLTA,
    /// ISO 32000-1 12.8.3.3, not PAdES.
    #[serde(rename = "PKCS7-B")]
    Pkcs7B,
}

/// What is known of the revocation of the signer's certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Revocation {
    /// Current information says it is not revoked.
    Good,
    /// It is revoked.
    Revoked,
    /// It is revoked now, and was not at the time that is proven for the signature.
    RevokedLater,
    /// There was no current information.
    Unknown,
    /// Nobody looked: no path, or the policy does not ask.
    NotChecked,
}

impl Headline {
    /// The exit code of the command line (0 ok, 1 failed, 3 cannot tell).
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Intact => 0,
            Self::Changed | Self::Invalid => 1,
            Self::Untrusted | Self::Unsigned | Self::Unreadable => 3,
        }
    }
}

impl SignatureReport {
    /// When it existed for certain, where a timestamp proves that.
    pub fn proven_time(&self) -> Option<UtcTime> {
        match self.level {
            Some(Level::PadesBT | Level::PadesBLT | Level::PadesBLTA) => self.best_time,
            Some(Level::PadesBB | Level::Pkcs7B) | None => None,
        }
    }

    /// The word for this signature alone.
    pub const fn headline(&self) -> Headline {
        match self.verdict {
            // Nothing proves the signature older than the revocation: the reader is warned as of a wrong one.
            Verdict::TotalFailed(
                Failure::FormatFailure
                | Failure::HashFailure
                | Failure::SigCryptoFailure
                | Failure::Revoked
                | Failure::Expired
                | Failure::NotYetValid,
            )
            | Verdict::Indeterminate(Some(
                Indeterminate::RevokedNoPoe | Indeterminate::RevokedCaNoPoe,
            )) => Headline::Invalid,
            Verdict::TotalPassed | Verdict::Indeterminate(_) if !self.modification_permitted => {
                Headline::Changed
            }
            Verdict::TotalPassed => Headline::Intact,
            Verdict::Indeterminate(_) => Headline::Untrusted,
        }
    }
}

impl Report {
    /// A report without signatures.
    pub(crate) const fn without_signatures(
        headline: Headline,
        findings: Vec<Finding>,
        judged_at: UtcTime,
    ) -> Self {
        Self {
            headline,
            signatures: Vec::new(),
            findings,
            judged_at,
        }
    }

    /// A report whose headline is that of its worst signature. A time alone says nothing about who stands for the document.
    pub(crate) fn of_signatures(
        signatures: Vec<SignatureReport>,
        findings: Vec<Finding>,
        judged_at: UtcTime,
    ) -> Self {
        let worst = signatures.iter().map(SignatureReport::headline).min();
        let signed = signatures.iter().any(|one| one.kind == Kind::Signature);
        Self {
            headline: worst
                .filter(|worst| signed || *worst != Headline::Intact)
                .unwrap_or(Headline::Unsigned),
            signatures,
            findings,
            judged_at,
        }
    }
}
