//! What the register tells whoever holds the code of a letter.

use std::sync::Arc;

use flow::digest::Sha256;
use flow::jenis::JenisNaskah;
use flow::mandat::Kapasitas;
use flow::naskah::{Naskah, Tahap};
use flow::office::{Actor, Authority, Office};
use flow::sifat::{Keamanan, Sifat};
use flow::time::{CalendarDate, Timestamp};
use serde::Serialize;
use store::Tx;
use store::model::VersionKind;

use crate::desk::Picture;
use crate::letter_blob::LetterBlobs;
use crate::naskah::{Exported, load};
use crate::picture::{self, Audience};
use crate::{App, ServiceError};

/// A signed letter, as anybody may know it. Of a secret one only that it is there and genuine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PublicLetter {
    /// The letter's code.
    pub code: String,
    /// Where it stands.
    pub state: PublicState,
    /// Whether more is not told because the letter is secret.
    pub secret: bool,
    /// Its kind.
    pub jenis: Option<JenisNaskah>,
    /// Its number; of a secret letter the end is masked.
    pub nomor: String,
    /// The date on it.
    pub date: Option<CalendarDate>,
    /// What it is about.
    pub hal: Option<String>,
    /// Urgency.
    pub sifat: Option<Sifat>,
    /// Who signed it, in order.
    pub signers: Vec<PublicSigner>,
    /// SHA-256 of its newest signed version.
    pub sha256: Option<Sha256>,
    /// Whose it is.
    pub opd_name: String,
    /// Whether the signed PDF may be had.
    pub downloadable: bool,
}

/// Where a signed letter stands, to the public.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PublicState {
    /// Some signers have signed, others have not.
    PartlySigned,
    /// Signed, and it stands.
    Valid,
    /// Void: it was signed, then cancelled.
    Cancelled,
}

/// Who signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PublicSigner {
    /// The name on the letter.
    pub name: String,
    /// The position that signed.
    pub title: String,
    /// In which capacity, unless they held it.
    pub capacity: Option<Kapasitas>,
    /// Number of the SK the capacity rests on.
    pub sk: Option<String>,
    /// When.
    pub signed_at: Timestamp,
}

/// The letter of a code. Codes that are unknown, erased, or of a letter nobody has signed answer alike.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn by_code(app: &App, code: &str) -> Result<Option<PublicLetter>, ServiceError> {
    let mut tx = app.store.snapshot().await?;
    let Some(found) = find(&mut tx, code).await? else {
        return Ok(None);
    };
    let office = tx.office().await?;
    let text = tx.text_of(found.naskah.id()).await?;
    let newest = tx.newest_version(found.naskah.id()).await?;
    Ok(told(
        &found,
        &office,
        text.map(|text| text.hal),
        newest.map(|one| one.sha256),
    ))
}

/// The code of the letter with this number and short code; `None` alike for a wrong number and a wrong code.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn by_typed(app: &App, nomor: &str, typed: &str) -> Result<Option<String>, ServiceError> {
    let typed = spelled(typed);
    let mut tx = app.store.snapshot().await?;
    let Some(code) = tx.code_of_typed(nomor.trim(), &typed).await? else {
        return Ok(None);
    };
    Ok(find(&mut tx, &code).await?.map(|_| code))
}

/// A page of the newest signed version as a picture; nothing of a secret letter.
///
/// # Errors
/// [`ServiceError::Worker`], [`ServiceError::Store`].
pub async fn public_picture(
    app: &Arc<App>,
    code: &str,
    page: u32,
    width: u32,
) -> Result<Option<Picture>, ServiceError> {
    let mut tx = app.store.snapshot().await?;
    let Some(found) = open_to_all(&mut tx, code).await? else {
        return Ok(None);
    };
    drop(tx);
    Ok(Some(
        picture::of_letter(app, Audience::Public, &found.naskah, page, width).await?,
    ))
}

/// The newest signed version; nothing of a secret letter.
///
/// # Errors
/// [`ServiceError::Blob`], [`ServiceError::Store`].
pub async fn public_download(app: &App, code: &str) -> Result<Option<Exported>, ServiceError> {
    let mut tx = app.store.snapshot().await?;
    let Some(found) = open_to_all(&mut tx, code).await? else {
        return Ok(None);
    };
    let Some(newest) = tx.newest_version(found.naskah.id()).await? else {
        return Ok(None);
    };
    let blobs = LetterBlobs::open(app, &mut tx, found.naskah.id()).await?;
    Ok(Some(Exported {
        version: newest.no,
        sha256: newest.sha256,
        pdf: blobs.read(&mut tx, newest.blob).await?,
    }))
}

/// A letter that the public may know of.
pub(super) struct Found {
    pub(super) naskah: Naskah,
    code: String,
    state: PublicState,
    keamanan: Keamanan,
}

