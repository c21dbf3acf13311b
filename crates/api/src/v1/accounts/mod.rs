//! Accounts and the keys of applications.

mod create;
mod keys;
mod list;
mod rights;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list::list, create::create))
        .routes(routes!(rights::set_grants))
        .routes(routes!(rights::set_state))
        .routes(routes!(keys::list, keys::create))
        .routes(routes!(keys::revoke))
}
