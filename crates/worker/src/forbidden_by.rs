//! What of a document forbids what was asked.

use serde::{Deserialize, Serialize};
use signing::sign::Rule;

/// What of a document forbids what was asked, as far as whoever brought it can do something about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ForbiddenBy {
    /// An earlier signature, which an addition would be a change to.
    Signature,
    /// A certification, which leaves no room for more fields.
    Certification,
    /// A signature that locked the document or the field.
    Lock,
    /// The permissions of the encrypted document.
    Permissions,
    /// What a field demands of its signature.
    Demand,
}

impl ForbiddenBy {
    /// Its stable name.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Signature => "signature",
            Self::Certification => "certification",
            Self::Lock => "lock",
            Self::Permissions => "permissions",
            Self::Demand => "demand",
        }
    }

    /// Every one.
    pub const ALL: [Self; 5] = [
        Self::Signature,
        Self::Certification,
        Self::Lock,
        Self::Permissions,
        Self::Demand,
    ];
}

impl From<&Rule> for ForbiddenBy {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the enum is non-exhaustive; what it may yet name stands in the way as a signature does"
    )]
    fn from(rule: &Rule) -> Self {
        match rule {
            Rule::NewField => Self::Certification,
            Rule::Closed | Rule::LockedField(_) => Self::Lock,
            Rule::NoFilling | Rule::NoNewField => Self::Permissions,
            Rule::SeedValue { .. } => Self::Demand,
            _ => Self::Signature,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_locks_and_permissions_are_told_apart() {
        for (rule, by) in [
            (Rule::EmptyField, ForbiddenBy::Signature),
            (Rule::CertifyFirst, ForbiddenBy::Signature),
            (Rule::NewField, ForbiddenBy::Certification),
            (Rule::Closed, ForbiddenBy::Lock),
            (Rule::LockedField("TTE1".to_owned()), ForbiddenBy::Lock),
            (Rule::NoFilling, ForbiddenBy::Permissions),
            (Rule::NoNewField, ForbiddenBy::Permissions),
        ] {
            assert_eq!(ForbiddenBy::from(&rule), by, "{rule}");
        }
    }

    #[test]
    fn it_is_named_in_messages_as_it_is_named_to_people() {
        for by in ForbiddenBy::ALL {
            let told = serde_json::to_value(by).unwrap();
            assert_eq!(told, by.word());
        }
    }
}
