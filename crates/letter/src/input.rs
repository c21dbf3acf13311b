//! What a letter is made of: the plain data a template is filled with.

use serde::{Deserialize, Serialize};

/// Everything one letter shows, as plain data.
///
/// Strings are text, never markup: the template receives them as JSON values. Only
/// [`LetterInput::body`] has a syntax of its own, CommonMark with tables.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LetterInput {
    /// The kind of letter.
    pub template: Template,
    /// Version of the template. A version, once used, is kept for ever.
    pub template_version: u16,
    /// Sheet size.
    #[serde(default)]
    pub paper: Paper,
    /// The letterhead.
    pub kop: Kop,
    /// The issued number, for example `000.1.2.3/17/SET/XI/2026`.
    pub nomor: String,
    /// Date of the letter.
    pub date: LetterDate,
    /// Place written before the date of a surat dinas.
    pub place: String,
    /// Urgency or secrecy as the office writes it; an empty string leaves the line out.
    pub sifat: String,
    /// Attachments in words; `-` when there are none.
    pub lampiran: String,
    /// Subject.
    pub hal: String,
    /// Sender's position, shown on a nota dinas as "Dari".
    pub dari: String,
    /// Addressees, one position or name each.
    pub yth: Vec<String>,
    /// Place below the addressees of a surat dinas ("di Contohrejo"); empty leaves it out.
    #[serde(default)]
    pub yth_place: String,
    /// Addressees of copies.
    #[serde(default)]
    pub tembusan: Vec<String>,
    /// Text of the letter in CommonMark with tables.
    pub body: String,
    /// One block per signer, in signing order.
    pub signers: Vec<SignerBlock>,
    /// Where the QR code leads.
    pub verification: Verification,
    /// The sentence of the footer that names who truly issued the certificate.
    pub issuer_sentence: String,
    /// Stable identity of the letter, from which the PDF's identifier is derived.
    pub ident: String,
}

/// The kinds of letter there are templates for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Template {
    /// Internal note between offices of one regency.
    NotaDinas,
    /// Formal letter to another office.
    SuratDinas,
}

/// Sheet size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Paper {
    /// 210 × 297 mm.
    #[default]
    A4,
    /// Folio as Indonesian offices use it, 215 × 330 mm.
    F4,
}

/// The letterhead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kop {
    /// Name of the government, "PEMERINTAH KABUPATEN CONTOHREJO".
    pub pemda: String,
    /// Name of the office.
    pub opd: String,
    /// Address, telephone, mail: one printed line each.
    pub address: Vec<String>,
}

/// A calendar date, checked when the letter is typeset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LetterDate {
    /// Year, 1 to 9999.
    pub year: u16,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day of the month.
    pub day: u8,
}

/// The words of one signature block, computed by the rules of the office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignerBlock {
    /// Position lines above the name: "Plh. Kepala Dinas …", "a.n. Bupati Contohrejo", ….
    pub jabatan: Vec<String>,
    /// Name as the rules want it written.
    pub name: String,
    /// Lines under the name: pangkat, NIP.
    #[serde(default)]
    pub below: Vec<String>,
}

/// How a reader checks the letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verification {
    /// Address in the QR code, `https://…/v/CODE`.
    pub url: String,
    /// Domain printed as text, so that a forged QR code is noticed.
    pub domain: String,
    /// Short code a person can type.
    pub code: String,
}
