//! The built program.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::process::{Finished, run};

/// How long one call of the program may take; in a debug build on a busy machine.
pub const PATIENCE: Duration = Duration::from_mins(3);

/// `pena`, free of the environment of whoever runs the tests.
///
/// # Panics
/// If the program is not built.
pub fn pena() -> Command {
    let mut command = Command::new(path());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PENA_") {
            command.env_remove(name);
        }
    }
    command.env("NO_COLOR", "1");
    command
}

/// Runs `pena` with these arguments.
///
/// # Panics
/// If it takes too long or panics.
pub fn call<A: AsRef<std::ffi::OsStr>>(arguments: impl IntoIterator<Item = A>) -> Finished {
    let finished = run(pena().args(arguments), b"", PATIENCE);
    assert!(
        !finished.timed_out,
        "pena took too long\n{}",
        finished.all()
    );
    assert!(
        !finished.stderr.contains("panicked at"),
        "pena panicked\n{}",
        finished.all()
    );
    finished
}

/// The lines of JSON on standard output.
///
/// # Panics
/// If a line is no JSON.
pub fn json_lines(finished: &Finished) -> Vec<Value> {
    finished
        .text()
        .lines()
        .map(|line| {
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in the line {line}"))
        })
        .collect()
}

/// Where it lies.
///
/// # Panics
/// If it is not built.
pub fn path() -> PathBuf {
    if let Some(path) = std::env::var_os("PENA_BIN") {
        return path.into();
    }
    let tests = std::env::current_exe().expect("a running program knows where it lies");
    // target/debug/deps/name-hash
    let beside = tests
        .parent()
        .and_then(Path::parent)
        .map(|folder| folder.join("pena"));
    match beside {
        Some(path) if path.is_file() => path,
        _ => panic!("the program is not built: run `cargo build` first, or name it in PENA_BIN"),
    }
}
