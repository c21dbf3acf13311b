//! Archive classification codes of regional governments (Permendagri 83/2022).

use std::{borrow::Cow, fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A code such as `000.5.2.11`: a root of whole hundreds and one to four groups below it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KodeKlasifikasi(String);

/// The text is no code of Permendagri 83/2022.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KlasifikasiError {
    /// A code of the lists before 2022, such as `005` or `HK.02.3`.
    #[error("a legacy code; use one of Permendagri 83/2022")]
    Legacy,
    /// No code at all.
    #[error("not a classification code of the form 000.5.2.11")]
    Form,
}

impl KodeKlasifikasi {
    /// The code as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for KodeKlasifikasi {
    type Err = KlasifikasiError;

    fn from_str(text: &str) -> Result<Self, KlasifikasiError> {
        let (root, below) = text.split_once('.').unwrap_or((text, ""));
        let numeric = root.len() == 3 && root.bytes().all(|byte| byte.is_ascii_digit());
        let lettered = !root.is_empty() && root.bytes().all(|byte| byte.is_ascii_uppercase());
        // Codes of three digits without groups, and codes of letters, are those of the old lists.
        if lettered || (numeric && (!text.contains('.') || !root.ends_with("00"))) {
            return Err(KlasifikasiError::Legacy);
        }
        if !numeric || below.split('.').count() > 4 || !below.split('.').all(is_group) {
            return Err(KlasifikasiError::Form);
        }
        Ok(Self(text.to_owned()))
    }
}

fn is_group(group: &str) -> bool {
    matches!(group.len(), 1 | 2)
        && group.bytes().all(|byte| byte.is_ascii_digit())
        && !group.starts_with('0')
}

impl fmt::Display for KodeKlasifikasi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for KodeKlasifikasi {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for KodeKlasifikasi {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = <Cow<'de, str>>::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_the_list_are_read() {
        for code in [
            "000.1",
            "000.1.2.3",
            "000.5.2.11",
            "500.16.7.2",
            "900.1.3.7",
            "800.1.11.13",
        ] {
            assert_eq!(code.parse::<KodeKlasifikasi>().unwrap().as_str(), code);
        }
    }

    #[test]
    fn legacy_codes_are_refused_by_name() {
        for code in ["PD.02", "HK.02.3", "005", "410", "440", "050"] {
            assert_eq!(
                code.parse::<KodeKlasifikasi>(),
                Err(KlasifikasiError::Legacy),
                "{code}"
            );
        }
    }

    #[test]
    fn other_texts_are_no_codes() {
        for code in [
            "",
            "000.",
            "000.01",
            "000.1.2.3.4.5",
            "000.123",
            "00.1",
            "000..1",
            "000.a",
        ] {
            assert_eq!(
                code.parse::<KodeKlasifikasi>(),
                Err(KlasifikasiError::Form),
                "{code}"
            );
        }
    }
}
