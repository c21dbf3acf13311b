//! Crates that never enter, crates of which there is one, and what the pure rooms must not reach.

use super::graph::Graph;

/// A second C crypto stack would double what has to be watched; ring and rustls do the work.
const NOWHERE: [&str; 6] = [
    "aws-lc-rs",
    "aws-lc-sys",
    "native-tls",
    "openssl",
    "openssl-sys",
    "opentls",
];

/// Two versions of these would be two sets of rules for the same secrets or the same rows.
const AT_MOST_ONE: [&str; 5] = ["libsqlite3-sys", "reqwest", "ring", "rustls", "sqlx"];

/// Rooms of rules only: a runtime, a database or a network there means that a rule does I/O.
const PURE: [&str; 2] = ["flow", "signing"];

/// What a pure room must not reach, however far down.
const NOT_PURE: [&str; 15] = [
    "async-io",
    "async-std",
    "axum",
    "hyper",
    "libsqlite3-sys",
    "mio",
    "object_store",
    "reqwest",
    "rusqlite",
    "rustls",
    "smol",
    "socket2",
    "sqlx",
    "tokio",
    "ureq",
];

/// Everything that is where it must not be.
pub fn broken(graph: &Graph) -> Vec<String> {
    let mut found = Vec::new();
    for package in &graph.packages {
        if NOWHERE.contains(&package.name.as_str()) {
            found.push(format!(
                "{} {} must not enter",
                package.name, package.version
            ));
        }
    }
    for name in AT_MOST_ONE {
        let versions: Vec<&str> = graph
            .packages
            .iter()
            .filter(|package| package.name == name)
            .map(|package| package.version.as_str())
            .collect();
        if versions.len() > 1 {
            found.push(format!(
                "{name} is there {} times: {}",
                versions.len(),
                versions.join(", ")
            ));
        }
    }
    if !graph.packages.iter().any(|package| package.name == "ring") {
        found.push("ring is missing: signatures need exactly one".into());
    }
    for package in graph
        .own()
        .filter(|package| PURE.contains(&package.name.as_str()))
    {
        let reached = graph.reached_from(package);
        for name in NOT_PURE.into_iter().filter(|name| reached.contains(name)) {
            found.push(format!("{} is pure, yet reaches {name}", package.name));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::graph::made_up;
    use super::*;

    #[test]
    fn one_ring_and_one_rustls_are_fine_and_two_are_not() {
        assert_eq!(
            broken(&made_up(&["ring", "rustls -> ring"])),
            Vec::<String>::new()
        );
        assert_eq!(
            broken(&made_up(&["ring 0.16.20", "ring 0.17.14"])),
            ["ring is there 2 times: 0.16.20, 0.17.14"]
        );
        assert_eq!(
            broken(&made_up(&["serde"])),
            ["ring is missing: signatures need exactly one"]
        );
    }

    #[test]
    fn a_forbidden_crate_is_named_wherever_it_hides() {
        let graph = made_up(&["ring", "client -> openssl-sys", "openssl-sys 0.9.1"]);
        assert_eq!(broken(&graph), ["openssl-sys 0.9.1 must not enter"]);
    }

    #[test]
    fn a_pure_room_that_reaches_a_runtime_through_another_crate_is_named() {
        let graph = made_up(&[
            "ring",
            "*signing -> helper",
            "helper -> tokio",
            "tokio -> helper",
        ]);
        assert_eq!(broken(&graph), ["signing is pure, yet reaches tokio"]);
        let graph = made_up(&["ring", "*service -> tokio", "tokio"]);
        assert_eq!(broken(&graph), Vec::<String>::new());
    }
}
