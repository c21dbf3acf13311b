//! Lists in pages: `cursor` and `limit` in the query, `next` in the answer and in `Link`.

use axum::response::{IntoResponse, Response};
use http::header::LINK;
use http::{HeaderValue, Uri};
use serde::Serialize;
use service::desk::{Cursor, Page, PageRequest};
use utoipa::ToSchema;

use super::schema;
use crate::problem::{Problem, ProblemKind};

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct PageView<T> {
    /// The items of this page.
    pub items: Vec<T>,
    /// Where the next page begins; null on the last one.
    #[schema(value_type = Option<schema::PageCursor>)]
    pub next: Option<String>,
}

/// The page that a query asks for.
///
/// # Errors
/// A limit out of bounds is malformed; a cursor of no list names a page that is not there.
pub fn request(cursor: Option<&str>, limit: Option<u32>) -> Result<PageRequest, Problem> {
    let limit = limit.unwrap_or(50);
    if !(1..=100).contains(&limit) {
        return Err(malformed());
    }
    let after = cursor
        .map(str::parse::<Cursor>)
        .transpose()
        .map_err(|_| Problem::not_found())?;
    Ok(PageRequest { after, limit })
}

/// Refuses more words than anybody searches for.
///
/// # Errors
/// [`ProblemKind::Malformed`].
pub fn words(q: Option<&str>) -> Result<(), Problem> {
    match q {
        Some(q) if q.chars().count() > 200 => Err(malformed()),
        Some(_) | None => Ok(()),
    }
}

/// A parameter of the address is out of its bounds.
pub fn malformed() -> Problem {
    Problem::new(ProblemKind::Malformed).because("problem-query-detail", &[])
}

/// A page as an answer, with the address of the next one (RFC 8288).
pub fn answer<T, V>(page: Page<T>, base_address: &str, uri: &Uri) -> Response
where
    V: From<T> + Serialize,
{
    let next = page.next.map(|cursor| cursor.to_string());
    let link = next
        .as_deref()
        .and_then(|next| link(base_address, uri, next));
    let view = PageView {
        items: page.items.into_iter().map(V::from).collect(),
        next,
    };
    let mut response = axum::Json(view).into_response();
    if let Some(link) = link {
        response.headers_mut().insert(LINK, link);
    }
    response
}

fn link(base_address: &str, uri: &Uri, next: &str) -> Option<HeaderValue> {
    let kept = uri
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="))
        .chain([format!("cursor={next}").as_str()])
        .collect::<Vec<_>>()
        .join("&");
    let address = format!("{base_address}{}?{kept}", uri.path());
    HeaderValue::from_str(&format!("<{address}>; rel=\"next\"")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_keeps_the_filters_and_moves_the_cursor() {
        let uri: Uri = "/api/v1/letters?tab=masuk&cursor=old&limit=5"
            .parse()
            .unwrap();
        let link = link("https://tte.contohrejo.example", &uri, "new").unwrap();
        assert_eq!(
            link.to_str().unwrap(),
            "<https://tte.contohrejo.example/api/v1/letters?tab=masuk&limit=5&cursor=new>; rel=\"next\""
        );
    }
}
