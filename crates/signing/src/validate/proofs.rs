//! Proofs of existence: for each signature the time at which it is judged, found by going from the newest document
//! timestamp to older ones (EN 319 102-1 5.6, as far as timestamps go).

use super::{
    checks::mathematics::Mathematics,
    evidence::{Material, Opened},
    facts::{Facts, SignatureFacts},
    finding::{Code, Finding},
    report::Kind,
};
use crate::{
    UtcTime,
    cms::timestamp::{self, TimestampProblem, TimestampToken},
    policy::RevocationRule,
    x509::{Certificate, Path, crl::Status},
};

/// What is proven about one signature.
#[derive(Debug)]
pub(super) struct Proof {
    /// When it existed for certain, or the time of judging when nothing proves an earlier one.
    pub(super) time: UtcTime,
    /// Whether a timestamp proves that time.
    pub(super) proven: bool,
    /// Whose clock that was.
    pub(super) by: Option<String>,
    /// The paths of the signature timestamps that count, each with the time it is judged at.
    pub(super) stamped_by: Vec<(Path, UtcTime)>,
    /// Whether a document timestamp that counts covers it and a security store.
    pub(super) archived: bool,
    /// What was found.
    pub(super) findings: Vec<Finding>,
}

/// One for each signature, in the order of the facts. `mathematics` is in that order too.
pub(super) fn establish(
    facts: &Facts,
    mathematics: &[Mathematics],
    opened: &Opened,
    at: UtcTime,
) -> Vec<Proof> {
    let mut proofs = Vec::new();
    let (mut time, mut proven, mut archived) = (at, false, false);
    let mut by = None;
    for (facts, mathematics) in facts.signatures.iter().zip(mathematics).rev() {
        let material = opened.with_cms(facts);
        let mut proof = Proof {
            time,
            proven,
            by: by.clone(),
            stamped_by: Vec::new(),
            archived,
            findings: Vec::new(),
        };
        match facts.kind {
            Kind::Signature => stamps(&mut proof, facts, &material, opened),
            Kind::DocumentTimestamp => {
                let stamped = document_timestamp(facts, mathematics, &material, opened, time);
                if let Ok((stamped, authority)) = stamped {
                    if stamped <= time {
                        (time, by) = (stamped, Some(authority));
                    }
                    proven = true;
                    archived |= facts.covers_store;
                }
            }
        }
        proofs.push(proof);
    }
    proofs.reverse();
    proofs
}

/// The signature timestamps, each judged at the time that is proven without it.
fn stamps(proof: &mut Proof, facts: &SignatureFacts, material: &Material, opened: &Opened) {
    let Ok([signer]) = facts.cms.as_ref().map(|cms| cms.signers.as_slice()) else {
        return;
    };
    let known = proof.time;
    let mut seen = Vec::new();
    for token in timestamp::tokens(signer) {
        if seen.contains(&token) {
            let detail = format!(
                "the signature timestamp of {} stands there again",
                token.time
            );
            proof
                .findings
                .push(Finding::warning(Code::TimestampDuplicated, detail));
            continue;
        }
        seen.push(token.clone());
        let judged = token
            .stamps_bytes(&signer.signature)
            .and_then(|()| token.check())
            .and_then(|authority| trusted(&token, &authority, material, opened, known));
        match judged {
            Ok(path) => {
                let detail = format!("a signature timestamp proves {}", token.time);
                proof
                    .findings
                    .push(Finding::info(Code::TimestampGood, detail));
                if token.time <= proof.time {
                    proof.time = token.time;
                    let leaf = path.certificates().first();
                    proof.by = leaf.map(|authority| authority.subject_text.clone());
                }
                proof.proven = true;
                proof.stamped_by.push((path, known));
            }
            Err(problem) => {
                let detail = format!("the signature timestamp proves nothing: {problem}");
                proof
                    .findings
                    .push(Finding::warning(Code::TimestampUnusable, detail));
            }
        }
    }
}

fn document_timestamp(
    facts: &SignatureFacts,
    mathematics: &Mathematics,
    material: &Material,
    opened: &Opened,
    at: UtcTime,
) -> Result<(UtcTime, String), TimestampProblem> {
    let holds = (mathematics.digest_ok, mathematics.signature_ok) == (Some(true), Some(true));
    let Ok(cms) = &facts.cms else {
        return Err(TimestampProblem::NoToken);
    };
    if !holds || mathematics.against.is_some() || facts.range.is_err() {
        return Err(TimestampProblem::Signature);
    }
    let token = TimestampToken::of(cms)?;
    let authority = token.check()?;
    trusted(&token, &authority, material, opened, at)?;
    Ok((token.time, authority.subject_text))
}

/// A path to an anchor in time, with nothing on it revoked.
fn trusted(
    token: &TimestampToken,
    authority: &Certificate,
    material: &Material,
    opened: &Opened,
    at: UtcTime,
) -> Result<Path, TimestampProblem> {
    let path = token.path(authority, &material.pool, &opened.for_timestamps, at)?;
    let rule = opened.rule(&path);
    for (certificate, issuer) in path.links() {
        let name = || certificate.subject_text.clone();
        match (material.revocations.status(certificate, issuer, at), rule) {
            (_, RevocationRule::Ignore)
            | (Status::Good { .. }, _)
            | (Status::Unknown(_), RevocationRule::IfKnown) => {}
            (Status::Revoked { since, .. }, _) => {
                return Err(TimestampProblem::Revoked(name(), since));
            }
            (Status::Unknown(_), RevocationRule::Require) => {
                return Err(TimestampProblem::RevocationUnknown(name()));
            }
        }
    }
    Ok(path)
}
