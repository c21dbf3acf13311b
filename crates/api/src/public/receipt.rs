//! `/verifikasi/tanda-terima`: what a page of ours said of a file comes back, and goes out again under the seal.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::Form;
use http::HeaderValue;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use serde::Deserialize;
use service::verification::{Examination, NotBelieved};

use crate::lang::Lang;
use crate::problem::{Problem, ProblemKind};
use crate::receipt::sealed;
use crate::state::ApiState;

/// What the form of a result carries.
#[derive(Deserialize)]
pub(super) struct Fields {
    #[serde(default)]
    laporan: String,
}

/// Puts the seal on what this service itself found within the last hour, and on nothing else.
pub(super) async fn give(
    State(state): State<ApiState>,
    lang: Lang,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let found = Examination::read(&state.app, &fields.laporan).map_err(refused)?;
    let pdf = sealed(&state.app, &found, lang).await?;
    Ok(answer(pdf))
}

/// A receipt, as a file to be kept.
pub(crate) fn answer(pdf: Vec<u8>) -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/pdf")),
        (CONTENT_DISPOSITION, HeaderValue::from_static(NAME)),
    ];
    (headers, pdf).into_response()
}

fn refused(why: NotBelieved) -> Problem {
    match why {
        NotBelieved::Forged => {
            Problem::invalid("laporan").because("problem-receipt-forged-detail", &[])
        }
        NotBelieved::Stale => Problem::new(ProblemKind::ReportExpired),
    }
}

const NAME: &str = "attachment; filename=\"tanda-terima-verifikasi.pdf\"";
