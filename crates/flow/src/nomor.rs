//! The number of a letter.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::id::RegisterId;

/// A number given by a register; unique by register and `urut`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct Nomor {
    register: RegisterId,
    tahun: u16,
    urut: u32,
    text: String,
}

/// The written number is empty, too long, or holds line breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a letter's number has 1 to 200 characters on one line")]
pub struct NomorError;

impl Nomor {
    /// The number `urut` of that register of that year, written as `text`.
    ///
    /// # Errors
    /// When the text is empty, longer than 200 characters, or not one line.
    pub fn new(
        register: RegisterId,
        tahun: u16,
        urut: u32,
        text: String,
    ) -> Result<Self, NomorError> {
        let length = text.chars().count();
        if !(1..=MAX_CHARS).contains(&length) || text.chars().any(char::is_control) {
            return Err(NomorError);
        }
        Ok(Self {
            register,
            tahun,
            urut,
            text,
        })
    }

    /// The register that gave it.
    pub const fn register(&self) -> RegisterId {
        self.register
    }

    /// The year of that register.
    pub const fn tahun(&self) -> u16 {
        self.tahun
    }

    /// Its place in the register, from 1.
    pub const fn urut(&self) -> u32 {
        self.urut
    }

    /// As letters show it.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Nomor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

const MAX_CHARS: usize = 200;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    register: RegisterId,
    tahun: u16,
    urut: u32,
    text: String,
}

impl TryFrom<Parts> for Nomor {
    type Error = NomorError;

    fn try_from(parts: Parts) -> Result<Self, NomorError> {
        Self::new(parts.register, parts.tahun, parts.urut, parts.text)
    }
}

impl From<Nomor> for Parts {
    fn from(nomor: Nomor) -> Self {
        Self {
            register: nomor.register,
            tahun: nomor.tahun,
            urut: nomor.urut,
            text: nomor.text,
        }
    }
}
