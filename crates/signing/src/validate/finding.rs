//! What a validation came across, passed or not, each with a code that scripts can rely on.

use serde::{Deserialize, Serialize};

use crate::diff::ChangeKind;

/// One observation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Which.
    pub code: Code,
    /// How much it weighs.
    pub severity: Severity,
    /// The particulars, in English, on one line.
    pub detail: String,
}

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Good to know.
    Info,
    /// A careful reader looks at it.
    Warning,
    /// The reason, or one of the reasons, why nothing better was concluded.
    Failure,
}

/// The stable names of the observations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The bytes are no PDF, or none that can be read.
    NotReadable,
    /// The document is locked by a password.
    Locked,
    /// Reading would cost more than the budget.
    OverBudget,
    /// The cross-reference chain was broken and pieced together.
    StructureRepaired,
    /// No second, independent reader was asked, or none could answer, where its answer could be another one.
    SecondReadingNotMade,
    /// A second, independent reader sees the same document.
    SecondReadingAgrees,
    /// A second, independent reader sees another document.
    SecondReadingDiffers,
    /// Two fields share one signature.
    SharedByFields,
    /// The signed byte range is not lawful.
    ByteRangeUnlawful,
    /// White space follows the end of the signed revision.
    TrailingWhiteSpace,
    /// Something that no revision accounts for follows it.
    TrailingBytes,
    /// `/Contents` holds no usable CMS.
    CmsMalformed,
    /// `/SubFilter` names no known form of signature.
    SubFilterUnknown,
    /// The CMS breaks a rule of its profile.
    ProfileBroken,
    /// The signed attributes do not stand in the order of DER.
    AttributesUnordered,
    /// Two places of the CMS name two digests.
    AlgorithmsDisagree,
    /// Bytes behind the CMS that nothing protects.
    UnprotectedPadding,
    /// The document is not what was signed.
    DigestMismatch,
    /// The value does not belong to the attributes.
    SignatureMismatch,
    /// An algorithm cannot be checked here.
    AlgorithmUnsupported,
    /// An algorithm no longer proves anything.
    AlgorithmWeak,
    /// The signer's certificate is not in the signature.
    SignerCertificateMissing,
    /// The certificate is not the one the signer bound.
    SignerCertificateMismatch,
    /// The certificate's purpose is not signing.
    KeyPurpose,
    /// No path to an anchor.
    PathNotFound,
    /// A certificate of the path may not stand there.
    PathConstraint,
    /// A certificate was not valid at the time.
    OutsideValidity,
    /// A certificate of the path is revoked.
    Revoked,
    /// A certificate of the path was revoked after the time that is proven.
    RevokedLater,
    /// Current information says it is not revoked.
    RevocationGood,
    /// There is no current information.
    RevocationUnknown,
    /// The policy does not ask.
    RevocationIgnored,
    /// A timestamp proves that the signature existed.
    TimestampGood,
    /// A timestamp is there and proves nothing.
    TimestampUnusable,
    /// The same timestamp stands there more than once.
    TimestampDuplicated,
    /// Timestamps contradict each other about what came first.
    TimestampOrder,
    /// The time is the signer's own claim.
    TimeClaimed,
    /// A later change was not allowed.
    ChangeNotPermitted,
    /// What a later revision changed, by its own name.
    #[serde(untagged)]
    Change(ChangeKind),
}

impl Finding {
    pub(crate) fn info(code: Code, detail: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Info,
            detail: detail.into(),
        }
    }

    pub(crate) fn warning(code: Code, detail: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Warning,
            detail: detail.into(),
        }
    }

    pub(crate) fn failure(code: Code, detail: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Failure,
            detail: detail.into(),
        }
    }
}
