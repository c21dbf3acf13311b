//! Signing one letter or many under one passphrase entry.

mod begin;
mod prepare;
mod run;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(begin::begin))
        .routes(routes!(prepare::prepare))
        .routes(routes!(run::read, run::stop))
}
