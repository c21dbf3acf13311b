//! What every worker promises, wherever it works.

use std::sync::Arc;

use letter::{Block, LetterInput, Look, Stamp, Standing, Template};
use ring::rand::SystemRandom;
use signing::policy::trust::{Anchor, RevocationRule};
use signing::sign::{
    Appearance, AttributeSigner, CertificateDer, Drawing, LocalSigner, Lock, NewField, Permission,
    Place, Request, SignatureAlgorithm,
};
use signing::source::{ByteSource, SourceError};
use signing::validate::{Evidence, Headline, Policy, TrustAnchors};
use signing::{UtcTime, cms};
use worker::{ForbiddenBy, PdfWorker, WorkerError};

#[path = "../../../letter/tests/sample/mod.rs"]
mod sample;

pub const AT: UtcTime = UtcTime::from_unix(1_795_500_000);
const P256: SignatureAlgorithm = SignatureAlgorithm::EcdsaP256Sha256;

fn letter() -> LetterInput {
    sample::letter(Template::NotaDinas)
}

fn field(rect: [f64; 4]) -> NewField {
    NewField {
        name: "Penandatangan1".to_owned(),
        page: 0,
        rect,
        appearance: Appearance::Transparent,
        lock: Some(Lock::EVERYTHING),
    }
}

fn request() -> Request {
    Request {
        certify: Some(Permission::P2),
        ..Request::new(Place::Existing("Penandatangan1".to_owned()), AT)
    }
}

fn with(mut document: Vec<u8>, append: &[u8]) -> Vec<u8> {
    document.extend_from_slice(append);
    document
}

pub fn signer() -> LocalSigner {
    let key = rcgen::KeyPair::generate().unwrap();
    let mut parameters = rcgen::CertificateParams::new(Vec::new()).unwrap();
    parameters
        .distinguished_name
        .push(rcgen::DnType::CommonName, "Contoh Penandatangan");
    parameters.key_usages = vec![
        rcgen::KeyUsagePurpose::DigitalSignature,
        rcgen::KeyUsagePurpose::ContentCommitment,
    ];
    parameters.not_before = rcgen::date_time_ymd(2026, 1, 1);
    parameters.not_after = rcgen::date_time_ymd(2028, 1, 1);
    let certificate = parameters.self_signed(&key).unwrap();
    let chain = vec![CertificateDer(certificate.der().to_vec())];
    LocalSigner::from_pkcs8(&key.serialize_der(), chain, SystemRandom::new()).unwrap()
}

pub fn policy(signer: &LocalSigner) -> Policy {
    let mut anchors = TrustAnchors::new();
    anchors.add(Anchor::new(
        signer.certificate_chain()[0].clone(),
        RevocationRule::Ignore,
    ));
    Policy::new(anchors)
}

/// A letter set, signed and put together by that worker.
pub fn signed_by(worker: &dyn PdfWorker, signer: &LocalSigner) -> Vec<u8> {
    let set = worker.typeset(letter()).unwrap();
    let placed = worker
        .place_fields(Arc::new(set.pdf.clone()), vec![field(set.anchors[0].rect)])
        .unwrap();
    let version = Arc::new(with(set.pdf, &placed));

    let fields = worker.inspect(version.clone()).unwrap();
    assert_eq!(fields.len(), 1);
    assert_eq!(
        (fields[0].name.as_str(), fields[0].signed),
        ("Penandatangan1", false)
    );

    let prepared = worker.prepare(version.clone(), request(), P256).unwrap();
    let digest = ring::digest::digest(&ring::digest::SHA256, &version);
    assert_eq!(prepared.version_sha256().as_slice(), digest.as_ref());
    let certificates = signer.certificate_chain();
    let attributes = prepared.signed_attributes(&certificates[0].0).unwrap();
    let value = signer.sign(attributes.der()).unwrap();
    let cms = cms::assemble(&attributes, &value, signer.algorithm(), certificates).unwrap();
    let append = worker.embed(version.clone(), prepared, cms).unwrap();
    with(version.to_vec(), &append)
}

pub fn a_letter_is_set_signed_and_found_intact_over_a_wire(worker: &dyn PdfWorker) {
    let signer = signer();
    let signed = signed_by(worker, &signer);
    let judge = |document: Vec<u8>| {
        worker
            .validate(Arc::new(document), Evidence::new(), policy(&signer), AT)
            .unwrap()
    };
    let report = judge(signed.clone());
    assert_eq!(report.headline, Headline::Intact, "{report:#?}");
    assert!(worker.inspect(Arc::new(signed.clone())).unwrap()[0].signed);

    let mut changed = signed;
    changed[1000] ^= 1;
    assert_ne!(judge(changed).headline, Headline::Intact);
}

