//! Beginning a letter with a PDF that was made elsewhere.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use service::naskah::NewLetter;
use utoipa::ToSchema;

use super::content::LetterInput;
use super::create::begin;
use super::state::LetterState;
use crate::problem::{Problem, ProblemKind};
use crate::state::ApiState;
use crate::upload::UploadForm;
use crate::v1::auth::Caller;
use crate::v1::extract::read;
use crate::v1::once::Batch;

/// A letter and its PDF, as a form.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "the schema of a form that is read field by field")]
struct ImportForm {
    /// The letter without its text.
    letter: LetterInput,
    /// The PDF.
    #[schema(format = Binary, min_length = 1)]
    file: String,
}

/// Begin a letter with a PDF
///
/// The pages are signed as they are. Where the text says `${ttd1}`, the first signer's block is drawn, `${ttd2}` the
/// second's; without such a mark a signature is not seen. A file that was signed before, or that takes no signature for
/// another reason, is refused (rule `document-forbids`). The field `letter` is JSON and stands before the file.
#[utoipa::path(post, path = "/letters/imports", operation_id = "letters_import", tag = "letters",
    request_body(content = ImportForm, content_type = "multipart/form-data"),
    responses((status = 201, description = "The letter, as a draft.", body = LetterState)))]
pub(super) async fn import(
    State(state): State<ApiState>,
    caller: Caller,
    Batch(batch): Batch,
    form: UploadForm<MOST_PDF>,
) -> Result<Response, Problem> {
    let letter = form.fields.get("letter").ok_or_else(|| missing("letter"))?;
    if form.fields.len() > 1 {
        return Err(Problem::new(ProblemKind::Invalid));
    }
    let input: LetterInput = read(letter.as_bytes())?;
    let file = form.file.ok_or_else(|| missing("file"))?;
    let sha256 = file.sha256();
    let pdf = file.into_bytes()?;
    if !pdf.starts_with(b"%PDF-") {
        return Err(Problem::new(ProblemKind::Refused)
            .with("rule", "not-pdf")
            .with("who", "you")
            .because("refusal-not-pdf", &[]));
    }
    let (content, chain) = input.imported(sha256)?;
    let letter = NewLetter {
        content,
        chain,
        imported: Some(pdf),
        batch: Some(batch),
    };
    begin(&state, &caller, &letter).await
}

const MOST_PDF: u64 = 50 << 20;

fn missing(field: &'static str) -> Problem {
    Problem::invalid(field).because("problem-field-detail", &[("field", field)])
}
