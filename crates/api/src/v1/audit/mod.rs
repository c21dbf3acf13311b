//! For auditors: whether what is stored explains itself, and every number ever given.

mod numbers;
mod report;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(report::report))
        .routes(routes!(numbers::numbers))
}
