//! Licences: each package must be usable under one that we accept. `deny.toml` lists the same.

use super::graph::Graph;

/// Licences we accept. MPL-2.0 binds the files it covers and nothing of ours.
pub(super) const ACCEPTED: [&str; 14] = [
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Every package that none of the accepted licences covers.
pub fn broken(graph: &Graph) -> Vec<String> {
    graph
        .packages
        .iter()
        .filter(|package| !package.licence.as_deref().is_some_and(is_accepted))
        .map(|package| {
            let licence = package.licence.as_deref().unwrap_or("no licence stated");
            format!(
                "{} {}: {licence} is not on the list",
                package.name, package.version
            )
        })
        .collect()
}

/// Reads an SPDX expression; the old form `MIT/Apache-2.0` means OR. What is not understood is not
/// accepted.
fn is_accepted(expression: &str) -> bool {
    let spaced = expression
        .replace('/', " OR ")
        .replace('(', " ( ")
        .replace(')', " ) ");
    let mut words = spaced.split_whitespace().peekable();
    either(&mut words) == Some(true) && words.next().is_none()
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

/// `None` is a broken expression, and so in the two below.
fn either(words: &mut Words<'_>) -> Option<bool> {
    let mut accepted = both(words)?;
    while words.next_if_eq(&"OR").is_some() {
        // The right side must be read even when the left one is enough.
        accepted |= both(words)?;
    }
    Some(accepted)
}

fn both(words: &mut Words<'_>) -> Option<bool> {
    let mut accepted = one(words)?;
    while words.next_if_eq(&"AND").is_some() {
        accepted &= one(words)?;
    }
    Some(accepted)
}

fn one(words: &mut Words<'_>) -> Option<bool> {
    let word = words.next()?;
    let accepted = if word == "(" {
        let inside = either(words)?;
        words.next_if_eq(&")")?;
        inside
    } else {
        ACCEPTED.contains(&word)
    };
    // An exception only adds permissions.
    if words.next_if_eq(&"WITH").is_some() {
        words.next()?;
    }
    Some(accepted)
}

#[cfg(test)]
mod tests {
    use super::super::graph::made_up;
    use super::*;

    #[test]
    fn one_accepted_side_of_an_or_is_enough_and_both_of_an_and_are_needed() {
        for good in [
            "MIT",
            "MIT OR Apache-2.0",
            "MIT/GPL-3.0",
            "GPL-3.0-only OR ISC",
            "Apache-2.0 AND ISC",
            "(MIT OR GPL-2.0) AND Unicode-3.0",
            "Apache-2.0 WITH LLVM-exception OR GPL-2.0",
        ] {
            assert!(is_accepted(good), "{good}");
        }
        for bad in [
            "GPL-3.0-only",
            "MIT AND GPL-3.0-only",
            "(MIT OR ISC) AND AGPL-3.0",
            "MIT OR",
            "(MIT",
            "MIT GPL-3.0",
            "",
        ] {
            assert!(!is_accepted(bad), "{bad}");
        }
    }

    #[test]
    fn a_package_without_a_licence_is_named() {
        let graph = made_up(&["stray 0.3.0", "fine 1.0.0 MIT OR Apache-2.0"]);
        assert_eq!(
            broken(&graph),
            ["stray 0.3.0: no licence stated is not on the list"]
        );
    }

    #[test]
    fn deny_toml_accepts_the_same_licences() {
        let deny = include_str!("../../../deny.toml");
        let list = deny
            .split_once("\nallow = [")
            .unwrap()
            .1
            .split_once(']')
            .unwrap()
            .0;
        let listed: Vec<&str> = list.split('"').skip(1).step_by(2).collect();
        assert_eq!(listed, ACCEPTED);
    }
}
