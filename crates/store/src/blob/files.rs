//! The directory of sealed blobs.

use std::path::Path;

use flow::digest::Sha256;
use flow::id::{BlobId, NaskahId};
use flow::time::Timestamp;
use futures::TryStreamExt as _;
use object_store::local::LocalFileSystem;
use object_store::path::Path as ObjectPath;
use object_store::{ObjectStore, ObjectStoreExt as _, PutMode, PutOptions, PutPayload};

use super::seal::{CHUNK, HEADER, Place, open_chunk, open_header, seal, sealed_length};
use super::{BlobError, BlobReader, DataKey};
use crate::model::BlobRow;

/// What is about to be sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewBlob {
    /// Its id, bound into the seal.
    pub id: BlobId,
    /// The letter whose data key seals it.
    pub naskah: Option<NaskahId>,
    /// When.
    pub created: Timestamp,
}

/// Sealed blobs in a directory, addressed by the SHA-256 of their sealed bytes.
pub struct BlobStore {
    files: LocalFileSystem,
}

impl BlobStore {
    /// The store in `directory`, made when it is missing.
    ///
    /// # Errors
    /// [`BlobError::Disk`], [`BlobError::Objects`].
    pub fn open(directory: &Path) -> Result<Self, BlobError> {
        std::fs::create_dir_all(directory).map_err(BlobError::Disk)?;
        for made in [Some(directory), directory.parent()].into_iter().flatten() {
            if !made.as_os_str().is_empty() {
                sync_path(made)?;
            }
        }
        let files = LocalFileSystem::new_with_prefix(directory)
            .map_err(BlobError::Objects)?
            .with_fsync(true);
        Ok(Self { files })
    }

    /// Seals and stores; when it returns, the bytes are on the disk and the row may be written.
    ///
    /// Putting the same bytes under the same key and id again gives the same blob.
    ///
    /// # Errors
    /// [`BlobError::Objects`] when the disk refuses.
    pub async fn put(
        &self,
        key: &DataKey,
        new: NewBlob,
        plain: &[u8],
    ) -> Result<BlobRow, BlobError> {
        let sealed = seal(key, new.id, plain)?;
        let sealed_sha256 = Sha256::of(&sealed);
        let options = PutOptions {
            mode: PutMode::Create,
            ..PutOptions::default()
        };
        let put = self
            .files
            .put_opts(&address(sealed_sha256), PutPayload::from(sealed), options)
            .await;
        match put {
            Ok(_) => {}
            // The address is the content: what is there already is the same. Who put it may have died
            // before the disk had it.
            Err(object_store::Error::AlreadyExists { .. }) => self.sync(sealed_sha256)?,
            Err(error) => return Err(BlobError::Objects(error)),
        }
        Ok(BlobRow {
            id: new.id,
            naskah: new.naskah,
            sealed_sha256,
            plain_sha256: Sha256::of(plain),
            length: u64::try_from(plain.len()).map_err(|_| BlobError::Cipher)?,
            created: new.created,
        })
    }

    /// Flushes a blob that another writer put, and the directory that names it.
    fn sync(&self, sealed_sha256: Sha256) -> Result<(), BlobError> {
        let path = self
            .files
            .path_to_filesystem(&address(sealed_sha256))
            .map_err(BlobError::Objects)?;
        sync_path(&path)?;
        path.parent().map_or(Ok(()), sync_path)
    }

    /// The whole plaintext, checked against the digest in its row.
    ///
    /// # Errors
    /// [`BlobError::Missing`], [`BlobError::Broken`], or what the disk says.
    pub async fn read(&self, key: &DataKey, row: &BlobRow) -> Result<Vec<u8>, BlobError> {
        let found = self.files.get(&address(row.sealed_sha256)).await;
        let sealed = match found {
            Ok(found) => found.bytes().await.map_err(BlobError::Objects)?,
            Err(object_store::Error::NotFound { .. }) => return Err(BlobError::Missing(row.id)),
            Err(error) => return Err(BlobError::Objects(error)),
        };
        let plain = unseal(key, row, &sealed)?;
        if Sha256::of(&plain) == row.plain_sha256 {
            Ok(plain)
        } else {
            Err(BlobError::Broken(row.id))
        }
    }

    /// Opens a blob for reads at any position.
    ///
    /// # Errors
    /// [`BlobError::Missing`], [`BlobError::Broken`], or what the disk says.
    pub fn reader(&self, key: &DataKey, row: &BlobRow) -> Result<BlobReader, BlobError> {
        let path = self
            .files
            .path_to_filesystem(&address(row.sealed_sha256))
            .map_err(BlobError::Objects)?;
        match std::fs::File::open(path) {
            Ok(file) => BlobReader::open(key, row, file),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Err(BlobError::Missing(row.id))
            }
            Err(error) => Err(BlobError::Disk(error)),
        }
    }

    /// Whether the sealed bytes are there.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn exists(&self, sealed_sha256: Sha256) -> Result<bool, BlobError> {
        match self.files.head(&address(sealed_sha256)).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(BlobError::Objects(error)),
        }
    }

    /// The addresses of everything that is there, sorted; foreign files are left out.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn list(&self) -> Result<Vec<Sha256>, BlobError> {
        let found: Vec<_> = self
            .files
            .list(None)
            .try_collect()
            .await
            .map_err(BlobError::Objects)?;
        let mut addresses: Vec<Sha256> = found
            .iter()
            .filter_map(|meta| address_of(&meta.location))
            .collect();
        addresses.sort_unstable();
        Ok(addresses)
    }
}

fn sync_path(path: &Path) -> Result<(), BlobError> {
    std::fs::File::open(path)
        .and_then(|opened| opened.sync_all())
        .map_err(BlobError::Disk)
}

/// Two levels of 256 directories keep each of them small.
fn address(sealed_sha256: Sha256) -> ObjectPath {
    let hex = sealed_sha256.to_string();
    let (first, rest) = hex.split_at(2);
    let (second, _) = rest.split_at(2);
    ObjectPath::from(format!("sha256/{first}/{second}/{hex}"))
}

fn address_of(path: &ObjectPath) -> Option<Sha256> {
    let sha256 = path.filename()?.parse().ok()?;
    (address(sha256) == *path).then_some(sha256)
}

fn unseal(key: &DataKey, row: &BlobRow, sealed: &[u8]) -> Result<Vec<u8>, BlobError> {
    let broken = || BlobError::Broken(row.id);
    let on_disk = u64::try_from(sealed.len()).map_err(|_| broken())?;
    if sealed_length(row.length) != Some(on_disk) {
        return Err(broken());
    }
    let header_len = usize::try_from(HEADER).map_err(|_| broken())?;
    let (header, _) = sealed.split_at_checked(header_len).ok_or_else(broken)?;
    let cipher = open_header(key, row.id, header)?;
    let mut plain = Vec::with_capacity(usize::try_from(row.length).map_err(|_| broken())?);
    for number in 0..row.length.div_ceil(CHUNK).max(1) {
        let place = Place::new(number, row.length).ok_or_else(broken)?;
        let start = usize::try_from(place.offset).map_err(|_| broken())?;
        let size = usize::try_from(place.sealed_len).map_err(|_| broken())?;
        let mut chunk = sealed
            .get(start..start.saturating_add(size))
            .ok_or_else(broken)?
            .to_vec();
        open_chunk(&cipher, row.id, place, &mut chunk)?;
        plain.extend_from_slice(&chunk);
    }
    Ok(plain)
}
