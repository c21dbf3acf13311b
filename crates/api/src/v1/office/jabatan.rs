//! A new position.

use axum::Json as Answer;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use flow::id::{JabatanId, OpdId};
use flow::jabatan::Kedudukan;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use service::access::Action;
use service::office::{self, NewJabatan};
use utoipa::ToSchema;

use crate::problem::Problem;
use crate::state::ApiState;
use crate::v1::auth::Caller;
use crate::v1::confirmation::Confirmation;
use crate::v1::extract::Json;
use crate::v1::{schema, text};

/// A position to be added.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct JabatanInput {
    /// Its OPD.
    #[schema(value_type = schema::OpdId)]
    opd: OpdId,
    /// Its title.
    #[serde(deserialize_with = "text::name")]
    #[schema(schema_with = schema::name)]
    title: String,
    /// Its rank in the regency.
    #[serde(default = "lainnya")]
    #[schema(value_type = Rank)]
    kedudukan: Kedudukan,
    /// The position above.
    #[serde(default)]
    #[schema(value_type = Option<schema::JabatanId>)]
    superior: Option<JabatanId>,
    /// The step-up.
    confirmation: Confirmation,
}

/// Ranks of positions.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "the schema of a type that `flow` keeps")]
enum Rank {
    KepalaDaerah,
    WakilKepalaDaerah,
    SekretarisDaerah,
    Lainnya,
}

/// What was added.
#[derive(Serialize, ToSchema)]
pub(super) struct JabatanAdded {
    /// Its id.
    #[schema(value_type = schema::JabatanId)]
    id: JabatanId,
}

/// Add a position
#[utoipa::path(post, path = "/office/jabatan", operation_id = "office_add_jabatan", tag = "office",
    request_body = JabatanInput,
    responses((status = 201, description = "It was added.", body = JabatanAdded)))]
pub(super) async fn add(
    State(state): State<ApiState>,
    caller: Caller,
    Json(body): Json<JabatanInput>,
) -> Result<Response, Problem> {
    let confirmed = body
        .confirmation
        .check(&state, &caller, Action::Administer)
        .await?;
    let new = NewJabatan {
        opd: body.opd,
        title: body.title,
        kedudukan: body.kedudukan,
        superior: body.superior,
    };
    let id = office::add_jabatan(&state.app, &caller.0, &confirmed, &new).await?;
    Ok((StatusCode::CREATED, Answer(JabatanAdded { id })).into_response())
}

const fn lainnya() -> Kedudukan {
    Kedudukan::Lainnya
}
