//! Facts, evidence and a policy become a report: pure, and it never fails.

use super::{
    checks::{algorithms, changes, mathematics::Mathematics, profile, trust::Trust},
    evidence::{Evidence, Opened},
    facts::{Behind, Facts, Form, SignatureFacts},
    finding::{Code, Finding},
    proofs::{self, Proof},
    report::{Headline, Kind, Level, Report, Revocation, SignatureReport},
    verdict::{Indeterminate, Verdict},
};
use crate::{UtcTime, policy::Policy};

/// Judges what was read, at a time, by a policy (EN 319 102-1 5.3).
pub fn judge(facts: &Facts, evidence: &Evidence, policy: &Policy, at: UtcTime) -> Report {
    let mut findings = Vec::new();
    if facts.repaired {
        let detail = "the cross-reference chain is broken and was pieced together";
        findings.push(Finding::warning(Code::StructureRepaired, detail));
    }
    if facts.signatures.is_empty() {
        return Report::without_signatures(Headline::Unsigned, findings, at);
    }
    findings.extend(second_reading(facts));
    let opened = Opened::new(facts, evidence, policy, at);
    let mathematics: Vec<Mathematics> = facts
        .signatures
        .iter()
        .map(|signature| Mathematics::check(signature, &opened.certificates))
        .collect();
    let proofs = proofs::establish(facts, &mathematics, &opened, at);
    let signatures = facts
        .signatures
        .iter()
        .zip(mathematics)
        .zip(proofs)
        .map(|((signature, mathematics), proof)| one(facts, signature, mathematics, proof, &opened))
        .collect();
    Report::of_signatures(signatures, findings, at)
}

/// Where one reader may see another document than the next, a second, independent reading would help; none was made.
fn second_reading(facts: &Facts) -> Option<Finding> {
    let appended = facts.signatures.iter().any(|signature| {
        let range = signature.range.as_ref();
        range.is_ok_and(|covered| covered.behind == Behind::More)
    });
    (appended || facts.repaired || facts.hybrid).then(|| {
        let detail = "the file was read by one reader alone";
        Finding::info(Code::SecondReadingNotMade, detail)
    })
}

fn one(
    file: &Facts,
    facts: &SignatureFacts,
    mathematics: Mathematics,
    proof: Proof,
    opened: &Opened,
) -> SignatureReport {
    let trust = match &mathematics.signer {
        Some(signer) => Trust::check(signer, facts, opened, &proof),
        None => Trust::unknown(),
    };
    let (ended, of_algorithms) = algorithms::check(&mathematics, &opened.algorithms, proof.time);
    let disorder = proof.disorder();
    let held = mathematics
        .against
        .or(ended)
        .or(disorder.as_ref().map(|_| DISORDER));
    let verdict = conclude(file, facts, &mathematics, held, &trust);
    let level = level(facts, &proof, &trust, opened);
    let mut findings = mathematics.findings;
    findings.extend(of_algorithms);
    findings.extend(disorder.map(|detail| Finding::failure(Code::TimestampOrder, detail)));
    findings.extend(changes::check(file, facts));
    findings.extend(trust.findings);
    findings.extend(proof.findings);
    findings.extend(time_findings(facts, proof.proven));
    let covers_whole_file = facts
        .range
        .as_ref()
        .is_ok_and(|covered| covered.behind == Behind::Nothing);
    SignatureReport {
        field: facts.field.clone(),
        kind: facts.kind,
        verdict,
        digest_ok: mathematics.digest_ok,
        signature_ok: mathematics.signature_ok,
        covers_whole_file,
        modification: facts.later.modification,
        modification_permitted: facts.later.permitted,
        level,
        issuer: mathematics
            .signer
            .as_ref()
            .map(|signer| signer.issuer_text.clone()),
        signer: mathematics.signer.map(|signer| signer.subject_text),
        claimed_time: facts.claimed_time,
        best_time: (verdict == Verdict::TotalPassed).then_some(proof.time),
        time_authority: proof.by,
        findings,
        revocation: trust.revocation,
        anchor: trust.anchor,
        algorithm: mathematics.algorithm,
        certifies: facts.certifies,
        changes: facts.later.changes.clone(),
    }
}

/// The worst that stands against the signature; nothing passes that something stands against.
fn conclude(
    file: &Facts,
    facts: &SignatureFacts,
    mathematics: &Mathematics,
    held: Option<Verdict>,
    trust: &Trust,
) -> Verdict {
    for against in [held, trust.against] {
        if let Some(failed @ Verdict::TotalFailed(_)) = against {
            return failed;
        }
    }
    if trust.revocation == Revocation::Revoked
        && let Some(revoked) = trust.against
    {
        return revoked;
    }
    if let Some(held) = held {
        return held;
    }
    let constraint = Verdict::Indeterminate(Some(Indeterminate::SigConstraintsFailure));
    let unbound = facts.form == Form::Pades && !attributes(facts).is_some_and(profile::binds);
    if !facts.later.permitted || unbound || file.repaired {
        return constraint;
    }
    if let Some(held) = trust.against {
        return held;
    }
    // Only what was computed and found right may pass.
    match (mathematics.digest_ok, mathematics.signature_ok) {
        (Some(true), Some(true)) if facts.range.is_ok() => Verdict::TotalPassed,
        (_, _) => Verdict::Indeterminate(None),
    }
}

const DISORDER: Verdict = Verdict::Indeterminate(Some(Indeterminate::TimestampOrderFailure));

fn attributes(facts: &SignatureFacts) -> Option<&crate::cms::parse::ReceivedAttributes> {
    match facts.cms.as_ref().ok()?.signers.as_slice() {
        [signer] => signer.signed_attributes.as_ref(),
        _ => None,
    }
}

/// EN 319 142-1 6.1: each level is the one below and more. What proves nothing does not count.
fn level(facts: &SignatureFacts, proof: &Proof, trust: &Trust, opened: &Opened) -> Option<Level> {
    match facts.form {
        Form::Pkcs7 => return Some(Level::Pkcs7B),
        Form::Pades if profile::is_baseline(&facts.form, attributes(facts)?) => {}
        Form::Pades | Form::Pkcs7Sha1 | Form::RsaSha1 | Form::Timestamp | Form::Other(_) => {
            return None;
        }
    }
    let stamps_cleared = proof
        .stamped_by
        .iter()
        .all(|(path, at)| opened.clears_by_itself(path, facts, *at));
    Some(
        match (
            proof.proven,
            trust.evidence_embedded && stamps_cleared,
            proof.archived,
        ) {
            (false, _, _) => Level::PadesBB,
            (true, false, _) => Level::PadesBT,
            (true, true, false) => Level::PadesBLT,
            (true, true, true) => Level::PadesBLTA,
        },
    )
}

fn time_findings(facts: &SignatureFacts, proven: bool) -> Vec<Finding> {
    if facts.kind == Kind::Signature && facts.claimed_time.is_some() && !proven {
        let detail = "the time is the signer's own claim";
        return vec![Finding::info(Code::TimeClaimed, detail)];
    }
    Vec::new()
}
