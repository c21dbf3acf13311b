//! The service over HTTP: the bench of the black-box tests, driving the release program.

use anyhow::Result;
use cargo_metadata::MetadataCommand;

use crate::process::{cargo, must, root};

/// Builds the release program and the loader, and measures. Both are built together, so that they share what others
/// wrote.
///
/// # Errors
///
/// When something does not build, or a goal is missed.
pub fn run() -> Result<()> {
    must(&mut cargo(&["build", "--release", "--package", "pena"])?)?;
    let root = root()?;
    let metadata = MetadataCommand::new()
        .manifest_path(root.join("Cargo.toml"))
        .no_deps()
        .exec()?;
    let program = metadata.target_directory.join("release/pena");
    let mut bench = cargo(&[
        "bench",
        "--package",
        "pena",
        "--package",
        super::TESTS,
        "--bench",
        super::HTTP,
    ])?;
    must(bench.env("PENA_BIN", program.as_std_path()))
}
