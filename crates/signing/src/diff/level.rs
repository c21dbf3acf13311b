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
