//! Versions stand in the root manifest only: a member says `name.workspace = true`.

use anyhow::{Context, Result};

use super::graph::Graph;

/// Every dependency of a member that states its own version.
///
/// # Errors
///
/// When a manifest cannot be read.
pub fn broken(graph: &Graph) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for package in graph.own() {
        let Some(manifest) = &package.manifest else {
            continue;
        };
        let text =
            std::fs::read_to_string(manifest).with_context(|| manifest.display().to_string())?;
        for line in own_versions(&text) {
            found.push(format!("{} has a version of its own: {line}", package.name));
        }
    }
    Ok(found)
}

/// The lines of the dependency tables that do not refer to the workspace.
fn own_versions(manifest: &str) -> Vec<&str> {
    let mut inside = false;
    let mut found = Vec::new();
    for line in manifest.lines().map(str::trim) {
        if let Some(table) = line.strip_prefix('[') {
            inside = table.trim_end_matches(']').ends_with("dependencies");
            continue;
        }
        let says_workspace = line.contains(".workspace = true")
            || line.contains("workspace = true,")
            || line.contains("workspace = true }");
        if inside && !line.is_empty() && !line.starts_with('#') && !says_workspace {
            found.push(line);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_dependency_that_states_a_version_is_found() {
        let manifest = "\
[package]
version = \"1.0.0\"
[dependencies]
# The base.
serde.workspace = true
tokio = { workspace = true, features = [\"rt\"] }
hex = \"0.4\"
[dev-dependencies]
rand = { version = \"0.10\" }
[[bench]]
name = \"sign\"
";
        assert_eq!(
            own_versions(manifest),
            ["hex = \"0.4\"", "rand = { version = \"0.10\" }"]
        );
    }
}
