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

/// That of the offered kinds that is wanted most; the first, where the asker has no preference.
pub(super) fn preferred<'k, const KINDS: usize>(
    headers: &HeaderMap,
    offered: [&'k str; KINDS],
) -> &'k str {
    let wanted_more = |best, next| {
        if weight(headers, next) > weight(headers, best) {
            next
        } else {
            best
        }
    };
    offered.into_iter().reduce(wanted_more).unwrap_or_default()
}

fn takes(headers: &HeaderMap, kind: &str) -> bool {
    weight(headers, kind) > 0.0
}

/// How much the kind is wanted, by the range that fits most closely; without any, everything is.
fn weight(headers: &HeaderMap, kind: &str) -> f32 {
    let kind = essence(kind);
    let ranges: Vec<(String, f32)> = headers
        .get_all(ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter(|range| !range.trim().is_empty())
        .map(|range| (essence(range), weight_of(range)))
        .collect();
    if ranges.is_empty() {
        return 1.0;
    }
    let group = kind.split_once('/').map_or("", |(group, _)| group);
    [kind.clone(), format!("{group}/*"), "*/*".to_owned()]
        .iter()
        .find_map(|form| {
            let fitting = ranges.iter().filter(|(range, _)| range == form);
            fitting.map(|(_, weight)| *weight).reduce(f32::max)
        })
        .unwrap_or(0.0)
}

/// Type and subtype without parameters.
fn essence(text: &str) -> String {
    let bare = text.split(';').next().unwrap_or_default();
    bare.trim().to_ascii_lowercase()
}

/// A weight of zero means "not this" (RFC 9110 12.4.2), and so does one that cannot be read.
fn weight_of(range: &str) -> f32 {
    let weight = range.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("q").then(|| value.trim())
    });
    weight.map_or(1.0, |weight| weight.parse().unwrap_or(0.0))
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

    #[test]
    fn the_kind_that_is_wanted_more_is_given_and_the_first_where_none_is() {
        let offered = ["application/json", "application/xml", "application/pdf"];
        for (accept, given) in [
            ("application/xml", "application/xml"),
            ("application/pdf", "application/pdf"),
            ("application/json;q=0.5, application/pdf", "application/pdf"),
            ("application/xml, application/pdf", "application/xml"),
            ("application/pdf;q=0.5, */*", "application/json"),
            ("*/*", "application/json"),
            (
                "text/html, application/xml;q=0.9, */*;q=0.8",
                "application/xml",
            ),
            ("text/html", "application/json"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, HeaderValue::from_static(accept));
            assert_eq!(preferred(&headers, offered), given, "{accept}");
        }
        assert_eq!(preferred(&HeaderMap::new(), offered), "application/json");
    }
}
