//! The program as the children of a pool: the same promises as a worker in the same process, and
//! bytes that mean harm.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

use std::sync::LazyLock;

use worker::{ChildPool, PoolSettings};

#[path = "../../worker/tests/promises/mod.rs"]
mod promises;

fn settings() -> PoolSettings {
    PoolSettings::new(env!("CARGO_BIN_EXE_pena"), 2)
}

static POOL: LazyLock<ChildPool> = LazyLock::new(|| ChildPool::new(&settings()));

#[test]
fn a_child_gives_up_what_it_will_not_need_and_the_kernel_agrees() {
    assert_eq!(POOL.probe().unwrap(), Vec::<String>::new());
}

#[test]
fn a_letter_is_set_signed_and_found_intact_by_children() {
    promises::a_letter_is_set_signed_and_found_intact_over_a_wire(&*POOL);
}

#[test]
fn a_signature_is_not_embedded_into_another_document() {
    promises::a_signature_is_not_embedded_into_another_document(&*POOL);
}

#[test]
fn what_cannot_be_done_as_asked_is_refused_with_its_reason() {
    promises::what_cannot_be_done_as_asked_is_refused_with_its_reason(&*POOL);
}

#[test]
fn a_letter_beyond_its_limits_is_named_so() {
    promises::a_letter_beyond_its_limits_is_named_so(&*POOL);
}

#[test]
fn bytes_that_are_no_pdf_are_unreadable_to_every_task() {
    promises::bytes_that_are_no_pdf_are_unreadable_to_every_task(&*POOL);
}

#[test]
fn a_failing_medium_and_a_defect_are_the_workers_fault_and_kept_in_words() {
    promises::a_failing_medium_and_a_defect_are_the_workers_fault_and_kept_in_words(&*POOL);
}
