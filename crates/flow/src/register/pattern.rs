//! The pattern a register writes its numbers by, from configuration.

use std::{borrow::Cow, fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{klasifikasi::KodeKlasifikasi, time::CalendarDate};

/// A pattern such as `{klasifikasi}/{urut:3}/{kode_unit}/{bulan_romawi}/{tahun}`.
///
/// `{urut:3}` pads with zeros to three digits. `{urut}` is required: without it numbers repeat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NomorPattern {
    source: String,
    tokens: Vec<Token>,
}

/// Why a text is no pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// A brace without its partner.
    #[error("a brace without its partner")]
    Brace,
    /// A token nobody knows.
    #[error("unknown token {{{0}}}")]
    Token(String),
    /// The running number is missing or stands there twice.
    #[error("the pattern needs {{urut}} exactly once")]
    Urut,
}

/// What a number is written from.
#[derive(Debug, Clone, Copy)]
pub struct Parts<'a> {
    /// The letter's classification.
    pub klasifikasi: &'a KodeKlasifikasi,
    /// The running number.
    pub urut: u32,
    /// The OPD's unit code.
    pub kode_unit: &'a str,
    /// The day the number is reserved.
    pub date: CalendarDate,
}

impl NomorPattern {
    /// The number written from these parts.
    pub fn write(&self, parts: Parts<'_>) -> String {
        self.tokens
            .iter()
            .map(|token| match token {
                Token::Literal(text) => Cow::from(text),
                Token::Klasifikasi => Cow::from(parts.klasifikasi.as_str()),
                Token::Urut { width } => Cow::from(format!("{:0width$}", parts.urut)),
                Token::KodeUnit => Cow::from(parts.kode_unit),
                Token::BulanRomawi => Cow::from(parts.date.roman_month()),
                Token::Tahun => Cow::from(parts.date.year().to_string()),
            })
            .collect()
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Literal(String),
    Klasifikasi,
    Urut { width: usize },
    KodeUnit,
    BulanRomawi,
    Tahun,
}

impl FromStr for NomorPattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        let mut tokens = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            push_literal(&mut tokens, before)?;
            let (name, behind) = after.split_once('}').ok_or(PatternError::Brace)?;
            tokens.push(token(name)?);
            rest = behind;
        }
        push_literal(&mut tokens, rest)?;
        if tokens
            .iter()
            .filter(|token| matches!(token, Token::Urut { .. }))
            .count()
            != 1
        {
            return Err(PatternError::Urut);
        }
        Ok(Self {
            source: text.to_owned(),
            tokens,
        })
    }
}

fn push_literal(tokens: &mut Vec<Token>, text: &str) -> Result<(), PatternError> {
    if text.contains('}') {
        return Err(PatternError::Brace);
    }
    if !text.is_empty() {
        tokens.push(Token::Literal(text.to_owned()));
    }
    Ok(())
}

fn token(name: &str) -> Result<Token, PatternError> {
    match name {
        "klasifikasi" => Ok(Token::Klasifikasi),
        "urut" => Ok(Token::Urut { width: 1 }),
        "kode_unit" => Ok(Token::KodeUnit),
        "bulan_romawi" => Ok(Token::BulanRomawi),
        "tahun" => Ok(Token::Tahun),
        other => other
            .strip_prefix("urut:")
            .and_then(|width| width.parse().ok())
            .filter(|width| (1..=9).contains(width))
            .map(|width| Token::Urut { width })
            .ok_or_else(|| PatternError::Token(other.to_owned())),
    }
}

impl fmt::Display for NomorPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)
    }
}

impl Serialize for NomorPattern {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.source)
    }
}

impl<'de> Deserialize<'de> for NomorPattern {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = <Cow<'de, str>>::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_written_by_the_pattern() {
        let pattern: NomorPattern = "{klasifikasi}/{urut:3}/{kode_unit}/{bulan_romawi}/{tahun}"
            .parse()
            .unwrap();
        let klasifikasi = "000.1.2.3".parse().unwrap();
        let text = pattern.write(Parts {
            klasifikasi: &klasifikasi,
            urut: 17,
            kode_unit: "DINKES",
            date: "2026-11-24".parse().unwrap(),
        });
        assert_eq!(text, "000.1.2.3/017/DINKES/XI/2026");
    }

    #[test]
    fn a_pattern_that_would_repeat_numbers_or_is_misspelt_is_refused() {
        let read = |text: &str| text.parse::<NomorPattern>();
        assert_eq!(read("{klasifikasi}/{tahun}"), Err(PatternError::Urut));
        assert_eq!(read("{urut}/{urut}"), Err(PatternError::Urut));
        assert_eq!(
            read("{nomor}"),
            Err(PatternError::Token("nomor".to_owned()))
        );
        assert_eq!(
            read("{urut:0}"),
            Err(PatternError::Token("urut:0".to_owned()))
        );
        assert_eq!(read("{urut"), Err(PatternError::Brace));
        assert_eq!(read("urut}"), Err(PatternError::Brace));
    }
}
