//! `/verifikasi`: give a file, learn what it is worth. The file is judged and dropped.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use flow::time::Zone;
use http::StatusCode;
use service::verification::{self, PublicLetter, Report};

use super::MOST_FILE;
use super::verdict::{self, VerdictView};
use crate::pages::layout::Frame;
use crate::pages::parts::regency_zone;
use crate::pages::render;
use crate::problem::Problem;
use crate::state::ApiState;
use crate::upload::{UploadForm, Uploaded};

/// The page with the drop area.
pub(super) async fn page(frame: Frame, State(state): State<ApiState>) -> Response {
    form(frame, &state, None)
}

/// Judges the file that was sent.
pub(super) async fn check(
    frame: Frame,
    State(state): State<ApiState>,
    upload: UploadForm<MOST_FILE>,
) -> Response {
    let Some(file) = upload.file else {
        let problem = frame.t("verifikasi-tanpa-berkas");
        return form(frame, &state, Some(problem));
    };
    match judged(&state, file).await {
        Ok(judged) => result(frame, &judged),
        Err(problem) => problem.into_response(),
    }
}

/// What the engine says of a file, and the register of the letter it is.
struct Judged {
    report: Report,
    known: Option<PublicLetter>,
    zone: Zone,
}

async fn judged(state: &ApiState, file: Uploaded) -> Result<Judged, Problem> {
    let verdict = verification::examine(&state.app, super::source(file)?).await?;
    let known = match &verdict.known {
        Some(letter) => verification::by_code(&state.app, &letter.code).await?,
        None => None,
    };
    let office = service::office::current(&state.app).await?;
    Ok(Judged {
        report: verdict.report,
        known,
        zone: regency_zone(&office),
    })
}

#[derive(Template)]
#[template(path = "public/verify.html")]
struct VerifyPage {
    page: Frame,
    official: String,
    problem: Option<String>,
}

#[derive(Template)]
#[template(path = "public/verdict.html")]
struct ResultPage {
    page: Frame,
    result: VerdictView,
}

fn form(frame: Frame, state: &ApiState, problem: Option<String>) -> Response {
    let status = match problem {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    render(
        status,
        &VerifyPage {
            page: frame,
            official: state.settings.address("/verifikasi"),
            problem,
        },
    )
}

fn result(frame: Frame, judged: &Judged) -> Response {
    let known = judged.known.as_ref();
    let result = verdict::view(&judged.report, known, frame.lang, judged.zone);
    render(
        StatusCode::OK,
        &ResultPage {
            page: frame,
            result,
        },
    )
}
