//! A signature from the key to the verdict, of which nothing is kept.

use std::sync::Arc;

use custody::{Addresses, CertificateAuthority, OfficialRequest, generate_key};
use signing::policy::trust::{Anchor, RevocationRule};
use signing::sign::{AttributeSigner, CertificateDer, Place, Request, RingSigner};
use signing::validate::{Evidence, Headline, Policy, TrustAnchors};
use signing::{UtcTime, cms};

use crate::App;

/// Signs a page and has it judged; the error says which step did not go.
pub(super) fn sign(app: &App) -> Result<(), String> {
    let now = app.now().micros().div_euclid(1_000_000);
    let at = UtcTime::from_unix(now);
    let (signer, root) = throw_away(app, now)?;

    let mut document = page();
    let request = Request::new(Place::Invisible { name: None }, at);
    let prepared = app
        .worker
        .prepare(Arc::new(document.clone()), request)
        .map_err(|error| step("preparing", &error))?;
    let chain = signer.certificate_chain();
    let leaf = chain.first().map(|leaf| leaf.0.as_slice());
    let attributes = prepared
        .signed_attributes(leaf.unwrap_or_default())
        .map_err(|error| step("preparing", &error))?;
    let value = signer
        .sign(attributes.der())
        .map_err(|error| step("signing", &error))?;
    let cms = cms::assemble(&attributes, &value, signer.algorithm(), chain)
        .map_err(|error| step("signing", &error))?;
    let append = app
        .worker
        .embed(Arc::new(document.clone()), prepared, cms)
        .map_err(|error| step("embedding", &error))?;
    document.extend_from_slice(&append);

    let mut anchors = TrustAnchors::new();
    anchors.add(Anchor::new(root, RevocationRule::Ignore));
    let report = app
        .worker
        .validate(Arc::new(document), Evidence::new(), Policy { anchors }, at)
        .map_err(|error| step("validating", &error))?;
    if report.headline == Headline::Intact {
        return Ok(());
    }
    Err(format!(
        "the validator finds it {:?} instead of intact",
        report.headline
    ))
}

/// A key with a chain of its own, so that none of the office's keys is touched.
fn throw_away(app: &App, now: i64) -> Result<(RingSigner, CertificateDer), String> {
    let ca = |error: custody::CaError| step("making a key", &error);
    // Valid before now, as a clock that goes back a second must not fail it.
    let since = now - 3_600;
    let root = CertificateAuthority::new_root(WHO, WHO, since, &app.rng).map_err(ca)?;
    let addresses = Addresses {
        crl: "http://doctor.invalid/x.crl".to_owned(),
        issuer: "http://doctor.invalid/x.cer".to_owned(),
    };
    let issuing = root
        .issue_issuing(WHO, ISSUING, &addresses, since, &app.rng)
        .map_err(ca)?;
    let request = OfficialRequest {
        name: WHO.to_owned(),
        organisation: WHO.to_owned(),
        opd: WHO.to_owned(),
        title: None,
        days: 1,
    };
    let key = generate_key(&app.rng).map_err(ca)?;
    let leaf = issuing
        .issue_official(&request, &addresses, &key, since, &app.rng)
        .map_err(ca)?;
    let chain = vec![
        CertificateDer(leaf),
        CertificateDer(issuing.certificate().to_vec()),
    ];
    let signer = RingSigner::from_pkcs8(key.expose(), chain, app.rng.clone())
        .map_err(|error| step("making a key", &error))?;
    Ok((signer, CertificateDer(root.certificate().to_vec())))
}

fn step(name: &str, error: &dyn std::error::Error) -> String {
    format!("{name} did not go: {error}")
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

const WHO: &str = "Pena doctor";
const ISSUING: &str = "Pena doctor issuing";
