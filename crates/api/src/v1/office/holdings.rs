//! Who holds which position.

use axum::extract::State;
use flow::id::{JabatanId, PejabatId};
use http::StatusCode;
use serde::Deserialize;
use service::access::Action;
use service::office;
use utoipa::ToSchema;

use crate::problem::Problem;
use crate::state::ApiState;
use crate::v1::auth::Caller;
use crate::v1::confirmation::Confirmation;
use crate::v1::extract::Json;
use crate::v1::instant::Instant;
use crate::v1::schema;

/// A person takes a position over.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct HoldingStart {
    /// The position, which nobody may hold then.
    #[schema(value_type = schema::JabatanId)]
    jabatan: JabatanId,
    /// The person.
    #[schema(value_type = schema::PejabatId)]
    pejabat: PejabatId,
    /// From when; now without.
    #[serde(default)]
    from: Option<Instant>,
    /// The step-up.
    confirmation: Confirmation,
}

/// A person gives a position up.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct HoldingEnd {
    /// The position.
    #[schema(value_type = schema::JabatanId)]
    jabatan: JabatanId,
    /// The person.
    #[schema(value_type = schema::PejabatId)]
    pejabat: PejabatId,
    /// The step-up.
    confirmation: Confirmation,
}

/// Put a person into a position
#[utoipa::path(post, path = "/office/holdings", operation_id = "office_start_holding", tag = "office",
    request_body = HoldingStart,
    responses((status = 204, description = "They hold it.")))]
pub(super) async fn start(
    State(state): State<ApiState>,
    caller: Caller,
    Json(body): Json<HoldingStart>,
) -> Result<StatusCode, Problem> {
    let confirmed = body
        .confirmation
        .check(&state, &caller, Action::Administer)
        .await?;
    let from = body.from.map_or_else(|| state.app.now(), |Instant(at)| at);
    let (jabatan, pejabat) = (body.jabatan, body.pejabat);
    office::start_holding(&state.app, &caller.0, &confirmed, jabatan, pejabat, from).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take a person out of a position
#[utoipa::path(post, path = "/office/holdings/end", operation_id = "office_end_holding", tag = "office",
    request_body = HoldingEnd,
    responses((status = 204, description = "They hold it no longer.")))]
pub(super) async fn end(
    State(state): State<ApiState>,
    caller: Caller,
    Json(body): Json<HoldingEnd>,
) -> Result<StatusCode, Problem> {
    let confirmed = body
        .confirmation
        .check(&state, &caller, Action::Administer)
        .await?;
    office::end_holding(
        &state.app,
        &caller.0,
        &confirmed,
        body.jabatan,
        body.pejabat,
    )
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
