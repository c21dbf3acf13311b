//! Answers of OCSP responders (RFC 6960 appendix A, over HTTP POST).

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use signing::UtcTime;
use signing::x509::ocsp::OcspRequest;

use crate::evidence::SourceError;
use crate::{Outgoing, Outside, Purpose};

/// Asks one responder; gives the answer's DER when it says good or revoked, and says so rightly.
///
/// # Errors
/// [`SourceError`].
pub async fn ask(
    outside: &Outside,
    url: &str,
    request: &OcspRequest,
    now: UtcTime,
) -> Result<Vec<u8>, SourceError> {
    let mut headers = HeaderMap::new();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/ocsp-request"),
    );
    let answer = outside
        .send(Outgoing {
            purpose: Purpose::Ocsp,
            method: Method::POST,
            url,
            headers,
            body: Bytes::from(request.to_der()),
        })
        .await?;
    if answer.status != StatusCode::OK {
        return Err(SourceError::Status(answer.status));
    }
    request.accept(&answer.body, now)?;
    Ok(answer.body.to_vec())
}
