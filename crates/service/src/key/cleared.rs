//! Whether the certificate of a key from elsewhere holds now.

use signing::sign::{SignError, extend, lint};
use signing::validate::{Evidence, needs_of_signer};
use signing::{CertificateDer, UtcTime};

use super::KeyProblem;
use crate::verification::Trust;
use crate::{App, ServiceError};

/// Looks at a certificate before its key is used: fit to sign, a path to an anchor of ours, and not revoked as far as its
/// issuers tell. Silence about revocation makes nothing unfit, as everywhere (`if_known`); a level above B-T asks again.
///
/// # Errors
/// [`KeyProblem::Unfit`].
pub(crate) async fn cleared(app: &App, chain: &[CertificateDer]) -> Result<(), ServiceError> {
    let at = UtcTime::from_unix(app.now().seconds());
    lint::certificate(chain, at).map_err(KeyProblem::from)?;
    let Trust {
        policy,
        mut evidence,
    } = Trust::load(app).await?;
    let needs = |evidence: &Evidence| needs_of_signer(chain, &policy, evidence, at);
    let fetching = remote::evidence::complete(&app.outside, &mut evidence, &app.rng, at, needs);
    if let Err(problem) = fetching.await {
        tracing::info!(%problem, "revocation of an official's certificate could not be looked up");
    }
    match extend::clear_signer(chain, &policy, &evidence, at) {
        Ok(()) | Err(SignError::NoEvidence { .. }) => Ok(()),
        Err(problem) => Err(KeyProblem::from(problem).into()),
    }
}
