//! The JSON value a template reads.

use serde::Serialize;

use crate::body::{Block, split_tail};
use crate::{Kop, LetterDate, LetterError, LetterInput, Paper, SignerBlock, Verification};

#[derive(Serialize)]
struct PageData<'a> {
    fonts: &'a [String],
    width_mm: u16,
    height_mm: u16,
    kop: &'a Kop,
    nomor: &'a str,
    date: String,
    place: &'a str,
    sifat: &'a str,
    lampiran: &'a str,
    hal: &'a str,
    dari: &'a str,
    yth: &'a [String],
    yth_place: &'a str,
    tembusan: &'a [String],
    body: Vec<Block>,
    tail: Vec<Block>,
    tail_whole: bool,
    signers: &'a [SignerBlock],
    verification: &'a Verification,
    issuer_sentence: &'a str,
}

/// Longest closing block, in bytes of its JSON, that surely fits on a page with six signatures.
const WHOLE_TAIL: usize = 2000;

/// Builds the data file of one letter.
pub(crate) fn page_data(
    letter: &LetterInput,
    body: Vec<Block>,
    fonts: &[String],
) -> Result<Vec<u8>, LetterError> {
    let failed = |error: serde_json::Error| LetterError::Typeset(error.to_string());
    let (width_mm, height_mm) = match letter.paper {
        Paper::A4 => (210, 297),
        Paper::F4 => (215, 330),
    };
    let (body, tail) = split_tail(body);
    let tail_whole = serde_json::to_vec(&tail).map_err(failed)?.len() <= WHOLE_TAIL;
    let data = PageData {
        fonts,
        width_mm,
        height_mm,
        kop: &letter.kop,
        nomor: &letter.nomor,
        date: date_words(letter.date),
        place: &letter.place,
        sifat: &letter.sifat,
        lampiran: &letter.lampiran,
        hal: &letter.hal,
        dari: &letter.dari,
        yth: &letter.yth,
        yth_place: &letter.yth_place,
        tembusan: &letter.tembusan,
        body,
        tail,
        tail_whole,
        signers: &letter.signers,
        verification: &letter.verification,
        issuer_sentence: &letter.issuer_sentence,
    };
    let mut value = serde_json::to_value(&data).map_err(failed)?;
    tabs_to_spaces(&mut value);
    serde_json::to_vec(&value).map_err(failed)
}

/// No font has a glyph for the tabulator.
fn tabs_to_spaces(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::String(text) if text.contains(['\t', '\r']) => {
            *text = text
                .replace("\r\n", "\n")
                .replace('\r', "\n")
                .replace('\t', "    ");
        }
        serde_json::Value::Array(list) => list.iter_mut().for_each(tabs_to_spaces),
        serde_json::Value::Object(map) => map.values_mut().for_each(tabs_to_spaces),
        serde_json::Value::Null
        | serde_json::Value::Bool(_)
        | serde_json::Value::Number(_)
        | serde_json::Value::String(_) => {}
    }
}

fn date_words(date: LetterDate) -> String {
    const MONTHS: [&str; 12] = [
        "Januari",
        "Februari",
        "Maret",
        "April",
        "Mei",
        "Juni",
        "Juli",
        "Agustus",
        "September",
        "Oktober",
        "November",
        "Desember",
    ];
    let month = usize::from(date.month)
        .checked_sub(1)
        .and_then(|at| MONTHS.get(at))
        .unwrap_or(&"");
    format!("{} {month} {}", date.day, date.year)
}
