//! `POST /api/sign/verify`: version 1, a form with the file in `signed_file`.

use axum::Json;
use axum::extract::multipart::Field;
use axum::extract::{Multipart, State};
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
    let plain = |letter: &char| !letter.is_control() && !BIDI.contains(letter);
    let name: String = last.chars().filter(plain).take(MOST_NAME).collect();
    if name.is_empty() {
        return "dokumen.pdf".to_owned();
    }
    name
}

/// The explicit bidirectional controls of Unicode (UAX #9, 2).
const BIDI: [char; 12] = [
    '\u{061c}', '\u{200e}', '\u{200f}', '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}',
    '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}',
];
const MOST_NAME: usize = 255;
