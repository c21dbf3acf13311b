//! Asking somebody to do something about an incoming letter.

use std::collections::BTreeSet;

use axum::Json as Answer;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use flow::agenda::Instruksi;
use flow::id::{AgendaId, DisposisiId, JabatanId};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use service::access::{self, Action};
use service::agenda::{self, NewDisposisi};
use utoipa::ToSchema;

use crate::problem::Problem;
use crate::state::ApiState;
use crate::v1::auth::Caller;
use crate::v1::distinct::distinct;
use crate::v1::extract::{Json, Path};
use crate::v1::instant::Instant;
use crate::v1::schema;

/// What is to be done, by whom, until when.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Disposisi {
    /// The position that disposes; the one that fits best without.
    #[serde(default)]
    #[schema(value_type = Option<schema::JabatanId>)]
    from: Option<JabatanId>,
    /// The disposisi that is passed on.
    #[serde(default)]
    #[schema(value_type = Option<schema::DisposisiId>)]
    parent: Option<DisposisiId>,
    /// To whom.
    #[serde(deserialize_with = "distinct")]
    #[schema(schema_with = schema::participants)]
    to: Vec<JabatanId>,
    /// What is asked for.
    #[schema(value_type = Vec<Instruction>, min_items = 1, max_items = 6)]
    instructions: BTreeSet<Instruksi>,
    /// More.
    #[serde(default)]
    #[schema(max_length = 4000)]
    note: String,
    /// Until when.
    #[serde(default)]
    deadline: Option<Instant>,
}

/// What a disposisi asks for.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "the schema of a type that `flow` keeps")]
enum Instruction {
    TanggapanDanSaran,
    ProsesLebihLanjut,
    Koordinasi,
    UntukDiketahui,
    Wakili,
    Arsipkan,
}

/// The disposisi that were made.
#[derive(Serialize, ToSchema)]
pub(super) struct Disposed {
    /// One per position asked, in order.
    #[schema(value_type = Vec<schema::DisposisiId>)]
    disposisi: Vec<DisposisiId>,
}

/// Dispose of an incoming letter
#[utoipa::path(post, path = "/agenda/{id}/disposisi", operation_id = "agenda_dispose", tag = "agenda",
    params(("id" = schema::AgendaId, Path, description = "The entry.")),
    request_body = Disposisi,
    responses((status = 201, description = "The disposisi that were made.", body = Disposed)))]
pub(super) async fn dispose(
    State(state): State<ApiState>,
    caller: Caller,
    Path(id): Path<AgendaId>,
    Json(body): Json<Disposisi>,
) -> Result<Response, Problem> {
    if body.note.chars().count() > 4000 {
        return Err(Problem::invalid("note"));
    }
    let permit = access::agenda(&state.app, &caller.0, id, Action::Dispose).await?;
    let actor = permit.actor()?;
    let new = NewDisposisi {
        from: body.from.unwrap_or(actor.jabatan),
        parent: body.parent,
        to: body.to,
        instructions: body.instructions,
        note: body.note,
        deadline: body.deadline.map(|Instant(at)| at),
    };
    let disposisi = agenda::dispose(&state.app, &actor, id, &new).await?;
    Ok((StatusCode::CREATED, Answer(Disposed { disposisi })).into_response())
}
