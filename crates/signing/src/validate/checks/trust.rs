//! The signer's certificate against the anchors of the policy (EN 319 102-1 5.2.6), its revocation included.

use super::algorithms;
use crate::{
    UtcTime,
    policy::{AlgorithmPolicy, RevocationRule, algorithms::Used},
    validate::{
        evidence::Opened,
        facts::SignatureFacts,
        finding::{Code, Finding},
        paths,
        proofs::Proof,
        report::{Kind, Revocation},
        verdict::{Failure, Indeterminate, Verdict},
    },
    x509::{
        Certificate, Path, PathProblem, Revocations,
        certificate::{ExtendedKeyUsage, KeyService, KeyUsage},
        crl::{Status, Unknown},
        path,
    },
};

/// Whether, and by whom, the signer is vouched for.
#[derive(Debug)]
pub(crate) struct Trust {
    pub(crate) anchor: Option<String>,
    pub(crate) revocation: Revocation,
    /// Whether the file itself holds evidence that clears every certificate of the path.
    pub(crate) evidence_embedded: bool,
    /// What stands against it, worst first.
    pub(crate) against: Option<Verdict>,
    pub(crate) findings: Vec<Finding>,
}

impl Trust {
    /// Nobody looked, because there is nobody to look at.
    pub(crate) const fn unknown() -> Self {
        Self {
            anchor: None,
            revocation: Revocation::NotChecked,
            evidence_embedded: false,
            against: None,
            findings: Vec::new(),
        }
    }

    pub(crate) fn check(
        signer: &Certificate,
        facts: &SignatureFacts,
        opened: &Opened,
        proof: &Proof,
    ) -> Self {
        let at = proof.time;
        let mut trust = Self::unknown();
        let material = opened.with_cms(facts);
        match path::build(signer, &material.pool, opened.anchors_for(facts.kind), at) {
            Ok(path) => {
                trust.embedded(&path, facts, opened, at);
                trust.anchor = opened.anchor_name(&path);
                trust.path(&path, &material.revocations, opened.rule(&path), proof);
                trust.algorithms(&path, &opened.algorithms, proof);
            }
            Err(problem) => trust.no_path(&problem),
        }
        match facts.kind {
            Kind::Signature => trust.purpose(signer),
            Kind::DocumentTimestamp => trust.timestamps_only(signer),
        }
        trust
    }

    fn path(&mut self, path: &Path, known: &Revocations, rule: RevocationRule, proof: &Proof) {
        match rule {
            RevocationRule::Ignore => {
                let detail = "the policy does not ask about revocation";
                self.findings
                    .push(Finding::info(Code::RevocationIgnored, detail));
            }
            RevocationRule::Require | RevocationRule::IfKnown => {
                self.revocation(path, known, rule, proof);
            }
        }
        self.time(path, proof);
    }

    /// EN 319 102-1 5.2.6.4 and 5.5.4: what is proven to lie outside the time of the signer's certificate fails; what is not
    /// proven to lie inside is not established.
    fn time(&mut self, path: &Path, proof: &Proof) {
        let Some(signer) = path.certificates().first() else {
            return;
        };
        let (name, from, until) = (&signer.subject_text, signer.not_before, signer.not_after);
        if proof.proven && proof.time < from {
            let detail = format!(
                "the signature existed at {}, and the certificate of {name} is valid only from {from}",
                proof.time
            );
            return self.fail(Failure::NotYetValid, Code::OutsideValidity, detail);
        }
        if let Some(made) = proof.made_after.filter(|made| *made > until) {
            let detail = format!(
                "the signature was made after {made}, and the certificate of {name} was valid until {until}"
            );
            return self.fail(Failure::Expired, Code::OutsideValidity, detail);
        }
        if let Some(detail) = paths::outside(path) {
            self.findings
                .push(Finding::failure(Code::OutsideValidity, detail));
            self.hold(match self.revocation {
                Revocation::Good => Indeterminate::OutOfBoundsNotRevoked,
                Revocation::Revoked
                | Revocation::RevokedLater
                | Revocation::Unknown
                | Revocation::NotChecked => Indeterminate::OutOfBoundsNoPoe,
            });
        }
    }

    /// The signer's certificate existed when the signature did; those of authorities may have been made since, unless
    /// something proves more than the signature.
    fn algorithms(&mut self, path: &Path, policy: &AlgorithmPolicy, proof: &Proof) {
        for (position, (certificate, issuer)) in path.links().enumerate() {
            let at = if position == 0 {
                proof.time
            } else {
                proof.enclosed
            };
            let used = certificate
                .scheme()
                .map(|scheme| Used::Value(scheme, issuer.key.kind.clone()));
            if let Some(ended) = used.and_then(|used| policy.ended(&used, at)) {
                let of = format!("the certificate of {}: ", certificate.subject_text);
                self.findings.push(algorithms::finding(&ended, &of));
                let verdict = algorithms::verdict(&ended, Some(certificate.not_before));
                self.against.get_or_insert(verdict);
            }
        }
    }

