//! Public verification: for anyone, without logging in. Nothing of a secret letter passes here, and no address comes
//! from anywhere but the settings.

mod ca;
mod problem_type;

use axum::Router;
use axum::routing::get;

use crate::state::ApiState;

/// The most bytes of a file to check.
pub(crate) const MOST_FILE: u64 = 50 * 1024 * 1024;

/// Every public address.
pub fn router(_state: &ApiState) -> Router<ApiState> {
    Router::new()
        .route("/ca/{file}", get(ca::file))
        .route("/masalah/{slug}", get(problem_type::page))
        .route("/robots.txt", get(robots))
}

/// Letters are found by their code, never by a search engine.
async fn robots() -> &'static str {
    "User-agent: *\nDisallow: /v/\nDisallow: /v?\n"
}
