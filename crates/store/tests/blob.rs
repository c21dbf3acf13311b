//! Sealed blobs: they read back at any position, and nothing changed passes.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use flow::digest::Sha256;
use flow::id::{BlobId, NaskahId};
use flow::time::Timestamp;
use proptest::prelude::*;
use store::blob::{BlobError, BlobStore, DataKey, NewBlob};
use store::model::BlobRow;
use uuid::Uuid;
use zeroize::Zeroizing;

const CHUNK: usize = 64 * 1024;

struct Place {
    dir: tempfile::TempDir,
    blobs: BlobStore,
    runtime: tokio::runtime::Runtime,
}

impl Place {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let blobs = BlobStore::open(&dir.path().join("blobs")).unwrap();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        Self {
            dir,
            blobs,
            runtime,
        }
    }

    fn put(&self, key: u8, id: u128, plain: &[u8]) -> BlobRow {
        self.runtime
            .block_on(self.blobs.put(&data_key(key), new(id), plain))
            .unwrap()
    }

    fn read(&self, key: u8, row: &BlobRow) -> Result<Vec<u8>, BlobError> {
        self.runtime.block_on(self.blobs.read(&data_key(key), row))
    }

    fn file(&self, row: &BlobRow) -> std::path::PathBuf {
        let hex = row.sealed_sha256.to_string();
        self.dir
            .path()
            .join("blobs/sha256")
            .join(&hex[..2])
            .join(&hex[2..4])
            .join(hex)
    }
}

fn data_key(seed: u8) -> DataKey {
    DataKey::new(Zeroizing::new([seed; 32]))
}

fn new(id: u128) -> NewBlob {
    NewBlob {
        id: BlobId::from_uuid(Uuid::from_u128(id)),
        naskah: Some(NaskahId::from_uuid(Uuid::from_u128(5))),
        created: Timestamp::from_micros(1),
    }
}

/// Bytes that differ from chunk to chunk.
fn text(length: usize) -> Vec<u8> {
    (0..length)
        .map(|n| u8::try_from((n * 31 + n / 251) % 256).unwrap())
        .collect()
}

fn is_refused(place: &Place, key: u8, row: &BlobRow, why: &str) {
    let read = place.read(key, row);
    assert!(
        matches!(read, Err(BlobError::Broken(_))),
        "{why}: {:?}",
        read.map(|bytes| bytes.len())
    );
    let Ok(reader) = place.blobs.reader(&data_key(key), row) else {
        return;
    };
    let mut all = vec![0; usize::try_from(row.length).unwrap()];
    let read = reader.read_at(0, &mut all);
    assert!(
        read.is_err() || row.length == 0,
        "{why}: the reader let it pass"
    );
}

#[test]
fn a_blob_of_any_length_at_the_edges_reads_back() {
    let place = Place::new();
    for (n, length) in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 7]
        .into_iter()
        .enumerate()
    {
        let plain = text(length);
        let row = place.put(1, u128::try_from(n).unwrap(), &plain);
        assert_eq!(place.read(1, &row).unwrap(), plain, "{length}");
        assert_eq!(row.plain_sha256, Sha256::of(&plain));
        let sealed = std::fs::read(place.file(&row)).unwrap();
        assert_eq!(Sha256::of(&sealed), row.sealed_sha256);
        let reader = place.blobs.reader(&data_key(1), &row).unwrap();
        assert_eq!(reader.len(), row.length);
        assert_eq!(reader.is_empty(), length == 0);
        let mut all = vec![0; length];
        reader.read_at(0, &mut all).unwrap();
        assert_eq!(all, plain);
        assert!(matches!(
            reader.read_at(row.length, &mut [0]),
            Err(BlobError::Range(_))
        ));
    }
}

#[test]
fn putting_the_same_again_gives_the_same_blob_and_anything_else_another() {
    let place = Place::new();
    let first = place.put(1, 1, b"surat");
    assert_eq!(place.put(1, 1, b"surat"), first);
    let others = [
        place.put(1, 1, b"surat!"),
        place.put(1, 2, b"surat"),
        place.put(2, 1, b"surat"),
    ];
    for other in others {
        assert_ne!(other.sealed_sha256, first.sealed_sha256);
    }
    let listed = place.runtime.block_on(place.blobs.list()).unwrap();
    assert_eq!(listed.len(), 4);
    assert!(listed.contains(&first.sealed_sha256));
    let exists = |sha256| place.runtime.block_on(place.blobs.exists(sha256)).unwrap();
    assert!(exists(first.sealed_sha256));
    assert!(!exists(Sha256::of(b"nothing")));
}

