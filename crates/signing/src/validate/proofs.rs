//! Proofs of existence: for each signature the time at which it is judged, found by going from the newest document
//! timestamp to older ones (EN 319 102-1 5.6, as far as timestamps go).

use super::{
    checks::{algorithms, mathematics::Mathematics},
    evidence::{Material, Opened},
    facts::{Facts, SignatureFacts},
    finding::{Code, Finding},
    report::Kind,
};
use crate::{
    UtcTime,
    cms::timestamp::{self, TimestampProblem, TimestampToken},
    policy::{RevocationRule, algorithms::Used},
    x509::{Certificate, Path, crl::Status},
};

/// What is proven about one signature.
#[derive(Debug)]
pub(super) struct Proof {
    /// When it existed for certain, or the time of judging when nothing proves an earlier one.
    pub(super) time: UtcTime,
    /// Whether a timestamp proves that time.
    pub(super) proven: bool,
    /// The same time without the signature's own timestamps: when all that stands in its CMS existed.
    pub(super) enclosed: UtcTime,
    /// The time that a document timestamp puts, by its own clock, when it counts.
    pub(super) put: Option<UtcTime>,
    /// The latest time of a document timestamp that counts and that this signature covers: it was made later.
    pub(super) made_after: Option<UtcTime>,
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
            enclosed: time,
            put: None,
            made_after: None,
            by: by.clone(),
            stamped_by: Vec::new(),
            archived,
            findings: Vec::new(),
        };
        match facts.kind {
            Kind::Signature => stamps(&mut proof, facts, &material, opened, at),
            Kind::DocumentTimestamp => {
                let stamped = document_timestamp(facts, mathematics, &material, opened, time);
                if let Ok((stamped, authority)) = stamped {
                    proof.put = Some(stamped);
                    match Weight::of(stamped, time, at) {
                        Weight::Earlier => (time, by) = (stamped, Some(authority)),
                        Weight::Known => by = by.or(Some(authority)),
                        Weight::Future => {
                            proof.findings.push(ahead(stamped, at));
                            proofs.push(proof);
                            continue;
                        }
                    }
                    proven = true;
                    archived |= facts.covers_store;
                }
            }
        }
        proofs.push(proof);
    }
    proofs.reverse();
    covered(facts, &mut proofs);
    proofs
}

/// What covers a document timestamp was made after it.
fn covered(facts: &Facts, proofs: &mut [Proof]) {
    let put: Vec<(u64, UtcTime)> = facts
        .signatures
        .iter()
        .zip(proofs.iter())
        .filter_map(|(facts, proof)| Some((facts.range.as_ref().ok()?.end, proof.put?)))
        .collect();
    for (facts, proof) in facts.signatures.iter().zip(proofs) {
        if let Ok(own) = &facts.range {
            let before = put.iter().filter(|(end, _)| *end <= own.gap.start);
            proof.made_after = before.map(|(_, time)| *time).max();
        }
    }
}

/// The signature timestamps, each judged at the time that is proven without it.
fn stamps(
    proof: &mut Proof,
    facts: &SignatureFacts,
    material: &Material,
    opened: &Opened,
    at: UtcTime,
) {
    let Ok([signer]) = facts.cms.as_ref().map(|cms| cms.signers.as_slice()) else {
        return;
    };
    let known = proof.time;
    let mut seen = Vec::new();
    for token in timestamp::tokens(signer) {
        let token = match token {
            Ok(token) => token,
            Err(problem) => {
                proof.findings.push(unusable(&problem));
                continue;
            }
        };
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
            .stamps_bytes_by(&signer.signature, &opened.algorithms, known)
            .and_then(|()| token.check_by(&opened.algorithms, known))
            .and_then(|authority| trusted(&token, &authority, material, opened, known));
        match judged {
            Ok(_) if Weight::of(token.time, known, at) == Weight::Future => {
                proof.findings.push(ahead(token.time, at));
            }
            Ok(path) => {
                let detail = format!("a signature timestamp proves {}", token.time);
                proof
                    .findings
                    .push(Finding::info(Code::TimestampGood, detail));
                let leaf = path.certificates().first();
                let authority = leaf.map(|authority| authority.subject_text.clone());
                match Weight::of(token.time, proof.time, at) {
                    Weight::Earlier => {
                        (proof.time, proof.by) = (token.time, authority);
                    }
                    Weight::Known | Weight::Future => proof.by = proof.by.take().or(authority),
                }
                proof.proven = true;
                proof.stamped_by.push((path, known));
            }
            Err(problem) => proof.findings.push(unusable(&problem)),
        }
    }
}

/// What a timestamp's time says beside the time at which it exists for certain.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Weight {
    /// The time is proven.
    Earlier,
    /// It proves no more than what is known: the clocks differ.
    Known,
    /// It lies ahead of the time of judging, further than a clock is wrong.
    Future,
}

impl Weight {
    fn of(stamped: UtcTime, known: UtcTime, at: UtcTime) -> Self {
        let ahead = stamped.unix().saturating_sub(at.unix());
        if ahead > timestamp::PLAUSIBLE_SECONDS {
            Self::Future
        } else if stamped <= known {
            Self::Earlier
        } else {
            Self::Known
        }
    }
}

fn ahead(stamped: UtcTime, at: UtcTime) -> Finding {
    let detail = format!("a timestamp of {stamped} proves nothing at {at}, before its time");
    Finding::warning(Code::TimestampUnusable, detail)
}

fn unusable(problem: &TimestampProblem) -> Finding {
    let detail = format!("the signature timestamp proves nothing: {problem}");
    Finding::warning(Code::TimestampUnusable, detail)
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
    let (ended, _) = algorithms::check(mathematics, &opened.algorithms, at);
    if !holds || mathematics.against.is_some() || ended.is_some() || facts.range.is_err() {
        return Err(TimestampProblem::Signature);
    }
    let token = TimestampToken::of(cms)?;
    let authority = token.check_by(&opened.algorithms, at)?;
    trusted(&token, &authority, material, opened, at)?;
    Ok((token.time, authority.subject_text))
}

impl Proof {
    /// Why the timestamps contradict each other about this signature, where they do (EN 319 102-1 5.5.4).
    pub(super) fn disorder(&self) -> Option<String> {
        let own = self.put.into_iter().chain(self.proven.then_some(self.time));
        let (own, covered) = (own.min()?, self.made_after?);
        let late = covered.unix().saturating_sub(own.unix()) > timestamp::PLAUSIBLE_SECONDS;
        late.then(|| {
            format!("one timestamp proves that it existed at {own}, and it covers a timestamp of {covered}")
        })
    }
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
    // Nobody puts a time with a certificate that he did not have yet.
    if token.time < authority.not_before {
        return Err(TimestampProblem::Validity(format!(
            "{} is valid only from {}",
            authority.subject_text, authority.not_before
        )));
    }
    let rule = opened.rule(&path);
    for (certificate, issuer) in path.links() {
        let name = || certificate.subject_text.clone();
        let used = certificate
            .scheme()
            .map(|scheme| Used::Value(scheme, issuer.key.kind.clone()));
        if let Some(ended) = used.and_then(|used| opened.algorithms.ended(&used, at)) {
            return Err(TimestampProblem::Algorithm(ended.algorithm));
        }
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
