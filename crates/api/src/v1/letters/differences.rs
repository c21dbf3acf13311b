//! What changed between the contents of a letter.

use axum::Json;
use axum::extract::State;
use flow::id::NaskahId;
use serde::Serialize;
use service::desk::{self, Change, ChangedLine, ChangedPart, Difference, Part};
use utoipa::ToSchema;

use crate::problem::Problem;
use crate::state::ApiState;
use crate::v1::auth::Caller;
use crate::v1::extract::Path;
use crate::v1::instant::Instant;
use crate::v1::schema;

/// Every edit of a letter, oldest first.
#[derive(Serialize, ToSchema)]
pub(super) struct Differences {
    /// The edits.
    items: Vec<DifferenceView>,
}

/// What one edit changed.
#[derive(Serialize, ToSchema)]
struct DifferenceView {
    /// Which content it made, from 2.
    no: u32,
    /// When.
    at: Instant,
    /// Who.
    who: String,
    /// In which position.
    title: String,
    /// The parts that are not as they were.
    parts: Vec<PartView>,
}

/// A part that is not as it was.
#[derive(Serialize, ToSchema)]
struct PartView {
    /// Which: `from`, `hal`, `sifat`, `recipients`, `body`, `tembusan`, `klasifikasi`, `keamanan`, `signers` or
    /// `lampiran`.
    #[schema(value_type = String)]
    part: Part,
    /// Its lines, old and new.
    lines: Vec<LineView>,
}

/// A line.
#[derive(Serialize, ToSchema)]
struct LineView {
    /// `same`, `removed` or `added`.
    #[schema(value_type = String)]
    change: Change,
    /// What it says.
    text: String,
}

/// See what was changed in a letter
///
/// Every edit against the content before it, line by line.
#[utoipa::path(get, path = "/letters/{id}/differences", operation_id = "letters_differences", tag = "letters",
    params(("id" = schema::LetterId, Path, description = "The letter.")),
    responses((status = 200, description = "The edits.", body = Differences)))]
pub(super) async fn differences(
    State(state): State<ApiState>,
    caller: Caller,
    Path(id): Path<NaskahId>,
) -> Result<Json<Differences>, Problem> {
    let all = desk::differences(&state.app, &caller.0, id).await?;
    Ok(Json(Differences {
        items: all.into_iter().map(DifferenceView::from).collect(),
    }))
}

impl From<Difference> for DifferenceView {
    fn from(difference: Difference) -> Self {
        Self {
            no: difference.no,
            at: difference.at.into(),
            who: difference.who,
            title: difference.title,
            parts: difference.parts.into_iter().map(PartView::from).collect(),
        }
    }
}

impl From<ChangedPart> for PartView {
    fn from(part: ChangedPart) -> Self {
        Self {
            part: part.part,
            lines: part.lines.into_iter().map(LineView::from).collect(),
        }
    }
}

impl From<ChangedLine> for LineView {
    fn from(line: ChangedLine) -> Self {
        Self {
            change: line.change,
            text: line.text,
        }
    }
}
