//! The program from outside: what a person or a script meets.
#![expect(clippy::unwrap_used, reason = "what fails in a helper fails the test")]

mod account;
mod common;
mod doctor;
mod program;
mod sign;
mod verify;
