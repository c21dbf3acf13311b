//! `cargo xtask check-deps`: which crate may use which, under which licences, and what never enters.

mod artefacts;
mod bans;
mod graph;
mod licences;
mod manifests;
mod rooms;

use anyhow::{Result, bail};

use crate::process::root;
use graph::Graph;

/// Checks and prints what was found.
///
/// # Errors
///
/// When a rule is broken.
pub fn run(arguments: &[String]) -> Result<()> {
    if let Some(unknown) = arguments.first() {
        bail!("check-deps takes no `{unknown}`");
    }
    println!("{}", check()?);
    Ok(())
}

/// Checks every rule and reports all that is broken at once.
///
/// # Errors
///
/// When a rule is broken.
pub fn check() -> Result<String> {
    let root = root()?;
    let graph = Graph::read(&root)?;
    let mut broken = rooms::broken(&graph);
    broken.extend(licences::broken(&graph));
    broken.extend(bans::broken(&graph));
    broken.extend(manifests::broken(&graph)?);
    broken.extend(artefacts::broken()?);
    if broken.is_empty() {
        return Ok(format!(
            "{} packages follow the rules",
            graph.packages.len()
        ));
    }
    bail!(
        "{} rules are broken\n  {}",
        broken.len(),
        broken.join("\n  ")
    );
}
