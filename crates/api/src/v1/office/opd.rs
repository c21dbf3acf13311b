//! A new organisation.

use axum::Json as Answer;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use flow::id::OpdId;
use flow::time::Zone;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use service::access::Action;
use service::office::{self, NewOpd};
use utoipa::ToSchema;

use crate::problem::Problem;
use crate::state::ApiState;
use crate::v1::auth::Caller;
use crate::v1::confirmation::Confirmation;
use crate::v1::extract::Json;
use crate::v1::{schema, text};

/// An organisation to be added.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OpdInput {
    /// Its unit code, as numbers of letters show it.
    #[serde(deserialize_with = "text::unit_code")]
    #[schema(min_length = 1, max_length = 20, pattern = "^[A-Za-z0-9.-]{1,20}$")]
    kode_unit: String,
    /// Its name.
    #[serde(deserialize_with = "text::name")]
    #[schema(schema_with = schema::name)]
    name: String,
    /// Lines of its address.
    #[serde(deserialize_with = "text::address")]
    #[schema(schema_with = schema::address)]
    address: Vec<String>,
    /// WIB, WITA or WIT.
    #[schema(value_type = ZoneName)]
    zone: Zone,
    /// The step-up.
    confirmation: Confirmation,
}

/// A zone of the country.
#[derive(ToSchema)]
#[schema(rename_all = "UPPERCASE")]
#[expect(dead_code, reason = "the schema of a type that `flow` keeps")]
enum ZoneName {
    Wib,
    Wita,
    Wit,
}

/// What was added.
#[derive(Serialize, ToSchema)]
pub(super) struct OpdAdded {
    /// Its id.
    #[schema(value_type = schema::OpdId)]
    id: OpdId,
}

/// Add an organisation
#[utoipa::path(post, path = "/office/opd", operation_id = "office_add_opd", tag = "office",
    request_body = OpdInput,
    responses((status = 201, description = "It was added.", body = OpdAdded)))]
pub(super) async fn add(
    State(state): State<ApiState>,
    caller: Caller,
    Json(body): Json<OpdInput>,
) -> Result<Response, Problem> {
    let confirmed = body
        .confirmation
        .check(&state, &caller, Action::Administer)
        .await?;
    let new = NewOpd {
        kode_unit: body.kode_unit,
        name: body.name,
        address: body.address,
        zone: body.zone,
    };
    let id = office::add_opd(&state.app, &caller.0, &confirmed, &new).await?;
    Ok((StatusCode::CREATED, Answer(OpdAdded { id })).into_response())
}
