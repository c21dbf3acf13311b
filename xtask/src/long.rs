//! `cargo xtask long`: the loops that run until they are stopped or find something.

use anyhow::Result;

use std::process::Command;

use crate::process::must;
use crate::test::{build_program, test_environment};

/// `mutations` damages PDF files and judges them, in process, until something is found; `flips` does the same with every
/// bit of three signed letters, and ends. `aws-lc` runs the tests of keys and signatures with private keys in AWS-LC, and
/// measures it beside ring. Without these: runs the black-box tests, and those of the signing room, with `PENA_LONG=1`,
/// which lifts the bounds of their loops; further words are passed on as test filters.
///
/// # Errors
///
/// When the program cannot be built, a server cannot be started, or a test fails.
pub fn run(arguments: &[String]) -> Result<()> {
    if let Some(loops) = arguments
        .first()
        .filter(|first| IN_PROCESS.contains(&first.as_str()))
    {
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
            .args([loops, "--", "--nocapture"]);
        return must(command.env("PENA_LONG", "1"));
    }
    if arguments.first().is_some_and(|first| first == "aws-lc") {
        return with_aws_lc();
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

/// The second crypto stack is in no other build (decision 0019), so all that concerns it is here.
fn with_aws_lc() -> Result<()> {
    let feature = ["--features", "signing/aws-lc"];
    let rooms = ["--package", "signing", "--package", "custody"];
    for (verb, more) in [
        ("clippy", &["--all-targets", "--", "--deny", "warnings"][..]),
        ("test", &[]),
    ] {
        let mut command = test_environment()?.cargo(&[verb])?;
        command.args(rooms).args(feature).args(more);
        must(&mut command)?;
    }
    for stack in [&[][..], &feature] {
        let mut bench = Command::new(env!("CARGO"));
        bench.args(["bench", "--package", "signing", "--bench", "sign"]);
        must(bench.args(stack))?;
    }
    Ok(())
}

/// The tests of the signing room that need no program and no bound but this one's patience.
const IN_PROCESS: [&str; 2] = ["mutations", "flips"];
