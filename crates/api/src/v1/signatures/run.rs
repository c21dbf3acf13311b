//! How far a run of signatures is, and stopping it.

use axum::Json;
use axum::extract::State;
use flow::digest::Sha256;
use flow::id::{ActivationId, NaskahId};
use http::StatusCode;
use serde::Serialize;
use service::sign::{self, BatchItem, BatchItemState, BatchState, FailureReason};
use utoipa::ToSchema;

use crate::problem::Problem;
use crate::state::ApiState;
use crate::v1::auth::Caller;
use crate::v1::extract::Path;
use crate::v1::schema;

/// A run of signatures.
#[derive(Serialize, ToSchema)]
pub(super) struct Run {
    /// Its id.
    #[schema(value_type = schema::SignaturesId)]
    id: ActivationId,
    /// `running`, `done` or `interrupted`.
    state: &'static str,
    /// Each letter.
    items: Vec<RunItem>,
}

/// A letter of a run.
#[derive(Serialize, ToSchema)]
struct RunItem {
    /// The letter.
    #[schema(value_type = schema::LetterId)]
    letter: NaskahId,
    /// What it is about, where lists may say it.
    hal: Option<String>,
    /// Its number.
    nomor: Option<String>,
    /// `waiting`, `awaiting_timestamp`, `signed` or `failed`.
    state: &'static str,
    /// The place of the resulting version.
    version: Option<u64>,
    /// SHA-256 of the resulting version.
    #[schema(value_type = Option<schema::Digest>)]
    sha256: Option<Sha256>,
    /// Why it was not signed.
    #[schema(value_type = Option<String>)]
    reason: Option<FailureReason>,
}

/// See how far a run of signatures is
#[utoipa::path(get, path = "/signatures/{id}", operation_id = "signatures_read", tag = "signatures",
    params(("id" = schema::SignaturesId, Path, description = "The run.")),
    responses((status = 200, description = "The run.", body = Run)))]
pub(super) async fn read(
    State(state): State<ApiState>,
    caller: Caller,
    Path(id): Path<ActivationId>,
) -> Result<Json<Run>, Problem> {
    Ok(Json(view(&state, &caller, id).await?))
}

/// Stop a run of signatures
///
/// What is signed stays signed.
#[utoipa::path(delete, path = "/signatures/{id}", operation_id = "signatures_stop", tag = "signatures",
    params(("id" = schema::SignaturesId, Path, description = "The run.")),
    responses((status = 204, description = "It is over.")))]
pub(super) async fn stop(
    State(state): State<ApiState>,
    caller: Caller,
    Path(id): Path<ActivationId>,
) -> Result<StatusCode, Problem> {
    sign::stop_batch(&state.app, &caller.0, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The run as it stands.
pub(super) async fn view(
    state: &ApiState,
    caller: &Caller,
    id: ActivationId,
) -> Result<Run, Problem> {
    let batch = sign::batch(&state.app, &caller.0, id).await?;
    Ok(Run {
        id,
        state: match batch.state {
            BatchState::Running => "running",
            BatchState::Done => "done",
            BatchState::Interrupted => "interrupted",
        },
        items: batch.items.into_iter().map(RunItem::from).collect(),
    })
}

impl From<BatchItem> for RunItem {
    fn from(item: BatchItem) -> Self {
        let (state, version, sha256, reason) = match item.state {
            BatchItemState::Waiting => ("waiting", None, None, None),
            BatchItemState::AwaitingTimestamp => ("awaiting_timestamp", None, None, None),
            BatchItemState::Signed { version, sha256 } => {
                ("signed", Some(version), Some(sha256), None)
            }
            BatchItemState::Failed { reason } => ("failed", None, None, Some(reason)),
        };
        Self {
            letter: item.naskah,
            hal: item.hal,
            nomor: item.nomor,
            state,
            version,
            sha256,
            reason,
        }
    }
}