#[test]
fn a_blob_that_is_not_there_is_missing_and_not_broken() {
    let place = Place::new();
    let row = place.put(1, 1, b"surat");
    std::fs::remove_file(place.file(&row)).unwrap();
    assert!(matches!(place.read(1, &row), Err(BlobError::Missing(_))));
    assert!(matches!(
        place.blobs.reader(&data_key(1), &row),
        Err(BlobError::Missing(_))
    ));
}

#[test]
fn another_key_another_id_another_order_and_a_cut_are_refused() {
    let place = Place::new();
    let plain = text(3 * CHUNK);
    let row = place.put(1, 1, &plain);
    is_refused(&place, 2, &row, "another key");
    let other_id = BlobRow {
        id: BlobId::from_uuid(Uuid::from_u128(2)),
        ..row
    };
    is_refused(&place, 1, &other_id, "another id");

    let path = place.file(&row);
    let sealed = std::fs::read(&path).unwrap();
    let (header, body) = sealed.split_at(40);
    let (first, rest) = body.split_at(CHUNK + 16);
    let (second, third) = rest.split_at(CHUNK + 16);
    std::fs::write(&path, [header, second, first, third].concat()).unwrap();
    is_refused(&place, 1, &row, "another order");
    std::fs::write(&path, [header, first, second].concat()).unwrap();
    is_refused(&place, 1, &row, "a chunk cut off");
    let shorter = BlobRow {
        length: u64::try_from(2 * CHUNK).unwrap(),
        ..row
    };
    is_refused(
        &place,
        1,
        &shorter,
        "a chunk cut off, and the row changed with it",
    );
    std::fs::write(&path, [header, first, second, third, third].concat()).unwrap();
    is_refused(&place, 1, &row, "a chunk too many");
}

#[test]
fn any_byte_changed_anywhere_is_refused() {
    let place = Place::new();
    for length in [0, 1, 300] {
        let row = place.put(1, 7, &text(length));
        let path = place.file(&row);
        let sealed = std::fs::read(&path).unwrap();
        for offset in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[offset] ^= 0x20;
            std::fs::write(&path, &changed).unwrap();
            let read = place.read(1, &row);
            assert!(
                matches!(read, Err(BlobError::Broken(_))),
                "length {length}, offset {offset}"
            );
        }
    }
}

/// The sealed form never changes (decision 0004).
#[test]
fn the_seal_is_the_checked_in_one() {
    let vector: serde_json::Value =
        serde_json::from_str(include_str!("vectors/blob.json")).unwrap();
    let place = Place::new();
    let plain = hex::decode(vector["plain"].as_str().unwrap()).unwrap();
    let row = place.put(1, 1, &plain);
    let sealed = std::fs::read(place.file(&row)).unwrap();
    assert_eq!(hex::encode(sealed), vector["sealed"].as_str().unwrap());
    let long = place.put(1, 1, &text(CHUNK + 1));
    assert_eq!(
        long.sealed_sha256.to_string(),
        vector["sealed_sha256_of_64KiB_and_1"].as_str().unwrap()
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_range_of_any_blob_reads_what_was_written(
        length in 0..3 * CHUNK,
        from in any::<prop::sample::Index>(),
        until in any::<prop::sample::Index>(),
    ) {
        let place = Place::new();
        let plain = text(length);
        let row = place.put(3, 3, &plain);
        let (a, b) = (from.index(length + 1), until.index(length + 1));
        let (start, end) = (a.min(b), a.max(b));
        let reader = place.blobs.reader(&data_key(3), &row).unwrap();
        let mut part = vec![0; end - start];
        reader.read_at(u64::try_from(start).unwrap(), &mut part).unwrap();
        prop_assert_eq!(&part[..], &plain[start..end]);
    }

    #[test]
    fn any_flip_in_any_blob_is_refused(
        length in 0..2 * CHUNK + 100,
        place_of in any::<prop::sample::Index>(),
        flip in 1..=255u8,
    ) {
        let place = Place::new();
        let row = place.put(4, 4, &text(length));
        let path = place.file(&row);
        let mut sealed = std::fs::read(&path).unwrap();
        let offset = place_of.index(sealed.len());
        sealed[offset] ^= flip;
        std::fs::write(&path, sealed).unwrap();
        prop_assert!(matches!(place.read(4, &row), Err(BlobError::Broken(_))));
    }

    #[test]
    fn any_truncation_is_refused(
        length in 0..2 * CHUNK + 100,
        keep in any::<prop::sample::Index>(),
    ) {
        let place = Place::new();
        let row = place.put(4, 4, &text(length));
        let path = place.file(&row);
        let sealed = std::fs::read(&path).unwrap();
        std::fs::write(&path, &sealed[..keep.index(sealed.len())]).unwrap();
        prop_assert!(matches!(place.read(4, &row), Err(BlobError::Broken(_))));
        prop_assert!(place.blobs.reader(&data_key(4), &row).is_err());
    }
}
