//! Every command in the documents is run.
#![expect(clippy::expect_used, reason = "a test that cannot go on stops loudly")]

use std::fs;
use std::path::{Path, PathBuf};

use tests::document::Page;
use tests::tool::{left_out, on_path};

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs")
}

/// The pages of one kind of document.
fn pages(kind: &str) -> Vec<Page> {
    let mut paths: Vec<PathBuf> = fs::read_dir(docs().join(kind))
        .expect("there are documents")
        .map(|entry| entry.expect("a folder can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    paths.sort();
    paths.iter().map(|path| Page::read(path)).collect()
}

fn shell_of(page: &Page) -> Option<String> {
    let docs = docs().canonicalize().expect("there are documents");
    let mut shell = format!("export DOCS='{}'", docs.display());
    if page.path.ends_with("postgresql.md") {
        let Ok(url) = std::env::var("PENA_TEST_PG") else {
            return left_out("PENA_TEST_PG names no PostgreSQL");
        };
        let base = url.rsplit_once('/').map_or(url.as_str(), |(base, _)| base);
        let drop =
            "psql --quiet \"$PG\" --command 'DROP DATABASE IF EXISTS pena_howto WITH (FORCE)'";
        shell = format!("{shell}\nexport PG='{url}' PG_BASE='{base}'\n{drop}");
    }
    Some(shell)
}

fn run_all(kind: &str) {
    for tool in ["bash", "curl", "openssl", "psql", "sqlite3", "tar"] {
        if on_path(tool).is_none() {
            return;
        }
    }
    let mut commands = 0;
    for page in pages(kind) {
        commands += page.commands();
        if let Some(shell) = shell_of(&page) {
            page.run(&shell);
        }
    }
    assert!(commands > 0, "{kind} has no commands");
}

#[test]
fn the_how_to_pages_do_what_they_say() {
    run_all("how-to");
}

#[test]
fn the_tutorial_does_what_it_says() {
    run_all("tutorial");
}
