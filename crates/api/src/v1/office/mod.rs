//! The office: OPD, positions, people, delegations.

mod holdings;
mod jabatan;
mod mandat;
mod opd;
mod pejabat;
mod read;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(read::read))
        .routes(routes!(opd::add))
        .routes(routes!(jabatan::add))
        .routes(routes!(pejabat::add))
        .routes(routes!(holdings::start))
        .routes(routes!(holdings::end))
        .routes(routes!(mandat::grant))
        .routes(routes!(mandat::end))
}
