//! Validation in two phases: facts first, judgement second (EN 319 102-1).
//!
//! [`gather`] reads, [`needs`] says what evidence would help, [`judge`] concludes; [`verify`] does it all for bytes of any
//! kind and never fails. Judged here: signatures of the forms `ETSI.CAdES.detached` and `adbe.pkcs7.detached`, and
//! timestamps: each signature at the time that a timestamp proves for it, or at the time of judging.

pub mod bsre;
pub mod evidence;
pub mod facts;
pub mod finding;
pub mod particulars;
pub mod report;
pub mod verdict;

mod checks;
mod coverage;
mod digests;
mod gather;
mod judge;
mod lines;
mod needs;
pub(crate) mod paths;
mod proofs;
mod reading;
mod second_reading;
mod stored;
mod words;
mod xml;

pub use evidence::{BadCrl, Evidence};
pub use facts::Facts;
pub use finding::{Code, Finding, Severity};
pub use gather::gather;
pub use judge::judge;
pub use lines::Language;
pub use needs::{Need, needs, needs_of_signer};
pub use particulars::{Particulars, particulars};
pub use paths::Whose;
pub use reading::{NotRead, Plain, Reading, Seen};
pub use report::{Headline, Kind, Level, Report, Revocation, SignatureReport};
pub use second_reading::SecondReading;
pub use verdict::{Failure, Indeterminate, Indication, Verdict};

pub(crate) use digests::Begun;
pub(crate) use gather::gather_made;

pub use crate::{
    diff::{Change, ChangeKind, Modification, Place, Rectangle, Visibility},
    policy::{Policy, TrustAnchors},
};

use crate::{UtcTime, access::Access, pdf::ReadError, source::ByteSource};

/// Judges any bytes at all at a time. What cannot be read is a headline, not an error.
pub fn verify(
    source: &dyn ByteSource,
    evidence: &Evidence,
    policy: &Policy,
    at: UtcTime,
    access: impl Into<Access>,
) -> Report {
    examine(source, evidence, policy, at, access).1
}

/// Like [`verify`], with the facts that were judged; there are none of a file that cannot be read.
pub fn examine(
    source: &dyn ByteSource,
    evidence: &Evidence,
    policy: &Policy,
    at: UtcTime,
    access: impl Into<Access>,
) -> (Option<Facts>, Report) {
    let problem = match gather(source, access) {
        Ok(facts) => {
            let report = judge(&facts, evidence, policy, at);
            return (Some(facts), report);
        }
        Err(problem) => problem,
    };
    let code = match problem {
        ReadError::Locked | ReadError::Encryption(_) => Code::Locked,
        ReadError::Limit(_) => Code::OverBudget,
        ReadError::Source(_)
        | ReadError::NotPdf
        | ReadError::Syntax { .. }
        | ReadError::Xref(_)
        | ReadError::Misplaced(_)
        | ReadError::Missing(_)
        | ReadError::Filter(_) => Code::NotReadable,
    };
    let findings = vec![Finding::failure(code, problem.to_string())];
    (
        None,
        Report::without_signatures(Headline::Unreadable, findings, at),
    )
}
