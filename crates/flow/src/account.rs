//! What an account may be: its roles, its state, its language, and the scopes of an application's key.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::id::OpdId;

/// What somebody comes to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Drafts letters.
    Konseptor,
    /// Initials, signs, disposes; what exactly follows from the positions held.
    Pejabat,
    /// Keeps registers and agenda books, dispatches, registers incoming mail.
    TataUsaha,
    /// Keeps the archive.
    Arsiparis,
    /// Reads and exports, alters nothing.
    Auditor,
    /// Administers the office and its accounts; reads no letters.
    Admin,
    /// Another application.
    Integrator,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 7] = [
        Self::Konseptor,
        Self::Pejabat,
        Self::TataUsaha,
        Self::Arsiparis,
        Self::Auditor,
        Self::Admin,
        Self::Integrator,
    ];

    /// The word it is stored under.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Konseptor => "konseptor",
            Self::Pejabat => "pejabat",
            Self::TataUsaha => "tata_usaha",
            Self::Arsiparis => "arsiparis",
            Self::Auditor => "auditor",
            Self::Admin => "admin",
            Self::Integrator => "integrator",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl std::str::FromStr for Role {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        Self::ALL
            .into_iter()
            .find(|role| role.word() == word)
            .ok_or(UnknownWord)
    }
}

/// A role, and where it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// The OPD it holds in; none means the whole regency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opd: Option<OpdId>,
}

/// Whether an account may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountState {
    /// It may.
    Active,
    /// It may not.
    Disabled,
}

/// The language somebody reads.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Indonesian.
    #[default]
    Id,
    /// English.
    En,
}

/// What a key of an application is good for. It narrows what its account may do and never widens it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Scope {
    /// Read letters.
    #[serde(rename = "letters:read")]
    LettersRead,
    /// Draft, submit, paraf, return, prepare, dispatch.
    #[serde(rename = "letters:write")]
    LettersWrite,
    /// Sign; the passphrase is asked for besides.
    #[serde(rename = "letters:sign")]
    LettersSign,
    /// Read agendas.
    #[serde(rename = "agenda:read")]
    AgendaRead,
    /// Register mail, dispose, follow up.
    #[serde(rename = "agenda:write")]
    AgendaWrite,
    /// Export archive packages.
    #[serde(rename = "archive:export")]
    ArchiveExport,
    /// Verify documents.
    #[serde(rename = "verify")]
    Verify,
    /// Read the office and its accounts.
    #[serde(rename = "admin:read")]
    AdminRead,
    /// Administer the office.
    #[serde(rename = "admin:write")]
    AdminWrite,
    /// Manage webhooks.
    #[serde(rename = "webhooks:manage")]
    WebhooksManage,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 10] = [
        Self::LettersRead,
        Self::LettersWrite,
        Self::LettersSign,
        Self::AgendaRead,
        Self::AgendaWrite,
        Self::ArchiveExport,
        Self::Verify,
        Self::AdminRead,
        Self::AdminWrite,
        Self::WebhooksManage,
    ];

    /// The word it is written as.
    pub const fn word(self) -> &'static str {
        match self {
            Self::LettersRead => "letters:read",
            Self::LettersWrite => "letters:write",
            Self::LettersSign => "letters:sign",
            Self::AgendaRead => "agenda:read",
            Self::AgendaWrite => "agenda:write",
            Self::ArchiveExport => "archive:export",
            Self::Verify => "verify",
            Self::AdminRead => "admin:read",
            Self::AdminWrite => "admin:write",
            Self::WebhooksManage => "webhooks:manage",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl std::str::FromStr for Scope {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        Self::ALL
            .into_iter()
            .find(|scope| scope.word() == word)
            .ok_or(UnknownWord)
    }
}

/// The word names no role, or no scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an unknown word")]
pub struct UnknownWord;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_and_scopes_are_serialised_as_the_word_they_read_back_from() {
        for role in Role::ALL {
            assert_eq!(
                serde_json::to_string(&role).unwrap(),
                format!("\"{}\"", role.word())
            );
            assert_eq!(role.word().parse(), Ok(role));
        }
        for scope in Scope::ALL {
            assert_eq!(
                serde_json::to_string(&scope).unwrap(),
                format!("\"{}\"", scope.word())
            );
            assert_eq!(scope.word().parse(), Ok(scope));
        }
        assert_eq!("root".parse::<Role>(), Err(UnknownWord));
    }
}