    fn revocation(
        &mut self,
        path: &Path,
        known: &Revocations,
        rule: RevocationRule,
        proof: &Proof,
    ) {
        let at = proof.time;
        for (position, (certificate, issuer)) in path.links().enumerate() {
            let is_signer = position == 0;
            let name = &certificate.subject_text;
            let known = match known.status(certificate, issuer, at) {
                Status::Good { this_update } => match known.revoked_by_now(certificate, issuer) {
                    None => {
                        let detail = format!("{name} is not revoked, as of {this_update}");
                        self.findings
                            .push(Finding::info(Code::RevocationGood, detail));
                        Revocation::Good
                    }
                    Some((since, reason)) => {
                        let reason = reason_text(reason);
                        let detail = format!(
                            "{name} is revoked since {since} ({reason}), which is after the time that is proven"
                        );
                        self.findings
                            .push(Finding::warning(Code::RevokedLater, detail));
                        Revocation::RevokedLater
                    }
                },
                Status::Revoked { since, reason } => {
                    let reason = reason_text(reason);
                    let detail = format!("{name} is revoked since {since} ({reason})");
                    let made_later = proof.made_after.is_some_and(|made| made >= since);
                    let revoked = if !is_signer {
                        Verdict::Indeterminate(Some(Indeterminate::RevokedCaNoPoe))
                    } else if made_later {
                        Verdict::TotalFailed(Failure::Revoked)
                    } else {
                        Verdict::Indeterminate(Some(Indeterminate::RevokedNoPoe))
                    };
                    self.findings.push(Finding::failure(Code::Revoked, detail));
                    match self.against {
                        Some(Verdict::TotalFailed(_)) => {}
                        Some(Verdict::TotalPassed | Verdict::Indeterminate(_)) | None => {
                            self.against = Some(revoked);
                        }
                    }
                    Revocation::Revoked
                }
                Status::Unknown(why) => {
                    self.unknown_revocation(name, why, rule);
                    Revocation::Unknown
                }
            };
            if is_signer || known == Revocation::Revoked {
                self.revocation = known;
            }
        }
        // The signer's own certificate is an anchor: nobody issues lists about it.
        if path.certificates().len() == 1 {
            self.revocation = Revocation::NotChecked;
        }
    }

    fn unknown_revocation(&mut self, name: &str, why: Unknown, rule: RevocationRule) {
        let why = match why {
            Unknown::NoList => "there is neither a revocation list nor an answer",
            Unknown::Partial => {
                "the revocation list covers only a part, or the responder does not know it"
            }
            Unknown::BadSignature => "the revocation evidence is not signed by the issuer",
            Unknown::Stale => "the revocation evidence is out of date",
            Unknown::Ahead => "the revocation evidence is of a time to come",
        };
        let detail = format!("{name}: {why}");
        match rule {
            RevocationRule::Require => {
                self.findings
                    .push(Finding::failure(Code::RevocationUnknown, detail));
                self.hold(Indeterminate::TryLater);
            }
            RevocationRule::IfKnown | RevocationRule::Ignore => {
                self.findings
                    .push(Finding::warning(Code::RevocationUnknown, detail));
            }
        }
    }

    fn no_path(&mut self, problem: &PathProblem) {
        let (code, sub) = match problem {
            PathProblem::NoAnchor(_) | PathProblem::BadSignature(_) => {
                (Code::PathNotFound, Indeterminate::NoCertificateChainFound)
            }
            PathProblem::CannotCheck(_) => (
                Code::AlgorithmUnsupported,
                Indeterminate::CryptoConstraintsFailureNoPoe,
            ),
            PathProblem::Constraint { .. } => {
                (Code::PathConstraint, Indeterminate::ChainConstraintsFailure)
            }
            PathProblem::Budget => (
                Code::PathNotFound,
                Indeterminate::CertificateChainGeneralFailure,
            ),
        };
        self.findings
            .push(Finding::failure(code, problem.to_string()));
        self.hold(sub);
    }

    /// Whether the file itself clears every certificate of the path.
    fn embedded(&mut self, path: &Path, facts: &SignatureFacts, opened: &Opened, at: UtcTime) {
        self.evidence_embedded = opened.clears_by_itself(path, facts, at);
    }

    /// RFC 3161 2.3.
    fn timestamps_only(&mut self, authority: &Certificate) {
        let may_sign = authority.key_usage.is_none_or(KeyUsage::may_sign);
        if authority.service != KeyService::Timestamps || !may_sign {
            let detail =
                "the certificate is not for timestamps alone, or its key not for signatures";
            self.findings
                .push(Finding::failure(Code::KeyPurpose, detail));
            self.hold(Indeterminate::ChainConstraintsFailure);
        }
    }

    /// RFC 5280 4.2.1.3 and 4.2.1.12: the key must be meant for signatures, and not for machines alone.
    fn purpose(&mut self, signer: &Certificate) {
        if signer.key_usage.is_some_and(|usage| !usage.may_sign()) {
            let detail = "the signer's key is not meant for signatures";
            self.findings
                .push(Finding::failure(Code::KeyPurpose, detail));
            self.hold(Indeterminate::ChainConstraintsFailure);
        }
        if signer.extended_key_usage == Some(ExtendedKeyUsage::MachinesOnly) {
            let detail = "the signer's certificate is for machines, not for documents";
            self.findings
                .push(Finding::failure(Code::KeyPurpose, detail));
            self.hold(Indeterminate::ChainConstraintsFailure);
        }
    }

    /// Worse than anything but another failure.
    fn fail(&mut self, failure: Failure, code: Code, detail: String) {
        self.findings.push(Finding::failure(code, detail));
        self.against = match self.against {
            Some(failed @ Verdict::TotalFailed(_)) => Some(failed),
            Some(Verdict::TotalPassed | Verdict::Indeterminate(_)) | None => {
                Some(Verdict::TotalFailed(failure))
            }
        };
    }

    fn hold(&mut self, sub: Indeterminate) {
        self.against
            .get_or_insert(Verdict::Indeterminate(Some(sub)));
    }
}

/// RFC 5280 5.3.1.
fn reason_text(code: Option<u8>) -> &'static str {
    match code {
        Some(1) => "key compromise",
        Some(2) => "CA compromise",
        Some(3) => "affiliation changed",
        Some(4) => "superseded",
        Some(5) => "cessation of operation",
        Some(6) => "on hold",
        Some(9) => "privilege withdrawn",
        Some(10) => "AA compromise",
        Some(_) | None => "no reason given",
    }
}
