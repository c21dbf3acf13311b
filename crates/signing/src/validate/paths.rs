//! The paths that matter for a file: of each signer, of each document timestamp, of each signature timestamp that counts.

use super::{
    checks::{algorithms, mathematics::Mathematics},
    evidence::{Material, Opened},
    facts::{Facts, SignatureFacts},
    proofs::{self, Proof},
    verdict::Verdict,
};
use crate::{
    UtcTime,
    x509::{
        Path, PathProblem,
        path::{self, Validity},
    },
};

/// Whose evidence matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose<'a> {
    /// That of every signature and timestamp.
    Everyone,
    /// That of the signature in this field.
    Field(&'a str),
}

impl Whose<'_> {
    pub(crate) fn covers(self, facts: &SignatureFacts) -> bool {
        match self {
            Self::Everyone => true,
            Self::Field(name) => facts.field == name,
        }
    }
}

/// About one signature or document timestamp.
#[derive(Debug)]
pub(crate) struct Examined<'f> {
    pub(crate) facts: &'f SignatureFacts,
    /// What is wrong with it by itself.
    pub(crate) wrong: Option<String>,
    /// Whether a timestamp proves when it existed.
    pub(crate) proven: bool,
    /// From its signer to an anchor, and the time it is judged at.
    pub(crate) own: Option<Result<Path, PathProblem>>,
    /// The same time for `own`.
    pub(crate) time: UtcTime,
    /// Those of its signature timestamps.
    pub(crate) stamped_by: Vec<(Path, UtcTime)>,
    /// What is at hand for it.
    pub(crate) material: Material,
}

/// Every signature and document timestamp, in the order of the file.
pub(crate) fn examine<'f>(facts: &'f Facts, opened: &Opened, at: UtcTime) -> Vec<Examined<'f>> {
    let mathematics: Vec<Mathematics> = facts
        .signatures
        .iter()
        .map(|signature| Mathematics::check(signature, &opened.certificates))
        .collect();
    let proofs = proofs::establish(facts, &mathematics, opened, at);
    facts
        .signatures
        .iter()
        .zip(mathematics)
        .zip(proofs)
        .map(|((facts, mathematics), proof)| {
            let material = opened.with_cms(facts);
            let own = mathematics.signer.as_ref().map(|signer| {
                let anchors = opened.anchors_for(facts.kind);
                path::build(signer, &material.pool, anchors, proof.time)
            });
            Examined {
                facts,
                wrong: wrong(facts, &mathematics, &proof, opened),
                proven: proof.proven,
                own,
                time: proof.time,
                stamped_by: proof.stamped_by,
                material,
            }
        })
        .collect()
}

impl Examined<'_> {
    /// Every path with the time it is judged at; those outside their time too.
    pub(crate) fn paths(&self) -> impl Iterator<Item = (&Path, UtcTime)> {
        let own = self.own.iter().flatten().map(|path| (path, self.time));
        own.chain(self.stamped_by.iter().map(|(path, at)| (path, *at)))
    }
}

/// Why a path is none in its time.
pub(crate) fn outside(path: &Path) -> Option<String> {
    match path.validity() {
        Validity::Inside => None,
        Validity::Expired(name, until) => Some(format!(
            "the certificate of {name} was valid until {until}, and nothing proves that the signature is older"
        )),
        Validity::NotYet(name, from) => Some(format!(
            "the certificate of {name} is valid only from {from}"
        )),
    }
}

fn wrong(
    facts: &SignatureFacts,
    mathematics: &Mathematics,
    proof: &Proof,
    opened: &Opened,
) -> Option<String> {
    if !facts.later.permitted {
        let rule = facts.later.forbidden_by.clone();
        return Some(rule.unwrap_or_else(|| "it was changed later".to_owned()));
    }
    let (ended, of_algorithms) = algorithms::check(mathematics, &opened.algorithms, proof.time);
    match mathematics.against.or(ended) {
        Some(Verdict::TotalPassed) | None => proof.disorder(),
        Some(Verdict::TotalFailed(_) | Verdict::Indeterminate(_)) => of_algorithms
            .iter()
            .chain(mathematics.findings.iter().rev())
            .find(|finding| finding.severity == super::Severity::Failure)
            .map(|finding| finding.detail.clone()),
    }
}
