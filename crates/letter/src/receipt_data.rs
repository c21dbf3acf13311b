//! The JSON value the template of a receipt reads, and the limits on it.

use serde::Serialize;

use crate::LetterError;
use crate::data::breakable;
use crate::legible::legible;
use crate::receipt::{Language, Mark, Receipt};
use crate::world::Fonts;

#[derive(Serialize)]
struct ReceiptData<'a> {
    fonts: &'a [String],
    lang: Language,
    mark: Mark,
    issuer: String,
    title: String,
    headline: String,
    meaning: String,
    warnings: Vec<String>,
    sections: Vec<SectionData>,
    notes: Vec<String>,
    sha256: &'a str,
    seal: SealData,
}

#[derive(Serialize)]
struct SectionData {
    heading: String,
    rows: Vec<[String; 2]>,
    items: Vec<String>,
}

#[derive(Serialize)]
struct SealData {
    heading: String,
    name: String,
    lines: Vec<String>,
    url: String,
}

/// Builds the data file of one receipt.
///
/// # Errors
/// [`LetterError::TooMany`] for a list that is too long, and [`LetterError::Empty`] for a digest that is none.
pub(crate) fn receipt_data(receipt: &Receipt, fonts: &Fonts) -> Result<Vec<u8>, LetterError> {
    counts(receipt)?;
    if receipt.sha256.len() != 64 || !receipt.sha256.bytes().all(|c| c.is_ascii_hexdigit()) {
        return Err(LetterError::Empty { field: "sha256" });
    }
    let line = |text: &str, most: usize| breakable(&legible(text, most, fonts));
    let lines = |all: &[String]| all.iter().map(|one| line(one, MOST_SENTENCE)).collect();
    let section = |section: &crate::Section| SectionData {
        heading: line(&section.heading, MOST_HEADING),
        rows: section
            .rows
            .iter()
            .map(|row| {
                // The digest is set small enough for one line, whole, to be copied.
                let value = if row.value == receipt.sha256 {
                    receipt.sha256.clone()
                } else {
                    line(&row.value, MOST_SENTENCE)
                };
                [line(&row.label, MOST_HEADING), value]
            })
            .collect(),
        items: lines(&section.items),
    };
    let data = ReceiptData {
        fonts: fonts.families(),
        lang: receipt.language,
        mark: receipt.mark,
        issuer: line(&receipt.issuer, MOST_HEADING),
        title: line(&receipt.title, MOST_HEADING),
        headline: line(&receipt.headline, MOST_HEADING),
        meaning: line(&receipt.meaning, MOST_SENTENCE),
        warnings: lines(&receipt.warnings),
        sections: receipt.sections.iter().map(section).collect(),
        notes: lines(&receipt.notes),
        sha256: &receipt.sha256,
        seal: SealData {
            heading: line(&receipt.seal.heading, MOST_HEADING),
            name: line(&receipt.seal.name, MOST_HEADING),
            lines: lines(&receipt.seal.lines),
            url: line(&receipt.seal.url, MOST_SENTENCE),
        },
    };
    serde_json::to_vec(&data).map_err(|error| LetterError::Typeset(error.to_string()))
}

fn counts(receipt: &Receipt) -> Result<(), LetterError> {
    let mut lists = vec![
        ("warnings", receipt.warnings.len(), MOST_ITEMS),
        ("sections", receipt.sections.len(), MOST_SECTIONS),
        ("notes", receipt.notes.len(), MOST_ITEMS),
        ("seal.lines", receipt.seal.lines.len(), MOST_ITEMS),
    ];
    for section in &receipt.sections {
        lists.push(("sections.rows", section.rows.len(), MOST_ITEMS));
        lists.push(("sections.items", section.items.len(), MOST_ITEMS));
    }
    match lists.into_iter().find(|(_, actual, most)| actual > most) {
        Some((field, actual, most)) => Err(LetterError::TooMany {
            field,
            actual,
            most,
        }),
        None => Ok(()),
    }
}

/// Characters of a heading, a label or a name.
const MOST_HEADING: usize = 160;
/// Characters of a value or a sentence: a distinguished name is rarely longer.
const MOST_SENTENCE: usize = 500;
const MOST_ITEMS: usize = 40;
const MOST_SECTIONS: usize = 40;
