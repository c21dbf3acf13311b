//! Urgency and secrecy: two questions that letters often mix up, hence two types.

use serde::{Deserialize, Serialize};

/// How fast a letter is to be handled; the line "Sifat".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Sifat {
    /// Within 5 working days.
    Biasa,
    /// Within 3 × 24 hours.
    Penting,
    /// Within 2 × 24 hours.
    Segera,
    /// Within 24 hours.
    AmatSegera,
}

impl Sifat {
    /// The word a letter shows.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Biasa => "Biasa",
            Self::Penting => "Penting",
            Self::Segera => "Segera",
            Self::AmatSegera => "Amat Segera",
        }
    }
}

/// Who may see a letter (klasifikasi keamanan dan akses).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Keamanan {
    /// Open.
    Biasa,
    /// Restricted.
    Terbatas,
    /// Secret.
    Rahasia,
    /// Top secret.
    SangatRahasia,
}

impl Keamanan {
    /// The word a letter shows.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Biasa => "Biasa/Terbuka",
            Self::Terbatas => "Terbatas",
            Self::Rahasia => "Rahasia",
            Self::SangatRahasia => "Sangat Rahasia",
        }
    }
}
