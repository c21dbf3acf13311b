//! Beginning a letter.

use flow::digest::Sha256;
use flow::id::{BlobId, NaskahId};
use flow::naskah::{Chain, Command, Content, Naskah, decide, evolve};
use flow::office::Actor;
use store::model::{BlobRow, NaskahRow};

use super::act::stream_of;
use super::brought::takes_fields;
use crate::code::spelled;
use crate::desk::refresh;
use crate::letter_blob::{LetterBlobs, new_key};
use crate::register::word;
use crate::stream;
use crate::transaction::transaction;
use crate::{App, ServiceError, search};

/// What a letter begins with.
#[derive(Debug, Clone)]
pub struct NewLetter {
    /// Its content.
    pub content: Content,
    /// The chain it shall pass.
    pub chain: Chain,
    /// The PDF that was brought along, for an imported one.
    pub imported: Option<Vec<u8>>,
    /// What it was made for, so that a run that was cut off finds it again.
    pub batch: Option<String>,
}

/// Begins a letter; the actor is its drafter.
///
/// # Errors
/// The rule of the office that forbids it; for a file that was brought along and takes no fields of its signers, what
/// [`ServiceError::blames_document`] knows of.
pub async fn create(
    app: &App,
    actor: &Actor,
    letter: &NewLetter,
) -> Result<NaskahId, ServiceError> {
    if let Some(file) = &letter.imported {
        takes_fields(app, file, letter.content.signers.len()).await?;
    }
    let now = app.now();
    let id = NaskahId::new(now, app.random()?);
    let (blobs, envelope) = new_key(app, id)?;
    let stored = store_content(&blobs, &letter.content, letter.imported.as_deref()).await?;
    let content = letter.content.reference(stored.content.id)?;
    let code = verification_code(app)?;
    let typed_code = typed_code(app)?;
    transaction!(app.store, |tx| {
        let office = tx.office().await?;
        let new = Naskah::new(id);
        let command = Command::Create {
            content: content.clone(),
            chain: letter.chain.clone(),
        };
        let events = decide(&new, command, actor, &office, now)?;
        tx.insert_naskah_key(id, &envelope).await?;
        for blob in stored.rows() {
            tx.insert_blob(blob).await?;
        }
        stream::append(app, tx, stream_of(id), 0, &events).await?;
        let naskah = events.iter().fold(new, evolve);
        let row = NaskahRow {
            id,
            opd: content.opd,
            jenis: word(&content.jenis)?,
            tahap: naskah.tahap().word().to_owned(),
            version: naskah.version(),
            content_digest: content.digest.0,
            nomor: None,
            code: Some(code.clone()),
            typed_code: Some(typed_code.clone()),
            batch: letter.batch.clone(),
            updated_at: now,
        };
        tx.put_naskah(&row).await?;
        refresh::letter(tx, &office, &naskah, &row, now).await?;
        tx.put_text(id, search::text(&letter.content, None).as_ref())
            .await?;
        Ok(id)
    })
}

/// Blobs of one content, durable and waiting for their rows.
pub(super) struct StoredContent {
    pub(super) content: BlobRow,
    imported: Option<BlobRow>,
}

impl StoredContent {
    pub(super) fn rows(&self) -> impl Iterator<Item = &BlobRow> {
        std::iter::once(&self.content).chain(&self.imported)
    }
}

/// Seals the canonical content, and the imported file it speaks of.
pub(super) async fn store_content(
    blobs: &LetterBlobs<'_>,
    content: &Content,
    imported: Option<&[u8]>,
) -> Result<StoredContent, ServiceError> {
    let imported = match imported {
        Some(file) => {
            let id = imported_blob(blobs.naskah(), Sha256::of(file));
            Some(blobs.put_as(id, file).await?)
        }
        None => None,
    };
    Ok(StoredContent {
        content: blobs.put(&content.to_json()?).await?,
        imported,
    })
}

/// Where the file of an imported letter is kept: derived, so that the content alone finds it.
pub(crate) fn imported_blob(naskah: NaskahId, file: Sha256) -> BlobId {
    let name = format!("imported/{naskah}/{file}");
    let Sha256(hash) = Sha256::of(name.as_bytes());
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(hash) {
        *to = from;
    }
    BlobId::from_uuid(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// The code in the QR: 130 random bits, so nobody meets one by trying.
fn verification_code(app: &App) -> Result<String, ServiceError> {
    Ok(spelled(&app.random::<26>()?))
}

/// A short code to type, beside the long one: it is checked together with the number of the letter.
fn typed_code(app: &App) -> Result<String, ServiceError> {
    let code = spelled(&app.random::<8>()?);
    let (first, second) = code.split_at(4);
    Ok(format!("{first}-{second}").to_uppercase())
}
