//! Blobs of one letter, sealed under the letter's own data key.

use std::sync::Arc;

use custody::{open_server, seal_server};
use flow::id::{BlobId, NaskahId};
use flow::naskah::Content;
use signing::source::{ByteSource, SourceError};
use store::Tx;
use store::blob::{BlobReader, DataKey, NewBlob};
use store::model::BlobRow;
use zeroize::Zeroizing;

use crate::{App, ServiceError};

/// The data key of one letter, opened.
pub(crate) struct LetterBlobs<'a> {
    app: &'a App,
    naskah: NaskahId,
    key: DataKey,
}

/// A new letter's data key, sealed for its row.
pub(crate) fn new_key(
    app: &App,
    naskah: NaskahId,
) -> Result<(LetterBlobs<'_>, String), ServiceError> {
    let bytes = Zeroizing::new(app.random::<32>()?);
    let envelope = seal_server(&app.kek, &naskah.to_string(), bytes.as_slice(), &app.rng)?;
    let key = DataKey::new(bytes);
    Ok((LetterBlobs { app, naskah, key }, envelope))
}

impl<'a> LetterBlobs<'a> {
    /// Opens the letter's data key.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such letter or its key was erased.
    pub(crate) async fn open(
        app: &'a App,
        tx: &mut Tx,
        naskah: NaskahId,
    ) -> Result<Self, ServiceError> {
        let envelope = tx
            .naskah_key(naskah)
            .await?
            .ok_or_else(|| ServiceError::NotFound {
                what: "data key of letter",
                id: naskah.to_string(),
            })?;
        Self::unseal(app, naskah, &envelope)
    }

    /// The same with a sealed key that was read already.
    ///
    /// # Errors
    /// [`ServiceError`]: it does not open, or is no key.
    pub(crate) fn unseal(
        app: &'a App,
        naskah: NaskahId,
        envelope: &str,
    ) -> Result<Self, ServiceError> {
        let secret = open_server(&app.kek, &naskah.to_string(), envelope)?;
        let bytes: [u8; 32] = secret
            .expose()
            .try_into()
            .map_err(|_| ServiceError::Corrupt {
                what: "data key of letter",
                id: naskah.to_string(),
                why: "not 32 bytes".to_owned(),
            })?;
        let key = DataKey::new(Zeroizing::new(bytes));
        Ok(Self { app, naskah, key })
    }

    /// The letter they belong to.
    pub(crate) fn naskah(&self) -> NaskahId {
        self.naskah
    }

    /// Seals and stores under a fresh id. Durable when it returns; the row is then the caller's to insert, in the
    /// transaction that names it.
    pub(crate) async fn put(&self, plain: &[u8]) -> Result<BlobRow, ServiceError> {
        let id = BlobId::new(self.app.now(), self.app.random()?);
        self.put_as(id, plain).await
    }

    /// Seals a note that a person must give.
    ///
    /// # Errors
    /// [`ServiceError::NoteMissing`] if there is nothing in it.
    pub(crate) async fn put_note(&self, note: &str) -> Result<BlobRow, ServiceError> {
        let note = note.trim();
        if note.is_empty() {
            return Err(ServiceError::NoteMissing);
        }
        self.put(note.as_bytes()).await
    }

    /// Like [`Self::put`] under a given id: the same bytes under the same id are the same blob, so a step that is
    /// done again after a crash leaves nothing behind.
    pub(crate) async fn put_as(&self, id: BlobId, plain: &[u8]) -> Result<BlobRow, ServiceError> {
        let new = NewBlob {
            id,
            naskah: Some(self.naskah),
            created: self.app.now(),
        };
        Ok(self.app.blobs.put(&self.key, new, plain).await?)
    }

    /// The whole blob, checked against its digest.
    pub(crate) async fn read(&self, tx: &mut Tx, id: BlobId) -> Result<Vec<u8>, ServiceError> {
        let row = row(tx, id).await?;
        Ok(self.app.blobs.read(&self.key, &row).await?)
    }

    /// A content, from memory where it was read before: whoever holds these blobs has just opened the letter's key.
    pub(crate) async fn content(&self, tx: &mut Tx, id: BlobId) -> Result<Content, ServiceError> {
        if let Some(known) = self.app.contents.get(id.uuid(), WRITTEN_ONCE) {
            return Ok(Content::clone(&known));
        }
        let bytes = self.read(tx, id).await?;
        let content = Content::from_json(&bytes)?;
        if bytes.len() <= MOST_KEPT {
            let kept = Arc::new(content.clone());
            self.app.contents.keep(id.uuid(), WRITTEN_ONCE, &kept);
        }
        Ok(content)
    }

    /// The text of a note, likewise.
    pub(crate) async fn note(&self, tx: &mut Tx, id: BlobId) -> Result<String, ServiceError> {
        if let Some(known) = self.app.notes.get(id.uuid(), WRITTEN_ONCE) {
            return Ok(String::clone(&known));
        }
        let bytes = self.read(tx, id).await?;
        let note = String::from_utf8_lossy(&bytes).into_owned();
        if note.len() <= MOST_KEPT {
            let kept = Arc::new(note.clone());
            self.app.notes.keep(id.uuid(), WRITTEN_ONCE, &kept);
        }
        Ok(note)
    }

    /// The blob for positioned reads.
    pub(crate) async fn source(
        &self,
        tx: &mut Tx,
        id: BlobId,
    ) -> Result<Arc<dyn ByteSource>, ServiceError> {
        let row = row(tx, id).await?;
        Ok(Arc::new(Source(self.app.blobs.reader(&self.key, &row)?)))
    }
}

/// Blobs have no versions.
const WRITTEN_ONCE: u64 = 0;
/// Longer contents and notes are read anew: a thousand of them would fill the memory.
const MOST_KEPT: usize = 16 << 10;

async fn row(tx: &mut Tx, id: BlobId) -> Result<BlobRow, ServiceError> {
    tx.blob(id).await?.ok_or_else(|| ServiceError::NotFound {
        what: "blob",
        id: id.to_string(),
    })
}

/// A sealed blob as the signing room reads it.
struct Source(BlobReader);

impl ByteSource for Source {
    fn len(&self) -> u64 {
        self.0.len()
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<(), SourceError> {
        self.0
            .read_at(offset, buf)
            .map_err(|error| SourceError::Medium(error.to_string()))
    }
}
