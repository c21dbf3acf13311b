//! Public verification: for anyone, without logging in.

use axum::Router;

use crate::state::ApiState;

/// Every public address.
pub fn router(_state: &ApiState) -> Router<ApiState> {
    Router::new()
}
