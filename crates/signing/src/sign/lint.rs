//! What is looked at before a real key is used: whether its certificate is fit to sign, and whether the signature that was
//! asked for is right, which a key made for this and thrown away shows on the very document.

use super::{
    ceremony::signed_cms,
    error::SignError,
    prepared::ToBeSigned,
    signer::{AttributeSigner, CertificateDer, SignerError},
};
use crate::{
    UtcTime,
    access::Access,
    pdf::ReadError,
    policy::{
        Policy, TrustAnchors,
        trust::{Anchor, AnchorPurpose, RevocationRule},
    },
    source::{ByteSource, Chained},
    validate::{self, Evidence, Severity, Verdict},
    x509::{Certificate, certificate::ExtendedKeyUsage},
};

/// Why a real key is better not used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LintError {
    /// There is no readable certificate.
    #[error(transparent)]
    Signer(#[from] SignerError),
    /// The certificate is not fit to sign now.
    #[error("the certificate of {subject} {problem}")]
    Certificate {
        /// Whose.
        subject: String,
        /// What is wrong.
        problem: CertificateProblem,
    },
    /// Not even a key made for this could sign like this.
    #[error(transparent)]
    Trial(#[from] SignError),
    /// The trial could not be read back.
    #[error("a trial signature was made and cannot be read back: {0}")]
    Read(#[from] ReadError),
    /// Our own validator does not accept the trial.
    #[error("a trial signature was made and our validator finds fault with it: {0}")]
    Judged(String),
}

/// What is wrong with a certificate (RFC 5280 4.1.2.5, 4.2).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CertificateProblem {
    /// Its time is over.
    #[error("was valid until {0}")]
    Over(UtcTime),
    /// Its time has not come.
    #[error("is valid only from {0}")]
    NotYet(UtcTime),
    /// keyUsage names neither digitalSignature nor nonRepudiation.
    #[error("is not for signatures (key usage)")]
    KeyUsage,
    /// extendedKeyUsage names machines only.
    #[error("is for machines, not for signing documents (extended key usage)")]
    Purpose,
    /// A critical extension that validators here would stop at.
    #[error("has the critical extension {0}, which is not processed here")]
    Critical(String),
}

/// Looks at the first certificate of a chain.
///
/// # Errors
/// The first thing that a validator would hold against a signature made with it now.
pub fn certificate(chain: &[CertificateDer], at: UtcTime) -> Result<(), LintError> {
    let leaf = chain.first().ok_or(SignerError::NoCertificate)?;
    let leaf = Certificate::parse(&leaf.0).map_err(|_| SignerError::BadCertificate)?;
    let problem = if at > leaf.not_after {
        CertificateProblem::Over(leaf.not_after)
    } else if at < leaf.not_before {
        CertificateProblem::NotYet(leaf.not_before)
    } else if leaf.key_usage.is_some_and(|usage| !usage.may_sign()) {
        CertificateProblem::KeyUsage
    } else if leaf.extended_key_usage == Some(ExtendedKeyUsage::MachinesOnly) {
        CertificateProblem::Purpose
    } else if let Some(extension) = leaf.unprocessed_critical.first() {
        CertificateProblem::Critical(extension.clone())
    } else {
        return Ok(());
    };
    Err(LintError::Certificate {
        subject: leaf.subject_text,
        problem,
    })
}

/// Fills what was prepared for the document with the signature of a key made for this, whose first certificate is its own
/// anchor, and has the result judged. Nothing of it is kept. What was prepared just now is not hashed once more: the
/// digest goes on from where the document ends. Earlier signatures are not judged.
///
/// # Errors
/// When it cannot be signed like this, or the validator has anything to say against the signature itself.
pub fn document(
    source: &dyn ByteSource,
    prepared: &ToBeSigned,
    throwaway: &dyn AttributeSigner,
    access: &Access,
    at: UtcTime,
) -> Result<(), LintError> {
    let cms = signed_cms(prepared, throwaway)?;
    let append = prepared.fill(&cms).map_err(SignError::from)?;
    let signed = Chained::new(source, append.bytes());
    let facts = validate::gather_made(&signed, access.clone(), prepared.field(), prepared.begun())?;
    let mut anchors = TrustAnchors::new();
    if let Some(own) = throwaway.certificate_chain().first() {
        anchors.add(Anchor {
            certificate: own.clone(),
            revocation: RevocationRule::Ignore,
            purpose: AnchorPurpose::Any,
            name: None,
        });
    }
    let report = validate::judge(&facts, &Evidence::new(), &Policy::new(anchors), at);
    // Where fields share a name, the newest signature comes last.
    let trial = report.signatures.last();
    let trial = trial.ok_or_else(|| LintError::Judged("it is not there".to_owned()))?;
    let against = trial
        .findings
        .iter()
        .find(|finding| finding.severity == Severity::Failure);
    if let Some(finding) = against {
        return Err(LintError::Judged(finding.detail.clone()));
    }
    if trial.verdict != Verdict::TotalPassed || !trial.covers_whole_file {
        return Err(LintError::Judged(format!("{:?}", trial.verdict)));
    }
    Ok(())
}
