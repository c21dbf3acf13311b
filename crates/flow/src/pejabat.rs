//! Officials as letters name them. Their NIK is not known in this crate.

use std::{borrow::Cow, fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::id::PejabatId;

/// An official.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pejabat {
    /// Identity.
    pub id: PejabatId,
    /// Name without titles.
    pub name: String,
    /// Titles before the name, "Dr."; empty when there are none.
    #[serde(default)]
    pub gelar_depan: String,
    /// Titles after the name, "S.H., M.H."; empty when there are none.
    #[serde(default)]
    pub gelar_belakang: String,
    /// Pangkat and golongan, "Pembina Tingkat I, IV/b"; none for elected officials.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pangkat: Option<String>,
    /// Civil servant's number; none for elected officials.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nip: Option<Nip>,
}

impl Pejabat {
    /// The name with titles before and after it.
    pub fn name_with_gelar(&self) -> String {
        let mut out = String::new();
        if !self.gelar_depan.is_empty() {
            out.push_str(&self.gelar_depan);
            out.push(' ');
        }
        out.push_str(&self.name);
        if !self.gelar_belakang.is_empty() {
            out.push_str(", ");
            out.push_str(&self.gelar_belakang);
        }
        out
    }
}

/// A civil servant's number: 18 digits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Nip(String);

/// The text is not an NIP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an NIP has 18 digits")]
pub struct NipError;

impl Nip {
    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Nip {
    type Err = NipError;

    /// Reads an NIP, with or without the spaces people group it by.
    fn from_str(text: &str) -> Result<Self, NipError> {
        let digits: String = text.chars().filter(|char| *char != ' ').collect();
        if digits.len() != 18 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NipError);
        }
        Ok(Self(digits))
    }
}

impl fmt::Display for Nip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Nip {
    // An NIP tells a birth date: logs show only its end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Nip(…{})", self.0.get(14..).unwrap_or_default())
    }
}

impl Serialize for Nip {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Nip {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = <Cow<'de, str>>::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_nip_has_eighteen_digits_and_hides_its_birth_date_in_logs() {
        let nip: Nip = "19000101 192001 1 001".parse().unwrap();
        assert_eq!(nip.as_str(), "190001011920011001");
        assert_eq!(format!("{nip:?}"), "Nip(…1001)");
        assert_eq!("19000101192001100".parse::<Nip>(), Err(NipError));
        assert_eq!("19000101192001100x".parse::<Nip>(), Err(NipError));
    }
}
