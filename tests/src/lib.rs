//! What the black-box tests share. They drive the built program as a person or a script would and let
//! foreign validators judge what it makes; nothing here depends on the project's own crates.
//!
//! | variable | says | default |
//! |---|---|---|
//! | `PENA_BIN` | the program | `pena` beside the test programs, made by `cargo build` |
//! | `PENA_TEST_PG` | a superuser's URL of a PostgreSQL on loopback | tests on PostgreSQL are left out |
//! | `PENA_PYTHON` | a Python that has pyHanko | `python3` |
//! | `PENA_AXE` | axe-core's `axe.min.js` | pages' accessibility is left out |
//! | `PENA_CORPUS` | the corpus | `../shared/corpus` from the project's root |
//! | `PENA_SEED` | the seed of every random choice | a fixed one |
//! | `PENA_LONG` | more rounds in the loops | few rounds |
//! | `CI` | a missing tool fails a test | it is left out, and said so |
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on stops loudly and says why"
)]

pub mod api;
pub mod browser;
pub mod corpus;
pub mod csc;
pub mod database;
pub mod demo;
pub mod desk;
pub mod document;
pub mod files;
pub mod hostile;
pub mod job;
pub mod judge;
pub mod key;
pub mod office;
pub mod openapi;
pub mod pages;
pub mod pdf;
pub mod person;
pub mod pki;
pub mod process;
pub mod program;
pub mod seed;
pub mod server;
pub mod signed;
pub mod token;
pub mod tool;
