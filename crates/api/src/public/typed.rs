//! `/v`: looking a letter up by its number and the short code printed beside the QR.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use serde::Deserialize;
use service::verification;

use super::letter::unlisted;
use crate::pages::layout::Frame;
use crate::pages::render;
use crate::problem::Problem;
use crate::state::ApiState;

/// What was typed.
#[derive(Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    nomor: String,
    #[serde(default)]
    kode: String,
}

/// The form; or the way to the letter, once both are typed.
pub(super) async fn page(
    frame: Frame,
    State(state): State<ApiState>,
    Query(typed): Query<Typed>,
) -> Result<Response, Problem> {
    let (nomor, code) = (typed.nomor.trim(), typed.kode.trim());
    if nomor.is_empty() && code.is_empty() {
        return Ok(form(frame, &state, StatusCode::OK, "", ""));
    }
    let found = verification::by_typed(&state.app, nomor, code).await?;
    Ok(match found {
        Some(code) => Redirect::to(&format!("/v/{code}")).into_response(),
        None => unlisted(unknown(frame, &state, nomor, code)),
    })
}

#[derive(Template)]
#[template(path = "public/typed.html")]
struct TypedPage {
    page: Frame,
    official: String,
    unknown: bool,
    nomor: String,
    typed: String,
}

/// The page for a code that is not in the register.
pub(super) fn unknown(frame: Frame, state: &ApiState, nomor: &str, typed: &str) -> Response {
    form(frame, state, StatusCode::NOT_FOUND, nomor, typed)
}

fn form(frame: Frame, state: &ApiState, status: StatusCode, nomor: &str, typed: &str) -> Response {
    let view = TypedPage {
        page: frame,
        official: state.settings.address("/v"),
        unknown: status == StatusCode::NOT_FOUND,
        nomor: nomor.chars().take(120).collect(),
        typed: typed.chars().take(16).collect(),
    };
    render(status, &view)
}
