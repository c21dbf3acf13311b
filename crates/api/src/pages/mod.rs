//! The pages of people who are logged in.

mod admin;
mod agenda;
mod auditor;
mod disposisi;
pub mod error;
pub(crate) mod layout;
mod login;
pub(crate) mod parts;
mod profile;
mod setup;

use askama::Template;
use axum::Router;
use axum::response::{Html, IntoResponse, Response};
use http::StatusCode;

use crate::problem::{Problem, ProblemKind};
use crate::state::ApiState;

/// Every page.
pub fn router(_state: &ApiState) -> Router<ApiState> {
    Router::new()
        .merge(admin::router())
        .merge(agenda::router())
        .merge(login::router())
        .merge(auditor::router())
        .merge(disposisi::router())
        .merge(profile::router())
        .merge(setup::router())
}

/// A page as an answer.
pub(crate) fn render(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(text) => (status, Html(text)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            Problem::new(ProblemKind::Internal).into_response()
        }
    }
}
