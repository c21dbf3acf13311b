//! The pages of people who are logged in.

pub mod error;

use axum::Router;

use crate::state::ApiState;

/// Every page.
pub fn router(_state: &ApiState) -> Router<ApiState> {
    Router::new()
}
