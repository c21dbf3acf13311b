//! Incoming letters in the receiver's agenda: disposed of, followed up, completed.

mod complete;
mod dispose;
mod file;
mod follow_up;
mod open;
mod read;
mod receive;
mod state;
pub(super) mod view;

pub(super) use state::answer as present;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(receive::receive))
        .routes(routes!(read::read))
        .routes(routes!(file::file))
        .routes(routes!(dispose::dispose))
        .routes(routes!(open::mark_read))
        .routes(routes!(open::recall))
        .routes(routes!(follow_up::follow_up))
        .routes(routes!(complete::complete))
}
