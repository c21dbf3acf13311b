//! Giving a letter other content; after a return this is the revision.

use axum::extract::State;
use axum::response::Response;
use flow::id::NaskahId;
use service::access::{self, Action};
use service::naskah;

use super::content::LetterInput;
use super::state::{LetterState, answer};
use crate::problem::Problem;
use crate::state::ApiState;
use crate::v1::auth::Caller;
use crate::v1::extract::{IfMatch, Json, Path};
use crate::v1::schema;

/// Change a letter
///
/// Parafs of the old content are void. The `If-Match` names the version that was seen.
#[utoipa::path(put, path = "/letters/{id}", operation_id = "letters_edit", tag = "letters",
    params(("id" = schema::LetterId, Path, description = "The letter."),
        ("If-Match" = String, Header, description = "The `ETag` that was seen.", example = "\"7\"",
            pattern = r#"^(\*|(W/)?"[!#-~]{0,100}"( *, *(W/)?"[!#-~]{0,100}")*)$"#)),
    request_body = LetterInput,
    responses((status = 200, description = "The letter as it stands now.", body = LetterState)))]
pub(super) async fn edit(
    State(state): State<ApiState>,
    caller: Caller,
    Path(id): Path<NaskahId>,
    seen: IfMatch,
    Json(input): Json<LetterInput>,
) -> Result<Response, Problem> {
    let permit = access::letter(&state.app, &caller.0, id, Action::Edit).await?;
    let seen = seen.check(permit.row.version, &permit.row.tahap)?;
    let actor = permit.actor()?;
    let (content, chain) = input.typeset()?;
    naskah::edit(&state.app, &actor, id, seen, &content, &chain).await?;
    answer(&state, &caller, id).await
}
