//! `cargo xtask long`: the loops that run until they are stopped or find something.

use anyhow::Result;

use std::process::Command;

use crate::process::must;
use crate::test::{build_program, test_environment};

/// `mutations` damages PDF files and judges them, in process, until something is found. Without it: runs the black-box
/// tests, and those of the signing room, with `PENA_LONG=1`, which lifts the bounds of their loops; further
/// words are passed on as test filters.
///
/// # Errors
///
/// When the program cannot be built, a server cannot be started, or a test fails.
pub fn run(arguments: &[String]) -> Result<()> {
    if arguments.first().is_some_and(|first| first == MUTATIONS) {
        let mut command = Command::new(env!("CARGO"));
        command
            .args([
                "test",
                "--release",
                "--package",
                "signing",
                "--test",
                "validate",
            ])
            .args([MUTATIONS, "--", "--nocapture"]);
        return must(command.env("PENA_LONG", "1"));
    }
    build_program()?;
    let environment = test_environment()?;
    let mut command =
        environment.cargo(&["test", "--package", "tests", "--package", "signing", "--"])?;
    command
        .args(["--nocapture", "--test-threads=1", "--include-ignored"])
        .args(arguments);
    must(command.env("PENA_LONG", "1"))
}

/// The tests that have no other bound than this program's patience.
const MUTATIONS: &str = "mutations";
