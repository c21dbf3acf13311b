//! Officials' keys: what there is, and binding one that lies elsewhere.

mod bind;
mod list;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(bind::import))
        .routes(routes!(bind::on_token))
        .routes(routes!(bind::at_service))
}
