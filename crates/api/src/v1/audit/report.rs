//! Whether what is stored explains itself.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use service::access::{self, Action, Object};
use service::audit;
use utoipa::ToSchema;

use crate::problem::Problem;
use crate::state::ApiState;
use crate::v1::auth::Caller;

/// Whether what is stored explains itself.
#[derive(Serialize, ToSchema)]
pub(super) struct AuditReport {
    /// Whether there is no offence.
    clean: bool,
    /// How many leaves the signed log has.
    log_size: u64,
    /// What was compared, in one line.
    summary: String,
    /// Every offence, in a sentence.
    offences: Vec<String>,
}

/// Check the audit log
///
/// Compares events, leaves, log, key uses and numbers with each other, all of them.
#[utoipa::path(get, path = "/audit/report", operation_id = "audit_report", tag = "audit",
    responses((status = 200, description = "What was found.", body = AuditReport)))]
pub(super) async fn report(
    State(state): State<ApiState>,
    caller: Caller,
) -> Result<Json<AuditReport>, Problem> {
    access::require(&state.app, &caller.0, Action::ReadAudit, Object::Regency).await?;
    let report = audit::verify(&state.app).await?;
    Ok(Json(AuditReport {
        clean: report.is_clean(),
        log_size: report.size(),
        summary: report.summary(),
        offences: report.sentences(),
    }))
}
