//! The newest version of a letter's PDF.

use flow::digest::Sha256;
use flow::id::NaskahId;
use store::model::VersionKind;

use crate::letter_blob::LetterBlobs;
use crate::{App, ServiceError};

/// A version of a letter's PDF.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// Its place among the versions, from 1.
    pub version: u64,
    /// SHA-256 of the bytes.
    pub sha256: Sha256,
    /// The bytes.
    pub pdf: Vec<u8>,
}

/// The newest signed version; `None` while nobody has signed: unsigned bytes do not leave the system.
///
/// # Errors
/// [`ServiceError::NotFound`] if there is no such letter; [`ServiceError::Blob`] if its bytes are not what was stored.
pub async fn export(app: &App, id: NaskahId) -> Result<Option<Exported>, ServiceError> {
    let mut tx = app.store.snapshot().await?;
    let Some(newest) = tx.newest_version(id).await? else {
        return Ok(None);
    };
    match newest.kind {
        VersionKind::Prepared => Ok(None),
        VersionKind::Signed | VersionKind::Extended | VersionKind::Replaced => {
            let blobs = LetterBlobs::open(app, &mut tx, id).await?;
            Ok(Some(Exported {
                version: newest.no,
                sha256: newest.sha256,
                pdf: blobs.read(&mut tx, newest.blob).await?,
            }))
        }
    }
}
