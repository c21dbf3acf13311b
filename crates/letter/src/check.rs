//! Limits on input nobody vouches for, checked before any of it is laid out.

use flow::bidi::turns_direction;

use crate::body::{Block, parse};
use crate::world::Fonts;
use crate::{LetterError, LetterInput, Look, Stamp, Template};

/// Bytes of a body.
pub(crate) const MOST_BODY: usize = 200 * 1024;
/// Table rows in one body; two thousand take about a second.
pub(crate) const MOST_ROWS: usize = 2000;
/// Columns of one table.
pub(crate) const MOST_COLUMNS: usize = 12;
/// Blocks and list items in one body.
pub(crate) const MOST_BLOCKS: usize = 5000;
/// Containers inside one another.
pub(crate) const MOST_NESTING: usize = 16;
const MOST_FIELD: usize = 1000;
const MOST_RECIPIENTS: usize = 100;
const MOST_SIGNERS: usize = 6;
const MOST_LINES: usize = 8;
/// Of a stamp, in points.
const SHORTEST_SIDE: f64 = 10.0;
const LONGEST_SIDE: f64 = 2000.0;

/// Checks every field and reads the body.
pub(crate) fn check(letter: &LetterInput, fonts: &Fonts) -> Result<Vec<Block>, LetterError> {
    if letter.template_version != 1 {
        let template = match letter.template {
            Template::NotaDinas => "nota_dinas",
            Template::SuratDinas => "surat_dinas",
        };
        let version = letter.template_version;
        return Err(LetterError::UnknownTemplate {
            template,
            version,
            known: "1",
        });
    }
    counts(letter)?;
    for (field, text, must) in fields(letter) {
        line(field, text, must, fonts)?;
    }
    if letter.body.len() > MOST_BODY {
        let actual = letter.body.len();
        return Err(LetterError::TooLong {
            field: "body",
            actual,
            most: MOST_BODY,
        });
    }
    printable("body", &letter.body, fonts)?;
    let body = parse(&letter.body)?;
    // Nothing would stand on the page with the signatures.
    if body.is_empty() {
        return Err(LetterError::Empty { field: "body" });
    }
    Ok(body)
}

/// Checks every line of a stamp and the size of it.
pub(crate) fn check_stamp(stamp: &Stamp, fonts: &Fonts) -> Result<(), LetterError> {
    let bearable = |side: &f64| (SHORTEST_SIDE..=LONGEST_SIDE).contains(side);
    if !stamp.size.iter().all(bearable) {
        let [width, height] = stamp.size.map(|side| side.to_string());
        return Err(LetterError::StampSize { width, height });
    }
    let Look::Block(block) = &stamp.look else {
        return Ok(());
    };
    line("heading", &block.heading, false, fonts)?;
    line("name", &block.signer.name, true, fonts)?;
    for (field, lines) in [
        ("jabatan", &block.signer.jabatan),
        ("below", &block.signer.below),
        ("notes", &block.notes),
    ] {
        if lines.len() > MOST_LINES {
            return Err(LetterError::TooMany {
                field,
                actual: lines.len(),
                most: MOST_LINES,
            });
        }
        for text in lines {
            line(field, text, true, fonts)?;
        }
    }
    Ok(())
}

fn counts(letter: &LetterInput) -> Result<(), LetterError> {
    let mut lists = vec![
        ("kop.address", letter.kop.address.len(), 0, MOST_LINES),
        ("yth", letter.yth.len(), 1, MOST_RECIPIENTS),
        ("tembusan", letter.tembusan.len(), 0, MOST_RECIPIENTS),
        ("signers", letter.signers.len(), 1, MOST_SIGNERS),
    ];
    for signer in &letter.signers {
        lists.push(("signers.jabatan", signer.jabatan.len(), 1, MOST_LINES));
        lists.push(("signers.below", signer.below.len(), 0, MOST_LINES));
    }
    for (field, actual, least, most) in lists {
        if actual < least {
            return Err(LetterError::Empty { field });
        }
        if actual > most {
            return Err(LetterError::TooMany {
                field,
                actual,
                most,
            });
        }
    }
    Ok(())
}

/// Every field of one line: name, text, whether it must be filled.
fn fields(letter: &LetterInput) -> Vec<(&'static str, &str, bool)> {
    let nota = letter.template == Template::NotaDinas;
    let mut all = vec![
        ("kop.pemda", letter.kop.pemda.as_str(), true),
        ("kop.opd", &letter.kop.opd, true),
        ("nomor", &letter.nomor, true),
        ("place", &letter.place, !nota),
        ("sifat", &letter.sifat, false),
        ("lampiran", &letter.lampiran, false),
        ("hal", &letter.hal, true),
        ("dari", &letter.dari, nota),
        ("yth_place", &letter.yth_place, false),
        ("verification.url", &letter.verification.url, true),
        ("verification.domain", &letter.verification.domain, true),
        ("verification.code", &letter.verification.code, true),
        ("issuer_sentence", &letter.issuer_sentence, true),
        ("ident", &letter.ident, true),
    ];
    all.extend(
        letter
            .kop
            .address
            .iter()
            .map(|text| ("kop.address", text.as_str(), false)),
    );
    all.extend(letter.yth.iter().map(|text| ("yth", text.as_str(), true)));
    all.extend(
        letter
            .tembusan
            .iter()
            .map(|text| ("tembusan", text.as_str(), true)),
    );
    for signer in &letter.signers {
        all.push(("signers.name", &signer.name, true));
        all.extend(
            signer
                .jabatan
                .iter()
                .map(|text| ("signers.jabatan", text.as_str(), true)),
        );
        all.extend(
            signer
                .below
                .iter()
                .map(|text| ("signers.below", text.as_str(), true)),
        );
    }
    all
}

fn line(field: &'static str, text: &str, must: bool, fonts: &Fonts) -> Result<(), LetterError> {
    if must && text.trim().is_empty() {
        return Err(LetterError::Empty { field });
    }
    if text.len() > MOST_FIELD {
        return Err(LetterError::TooLong {
            field,
            actual: text.len(),
            most: MOST_FIELD,
        });
    }
    printable(field, text, fonts)
}

/// An archive file may not hold a glyph its fonts lack, and what is signed may not hold characters
/// that turn the reading order around (threat T25).
fn printable(field: &'static str, text: &str, fonts: &Fonts) -> Result<(), LetterError> {
    let shown = |c: char| match c {
        '\n' | '\r' | '\t' | ' '..='~' => true,
        c => !c.is_control() && !turns_direction(c) && fonts.cover(c),
    };
    match text.chars().find(|c| !shown(*c)) {
        Some(c) => Err(LetterError::Character {
            field,
            character: format!("U+{:04X}", u32::from(c)),
        }),
        None => Ok(()),
    }
}
