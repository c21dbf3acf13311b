//! Why a task was not done.

use letter::LetterError;
use serde::{Deserialize, Serialize};
use signing::pdf::{ReadError, append::AppendError};
use signing::sign::{EmbedError, SignError};

use crate::ForbiddenBy;

/// Why a task was not done. Serialisable like the tasks, so the reason arrives as text; the variant
/// says who can do something about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "error", rename_all = "snake_case")]
#[non_exhaustive]
pub enum WorkerError {
    /// What was asked for may or can not be done; the reason names the rule or the field.
    #[error("refused: {reason}")]
    Refused {
        /// The rule or field and what is wrong with it.
        reason: String,
    },
    /// An earlier signature, a certification, a lock or the permissions of the document forbid it.
    #[error("the document forbids it: {reason}")]
    Forbidden {
        /// What of the document does.
        by: ForbiddenBy,
        /// The rule.
        reason: String,
    },
    /// The document is no PDF, locked, or damaged.
    #[error("the document cannot be read: {reason}")]
    Unreadable {
        /// What stood in the way.
        reason: String,
    },
    /// The document asks for more work than this caller may cause.
    #[error("over the limit: {reason}")]
    Limit {
        /// Which limit.
        reason: String,
    },
    /// Too many others wait already.
    #[error("too much work is waiting; try again later")]
    Busy,
    /// The worker itself failed: a medium, an answer to another question, a defect.
    #[error("the worker broke down: {reason}")]
    Broken {
        /// What is known about it.
        reason: String,
    },
}

impl WorkerError {
    pub(crate) fn broken(reason: impl Into<String>) -> Self {
        Self::Broken {
            reason: reason.into(),
        }
    }
}

impl From<LetterError> for WorkerError {
    // `LetterError` may grow; a reason that is not known here is the letter's until shown otherwise.
    #[expect(clippy::wildcard_enum_match_arm, reason = "the enum is non-exhaustive")]
    fn from(error: LetterError) -> Self {
        let reason = error.to_string();
        match error {
            LetterError::TooLong { .. }
            | LetterError::TooMany { .. }
            | LetterError::Nesting { .. } => Self::Limit { reason },
            LetterError::Broken | LetterError::Typeset(_) | LetterError::Anchors { .. } => {
                Self::Broken { reason }
            }
            _ => Self::Refused { reason },
        }
    }
}

impl From<ReadError> for WorkerError {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the enum is non-exhaustive; whatever else it names is about the document"
    )]
    fn from(error: ReadError) -> Self {
        let reason = error.to_string();
        match error {
            ReadError::Source(_) => Self::Broken { reason },
            ReadError::Limit(_) => Self::Limit { reason },
            _ => Self::Unreadable { reason },
        }
    }
}

impl From<SignError> for WorkerError {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the enums are non-exhaustive; whatever else they name can be put right by asking differently"
    )]
    fn from(error: SignError) -> Self {
        let reason = error.to_string();
        match error {
            SignError::Append(AppendError::Read(error)) => error.into(),
            SignError::Forbidden(rule) => Self::Forbidden {
                by: ForbiddenBy::from(&rule),
                reason,
            },
            SignError::Append(AppendError::ReadBack(_))
            | SignError::Embed(EmbedError::Damaged)
            | SignError::Cms(_)
            | SignError::Signer(_) => Self::Broken { reason },
            _ => Self::Refused { reason },
        }
    }
}