pub fn words_are_found_and_a_block_is_drawn_over_them(worker: &dyn PdfWorker) {
    let set = worker.typeset(letter()).unwrap();
    let source = Arc::new(set.pdf.clone());
    let texts = vec!["Ditandatangani".to_owned(), "${ttd1}".to_owned()];
    let found = worker.locate(source, texts, [200.0, 70.0]).unwrap();
    let &[Some(marked), None] = found.as_slice() else {
        panic!("{found:?}")
    };
    let [_, y, _, height] = set.anchors[0].rect;
    let [_, middle, _, own] = marked.rect;
    assert!(
        (y..y + height).contains(&(middle + own / 2.0)),
        "{marked:?}"
    );

    let block = Block {
        heading: Block::HEADING.to_owned(),
        signer: letter().signers[0].clone(),
        notes: Vec::new(),
        qr: Some("https://contohrejo.example/v/KODE".to_owned()),
        logo: None,
    };
    let pdf = worker
        .stamp(Stamp {
            size: [200.0, 70.0],
            look: Look::Block(Box::new(block)),
            standing: Standing::Signed,
        })
        .unwrap();
    let drawn = NewField {
        appearance: Appearance::Drawn(Drawing::new(pdf)),
        ..field(marked.rect)
    };
    let append = worker.place_fields(Arc::new(set.pdf), vec![drawn]).unwrap();
    assert!(append.windows(9).any(|part| part == b"/FontFile"));
}

pub fn a_signature_is_not_embedded_into_another_document(worker: &dyn PdfWorker) {
    let set = worker.typeset(letter()).unwrap();
    let invisible = Request::new(Place::Invisible { name: None }, AT);
    let prepared = worker
        .prepare(Arc::new(set.pdf.clone()), invisible, P256)
        .unwrap();
    let other = Arc::new(with(set.pdf, b"\n"));
    let error = worker.embed(other, prepared, vec![0x30, 0]).unwrap_err();
    assert!(matches!(error, WorkerError::Refused { .. }), "{error:?}");
}

pub fn what_cannot_be_done_as_asked_is_refused_with_its_reason(worker: &dyn PdfWorker) {
    let set = worker.typeset(letter()).unwrap();
    let error = worker
        .prepare(Arc::new(set.pdf), request(), P256)
        .unwrap_err();
    let WorkerError::Refused { reason } = error else {
        panic!("{error:?}")
    };
    assert!(reason.contains("Penandatangan1"), "{reason}");

    let error = worker
        .typeset(LetterInput {
            nomor: String::new(),
            ..letter()
        })
        .unwrap_err();
    assert_eq!(error.to_string(), "refused: nomor is empty");
}

pub fn what_a_document_forbids_is_told_apart(worker: &dyn PdfWorker) {
    let closed = signed_by(worker, &signer());
    let another = NewField {
        name: "Penandatangan2".to_owned(),
        ..field([50.0, 50.0, 180.0, 60.0])
    };
    let error = worker
        .place_fields(Arc::new(closed), vec![another])
        .unwrap_err();
    let WorkerError::Forbidden { by, reason } = error else {
        panic!("{error:?}")
    };
    assert_eq!(by, ForbiddenBy::Lock);
    assert!(reason.contains("DocMDP P=1"), "{reason}");
}

pub fn a_letter_beyond_its_limits_is_named_so(worker: &dyn PdfWorker) {
    let error = worker
        .typeset(LetterInput {
            body: "x ".repeat(1_000_000),
            ..letter()
        })
        .unwrap_err();
    assert!(matches!(error, WorkerError::Limit { .. }), "{error:?}");
}

pub fn bytes_that_are_no_pdf_are_unreadable_to_every_task(worker: &dyn PdfWorker) {
    for bytes in [Vec::new(), b"<html>".to_vec(), vec![0; 4096]] {
        let source: Arc<dyn ByteSource> = Arc::new(bytes);
        let errors = [
            worker.inspect(source.clone()).unwrap_err(),
            worker
                .place_fields(source.clone(), vec![field([0.0; 4])])
                .unwrap_err(),
            worker.prepare(source.clone(), request(), P256).unwrap_err(),
        ];
        for error in errors {
            assert!(matches!(error, WorkerError::Unreadable { .. }), "{error:?}");
        }
        let report = worker
            .validate(source, Evidence::new(), Policy::default(), AT)
            .unwrap();
        assert_eq!(report.headline, Headline::Unreadable);
    }
}

/// A medium that fails, or a defect behind it.
struct Failing {
    panics: Panics,
}

enum Panics {
    Yes,
    No,
}

impl ByteSource for Failing {
    fn len(&self) -> u64 {
        1000
    }

    fn read_at(&self, _: u64, _: &mut [u8]) -> Result<(), SourceError> {
        match self.panics {
            Panics::Yes => panic!("the disk is on fire"),
            Panics::No => Err(SourceError::Medium("the disk is gone".to_owned())),
        }
    }
}

pub fn a_failing_medium_and_a_defect_are_the_workers_fault_and_kept_in_words(
    worker: &dyn PdfWorker,
) {
    for (panics, words) in [
        (Panics::No, "the disk is gone"),
        (Panics::Yes, "the disk is on fire"),
    ] {
        let error = worker.inspect(Arc::new(Failing { panics })).unwrap_err();
        let WorkerError::Broken { reason } = error else {
            panic!("{error:?}")
        };
        assert!(reason.contains(words), "{reason}");
    }
}
