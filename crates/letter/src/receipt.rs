//! What was found of somebody's file, in words, for the institution to put its seal on.

use serde::{Deserialize, Serialize};

use crate::LetterDate;

/// A receipt of a verification, as plain data.
///
/// Strings are text, never markup. Many of them come from a stranger's file, so none is ever refused: characters that
/// could mislead or that no embedded font can show are written as `[U+XXXX]`, and what is too long is cut and ends in `…`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// The language it is written in.
    pub language: Language,
    /// Whose receipt it is, above the title.
    pub issuer: String,
    /// What it is.
    pub title: String,
    /// Which shape and colour stand beside the headline.
    pub mark: Mark,
    /// The headline in words.
    pub headline: String,
    /// What it means.
    pub meaning: String,
    /// What must not be overlooked, below the headline.
    pub warnings: Vec<String>,
    /// Everything else, in this order.
    pub sections: Vec<Section>,
    /// What the receipt proves, and what it does not.
    pub notes: Vec<String>,
    /// SHA-256 of the file in hexadecimal digits, at the foot of every page.
    pub sha256: String,
    /// The words of the seal.
    pub seal: Seal,
    /// The day it is made.
    pub date: LetterDate,
    /// Stable identity, from which the PDF's identifier is derived.
    pub ident: String,
}

/// The language of a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Indonesian.
    Id,
    /// English.
    En,
}

/// One shape and colour for each headline, so that colour is never the only difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// A disc with a tick.
    Intact,
    /// A triangle with an exclamation mark.
    Changed,
    /// An octagon with a cross.
    Invalid,
    /// A diamond with a question mark.
    Untrusted,
    /// An empty square, its pen stroke crossed out.
    Unsigned,
    /// A torn sheet with a cross.
    Unreadable,
}

/// Some lines under a heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// What they are about.
    pub heading: String,
    /// Names and what they are.
    pub rows: Vec<Row>,
    /// Sentences below them.
    pub items: Vec<String>,
}

/// A name and what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// The name.
    pub label: String,
    /// What it is.
    pub value: String,
}

/// The words of the seal at the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seal {
    /// The first line.
    pub heading: String,
    /// Whose seal it is, as its certificate says.
    pub name: String,
    /// Small lines below it.
    pub lines: Vec<String>,
    /// The address where the receipt itself can be checked, in the QR code.
    pub url: String,
}
