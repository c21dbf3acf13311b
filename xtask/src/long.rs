//! `cargo xtask long`: the loops that run until they are stopped or find something.

use anyhow::Result;

use crate::process::must;
use crate::test::{build_program, test_environment};

/// Runs the black-box tests with `PENA_LONG=1`, which lifts the bounds of their loops; further
/// words are passed on as test filters.
///
/// # Errors
///
/// When the program cannot be built, a server cannot be started, or a test fails.
pub fn run(arguments: &[String]) -> Result<()> {
    build_program()?;
    let environment = test_environment()?;
    let mut command = environment.cargo(&["test", "--package", "tests", "--"])?;
    command
        .args(["--nocapture", "--test-threads=1", "--include-ignored"])
        .args(arguments);
    must(command.env("PENA_LONG", "1"))
}
