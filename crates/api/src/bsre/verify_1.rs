//! `POST /api/sign/verify`: version 1, a form with the file in `signed_file`.

use axum::Json;
use axum::extract::multipart::Field;
use axum::extract::{Multipart, State};
use flow::bidi::turns_direction;
use serde_json::Value;
use service::verification::bsre;

use super::{judged, refusal};
use crate::problem::{Problem, ProblemKind};
use crate::public::MOST_FILE;
use crate::state::ApiState;
use crate::upload::{Uploaded, unreadable};

/// Judges the file.
pub(super) async fn verify(
    State(state): State<ApiState>,
    form: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Result<Json<Value>, Problem> {
    let mut form = form.map_err(|_| Problem::new(ProblemKind::MediaType))?;
    while let Some(field) = form.next_field().await.map_err(unreadable)? {
        if field.name() != Some(FIELD) {
            continue;
        }
        let name = name(&field);
        let file = Uploaded::receive(field, MOST_FILE).await?;
        if file.is_empty() {
            break;
        }
        let verdict = judged(&state, file.into_file(), None).await?;
        let said = bsre::version_1(&verdict.report, &verdict.particulars, &name);
        return Ok(Json(said));
    }
    Err(refusal::no_pdf())
}

const FIELD: &str = "signed_file";

/// What the sender calls the file, fit to be shown: its last part, and nothing that turns a line around.
fn name(field: &Field<'_>) -> String {
    let whole = field.file_name().unwrap_or_default();
    let last = whole.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain = |letter: &char| !letter.is_control() && !turns_direction(*letter);
    let name: String = last.chars().filter(plain).take(MOST_NAME).collect();
    if name.is_empty() {
        return "dokumen.pdf".to_owned();
    }
    name
}

const MOST_NAME: usize = 255;