/// The letter of a code once somebody has signed it, unless it was erased.
pub(super) async fn find(tx: &mut Tx, code: &str) -> Result<Option<Found>, ServiceError> {
    let Some(row) = tx.naskah_by_code(&code.to_ascii_lowercase()).await? else {
        return Ok(None);
    };
    let naskah = load(tx, row.id).await?.naskah;
    let state = match naskah.tahap() {
        Tahap::Signed { .. } | Tahap::Dispatched { .. } | Tahap::Filed { .. } => PublicState::Valid,
        Tahap::Signing { signatures, .. } if !signatures.is_empty() => PublicState::PartlySigned,
        Tahap::Cancelled { signatures, .. } if !signatures.is_empty() => PublicState::Cancelled,
        Tahap::New
        | Tahap::Draft
        | Tahap::Review { .. }
        | Tahap::Returned { .. }
        | Tahap::Ready
        | Tahap::Signing { .. }
        | Tahap::Withdrawn
        | Tahap::Rejected { .. }
        | Tahap::Cancelled { .. } => return Ok(None),
    };
    if tx.naskah_key(row.id).await?.is_none() {
        return Ok(None);
    }
    let Some(keamanan) = naskah.content().map(|content| content.keamanan) else {
        return Ok(None);
    };
    Ok(row.code.map(|code| Found {
        naskah,
        code,
        state,
        keamanan,
    }))
}

/// The letter of a code whose pages anybody with the code may see.
async fn open_to_all(tx: &mut Tx, code: &str) -> Result<Option<Found>, ServiceError> {
    let found = find(tx, code).await?;
    let newest = match &found {
        Some(found) => tx.newest_version(found.naskah.id()).await?,
        None => None,
    };
    let signed = newest.is_some_and(|newest| newest.kind != VersionKind::Prepared);
    Ok(found.filter(|found| signed && !is_secret(found.keamanan)))
}

fn told(
    found: &Found,
    office: &Office,
    hal: Option<String>,
    sha256: Option<Sha256>,
) -> Option<PublicLetter> {
    let naskah = &found.naskah;
    let draft = naskah.draft()?;
    let prepared = naskah.tahap().prepared()?;
    let opd_name = office
        .opd
        .get(&draft.content.opd)
        .map(|opd| opd.name.clone());
    let public = PublicLetter {
        code: found.code.clone(),
        state: found.state,
        secret: is_secret(found.keamanan),
        jenis: None,
        nomor: masked(prepared.nomor.text()),
        date: None,
        hal: None,
        sifat: None,
        signers: Vec::new(),
        sha256: None,
        opd_name: opd_name.unwrap_or_default(),
        downloadable: false,
    };
    if public.secret {
        return Some(public);
    }
    Some(PublicLetter {
        jenis: Some(draft.content.jenis),
        nomor: prepared.nomor.text().to_owned(),
        date: Some(prepared.date),
        hal,
        sifat: Some(draft.content.sifat),
        signers: signers(naskah, office, draft.content.jenis),
        sha256,
        downloadable: true,
        ..public
    })
}

fn signers(naskah: &Naskah, office: &Office, jenis: JenisNaskah) -> Vec<PublicSigner> {
    let signatures = naskah.tahap().signatures().iter();
    signatures
        .map(|signature| {
            let actor = Actor {
                pejabat: signature.pejabat,
                jabatan: signature.jabatan,
            };
            let (capacity, sk) = match signature.authority {
                Authority::Definitive => (None, None),
                Authority::Mandat { mandat, kapasitas } => {
                    let mandat = office.mandat.get(&mandat);
                    (Some(kapasitas), mandat.map(|mandat| mandat.sk().to_owned()))
                }
            };
            let block = office.penanda(jenis, signature.jabatan, &actor, signature.authority);
            let title = office.jabatan.get(&signature.jabatan);
            PublicSigner {
                name: block.map_or_else(String::new, |block| block.name),
                title: title.map_or_else(String::new, |jabatan| jabatan.title.clone()),
                capacity,
                sk,
                signed_at: signature.signed_at,
            }
        })
        .collect()
}

pub(super) const fn is_secret(keamanan: Keamanan) -> bool {
    match keamanan {
        Keamanan::Biasa | Keamanan::Terbatas => false,
        Keamanan::Rahasia | Keamanan::SangatRahasia => true,
    }
}

/// Enough to compare with a paper in the hand, too little to learn it from here.
fn masked(nomor: &str) -> String {
    let letters = nomor.chars().enumerate();
    letters
        .map(|(place, letter)| match letter {
            letter if place < SHOWN || !letter.is_alphanumeric() => letter,
            _ => '•',
        })
        .collect()
}

/// As people type it: with or without the hyphen, in any case, and with the look-alikes Crockford names.
fn spelled(typed: &str) -> String {
    let letters: Vec<char> = typed
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| match letter.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            letter => letter,
        })
        .collect();
    let (first, second) = letters.split_at(letters.len().min(4));
    let text = |part: &[char]| part.iter().collect::<String>();
    format!("{}-{}", text(first), text(second))
}

const SHOWN: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_code_is_understood_however_it_is_typed() {
        for typed in ["AB01-CD23", "ab01cd23", " abO1 cd23 ", "ABoI-cd23"] {
            assert_eq!(spelled(typed), "AB01-CD23", "{typed}");
        }
        assert_eq!(spelled(""), "-");
    }

    #[test]
    fn a_masked_number_keeps_its_shape_and_its_beginning() {
        assert_eq!(masked("800.1/12/DINKES/2026"), "800.•/••/••••••/••••");
    }
}
