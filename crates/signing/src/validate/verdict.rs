//! The conclusion about one signature, in the words of EN 319 102-1 5.1.3.

use serde::{Deserialize, Serialize};

/// Indication and sub-indication; no impossible pair can be built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Wire", try_from = "Wire")]
pub enum Verdict {
    /// Everything asked for was shown.
    TotalPassed,
    /// Something could not be shown; `None` where the standard has no word for it.
    Indeterminate(Option<Indeterminate>),
    /// The signature is wrong.
    TotalFailed(Failure),
}

/// EN 319 102-1 5.1.3, as far as it is reached here: `docs/reference/sub-indications.md` has them all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Indeterminate {
    /// An attribute of the signature, or what happened after it, breaks a constraint.
    SigConstraintsFailure,
    /// A certificate may not stand where it stands.
    ChainConstraintsFailure,
    /// A certificate of the chain is not usable for another reason.
    CertificateChainGeneralFailure,
    /// An algorithm proved nothing any more when it was used.
    CryptoConstraintsFailure,
    /// An algorithm proves nothing any more by itself, or cannot be checked, and nothing proves that what was made by it
    /// is older.
    CryptoConstraintsFailureNoPoe,
    /// One timestamp says that the signature is older than what it covers, by another timestamp, can be.
    TimestampOrderFailure,
    /// The signer's certificate is over, or does not hold yet, and nothing proves that the signature was made in its time.
    OutOfBoundsNoPoe,
    /// The same, and current information says that the certificate is not revoked.
    OutOfBoundsNotRevoked,
    /// The signer's certificate is revoked, and nothing proves that the signature is older.
    RevokedNoPoe,
    /// The same for an authority.
    RevokedCaNoPoe,
    /// No configured anchor vouches for the signer.
    NoCertificateChainFound,
    /// The signer's certificate is not there.
    NoSigningCertificateFound,
    /// Revocation information the policy requires may come later.
    TryLater,
}

/// EN 319 102-1 5.1.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Failure {
    /// The signature does not have the form its standard gives it.
    FormatFailure,
    /// What was signed is not what is here.
    HashFailure,
    /// The value does not belong to the attributes and the key.
    SigCryptoFailure,
    /// The signer's certificate was revoked already when the signature was made.
    Revoked,
    /// The signer's certificate was over already when the signature was made.
    Expired,
    /// The signature existed before the signer's certificate began to hold.
    NotYetValid,
}

/// The first half of a [`Verdict`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Indication {
    /// `TOTAL-PASSED`.
    #[serde(rename = "TOTAL-PASSED")]
    TotalPassed,
    /// `INDETERMINATE`.
    #[serde(rename = "INDETERMINATE")]
    Indeterminate,
    /// `TOTAL-FAILED`.
    #[serde(rename = "TOTAL-FAILED")]
    TotalFailed,
}

impl Verdict {
    /// The indication alone.
    pub const fn indication(self) -> Indication {
        match self {
            Self::TotalPassed => Indication::TotalPassed,
            Self::Indeterminate(_) => Indication::Indeterminate,
            Self::TotalFailed(_) => Indication::TotalFailed,
        }
    }

    /// The sub-indication as the standard writes it.
    pub fn sub_indication(self) -> Option<String> {
        let word = match self {
            Self::TotalPassed | Self::Indeterminate(None) => return None,
            Self::Indeterminate(Some(sub)) => serde_json::to_value(sub),
            Self::TotalFailed(failure) => serde_json::to_value(failure),
        };
        word.ok()?.as_str().map(str::to_owned)
    }
}

#[derive(Serialize, Deserialize)]
struct Wire {
    indication: Indication,
    sub_indication: Option<Sub>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(untagged)]
enum Sub {
    Indeterminate(Indeterminate),
    Failure(Failure),
}

impl From<Verdict> for Wire {
    fn from(verdict: Verdict) -> Self {
        let sub_indication = match verdict {
            Verdict::TotalPassed => None,
            Verdict::Indeterminate(sub) => sub.map(Sub::Indeterminate),
            Verdict::TotalFailed(sub) => Some(Sub::Failure(sub)),
        };
        Self {
            indication: verdict.indication(),
            sub_indication,
        }
    }
}

impl TryFrom<Wire> for Verdict {
    type Error = &'static str;

    fn try_from(wire: Wire) -> Result<Self, Self::Error> {
        match (wire.indication, wire.sub_indication) {
            (Indication::TotalPassed, None) => Ok(Self::TotalPassed),
            (Indication::Indeterminate, None) => Ok(Self::Indeterminate(None)),
            (Indication::Indeterminate, Some(Sub::Indeterminate(sub))) => {
                Ok(Self::Indeterminate(Some(sub)))
            }
            (Indication::TotalFailed, Some(Sub::Failure(sub))) => Ok(Self::TotalFailed(sub)),
            (
                Indication::TotalPassed | Indication::Indeterminate | Indication::TotalFailed,
                None | Some(Sub::Indeterminate(_) | Sub::Failure(_)),
            ) => Err("indication and sub-indication do not go together"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_reads_as_the_standard_writes_it() {
        let verdict = Verdict::Indeterminate(Some(Indeterminate::RevokedNoPoe));
        let json = serde_json::to_string(&verdict).unwrap();
        assert_eq!(
            json,
            r#"{"indication":"INDETERMINATE","sub_indication":"REVOKED_NO_POE"}"#
        );
        assert_eq!(serde_json::from_str::<Verdict>(&json).unwrap(), verdict);
    }

    #[test]
    fn an_impossible_pair_is_refused() {
        let json = r#"{"indication":"TOTAL-PASSED","sub_indication":"HASH_FAILURE"}"#;
        assert!(serde_json::from_str::<Verdict>(json).is_err());
    }
}
