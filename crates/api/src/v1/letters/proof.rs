//! That a letter's history is in the audit log.

use axum::Json;
use axum::extract::State;
use flow::id::NaskahId;

use crate::problem::Problem;
use crate::proof::ProofView;
use crate::state::ApiState;
use crate::v1::auth::Caller;
use crate::v1::extract::Path;
use crate::v1::schema;

/// Get the audit proof of a letter
///
/// The leaf of every event, its number in the log, its inclusion proof, and the signed checkpoint they lead to.
#[utoipa::path(get, path = "/letters/{id}/proof", operation_id = "letters_proof", tag = "letters",
    params(("id" = schema::LetterId, Path, description = "The letter.")),
    responses((status = 200, description = "The proof.", body = ProofView)))]
pub(super) async fn proof(
    State(state): State<ApiState>,
    caller: Caller,
    Path(id): Path<NaskahId>,
) -> Result<Json<ProofView>, Problem> {
    let proof = service::audit::letter_proof(&state.app, &caller.0, id).await?;
    Ok(Json(proof.into()))
}
