//! What waits: counters, tasks, the books of a registry, and whom a letter can go to.

mod book;
mod counters;
mod directory;
mod stream;
mod tasks;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(counters::counters))
        .routes(routes!(tasks::tasks))
        .routes(routes!(directory::directory))
        .routes(routes!(book::book))
        .routes(routes!(stream::stream))
}
