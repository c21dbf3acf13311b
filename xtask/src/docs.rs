//! The documents name files; this checks that the files are there.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::process::root;

/// Where paths in backticks begin when they mean a file of the project.
const PLACES: [&str; 6] = [
    "crates/",
    "docs/",
    "keys/",
    "migrations/",
    "tests/",
    "xtask/",
];

/// Checks every relative link and every path in backticks of all documents.
///
/// # Errors
///
/// When a document names a file that does not exist.
pub fn check() -> Result<String> {
    let root = root()?;
    let documents = documents(&root)?;
    let mut broken = Vec::new();
    for document in &documents {
        let text =
            std::fs::read_to_string(document).with_context(|| document.display().to_string())?;
        let beside = document.parent().unwrap_or(&root);
        let missing = links(&text)
            .filter(|link| !beside.join(link).exists())
            .chain(paths(&text).filter(|path| !root.join(path).exists()));
        let shown = document.strip_prefix(&root).unwrap_or(document).display();
        broken.extend(missing.map(|name| format!("{shown} names {name}, which is not there")));
    }
    if !broken.is_empty() {
        bail!("{}", broken.join("\n  "));
    }
    Ok(format!(
        "{} documents name only what is there",
        documents.len()
    ))
}

/// The Markdown files at the top and below `docs/` and `keys/`.
fn documents(root: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![root.join("docs"), root.join("keys")];
    found.extend(files(root)?.into_iter().filter(|path| is_document(path)));
    while let Some(folder) = open.pop() {
        for path in files(&folder)? {
            if path.is_dir() {
                open.push(path);
            } else if is_document(&path) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    entries.map(|entry| Ok(entry?.path())).collect()
}

fn is_document(path: &Path) -> bool {
    path.is_file() && path.extension().is_some_and(|end| end == "md")
}

/// The targets of `[text](target)` inside the project, without their `#` part.
fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split("](")
        .skip(1)
        .filter_map(|rest| rest.split([')', '#', ' ']).next())
        .filter(|target| !target.is_empty() && !target.contains("://"))
}

/// What stands in backticks and begins like a path of the project; patterns are left out.
fn paths(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .filter(|line| !line.starts_with("```"))
        .flat_map(|line| {
            line.split('`')
                .skip(1)
                .step_by(2)
                .filter(|code| PLACES.iter().any(|place| code.starts_with(place)))
                .filter(|code| !code.contains([' ', '*', '{', '<']) && !code.contains("NAME"))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_into_the_project_are_found_and_links_to_the_world_are_not() {
        let text = "[a](docs/a.md) [b](https://example.org/b) [c](../c.md#part) [d](#here)";
        assert_eq!(links(text).collect::<Vec<_>>(), ["docs/a.md", "../c.md"]);
    }

    #[test]
    fn paths_in_backticks_are_found_and_commands_and_patterns_are_not() {
        let text = "see `crates/flow/src/id.rs` and `cargo test`, `docs/*.md`\n```\n`x`\n";
        assert_eq!(paths(text).collect::<Vec<_>>(), ["crates/flow/src/id.rs"]);
    }
}
