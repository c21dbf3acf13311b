//! Letters: written, passed up the chain, prepared, sent, filed.

pub(super) mod content;
mod create;
mod differences;
mod download;
mod edit;
mod import;
mod judge;
pub(super) mod list;
mod picture;
mod prepare;
mod proof;
mod read;
mod state;
mod step;
pub(super) mod view;

pub(super) use state::answer as present;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list::list, create::create))
        .routes(routes!(import::import))
        .routes(routes!(read::read, edit::edit))
        .routes(routes!(picture::picture))
        .routes(routes!(step::submit))
        .routes(routes!(step::withdraw))
        .routes(routes!(step::dispatch))
        .routes(routes!(step::file))
        .routes(routes!(judge::paraf))
        .routes(routes!(judge::return_for_revision))
        .routes(routes!(judge::reject))
        .routes(routes!(judge::cancel))
        .routes(routes!(judge::give_up_signature))
        .routes(routes!(prepare::prepare))
        .routes(routes!(download::download))
        .routes(routes!(proof::proof))
        .routes(routes!(differences::differences))
}
