//! The demo and the tests share one set of build artefacts. They do as long as every crate has the
//! same features in both builds; one feature that only a test asks for rebuilds all crates above it,
//! typst and sqlx among them.

use std::collections::BTreeSet;

use anyhow::Result;

use crate::process::{cargo, output};

/// One line per package: name, version, features.
const FORMAT: [&str; 4] = ["--prefix", "none", "--format", "{p} [{f}]"];

/// What is compared. A crate may be built for build scripts and macros too, with features of its own
/// that would hide a difference in the program; so the program's crates are compared alone as well.
const VIEWS: [(&str, &str); 2] = [
    ("no-dev,no-build,no-proc-macro", "no-build,no-proc-macro"),
    ("no-dev", "all"),
];

/// Every crate that the tests would build with other features than the program.
///
/// # Errors
///
/// When cargo cannot resolve the workspace.
pub fn broken() -> Result<Vec<String>> {
    let mut found = BTreeSet::new();
    for (of_program, of_tests) in VIEWS {
        let program = output(cargo(&["tree", "--edges", of_program])?.args(FORMAT))?;
        let tests = [
            "tree",
            "--workspace",
            "--exclude",
            "xtask",
            "--edges",
            of_tests,
        ];
        let tests = output(cargo(&tests)?.args(FORMAT))?;
        found.extend(built_twice(&program, &tests));
    }
    Ok(found.into_iter().collect())
}

fn built_twice(program: &str, tests: &str) -> Vec<String> {
    let (program, tests) = (packages(program), packages(tests));
    program
        .difference(&tests)
        .map(|line| {
            let name = line.split(" [").next().unwrap_or(line);
            let other: Vec<&str> = tests
                .iter()
                .filter(|test| test.split(" [").next() == Some(name))
                .copied()
                .collect();
            format!(
                "built twice: the program has {line}, the tests have {}",
                other.join(" and ")
            )
        })
        .collect()
}

/// The lines of a tree, each once; cargo marks those it has shown before by a star.
fn packages(tree: &str) -> BTreeSet<&str> {
    tree.lines()
        .map(|line| line.trim_end_matches("(*)").trim())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_with_other_features_in_the_tests_is_named_with_both_sets() {
        let program = "pena v0.1.0 []\nsha2 v0.11.1 [oid]\nserde v1.0.0 [std]\n";
        let tests = "pena v0.1.0 []\nserde v1.0.0 [std] (*)\nserde v1.0.0 [std]\nsha2 v0.11.1 [oid,zeroize]\nrsa v0.10.0 []\n";
        assert_eq!(
            built_twice(program, tests),
            ["built twice: the program has sha2 v0.11.1 [oid], \
              the tests have sha2 v0.11.1 [oid,zeroize]"]
        );
    }

    #[test]
    fn crates_that_only_the_tests_have_are_fine() {
        assert_eq!(
            built_twice("serde v1 [std]\n", "rsa v1 []\nserde v1 [std]\n"),
            [""; 0]
        );
    }
}
