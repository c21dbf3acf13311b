//! Parts of files (RFC 9110 14): a download that broke off goes on where it stopped.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{
    ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, IF_RANGE, RANGE,
};
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use crate::problem::{Problem, ProblemKind};

/// Answers the part of a file that was asked for. What is not understood, several parts among it, is answered whole.
pub(super) async fn part(request: Request, next: Next) -> Response {
    let asked = (*request.method() == Method::GET).then(|| request.headers().clone());
    let mut response = next.run(request).await;
    if response.status() != StatusCode::OK || !is_file(response.headers()) {
        return response;
    }
    response
        .headers_mut()
        .insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    let range = asked
        .filter(|asked| is_same(asked, response.headers()))
        .and_then(|asked| Wanted::read(asked.get(RANGE)?.to_str().ok()?));
    match range {
        Some(wanted) => cut(response, wanted).await,
        None => response,
    }
}

/// Files that people keep; everything else is small or made anew each time.
fn is_file(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes() == b"application/pdf")
}

/// Whether a part may be joined to what the asker has: by a strong tag, or because nothing was asked (RFC 9110 13.1.5).
fn is_same(asked: &HeaderMap, answered: &HeaderMap) -> bool {
    match asked.get(IF_RANGE) {
        None => true,
        Some(tag) => answered.get(ETAG) == Some(tag),
    }
}

/// One range of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// From the first to the last, both included.
    Between(usize, usize),
    /// From there to the end.
    From(usize),
    /// The last so many.
    Last(usize),
}

impl Wanted {
    fn read(text: &str) -> Option<Self> {
        let (first, last) = text.strip_prefix("bytes=")?.split_once('-')?;
        match (first.trim(), last.trim()) {
            ("", last) => Some(Self::Last(number(last)?)),
            (first, "") => Some(Self::From(number(first)?)),
            (first, last) => {
                let (first, last) = (number(first)?, number(last)?);
                (first <= last).then_some(Self::Between(first, last))
            }
        }
    }

    /// The first and the last byte of it in a file so long; `None` when it has none of them.
    fn within(self, length: usize) -> Option<(usize, usize)> {
        let end = length.checked_sub(1)?;
        let (first, last) = match self {
            Self::Between(first, last) => (first, last.min(end)),
            Self::From(first) => (first, end),
            Self::Last(0) => return None,
            Self::Last(count) => (length.saturating_sub(count), end),
        };
        (first <= end).then_some((first, last))
    }
}

/// Digits alone: no sign, no space.
fn number(text: &str) -> Option<usize> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    // More than fits is more than any file has.
    digits.then(|| text.parse().unwrap_or(usize::MAX))
}

async fn cut(response: Response, wanted: Wanted) -> Response {
    let (mut parts, body) = response.into_parts();
    // The handler holds the whole file already.
    let Ok(whole) = to_bytes(body, usize::MAX).await else {
        return Problem::new(ProblemKind::Internal).into_response();
    };
    let length = whole.len();
    let told = |text: String| HeaderValue::from_str(&text);
    let Some((first, last)) = wanted.within(length) else {
        let mut refusal = Problem::new(ProblemKind::Range).into_response();
        if let Ok(told) = told(format!("bytes */{length}")) {
            refusal.headers_mut().insert(CONTENT_RANGE, told);
        }
        return refusal;
    };
    parts.status = StatusCode::PARTIAL_CONTENT;
    parts.headers.remove(CONTENT_LENGTH);
    if let Ok(told) = told(format!("bytes {first}-{last}/{length}")) {
        parts.headers.insert(CONTENT_RANGE, told);
    }
    Response::from_parts(parts, Body::from(whole.slice(first..=last)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_read_and_held_to_the_file() {
        for (text, expected) in [
            ("bytes=0-3", Some((0, 3))),
            ("bytes=4-", Some((4, 9))),
            ("bytes=-2", Some((8, 9))),
            ("bytes=-99", Some((0, 9))),
            ("bytes=8-99", Some((8, 9))),
            ("bytes=10-", None),
            ("bytes=-0", None),
            ("bytes=99999999999999999999999-", None),
        ] {
            let read = Wanted::read(text).unwrap();
            assert_eq!(read.within(10), expected, "{text}");
        }
        for odd in [
            "bytes=3-1",
            "bytes=a-b",
            "bytes=0-1,3-4",
            "items=0-1",
            "bytes=+1-2",
        ] {
            assert_eq!(Wanted::read(odd), None, "{odd}");
        }
        assert_eq!(Wanted::From(0).within(0), None);
    }
}
