//! A signature from the key to the verdict, over a page that is thrown away.

use std::sync::Arc;

use signing::sign::{AttributeSigner, Place, Request, Room, SignerError};
use signing::validate::{Evidence, Headline, Policy};
use signing::{UtcTime, cms};

use crate::App;
use crate::sign::capacity_for;

/// Why a trial did not end with a signature that is intact.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TrialProblem {
    /// The key did not sign.
    #[error("signing did not go: {0}")]
    Key(#[from] SignerError),
    /// A step around it did not go, or the validator finds fault.
    #[error("{0}")]
    Step(String),
}

/// Signs a page and has it judged. It holds up its thread.
///
/// # Errors
/// The step that did not go, and why.
pub(crate) fn sign(
    app: &App,
    signer: &dyn AttributeSigner,
    evidence: Evidence,
    policy: Policy,
) -> Result<(), TrialProblem> {
    let at = UtcTime::from_unix(app.now().seconds());
    let mut document = page();
    let request = Request {
        room: Room::Bytes(capacity_for(signer.certificate_chain())),
        ..Request::new(Place::Invisible { name: None }, at)
    };
    let prepared = app
        .worker
        .prepare(Arc::new(document.clone()), request, signer.algorithm())
        .map_err(|error| step("preparing", &error))?;
    let chain = signer.certificate_chain();
    let leaf = chain.first().map(|leaf| leaf.0.as_slice());
    let attributes = prepared
        .signed_attributes(leaf.unwrap_or_default())
        .map_err(|error| step("preparing", &error))?;
    let value = signer.sign(attributes.der())?;
    let cms = cms::assemble(&attributes, &value, signer.algorithm(), chain)
        .map_err(|error| step("signing", &error))?;
    let append = app
        .worker
        .embed(Arc::new(document.clone()), prepared, cms)
        .map_err(|error| step("embedding", &error))?;
    document.extend_from_slice(&append);
    let report = app
        .worker
        .validate(Arc::new(document), evidence, policy, at)
        .map_err(|error| step("validating", &error))?;
    if report.headline == Headline::Intact {
        return Ok(());
    }
    Err(TrialProblem::Step(format!(
        "the validator finds it {:?} instead of intact",
        report.headline
    )))
}

/// A step that did not go.
pub(crate) fn step(name: &str, error: &dyn std::error::Error) -> TrialProblem {
    TrialProblem::Step(format!("{name} did not go: {error}"))
}

/// An empty page, with a cross-reference table, as a file that had to be repaired is not signed.
fn page() -> Vec<u8> {
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    ];
    let mut file = "%PDF-1.7\n".to_owned();
    let mut table = vec!["xref\n0 4\n0000000000 65535 f \n".to_owned()];
    for (number, object) in (1..).zip(objects) {
        table.push(format!("{:010} 00000 n \n", file.len()));
        file = format!("{file}{number} 0 obj\n{object}\nendobj\n");
    }
    let (start, table) = (file.len(), table.concat());
    let trailer = format!("trailer\n<< /Root 1 0 R /Size 4 >>\nstartxref\n{start}\n%%EOF\n");
    [file, table, trailer].concat().into_bytes()
}
