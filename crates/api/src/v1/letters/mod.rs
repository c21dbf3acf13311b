//! Letters: written, passed up the chain, prepared, sent, filed.

pub(super) mod content;
mod create;
mod download;
mod edit;
mod import;
mod judge;
mod list;
mod prepare;
mod state;
mod step;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list::list, create::create))
        .routes(routes!(import::import))
        .routes(routes!(edit::edit))
        .routes(routes!(step::submit))
        .routes(routes!(step::withdraw))
        .routes(routes!(step::dispatch))
        .routes(routes!(step::file))
        .routes(routes!(judge::paraf))
        .routes(routes!(judge::return_for_revision))
        .routes(routes!(judge::reject))
        .routes(routes!(judge::cancel))
        .routes(routes!(prepare::prepare))
        .routes(routes!(download::download))
}
