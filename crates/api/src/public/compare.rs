//! `/v/{code}/bandingkan`: is the file in my hand the letter of this code?

use axum::extract::{Path, State};
use axum::response::Response;
use service::verification::{self, Comparison};

use super::letter::{Compared, shown, unlisted};
use super::{MOST_FILE, typed};
use crate::pages::layout::Frame;
use crate::problem::Problem;
use crate::state::ApiState;
use crate::upload::UploadForm;

/// Compares the file with the versions in the register.
pub(super) async fn compare(
    frame: Frame,
    State(state): State<ApiState>,
    Path(code): Path<String>,
    upload: UploadForm<MOST_FILE>,
) -> Result<Response, Problem> {
    let Some(letter) = verification::by_code(&state.app, &code).await? else {
        return Ok(unlisted(typed::unknown(frame, &state, "", "")));
    };
    let Some(file) = upload.file else {
        let problem = Some(frame.t("verifikasi-tanpa-berkas"));
        return Ok(unlisted(shown(
            frame, &state, &code, &letter, None, problem,
        )));
    };
    let compared = verification::compare(&state.app, &code, super::source(file)?).await?;
    let Some((comparison, _)) = compared else {
        return Ok(unlisted(typed::unknown(frame, &state, "", "")));
    };
    let word = match comparison {
        Comparison::Same { .. } => "same",
        Comparison::Older { .. } => "older",
        Comparison::OtherLetter => "other",
        Comparison::Different => "different",
    };
    let compared = Compared {
        word,
        headline: frame.t(&format!("banding-{word}")),
        text: frame.t(&format!("banding-{word}-isi")),
    };
    Ok(unlisted(shown(
        frame,
        &state,
        &code,
        &letter,
        Some(compared),
        None,
    )))
}
