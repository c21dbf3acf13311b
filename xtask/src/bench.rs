//! `cargo xtask bench`: the figures of the release build, as ratios measured in one run.

mod http;
mod whole_process;

use anyhow::{Result, bail};
use cargo_metadata::{MetadataCommand, TargetKind};

use crate::process::{cargo, must, root};

/// The name under which the whole process is asked for.
const WHOLE_PROCESS: &str = "pena";

/// The name under which the service over HTTP is asked for, and of its bench.
const HTTP: &str = "http";
/// Whose bench it is; it needs more than `cargo bench`.
const TESTS: &str = "tests";

/// One bench target of one crate.
#[derive(Debug)]
struct Bench {
    package: String,
    target: String,
}

/// Runs the benches of the named crates, or all of them, one after the other. Each prints its own
/// ratios and the goal beside them. `pena` stands for the whole process, measured beside pdfsig, `http` for the service
/// under load.
///
/// # Errors
///
/// When a named crate has no bench, or a bench fails.
pub fn run(arguments: &[String]) -> Result<()> {
    let benches: Vec<Bench> = benches()?
        .into_iter()
        .filter(|bench| arguments.is_empty() || arguments.contains(&bench.package))
        .collect();
    for named in arguments {
        let is_special = [WHOLE_PROCESS, HTTP].contains(&named.as_str());
        if !is_special && !benches.iter().any(|bench| bench.package == *named) {
            bail!("`{named}` is no crate with a bench");
        }
    }
    println!("Ratios within one run are good to about ±25 %; absolute figures are not portable.");
    for Bench { package, target } in &benches {
        println!("\n== {package}: {target}");
        must(&mut cargo(&[
            "bench",
            "--package",
            package,
            "--bench",
            target,
        ])?)?;
    }
    if arguments.is_empty() || arguments.iter().any(|named| named == WHOLE_PROCESS) {
        println!("\n== {WHOLE_PROCESS}: whole process");
        whole_process::run()?;
    }
    if arguments.is_empty() || arguments.iter().any(|named| named == HTTP) {
        println!("\n== {HTTP}: the service under load");
        http::run()?;
    }
    Ok(())
}

fn benches() -> Result<Vec<Bench>> {
    let metadata = MetadataCommand::new()
        .manifest_path(root()?.join("Cargo.toml"))
        .no_deps()
        .exec()?;
    let mut found: Vec<Bench> = metadata
        .packages
        .iter()
        .flat_map(|package| package.targets.iter().map(move |target| (package, target)))
        .filter(|(package, target)| {
            target.kind.contains(&TargetKind::Bench) && package.name.as_str() != TESTS
        })
        .map(|(package, target)| Bench {
            package: package.name.to_string(),
            target: target.name.clone(),
        })
        .collect();
    found.sort_by(|a, b| (&a.package, &a.target).cmp(&(&b.package, &b.target)));
    Ok(found)
}
