//! Tools of others. One that is missing leaves tests out, loudly; under `CI` it fails them.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::process::run;

/// A tool on the search path.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let found = std::env::var_os("PATH").and_then(|path| {
        std::env::split_paths(&path)
            .map(|folder| folder.join(name))
            .find(|path| path.is_file())
    });
    found.or_else(|| left_out(&format!("{name} is not installed")))
}

/// A Python; its own library suffices.
pub fn python() -> Option<PathBuf> {
    match std::env::var_os("PENA_PYTHON") {
        Some(path) => Some(path.into()),
        None => on_path("python3"),
    }
}

/// A Python that has pyHanko.
pub fn pyhanko() -> Option<PathBuf> {
    let python = python()?;
    let probe = run(
        Command::new(&python).args(["-c", "import pyhanko"]),
        b"",
        Duration::from_mins(1),
    );
    if probe.code == Some(0) {
        return Some(python);
    }
    left_out(&format!("{} has no pyHanko", python.display()))
}

/// The program of schemathesis, beside the Python that has it.
pub fn schemathesis() -> Option<PathBuf> {
    let beside = python()?.with_file_name("schemathesis");
    if beside.is_file() {
        return Some(beside);
    }
    on_path("schemathesis")
}

/// A script of ours in `python/`.
pub fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("python")
        .join(name)
}

/// Says on the terminal, past the test harness, what is not tested.
///
/// # Panics
/// Under `CI`.
pub fn left_out<T>(why: &str) -> Option<T> {
    assert!(
        std::env::var_os("CI").is_none(),
        "{why}, and CI leaves no test out"
    );
    // If standard error is gone there is nobody to tell.
    drop(writeln!(std::io::stderr(), "left out: {why}"));
    None
}
