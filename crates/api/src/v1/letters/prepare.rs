//! Number, date and final bytes.

use axum::Json;
use axum::extract::State;
use flow::digest::Sha256;
use flow::id::NaskahId;
use serde::Serialize;
use service::access::{self, Action};
use service::naskah;
use utoipa::ToSchema;

use crate::problem::Problem;
use crate::state::ApiState;
use crate::v1::auth::Caller;
use crate::v1::extract::Path;
use crate::v1::schema;

/// What is to be signed.
#[derive(Serialize, ToSchema)]
pub(super) struct Prepared {
    /// SHA-256 of the final bytes: whoever signs names it.
    #[schema(value_type = schema::Digest)]
    version_sha256: Sha256,
}

/// Give a letter its number, date and final bytes
#[utoipa::path(post, path = "/letters/{id}/prepare", operation_id = "letters_prepare", tag = "letters",
    params(("id" = schema::LetterId, Path, description = "The letter.")),
    responses((status = 200, description = "What is to be signed.", body = Prepared)))]
pub(super) async fn prepare(
    State(state): State<ApiState>,
    caller: Caller,
    Path(id): Path<NaskahId>,
) -> Result<Json<Prepared>, Problem> {
    let permit = access::letter(&state.app, &caller.0, id, Action::Prepare).await?;
    let version_sha256 = naskah::prepare(&state.app, &permit.actor()?, id).await?;
    Ok(Json(Prepared { version_sha256 }))
}
