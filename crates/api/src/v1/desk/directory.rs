//! Whom a letter can go to.

use axum::Json;
use axum::extract::State;
use flow::id::{JabatanId, OpdId, PejabatId};
use serde::{Deserialize, Serialize};
use service::desk::{self, DirectoryEntry};
use utoipa::{IntoParams, ToSchema};

use crate::problem::Problem;
use crate::state::ApiState;
use crate::v1::auth::Caller;
use crate::v1::extract::Query;
use crate::v1::{paging, schema};

/// Whom to look for.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct DirectoryQuery {
    /// Words of a name or title.
    #[param(min_length = 1, max_length = 200)]
    q: Option<String>,
}

/// Whom a letter can go to.
#[derive(Serialize, ToSchema)]
pub(super) struct Directory {
    /// OPD first; at most fifty.
    items: Vec<DirectoryItem>,
}

/// Somebody a letter can go to.
#[derive(Serialize, ToSchema)]
struct DirectoryItem {
    /// The OPD.
    #[schema(value_type = schema::OpdId)]
    opd: OpdId,
    /// Its name.
    opd_name: String,
    /// The position; null for the OPD as a whole.
    #[schema(value_type = Option<schema::JabatanId>)]
    jabatan: Option<JabatanId>,
    /// Its title; that of the head for an OPD as a whole.
    title: String,
    /// Who holds it now.
    #[schema(value_type = Option<schema::PejabatId>)]
    pejabat: Option<PejabatId>,
    /// Their name.
    name: Option<String>,
}

/// Look for a recipient
#[utoipa::path(get, path = "/office/directory", operation_id = "office_directory", tag = "office",
    params(DirectoryQuery),
    responses((status = 200, description = "Whom a letter can go to.", body = Directory)))]
pub(super) async fn directory(
    State(state): State<ApiState>,
    caller: Caller,
    Query(query): Query<DirectoryQuery>,
) -> Result<Json<Directory>, Problem> {
    paging::words(query.q.as_deref())?;
    let words = query.q.unwrap_or_default();
    let items = desk::directory(&state.app, &caller.0, &words).await?;
    Ok(Json(Directory {
        items: items.into_iter().map(DirectoryItem::from).collect(),
    }))
}

impl From<DirectoryEntry> for DirectoryItem {
    fn from(entry: DirectoryEntry) -> Self {
        Self {
            opd: entry.opd,
            opd_name: entry.opd_name,
            jabatan: entry.jabatan,
            title: entry.title,
            pejabat: entry.pejabat,
            name: entry.name,
        }
    }
}
