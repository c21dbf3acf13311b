//! A new person.

use axum::Json as Answer;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use flow::id::PejabatId;
use flow::pejabat::Nip;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use service::access::Action;
use service::office::{self, NewPejabat};
use utoipa::ToSchema;

use crate::problem::Problem;
use crate::state::ApiState;
use crate::v1::auth::Caller;
use crate::v1::confirmation::Confirmation;
use crate::v1::extract::Json;
use crate::v1::secret::Secret;
use crate::v1::{schema, text};

/// A person to be added.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PejabatInput {
    /// Name without titles.
    #[serde(deserialize_with = "text::name")]
    #[schema(schema_with = schema::name)]
    name: String,
    /// Titles before the name.
    #[serde(default, deserialize_with = "text::titles")]
    #[schema(schema_with = schema::titles)]
    gelar_depan: String,
    /// Titles behind the name.
    #[serde(default, deserialize_with = "text::titles")]
    #[schema(schema_with = schema::titles)]
    gelar_belakang: String,
    /// Rank and grade.
    #[serde(default, deserialize_with = "text::optional_name")]
    #[schema(schema_with = schema::optional_name)]
    pangkat: Option<String>,
    /// NIP.
    #[serde(default)]
    #[schema(value_type = Option<String>, pattern = "^[0-9]{18}$")]
    nip: Option<Nip>,
    /// NIK; sealed, never shown again.
    #[serde(default)]
    #[schema(value_type = Option<String>, pattern = "^[0-9]{16}$", write_only)]
    nik: Option<Secret>,
    /// The step-up.
    confirmation: Confirmation,
}

/// Who was added.
#[derive(Serialize, ToSchema)]
pub(super) struct PejabatAdded {
    /// Their id.
    #[schema(value_type = schema::PejabatId)]
    id: PejabatId,
}

/// Add a person
#[utoipa::path(post, path = "/office/pejabat", operation_id = "office_add_pejabat", tag = "office",
    request_body = PejabatInput,
    responses((status = 201, description = "They were added.", body = PejabatAdded)))]
pub(super) async fn add(
    State(state): State<ApiState>,
    caller: Caller,
    Json(body): Json<PejabatInput>,
) -> Result<Response, Problem> {
    let confirmed = body
        .confirmation
        .check(&state, &caller, Action::Administer)
        .await?;
    let new = NewPejabat {
        name: body.name,
        gelar_depan: body.gelar_depan,
        gelar_belakang: body.gelar_belakang,
        pangkat: body.pangkat,
        nip: body.nip,
        nik: body.nik.map(|Secret(nik)| nik),
    };
    let id = office::add_pejabat(&state.app, &caller.0, &confirmed, &new).await?;
    Ok((StatusCode::CREATED, Answer(PejabatAdded { id })).into_response())
}
