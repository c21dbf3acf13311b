//! Facts, evidence and a policy become a report: pure, and it never fails.

use super::{
    checks::{changes, mathematics::Mathematics, profile, trust::Trust},
    evidence::{Evidence, Opened},
    facts::{Behind, Facts, Form, SignatureFacts},
    finding::{Code, Finding},
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
    let opened = Opened::new(facts, evidence, policy);
    let signatures = facts
        .signatures
        .iter()
        .map(|signature| one(facts, signature, &opened, at));
    Report::of_signatures(signatures.collect(), findings, at)
}

fn one(file: &Facts, facts: &SignatureFacts, opened: &Opened, at: UtcTime) -> SignatureReport {
    let mathematics = Mathematics::check(facts, &opened.certificates);
    let trust = match &mathematics.signer {
        Some(signer) if facts.kind == Kind::Signature => Trust::check(signer, facts, opened, at),
        Some(_) | None => Trust::unknown(),
    };
    let verdict = conclude(file, facts, &mathematics, &trust);
    let mut findings = mathematics.findings;
    findings.extend(changes::check(file, facts));
    findings.extend(trust.findings);
    findings.extend(time_findings(facts));
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
        level: level(facts),
        issuer: mathematics
            .signer
            .as_ref()
            .map(|signer| signer.issuer_text.clone()),
        signer: mathematics.signer.map(|signer| signer.subject_text),
        claimed_time: facts.claimed_time,
        best_time: (verdict == Verdict::TotalPassed).then_some(at),
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
    trust: &Trust,
) -> Verdict {
    if let Some(failed @ Verdict::TotalFailed(_)) = mathematics.against {
        return failed;
    }
    if trust.revocation == Revocation::Revoked
        && let Some(revoked) = trust.against
    {
        return revoked;
    }
    if let Some(held) = mathematics.against {
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
    match (facts.kind, mathematics.digest_ok, mathematics.signature_ok) {
        (Kind::Signature, Some(true), Some(true)) if facts.range.is_ok() => Verdict::TotalPassed,
        (Kind::Signature | Kind::DocumentTimestamp, _, _) => Verdict::Indeterminate(None),
    }
}

fn attributes(facts: &SignatureFacts) -> Option<&crate::cms::parse::ReceivedAttributes> {
    match facts.cms.as_ref().ok()?.signers.as_slice() {
        [signer] => signer.signed_attributes.as_ref(),
        _ => None,
    }
}

fn level(facts: &SignatureFacts) -> Option<Level> {
    let attributes = attributes(facts)?;
    match facts.form {
        Form::Pades => profile::is_baseline(&facts.form, attributes).then_some(Level::PadesBB),
        Form::Pkcs7 => Some(Level::Pkcs7B),
        Form::Timestamp | Form::Other(_) => None,
    }
}

fn time_findings(facts: &SignatureFacts) -> Vec<Finding> {
    let mut findings = Vec::new();
    let signature_timestamp = facts
        .cms
        .as_ref()
        .is_ok_and(|cms| cms.signers.iter().any(profile::has_timestamp));
    if facts.kind == Kind::DocumentTimestamp {
        let detail = "document timestamps are not judged here; its digest and value were computed";
        findings.push(Finding::warning(Code::TimestampNotJudged, detail));
    } else if signature_timestamp {
        let detail = "the signature timestamp is not judged here; the time stays a claim";
        findings.push(Finding::warning(Code::TimestampNotJudged, detail));
    }
    if facts.kind == Kind::Signature && facts.claimed_time.is_some() {
        let detail = "the time is the signer's own claim";
        findings.push(Finding::info(Code::TimeClaimed, detail));
    }
    findings
}
