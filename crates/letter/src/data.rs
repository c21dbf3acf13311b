//! The JSON value a template reads.

use serde::Serialize;

use crate::body::{Block, split_tail};
use crate::{
    Kop, LetterDate, LetterError, LetterInput, Look, Paper, Picture, SignerBlock, Stamp, Standing,
    Verification,
};

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
    signers: &'a [SignerBlock],
    verification: &'a Verification,
    issuer_sentence: &'a str,
}

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
        signers: &letter.signers,
        verification: &letter.verification,
        issuer_sentence: &letter.issuer_sentence,
    };
    let mut value = serde_json::to_value(&data).map_err(failed)?;
    printable(&mut value);
    serde_json::to_vec(&value).map_err(failed)
}

#[derive(Serialize)]
struct StampData<'a> {
    fonts: &'a [String],
    width: f64,
    height: f64,
    block: Option<BlockData<'a>>,
    /// The format of the one picture: a block's logo, or the whole look.
    logo: Option<&'static str>,
    preview: bool,
}

#[derive(Serialize)]
struct BlockData<'a> {
    heading: &'a str,
    jabatan: &'a [String],
    name: &'a str,
    below: &'a [String],
    notes: &'a [String],
    qr: bool,
}

/// Builds the data file of one stamp.
pub(crate) fn stamp_data(stamp: &Stamp, fonts: &[String]) -> Result<Vec<u8>, LetterError> {
    let failed = |error: serde_json::Error| LetterError::Typeset(error.to_string());
    let [width, height] = stamp.size;
    let (block, picture) = match &stamp.look {
        Look::Block(block) => {
            let data = BlockData {
                heading: &block.heading,
                jabatan: &block.signer.jabatan,
                name: &block.signer.name,
                below: &block.signer.below,
                notes: &block.notes,
                qr: block.qr.is_some(),
            };
            (Some(data), block.logo.as_ref())
        }
        Look::Picture(picture) => (None, Some(picture)),
    };
    let data = StampData {
        fonts,
        width,
        height,
        block,
        logo: picture.map(Picture::format),
        preview: stamp.standing == Standing::Preview,
    };
    let mut value = serde_json::to_value(&data).map_err(failed)?;
    printable(&mut value);
    serde_json::to_vec(&value).map_err(failed)
}

/// Turns every text into one that can be set inside the margins.
fn printable(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::String(text) => {
            // No font has a glyph for the tabulator.
            if text.contains(['\t', '\r']) {
                *text = text
                    .replace("\r\n", "\n")
                    .replace('\r', "\n")
                    .replace('\t', "    ");
            }
            *text = breakable(text);
        }
        serde_json::Value::Array(list) => list.iter_mut().for_each(printable),
        serde_json::Value::Object(map) => map.values_mut().for_each(printable),
        serde_json::Value::Null | serde_json::Value::Bool(_) | serde_json::Value::Number(_) => {}
    }
}

/// Bytes of a word that surely fits on a line of text. Real words and addresses are shorter.
const LONGEST_WORD: usize = 60;

/// Lets longer words break, because what runs off the sheet would be signed unseen.
pub(crate) fn breakable(text: &str) -> String {
    let long = |word: &str| word.len() > LONGEST_WORD;
    if !text.split_whitespace().any(long) {
        return text.to_owned();
    }
    let mut broken = String::with_capacity(text.len() * 2);
    let mut run = 0;
    for character in text.chars() {
        run = if character.is_whitespace() {
            0
        } else {
            run + 1
        };
        broken.push(character);
        if run > LONGEST_WORD / 3 {
            broken.push('\u{200b}');
            run = 0;
        }
    }
    broken
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
