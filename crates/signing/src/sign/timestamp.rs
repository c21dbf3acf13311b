//! The timestamp of a signature: what it is put on, and putting it into the CMS (EN 319 142-1 6.3, level B-T).

use super::error::SignError;
use crate::cms::{
    TimestampToken,
    ber::BerError,
    timestamp::{Imprint, signature_value, with_timestamp},
};
use crate::x509::signature::Digest;

/// What a signature timestamp is put on: the signature value of this CMS.
///
/// # Errors
/// When the bytes are no CMS of one signer.
pub fn imprint(cms: &[u8], digest: Digest) -> Result<Imprint, SignError> {
    let value = signature_value(cms).map_err(refused)?;
    Ok(Imprint::of(digest, &value))
}

/// The CMS with a timestamp on its signature among its unsigned attributes.
///
/// # Errors
/// When the bytes are no CMS of one signer, or the time was put on something else.
pub fn add(cms: &[u8], token: &TimestampToken) -> Result<Vec<u8>, SignError> {
    token.stamps_bytes(&signature_value(cms).map_err(refused)?)?;
    with_timestamp(cms, token).map_err(refused)
}

fn refused(problem: BerError) -> SignError {
    SignError::Timestamp(problem.into())
}
