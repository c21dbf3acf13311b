//! By what a file was judged, in words that outlive the judgement.

use serde::{Deserialize, Serialize};
use signing::policy::{Anchor, Policy};
use signing::x509::Certificate;

/// By what a file was judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Basis {
    /// Whom the judgement trusted, by name, each once.
    pub anchors: Vec<String>,
    /// The version of the program, by which its rules and its policy of algorithms are known.
    pub version: String,
}

impl Basis {
    /// That of a policy.
    pub(super) fn of(policy: &Policy) -> Self {
        let mut anchors: Vec<String> = policy.anchors.iter().filter_map(name).collect();
        anchors.sort();
        anchors.dedup();
        Self {
            anchors,
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}

fn name(anchor: &Anchor) -> Option<String> {
    let named = anchor.name.clone();
    named.or_else(|| Some(Certificate::parse(&anchor.certificate.0).ok()?.subject_text))
}
