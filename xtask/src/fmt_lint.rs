//! `cargo xtask fmt-lint`: how the code is laid out, and what clippy says of it.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process::{cargo, must, root};
use crate::step::{OnFailure, Steps};

/// Runs both checks and shows every failure.
///
/// # Errors
///
/// When a file is not formatted or clippy finds something.
pub fn run(arguments: &[String]) -> Result<()> {
    if let Some(unknown) = arguments.first() {
        bail!("fmt-lint takes no `{unknown}`");
    }
    let mut steps = Steps::new(OnFailure::KeepGoing);
    steps.run("fmt", fmt);
    steps.run("clippy", clippy);
    steps.finish()
}

/// Checks the layout of every source file, those too that only an `include!` reaches.
///
/// # Errors
///
/// When a file is not formatted.
pub fn fmt() -> Result<String> {
    must(cargo(&["fmt", "--all"])?.arg("--check"))?;
    let included = included_bodies(&root()?.join("crates/store/src"))?;
    if included.is_empty() {
        return Ok(String::new());
    }
    // cargo fmt follows `mod`, never `include!`; the query bodies of the store are named here.
    must(
        Command::new("rustfmt")
            .current_dir(root()?)
            .args(["--check", "--edition", "2024"])
            .args(&included),
    )?;
    Ok(format!("{} included files too", included.len()))
}

/// Runs clippy over all targets of the workspace; a warning is an error.
///
/// # Errors
///
/// When clippy finds something.
pub fn clippy() -> Result<String> {
    must(&mut cargo(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ])?)?;
    Ok(String::new())
}

/// The sources in any folder called `body`, which are compiled by `include!`.
fn included_bodies(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        if !folder.is_dir() {
            continue;
        }
        let entries = std::fs::read_dir(&folder).with_context(|| folder.display().to_string())?;
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else if folder.ends_with("body") && path.extension().is_some_and(|end| end == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}
