//! How much a later revision changed, from nothing to anything.

use serde::{Deserialize, Serialize};

/// The classes of change, ordered: the worst one found names the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Modification {
    /// Nothing came later.
    None,
    /// Only what keeps signatures checkable: DSS, document timestamps.
    Ltv,
    /// Form fields were filled in.
    FormFill,
    /// A further signature.
    Sign,
    /// Annotations.
    Annotate,
    /// Anything else, and whatever no rule accounts for.
    Other,
}

/// One change in words a clerk can read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Its class.
    pub class: Modification,
    /// What, in English, on one line.
    pub what: String,
    /// Whether it shows.
    pub visibility: Visibility,
}

/// Whether a change puts something over a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// No rule knows of anything that shows.
    NotShown,
    /// A signature with a place on a page: it is permitted, and may cover what was signed.
    OverPage,
}

impl Change {
    pub(crate) fn new(class: Modification, what: impl Into<String>) -> Self {
        Self {
            class,
            what: what.into(),
            visibility: Visibility::NotShown,
        }
    }
}
