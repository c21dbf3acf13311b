//! What is asked of a worker and what it answers.

use letter::{LetterInput, Typeset};
use serde::{Deserialize, Serialize};
use signing::UtcTime;
use signing::validate::{Evidence, Policy, Report};

/// Work on one document.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "task", rename_all = "snake_case")]
pub enum Task {
    /// Judge whatever the source holds.
    Validate {
        /// What is known beside the file.
        evidence: Evidence,
        /// Whom to trust and how much revocation matters.
        policy: Policy,
        /// The time to judge at.
        at: UtcTime,
    },
    /// Set a letter; the source is not looked at.
    Typeset {
        /// What it shows.
        letter: Box<LetterInput>,
    },
}

/// The answer to the task of the same name.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "done", rename_all = "snake_case")]
pub enum Done {
    /// The judgement. Never an error: what cannot be read is a headline.
    Validate {
        /// About the file.
        report: Report,
    },
    /// The letter.
    Typeset {
        /// File, number of pages, places of the signature blocks.
        typeset: Typeset,
    },
}
