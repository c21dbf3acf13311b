//! A letter on its whole way through a worker, and hostile bytes that get nowhere.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

use std::sync::Arc;

use letter::{LetterInput, Template};
use ring::rand::SystemRandom;
use serde::Serialize;
use serde::de::DeserializeOwned;
use signing::budget::Budget;
use signing::policy::trust::{Anchor, RevocationRule};
use signing::sign::{
    AttributeSigner, CertificateDer, Lock, NewField, Permission, Place, Request, RingSigner,
};
use signing::source::{ByteSource, SourceError};
use signing::validate::{Evidence, Headline, Policy, TrustAnchors, Verdict, verify};
use signing::{UtcTime, cms};
use worker::{Caller, Done, InProcess, PdfWorker, Task, WorkerError};

#[path = "../../letter/tests/sample/mod.rs"]
mod sample;

static OFFICE: InProcess = InProcess::new(Caller::Office);

const AT: UtcTime = UtcTime::from_unix(1_795_500_000);

fn letter() -> LetterInput {
    sample::letter(Template::NotaDinas)
}

fn field(rect: [f64; 4]) -> NewField {
    NewField {
        name: "Penandatangan1".to_owned(),
        page: 0,
        rect,
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

fn signer() -> RingSigner {
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
    RingSigner::from_pkcs8(&key.serialize_der(), chain, SystemRandom::new()).unwrap()
}

fn policy(signer: &RingSigner) -> Policy {
    let mut anchors = TrustAnchors::new();
    anchors.add(Anchor {
        certificate: signer.certificate_chain()[0].clone(),
        revocation: RevocationRule::Ignore,
    });
    Policy { anchors }
}

/// What a message is after it went over a wire.
fn carried<T: Serialize + DeserializeOwned>(message: &T) -> T {
    let wire = serde_json::to_string(message).unwrap();
    let arrived: T = serde_json::from_str(&wire).unwrap();
    assert_eq!(serde_json::to_string(&arrived).unwrap(), wire);
    arrived
}

/// A worker at the other end of a wire.
struct Far;

impl PdfWorker for Far {
    fn run(&self, task: Task, source: Arc<dyn ByteSource>) -> Result<Done, WorkerError> {
        match OFFICE.run(carried(&task), source) {
            Ok(done) => Ok(carried(&done)),
            Err(error) => Err(carried(&error)),
        }
    }
}

/// A letter set, signed and put together by that worker.
fn signed_by(worker: &dyn PdfWorker, signer: &RingSigner) -> Vec<u8> {
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

    let prepared = worker.prepare(version.clone(), request()).unwrap();
    let digest = ring::digest::digest(&ring::digest::SHA256, &version);
    assert_eq!(prepared.version_sha256().as_slice(), digest.as_ref());
    let certificates = signer.certificate_chain();
    let attributes = prepared.signed_attributes(&certificates[0].0).unwrap();
    let value = signer.sign(attributes.der()).unwrap();
    let cms = cms::assemble(&attributes, &value, signer.algorithm(), certificates).unwrap();
    let append = worker.embed(version.clone(), prepared, cms).unwrap();
    with(version.to_vec(), &append)
}

#[test]
fn a_letter_is_set_signed_and_found_intact_over_a_wire() {
    let signer = signer();
    let signed = signed_by(&Far, &signer);
    let judge = |document: Vec<u8>| {
        Far.validate(Arc::new(document), Evidence::new(), policy(&signer), AT)
            .unwrap()
    };
    let report = judge(signed.clone());
    assert_eq!(report.headline, Headline::Intact, "{report:#?}");
    assert!(Far.inspect(Arc::new(signed.clone())).unwrap()[0].signed);

    let mut changed = signed;
    changed[1000] ^= 1;
    assert_ne!(judge(changed).headline, Headline::Intact);
}

/// Every offset of the signed range, each flipped by a seeded byte that is not zero.
#[test]
fn no_byte_of_a_signed_letter_can_be_flipped_unnoticed() {
    let signer = signer();
    let mut file = signed_by(&OFFICE, &signer);
    let gap = contents(&file);
    let (policy, evidence) = (policy(&signer), Evidence::new());
    let passes = |file: &[u8]| {
        let report = verify(&file, &evidence, &policy, AT, Budget::office());
        report
            .signatures
            .iter()
            .any(|signature| signature.verdict == Verdict::TotalPassed)
    };
    assert!(passes(&file));
    let mut seed: u32 = 0x5eed_0001;
    for offset in (0..gap.start).chain(gap.end..file.len()) {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let mask = u8::try_from(seed >> 24).unwrap().max(1);
        file[offset] ^= mask;
        assert!(!passes(&file), "offset {offset} flipped by {mask:#04x}");
        file[offset] ^= mask;
    }
}

/// The range of the one `/Contents <…>` string of the file, which the signature leaves out.
fn contents(file: &[u8]) -> std::ops::Range<usize> {
    let key = b"/Contents <";
    let at = file
        .windows(key.len())
        .position(|window| window == key)
        .unwrap();
    let start = at + key.len() - 1;
    let length = file[start..].iter().position(|byte| *byte == b'>').unwrap();
    start..start + length + 1
}

#[test]
fn a_signature_is_not_embedded_into_another_document() {
    let set = OFFICE.typeset(letter()).unwrap();
    let invisible = Request::new(Place::Invisible { name: None }, AT);
    let prepared = OFFICE
        .prepare(Arc::new(set.pdf.clone()), invisible)
        .unwrap();
    let other = Arc::new(with(set.pdf, b"\n"));
    let error = OFFICE.embed(other, prepared, vec![0x30, 0]).unwrap_err();
    assert!(matches!(error, WorkerError::Refused { .. }), "{error:?}");
}

#[test]
fn what_cannot_be_done_as_asked_is_refused_with_its_reason() {
    let set = OFFICE.typeset(letter()).unwrap();
    let error = OFFICE.prepare(Arc::new(set.pdf), request()).unwrap_err();
    let WorkerError::Refused { reason } = error else {
        panic!("{error:?}")
    };
    assert!(reason.contains("Penandatangan1"), "{reason}");

    let error = OFFICE
        .typeset(LetterInput {
            nomor: String::new(),
            ..letter()
        })
        .unwrap_err();
    assert_eq!(error.to_string(), "refused: nomor is empty");
}

#[test]
fn a_letter_beyond_its_limits_is_named_so() {
    let error = OFFICE
        .typeset(LetterInput {
            body: "x ".repeat(1_000_000),
            ..letter()
        })
        .unwrap_err();
    assert!(matches!(error, WorkerError::Limit { .. }), "{error:?}");
}

#[test]
fn bytes_that_are_no_pdf_are_unreadable_to_every_task() {
    for bytes in [Vec::new(), b"<html>".to_vec(), vec![0; 4096]] {
        let source: Arc<dyn ByteSource> = Arc::new(bytes);
        let errors = [
            OFFICE.inspect(source.clone()).unwrap_err(),
            OFFICE
                .place_fields(source.clone(), vec![field([0.0; 4])])
                .unwrap_err(),
            OFFICE.prepare(source.clone(), request()).unwrap_err(),
        ];
        for error in errors {
            assert!(matches!(error, WorkerError::Unreadable { .. }), "{error:?}");
        }
        let report = OFFICE
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

#[test]
fn a_failing_medium_and_a_defect_are_the_workers_fault_and_kept_in_words() {
    for (panics, words) in [
        (Panics::No, "the disk is gone"),
        (Panics::Yes, "the disk is on fire"),
    ] {
        let error = OFFICE.inspect(Arc::new(Failing { panics })).unwrap_err();
        let WorkerError::Broken { reason } = error else {
            panic!("{error:?}")
        };
        assert!(reason.contains(words), "{reason}");
    }
}

#[test]
fn a_worker_that_answers_another_question_is_not_believed() {
    struct Confused;
    impl PdfWorker for Confused {
        fn run(&self, _: Task, _: Arc<dyn ByteSource>) -> Result<Done, WorkerError> {
            Ok(Done::PlaceFields { append: Vec::new() })
        }
    }
    let error = Confused.inspect(Arc::new(Vec::new())).unwrap_err();
    assert!(matches!(error, WorkerError::Broken { .. }), "{error:?}");
}
