//! The trial before a key is used: what it reads, and what it finds.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::support::{p256, plain_pdf_of};
use signing::{
    Access, Budget, UtcTime,
    sign::{
        Ceremony, Permission, Place, Request, ToBeSigned, fields, lint, lint::LintError, sign,
        signed_cms,
    },
    source::{ByteSource, SourceError},
};

/// Counts the bytes that are read of it.
struct Counting<'a> {
    bytes: &'a [u8],
    read: AtomicU64,
}

impl ByteSource for Counting<'_> {
    fn len(&self) -> u64 {
        ByteSource::len(self.bytes)
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<(), SourceError> {
        let count = u64::try_from(buf.len()).unwrap();
        self.read.fetch_add(count, Ordering::Relaxed);
        self.bytes.read_at(offset, buf)
    }
}

fn at() -> UtcTime {
    UtcTime::from_unix(1_795_000_000)
}

fn request() -> Request {
    Request::new(Place::Invisible { name: None }, at())
}

fn prepared(source: &dyn ByteSource) -> ToBeSigned {
    Ceremony::new(source, request(), Budget::office())
        .unwrap()
        .prepare()
        .unwrap()
}

fn tried(source: &dyn ByteSource, prepared: &ToBeSigned) -> Result<(), LintError> {
    let throwaway = p256("Kunci Uji").signer;
    lint::document(
        source,
        prepared,
        &throwaway,
        &Access::from(Budget::office()),
        at(),
    )
}

#[test]
fn a_document_is_read_once_to_be_prepared_and_tried_however_many_signatures_it_has() {
    let pki = p256("Penanda Tangan Uji");
    let mut document = plain_pdf_of(4 << 20);
    for field in ["Signature1", "Signature2"] {
        let counting = Counting {
            bytes: &document,
            read: AtomicU64::new(0),
        };
        let prepared = prepared(&counting);
        assert_eq!(prepared.field(), field);
        tried(&counting, &prepared).unwrap();
        let (read, length) = (counting.read.into_inner(), counting.bytes.len());
        let most = length + length / 8;
        assert!(read <= u64::try_from(most).unwrap(), "{read} of {length}");
        let append = sign(&document, request(), &pki.signer, Budget::office()).unwrap();
        document.extend_from_slice(append.bytes());
    }
}

#[test]
fn what_certified_the_document_before_is_not_taken_for_the_trial() {
    let document = plain_pdf_of(10_000);
    let certify = Request {
        certify: Some(Permission::P2),
        ..request()
    };
    let pki = p256("Penanda Tangan Uji");
    let append = sign(&document, certify, &pki.signer, Budget::office()).unwrap();
    let certified = [document.as_slice(), append.bytes()].concat();
    tried(&certified, &prepared(&certified)).unwrap();
}

#[test]
fn a_digest_that_is_not_of_the_document_does_not_pass() {
    let document = plain_pdf_of(10_000);
    let stored = serde_json::to_value(prepared(&document)).unwrap();
    let with = |digest: &str| -> ToBeSigned {
        let mut changed = stored.clone();
        changed["message_digest"] = digest.into();
        serde_json::from_value(changed).unwrap()
    };
    let right = stored["message_digest"].as_str().unwrap();
    tried(&document, &with(right)).unwrap();
    let wrong = tried(&document, &with(&"00".repeat(32)));
    assert!(matches!(wrong, Err(LintError::Judged(_))), "{wrong:?}");
}

#[test]
fn what_was_stored_before_names_were_kept_is_signed_but_not_tried() {
    let document = plain_pdf_of(10_000);
    let mut stored = serde_json::to_value(prepared(&document)).unwrap();
    stored.as_object_mut().unwrap().remove("field").unwrap();
    let old: ToBeSigned = serde_json::from_value(stored).unwrap();
    assert_eq!(old.field(), "");
    let signer = p256("Penanda Tangan Uji").signer;
    let append = old.embed(&signed_cms(&old, &signer).unwrap()).unwrap();
    let signed = [document.as_slice(), append.bytes()].concat();
    let [field] = &fields(&signed, Budget::office()).unwrap()[..] else {
        panic!("one field");
    };
    assert!(field.signed, "{field:?}");
    let found = tried(&document, &old);
    assert!(matches!(found, Err(LintError::Judged(_))), "{found:?}");
}
