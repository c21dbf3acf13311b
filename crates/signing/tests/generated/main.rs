//! Documents of every structural form, made up: what is signed reads back as signed, whatever the form; and what is damaged
//! afterwards gets an answer within its budget.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod damaged;
mod shape;
mod signed;
#[path = "../writer/support.rs"]
#[expect(
    dead_code,
    reason = "the writer's helpers, of which these tests need the keys"
)]
mod support;
