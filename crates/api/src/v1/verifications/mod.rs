//! Whether a file is what it claims to be, and what the register tells everybody of a letter.

mod code;
mod examine;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(examine::examine))
        .routes(routes!(code::by_code))
}
