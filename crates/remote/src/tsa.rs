//! Timestamps from authorities (RFC 3161 3.4, over HTTP), tried one after the other.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use signing::UtcTime;
use signing::cms::timestamp::Imprint;
use signing::cms::{TimestampProblem, TimestampRequest, TimestampToken};
use signing::x509::Certificate;

use crate::{Outgoing, Outside, Purpose, RemoteError};

/// Why one authority gave no timestamp.
#[derive(Debug, thiserror::Error)]
pub enum TsaError {
    /// It gave no answer.
    #[error(transparent)]
    Remote(#[from] RemoteError),
    /// It answered with a status that is no answer.
    #[error("it answered with HTTP status {0}")]
    Status(StatusCode),
    /// Its answer is no timestamp to rely on.
    #[error(transparent)]
    Answer(#[from] TimestampProblem),
}

/// No authority gave a timestamp to rely on.
#[derive(Debug, thiserror::Error)]
#[error("no timestamp: {}", told(.0))]
pub struct NoTimestamp(
    /// Each authority that was asked, by its host, and why it gave none.
    pub Vec<(String, TsaError)>,
);

/// Asks the authorities in their order for a time on `imprint`, until one gives a token that holds against the request,
/// the anchors and the clock.
///
/// # Errors
/// [`NoTimestamp`] with what each of them did.
pub async fn stamp(
    outside: &Outside,
    authorities: &[String],
    request: &TimestampRequest,
    anchors: &[Certificate],
    now: UtcTime,
) -> Result<TimestampToken, NoTimestamp> {
    let mut failed = Vec::new();
    for url in authorities {
        match ask(outside, url, request, anchors, now).await {
            Ok(token) => return Ok(token),
            Err(problem) => {
                tracing::warn!(authority = crate::host_of(url), %problem, "no timestamp");
                failed.push((crate::host_of(url), problem));
            }
        }
    }
    Err(NoTimestamp(failed))
}

/// Asks one authority.
///
/// # Errors
/// [`TsaError`]: what it did instead.
pub async fn ask(
    outside: &Outside,
    url: &str,
    request: &TimestampRequest,
    anchors: &[Certificate],
    now: UtcTime,
) -> Result<TimestampToken, TsaError> {
    let mut headers = HeaderMap::new();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/timestamp-query"),
    );
    headers.insert(
        header::ACCEPT,
        HeaderValue::from_static("application/timestamp-reply"),
    );
    let answer = outside
        .send(Outgoing {
            purpose: Purpose::Timestamp,
            method: Method::POST,
            url,
            headers,
            body: Bytes::from(request.to_der()),
        })
        .await?;
    if answer.status != StatusCode::OK {
        return Err(TsaError::Status(answer.status));
    }
    Ok(request.accept(&answer.body, anchors, now)?)
}

/// The request for a time on this, with a nonce nobody else knows.
pub fn request(imprint: Imprint, nonce: [u8; 16]) -> TimestampRequest {
    TimestampRequest { imprint, nonce }
}

fn told(failed: &[(String, TsaError)]) -> String {
    let each: Vec<String> = failed
        .iter()
        .map(|(host, problem)| format!("{host}: {problem}"))
        .collect();
    if each.is_empty() {
        "no authority is named".to_owned()
    } else {
        each.join("; ")
    }
}
