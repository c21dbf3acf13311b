//! A signature with a key of its own, of which nothing is kept.

use custody::{Addresses, CertificateAuthority, OfficialRequest, generate_key};
use signing::policy::trust::{Anchor, RevocationRule};
use signing::sign::{CertificateDer, LocalSigner};
use signing::validate::{Evidence, Policy, TrustAnchors};

use crate::trial::{TrialProblem, step};
use crate::{App, trial};

/// Signs a page and has it judged; the error says which step did not go.
pub(super) fn sign(app: &App) -> Result<(), TrialProblem> {
    let (signer, root) = throw_away(app, app.now().seconds())?;
    let mut anchors = TrustAnchors::new();
    anchors.add(Anchor::new(root, RevocationRule::Ignore));
    trial::sign(app, &signer, Evidence::new(), Policy::new(anchors))
}

/// A key with a chain of its own, so that none of the office's keys is touched.
fn throw_away(app: &App, now: i64) -> Result<(LocalSigner, CertificateDer), TrialProblem> {
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
    let signer = LocalSigner::from_pkcs8(key.expose(), chain, app.rng.clone())?;
    Ok((signer, CertificateDer(root.certificate().to_vec())))
}

const WHO: &str = "Pena doctor";
const ISSUING: &str = "Pena doctor issuing";
