//! `/masalah/{slug}`: what a kind of problem means; the addresses that problem answers carry lead here.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;

use crate::pages::layout::Frame;
use crate::pages::render;
use crate::problem::{Problem, ProblemKind};

/// The page of one kind.
pub(super) async fn page(frame: Frame, Path(slug): Path<String>) -> Result<Response, Problem> {
    let kind = ProblemKind::from_slug(&slug).ok_or_else(Problem::not_found)?;
    let view = KindPage {
        title: frame.t(&kind.title_key()),
        meaning: frame.t(&kind.detail_key()),
        remedy: frame.t(remedy(kind)),
        slug: kind.slug(),
        page: frame,
    };
    Ok(render(StatusCode::OK, &view))
}

#[derive(Template)]
#[template(path = "public/problem_type.html")]
struct KindPage {
    page: Frame,
    title: String,
    meaning: String,
    remedy: String,
    slug: &'static str,
}

const fn remedy(kind: ProblemKind) -> &'static str {
    match kind.status().as_u16() {
        429 | 503 => "masalah-obat-tunggu",
        401 | 403 | 500 => "masalah-obat-admin",
        _ => "masalah-obat-anda",
    }
}
