//! The pages of people who are logged in.

mod admin;
mod agenda;
mod agenda_receive;
mod auditor;
mod compose;
mod disposisi;
mod disposisi_act;
mod draft;
mod draft_choices;
pub mod error;
mod home;
mod import;
pub(crate) mod layout;
mod letter;
mod letter_act;
mod letter_changes;
mod letter_files;
mod letter_words;
mod letters;
mod login;
mod login_oidc;
pub(crate) mod parts;
mod profile;
mod profile_view;
mod setup;
mod sign;
mod tasks;
mod visit;

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
        .merge(agenda_receive::router())
        .merge(compose::router())
        .merge(home::router())
        .merge(import::router())
        .merge(letter::router())
        .merge(letters::router())
        .merge(login::router())
        .merge(login_oidc::router())
        .merge(auditor::router())
        .merge(disposisi::router())
        .merge(profile::router())
        .merge(setup::router())
        .merge(sign::router())
        .merge(tasks::router())
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
