//! Taking letters out with everything that proves them.

use std::io::{Seek, SeekFrom};

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use flow::id::{NaskahId, OpdId};
use flow::time::CalendarDate;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use serde::Deserialize;
use service::archive::{self, Selection};
use service::desk::{LetterQuery, Tab};
use tokio_util::io::ReaderStream;
use utoipa::IntoParams;

use crate::problem::Problem;
use crate::state::ApiState;
use crate::upload::broken;
use crate::v1::auth::Caller;
use crate::v1::extract::Query;
use crate::v1::{paging, schema};

/// Which letters: those named, else all that pass the filters.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct ExportQuery {
    /// These letters; may be repeated.
    #[serde(default)]
    #[param(value_type = Vec<schema::LetterId>, max_items = 100)]
    letter: Vec<NaskahId>,
    /// Of this OPD.
    #[param(value_type = Option<schema::OpdId>)]
    opd: Option<OpdId>,
    /// Changed on this day or later.
    #[param(value_type = Option<schema::Day>)]
    from: Option<CalendarDate>,
    /// Changed on this day or earlier.
    #[param(value_type = Option<schema::Day>)]
    until: Option<CalendarDate>,
}

/// Take an archive package out
///
/// A BagIt bag in a zip file: every PDF version, metadata, events, validation report, proofs, checkpoint, certificates
/// and revocation lists; `pena audit verify` checks it offline. The key's scope `archive:export` stands for the
/// step-up: nobody makes such a key without one.
#[utoipa::path(get, path = "/archive/export", operation_id = "archive_export", tag = "archive",
    params(ExportQuery),
    responses((status = 200, description = "The package.", content_type = "application/zip", body = inline(schema::File))))]
pub(super) async fn export(
    State(state): State<ApiState>,
    caller: Caller,
    Query(query): Query<ExportQuery>,
) -> Result<Response, Problem> {
    if query.letter.len() > 100 {
        return Err(paging::malformed());
    }
    let selection = if query.letter.is_empty() {
        Selection::Query(LetterQuery {
            tab: Tab::Semua,
            opd: query.opd,
            from: query.from,
            until: query.until,
            ..LetterQuery::default()
        })
    } else {
        Selection::Letters(query.letter)
    };
    // First to a nameless file: what fails in the middle is then a problem and not half a package.
    let mut package = tempfile::tempfile().map_err(broken)?;
    archive::export_by_key(&state.app, &caller.0, &selection, &mut package).await?;
    package.seek(SeekFrom::Start(0)).map_err(broken)?;
    let stream = ReaderStream::new(tokio::fs::File::from_std(package));
    Ok((
        [
            (CONTENT_TYPE, "application/zip"),
            (CONTENT_DISPOSITION, "attachment; filename=\"arsip.zip\""),
        ],
        Body::from_stream(stream),
    )
        .into_response())
}
