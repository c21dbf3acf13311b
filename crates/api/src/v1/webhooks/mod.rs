//! Who is told what happens to letters.

mod deliveries;
mod list;
mod register;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list::list, register::register))
        .routes(routes!(list::delete))
        .routes(routes!(deliveries::deliveries))
        .routes(routes!(deliveries::replay))
}
