//! Whether an answer is of a form that the asker takes (RFC 9110 12.5.1).

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, Method};

use crate::problem::{Problem, ProblemKind};

/// Refuses a read whose answer the asker does not take. What changed something is answered all the same, since it is
/// done; and so are refusals.
pub(super) async fn acceptable(request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let wanted = request.headers().clone();
    let response = next.run(request).await;
    if !reads || !response.status().is_success() {
        return response;
    }
    let kind = response.headers().get(CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok());
    match kind {
        Some(kind) if !takes(&wanted, kind) => {
            Problem::new(ProblemKind::NotAcceptable).into_response()
        }
        Some(_) | None => response,
    }
}

/// Whether one of the ranges that fit most closely takes the kind; without any, everything is taken.
fn takes(headers: &HeaderMap, kind: &str) -> bool {
    let kind = essence(kind);
    let ranges: Vec<(String, bool)> = headers
        .get_all(ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter(|range| !range.trim().is_empty())
        .map(|range| (essence(range), is_wanted(range)))
        .collect();
    if ranges.is_empty() {
        return true;
    }
    let group = kind.split_once('/').map_or("", |(group, _)| group);
    [kind.clone(), format!("{group}/*"), "*/*".to_owned()]
        .iter()
        .find_map(|form| {
            let fitting = ranges.iter().filter(|(range, _)| range == form);
            fitting.map(|(_, wanted)| *wanted).reduce(|a, b| a || b)
        })
        .unwrap_or(false)
}

/// Type and subtype without parameters.
fn essence(text: &str) -> String {
    let bare = text.split(';').next().unwrap_or_default();
    bare.trim().to_ascii_lowercase()
}

/// A weight of zero means "not this" (RFC 9110 12.4.2).
fn is_wanted(range: &str) -> bool {
    let weight = range.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("q").then(|| value.trim())
    });
    weight.is_none_or(|weight| weight.parse::<f32>().is_ok_and(|weight| weight > 0.0))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn the_closest_range_decides_and_a_weight_of_zero_excludes() {
        for (accept, kind, expected) in [
            ("*/*", "application/json", true),
            ("application/json", "application/json; charset=utf-8", true),
            ("APPLICATION/*;q=0.1", "application/json", true),
            ("text/html", "application/json", false),
            ("text/html, */*;q=0.1", "application/json", true),
            ("*/*, application/json;q=0", "application/json", false),
            (
                "application/*;q=0, application/pdf",
                "application/pdf",
                true,
            ),
            ("image/png", "application/pdf", false),
            ("nonsense", "application/pdf", false),
            ("", "application/pdf", true),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, HeaderValue::from_static(accept));
            assert_eq!(takes(&headers, kind), expected, "{accept:?} {kind}");
        }
        assert!(takes(&HeaderMap::new(), "application/pdf"));
    }
}
