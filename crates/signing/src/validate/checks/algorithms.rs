//! Whether the algorithms still proved something when they were used (EN 319 102-1 5.2.8 and 5.6.2.4).

use crate::{
    UtcTime,
    policy::{AlgorithmPolicy, algorithms::Ended},
    validate::{
        checks::mathematics::Mathematics,
        finding::{Code, Finding},
        verdict::{Indeterminate, Verdict},
    },
};

/// What stands against a signature for the algorithms it rests on, and what was found; at the best time that is proven for
/// it.
pub(crate) fn check(
    mathematics: &Mathematics,
    policy: &AlgorithmPolicy,
    at: UtcTime,
) -> (Option<Verdict>, Vec<Finding>) {
    // Only what the signature itself binds is proof that it is not older than its certificate.
    let bound = mathematics.signer.as_ref().filter(|_| mathematics.bound);
    let made_after = bound.map(|signer| signer.not_before);
    let (mut against, mut findings) = (None, Vec::new());
    for used in &mathematics.uses {
        if let Some(ended) = policy.ended(used, at) {
            against.get_or_insert(verdict(&ended, made_after));
            findings.push(finding(&ended, ""));
        }
    }
    (against, findings)
}

/// An algorithm that had ended when it was used fails for good; otherwise an older proof of existence would help.
pub(crate) fn verdict(ended: &Ended, made_after: Option<UtcTime>) -> Verdict {
    let too_late = match ended.until {
        Some(until) => made_after.is_some_and(|made| made > until),
        None => true,
    };
    Verdict::Indeterminate(Some(if too_late {
        Indeterminate::CryptoConstraintsFailure
    } else {
        Indeterminate::CryptoConstraintsFailureNoPoe
    }))
}

pub(crate) fn finding(ended: &Ended, of: &str) -> Finding {
    let detail = format!("{of}no longer proves anything by itself: {ended}");
    Finding::failure(Code::AlgorithmWeak, detail)
}
