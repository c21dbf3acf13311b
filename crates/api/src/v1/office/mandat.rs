//! Delegations: Plt., Plh., a.n., u.b., Pj.

use std::collections::BTreeSet;

use axum::Json as Answer;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use flow::id::{JabatanId, MandatId, OpdId, PejabatId};
use flow::mandat::Kapasitas;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use service::access::Action;
use service::office::{self, NewMandat};
use utoipa::ToSchema;

use crate::problem::Problem;
use crate::state::ApiState;
use crate::v1::auth::Caller;
use crate::v1::confirmation::Confirmation;
use crate::v1::extract::{Json, Path};
use crate::v1::instant::Instant;
use crate::v1::{schema, text};

/// A delegation to be given: to a person (Plt., Plh., Pj., Pjs.) or to a position (a.n., u.b.).
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MandatInput {
    /// In what capacity.
    #[schema(value_type = Capacity)]
    kapasitas: Kapasitas,
    /// The position that is acted for.
    #[schema(value_type = schema::JabatanId)]
    of: JabatanId,
    /// The person, for Plt., Plh., Pj. and Pjs.
    #[serde(default)]
    #[schema(value_type = Option<schema::PejabatId>)]
    pejabat: Option<PejabatId>,
    /// The position, for a.n. and u.b.
    #[serde(default)]
    #[schema(value_type = Option<schema::JabatanId>)]
    jabatan: Option<JabatanId>,
    /// The a.n. position, for u.b.
    #[serde(default)]
    #[schema(value_type = Option<schema::JabatanId>)]
    through: Option<JabatanId>,
    /// Number of the SK.
    #[serde(deserialize_with = "text::name")]
    #[schema(schema_with = schema::name)]
    sk: String,
    /// For letters of this OPD only.
    #[serde(default)]
    #[schema(value_type = Option<schema::OpdId>)]
    opd: Option<OpdId>,
    /// From when.
    from: Instant,
    /// Until when.
    until: Instant,
    /// The step-up.
    confirmation: Confirmation,
}

/// In what capacity somebody acts.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "the schema of a type that `flow` keeps")]
enum Capacity {
    Plt,
    Plh,
    Pj,
    Pjs,
    AtasNama,
    UntukBeliau,
}

/// What was given.
#[derive(Serialize, ToSchema)]
pub(super) struct MandatGranted {
    /// Its id.
    #[schema(value_type = schema::MandatId)]
    id: MandatId,
}

/// The step-up of something that needs no more.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ConfirmationOnly {
    /// The step-up.
    confirmation: Confirmation,
}

/// Give a delegation
#[utoipa::path(post, path = "/office/mandat", operation_id = "office_grant_mandat", tag = "office",
    request_body = MandatInput,
    responses((status = 201, description = "It was given.", body = MandatGranted)))]
pub(super) async fn grant(
    State(state): State<ApiState>,
    caller: Caller,
    Json(body): Json<MandatInput>,
) -> Result<Response, Problem> {
    let confirmed = body
        .confirmation
        .check(&state, &caller, Action::Administer)
        .await?;
    let new = NewMandat {
        kapasitas: body.kapasitas,
        of: body.of,
        pejabat: body.pejabat,
        jabatan: body.jabatan,
        through: body.through,
        sk: body.sk,
        kinds: BTreeSet::new(),
        opd: body.opd,
        from: body.from.0,
        until: body.until.0,
    };
    let id = office::grant_mandat(&state.app, &caller.0, &confirmed, &new).await?;
    Ok((StatusCode::CREATED, Answer(MandatGranted { id })).into_response())
}

/// End a delegation now
#[utoipa::path(post, path = "/office/mandat/{id}/end", operation_id = "office_end_mandat", tag = "office",
    params(("id" = schema::MandatId, Path, description = "The delegation.")),
    request_body = ConfirmationOnly,
    responses((status = 204, description = "It is over.")))]
pub(super) async fn end(
    State(state): State<ApiState>,
    caller: Caller,
    Path(id): Path<MandatId>,
    Json(body): Json<ConfirmationOnly>,
) -> Result<StatusCode, Problem> {
    let confirmed = body
        .confirmation
        .check(&state, &caller, Action::Administer)
        .await?;
    office::end_mandat(&state.app, &caller.0, &confirmed, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
