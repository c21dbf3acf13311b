//! Revocation lists at their distribution points (RFC 5280 4.2.1.13).

use signing::UtcTime;
use signing::x509::Certificate;
use signing::x509::crl::{Crl, Status, Unknown};

use crate::evidence::{SourceError, get};
use crate::{Outside, Purpose};

/// Fetches one list; gives its DER when it is by the issuer, of now, and tells about the certificate.
///
/// # Errors
/// [`SourceError`].
pub async fn fetch(
    outside: &Outside,
    url: &str,
    certificate: &Certificate,
    issuer: &Certificate,
    now: UtcTime,
) -> Result<Vec<u8>, SourceError> {
    let body = get(outside, Purpose::Crl, url).await?;
    let mut read = signing::validate::Evidence::new();
    read.add_crl_file(&body).map_err(|_| SourceError::NoList)?;
    let der = read.crls.into_iter().next().ok_or(SourceError::NoList)?;
    let list = Crl::parse(&der).map_err(|_| SourceError::NoList)?;
    if list.this_update.unix() > now.unix().saturating_add(CLOCKS_APART) {
        return Err(SourceError::List("it is of a time to come"));
    }
    match list.status(certificate, issuer, now) {
        Status::Good { .. } | Status::Revoked { .. } => Ok(der),
        Status::Unknown(Unknown::NoList) => Err(SourceError::List("it is of another issuer")),
        Status::Unknown(Unknown::Partial) => Err(SourceError::List("it covers only a part")),
        Status::Unknown(Unknown::BadSignature) => {
            Err(SourceError::List("it is not signed by the issuer"))
        }
        Status::Unknown(Unknown::Stale) => Err(SourceError::List("it is out of date")),
        Status::Unknown(Unknown::Ahead) => Err(SourceError::List("it is of a time to come")),
    }
}

const CLOCKS_APART: i64 = 300;
