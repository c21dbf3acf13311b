//! The certificate of an issuer, where the certificate below it says it lies (RFC 5280 4.2.2.1, id-ad-caIssuers).

use signing::CertificateDer;
use signing::x509::certificate::issuers;

use crate::evidence::{SourceError, get};
use crate::{Outside, Purpose};

/// Fetches the certificates at one address. They prove nothing until a path over them ends in an anchor.
///
/// # Errors
/// [`SourceError`].
pub async fn fetch(outside: &Outside, url: &str) -> Result<Vec<CertificateDer>, SourceError> {
    let body = get(outside, Purpose::Issuer, url).await?;
    let found = issuers(&body);
    if found.is_empty() {
        return Err(SourceError::NoCertificate);
    }
    Ok(found)
}
