//! What waits, one by one.

use axum::extract::{OriginalUri, State};
use axum::response::Response;
use flow::digest::Sha256;
use flow::id::{AgendaId, DisposisiId, JabatanId, NaskahId};
use flow::naskah::ContentDigest;
use flow::sifat::Sifat;
use serde::{Deserialize, Serialize};
use service::desk::{self, TaskFilter, TaskItem, TaskKind};
use utoipa::{IntoParams, ToSchema};

use crate::problem::Problem;
use crate::state::ApiState;
use crate::v1::auth::Caller;
use crate::v1::extract::Query;
use crate::v1::instant::Instant;
use crate::v1::letters::content::Urgency;
use crate::v1::paging::{self, PageView};
use crate::v1::schema;

/// Which tasks.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct TasksQuery {
    /// Of this kind only.
    #[param(inline, value_type = Option<TaskName>)]
    kind: Option<TaskKind>,
    /// Where the page begins: `next` of the page before.
    #[param(value_type = Option<schema::PageCursor>)]
    cursor: Option<String>,
    /// How many items, at most.
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: Option<u32>,
}

/// Kinds of tasks.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "the schema of a type that `service` keeps")]
enum TaskName {
    Paraf,
    Sign,
    AwaitTimestamp,
    Prepare,
    Dispatch,
    ReadMail,
    FollowUpMail,
    ReadDisposisi,
    FollowUpDisposisi,
    ReadTembusan,
    Revise,
}

/// Something that waits for one of the caller's positions.
#[derive(Serialize, ToSchema)]
pub(super) struct TaskView {
    /// What is to be done.
    #[schema(value_type = TaskName)]
    kind: TaskKind,
    /// The letter.
    #[schema(value_type = schema::LetterId)]
    letter: NaskahId,
    /// The agenda entry, for incoming mail.
    #[schema(value_type = Option<schema::AgendaId>)]
    agenda: Option<AgendaId>,
    /// The disposisi, for one.
    #[schema(value_type = Option<schema::DisposisiId>)]
    disposisi: Option<DisposisiId>,
    /// The position it waits for.
    #[schema(value_type = schema::JabatanId)]
    jabatan: JabatanId,
    /// Who sent it.
    from: String,
    /// What the letter is about, where lists may say it.
    hal: Option<String>,
    /// Urgency.
    #[schema(value_type = Urgency)]
    sifat: Sifat,
    /// Since when it waits.
    since: Instant,
    /// Until when it should be done.
    due: Option<Instant>,
    /// SHA-256 of the newest PDF version: whoever signs names it.
    #[schema(value_type = Option<schema::Digest>)]
    version_sha256: Option<Sha256>,
    /// SHA-256 of the present content: a paraf names it.
    #[schema(value_type = schema::Digest)]
    content_digest: ContentDigest,
}

/// List what waits
#[utoipa::path(get, path = "/tasks", operation_id = "tasks", tag = "inbox",
    params(TasksQuery),
    responses((status = 200, description = "A page, most urgent and oldest first.", body = PageView<TaskView>)))]
pub(super) async fn tasks(
    State(state): State<ApiState>,
    caller: Caller,
    OriginalUri(uri): OriginalUri,
    Query(query): Query<TasksQuery>,
) -> Result<Response, Problem> {
    let page = paging::request(query.cursor.as_deref(), query.limit)?;
    let filter = TaskFilter { kind: query.kind };
    let tasks = desk::tasks(&state.app, &caller.0, &filter, page).await?;
    Ok(paging::answer::<_, TaskView>(
        tasks,
        &state.settings.base_address,
        &uri,
    ))
}

impl From<TaskItem> for TaskView {
    fn from(item: TaskItem) -> Self {
        Self {
            kind: item.kind,
            letter: item.naskah,
            agenda: item.agenda,
            disposisi: item.disposisi,
            jabatan: item.jabatan,
            from: item.from,
            hal: item.hal,
            sifat: item.sifat,
            since: item.since.into(),
            due: item.due.map(Instant),
            version_sha256: item.version_sha256,
            content_digest: item.content_digest,
        }
    }
}
