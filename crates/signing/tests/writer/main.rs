//! The writer as foreign validators and foreign documents see it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod corpus;
mod defaults;
mod encrypted;
mod hostile;
mod looks;
mod mended;
mod pages;
mod seeded_certificate;
mod seeds;
mod several;
mod support;
mod trial;
