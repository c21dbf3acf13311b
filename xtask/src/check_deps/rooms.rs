//! The crate table: which of our crates may use which other. Tests and benches obey it too.

use super::graph::Graph;

/// A crate and those of ours that it may use. A new crate is a new line here.
const TABLE: [(&str, &[&str]); 13] = [
    ("flow", &[]),
    ("signing", &[]),
    ("letter", &["flow"]),
    ("custody", &["signing"]),
    ("remote", &["signing"]),
    ("store", &["flow"]),
    ("worker", &["letter", "signing"]),
    (
        "service",
        &[
            "custody", "flow", "letter", "remote", "signing", "store", "worker",
        ],
    ),
    ("api", &["flow", "service"]),
    (
        "pena",
        &[
            "api", "custody", "flow", "letter", "remote", "service", "signing", "store", "worker",
        ],
    ),
    ("fuzz", &["signing"]),
    ("tests", &[]),
    ("xtask", &[]),
];

/// Every use that the table does not allow.
pub fn broken(graph: &Graph) -> Vec<String> {
    let mut found = Vec::new();
    for package in graph.own() {
        let name = &package.name;
        let Some((_, allowed)) = TABLE.iter().find(|(crate_name, _)| crate_name == name) else {
            found.push(format!(
                "{name} is not in the crate table of xtask/src/check_deps/rooms.rs"
            ));
            continue;
        };
        for (used, how) in graph.at(&package.uses).map(|used| (used, "uses")).chain(
            graph
                .at(&package.tests_use)
                .map(|used| (used, "uses in its tests")),
        ) {
            if used.manifest.is_some() && !allowed.contains(&used.name.as_str()) {
                found.push(format!(
                    "{name} {how} {}, which the crate table forbids",
                    used.name
                ));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::graph::made_up;
    use super::*;

    #[test]
    fn a_use_that_the_table_allows_is_no_finding() {
        let graph = made_up(&["*flow -> serde", "*letter -> flow", "serde"]);
        assert_eq!(broken(&graph), Vec::<String>::new());
    }

    #[test]
    fn a_pure_room_that_uses_another_room_is_named() {
        let graph = made_up(&["*flow -> signing", "*signing"]);
        assert_eq!(
            broken(&graph),
            ["flow uses signing, which the crate table forbids"]
        );
    }

    #[test]
    fn tests_obey_the_table_too() {
        let mut graph = made_up(&["*flow", "*signing"]);
        graph.packages[1].tests_use = vec![0];
        assert_eq!(
            broken(&graph),
            ["signing uses in its tests flow, which the crate table forbids"]
        );
    }

    #[test]
    fn a_crate_without_a_line_in_the_table_is_named() {
        assert!(broken(&made_up(&["*shed"]))[0].starts_with("shed is not in the crate table"));
    }
}
