//! A letter on its whole way through a worker, and hostile bytes that get nowhere.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

use std::sync::Arc;

use promises::{AT, policy, signed_by, signer};
use serde::Serialize;
use serde::de::DeserializeOwned;
use signing::budget::Budget;
use signing::source::ByteSource;
use signing::validate::{Evidence, Verdict, verify};
use worker::{Caller, Done, InProcess, PdfWorker, Task, WorkerError};

mod promises;

static OFFICE: InProcess = InProcess::new(Caller::Office);

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

#[test]
fn a_letter_is_set_signed_and_found_intact_over_a_wire() {
    promises::a_letter_is_set_signed_and_found_intact_over_a_wire(&Far);
}

#[test]
fn words_are_found_and_a_block_is_drawn_over_them() {
    promises::words_are_found_and_a_block_is_drawn_over_them(&Far);
}

#[test]
fn a_signature_is_not_embedded_into_another_document() {
    promises::a_signature_is_not_embedded_into_another_document(&OFFICE);
}

#[test]
fn what_a_document_forbids_is_told_apart() {
    promises::what_a_document_forbids_is_told_apart(&OFFICE);
}

#[test]
fn what_cannot_be_done_as_asked_is_refused_with_its_reason() {
    promises::what_cannot_be_done_as_asked_is_refused_with_its_reason(&OFFICE);
}

#[test]
fn a_letter_beyond_its_limits_is_named_so() {
    promises::a_letter_beyond_its_limits_is_named_so(&OFFICE);
}

#[test]
fn bytes_that_are_no_pdf_are_unreadable_to_every_task() {
    promises::bytes_that_are_no_pdf_are_unreadable_to_every_task(&OFFICE);
}

#[test]
fn a_failing_medium_and_a_defect_are_the_workers_fault_and_kept_in_words() {
    promises::a_failing_medium_and_a_defect_are_the_workers_fault_and_kept_in_words(&OFFICE);
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
