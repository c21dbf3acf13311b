//! What of a letter leaves its page as a file: pictures, the signed PDF, the audit proof.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use flow::id::NaskahId;
use http::HeaderValue;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use serde::Deserialize;
use service::access::{self, Action};
use service::{desk, naskah};

use crate::problem::Problem;
use crate::proof::ProofView;
use crate::session::Person;
use crate::state::ApiState;

/// How wide a picture is asked for.
#[derive(Deserialize)]
pub(super) struct Width {
    #[serde(default)]
    lebar: String,
}

impl Width {
    /// In pixels, within reason.
    pub(super) fn pixels(&self) -> u32 {
        self.lebar.parse().unwrap_or(USUAL_WIDTH).clamp(200, 1_600)
    }
}

/// A page as a picture; what the address names never changes its secrecy, so no cache between may keep it.
pub(super) async fn picture(
    State(state): State<ApiState>,
    Person(subject): Person,
    Path((id, page)): Path<(NaskahId, String)>,
    Query(width): Query<Width>,
) -> Result<Response, Problem> {
    // The first page is 1 in addresses and 0 inside.
    let page = page
        .strip_suffix(".png")
        .and_then(|number| number.parse().ok())
        .and_then(|number: u32| number.checked_sub(1))
        .ok_or_else(Problem::not_found)?;
    let picture = desk::picture(&state.app, &subject, id, page, width.pixels()).await?;
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("image/png")),
        (
            CACHE_CONTROL,
            HeaderValue::from_static("private, max-age=60"),
        ),
    ];
    Ok((headers, picture.png).into_response())
}

const USUAL_WIDTH: u32 = 900;

pub(super) async fn download(
    State(state): State<ApiState>,
    Person(subject): Person,
    Path(id): Path<NaskahId>,
) -> Result<Response, Problem> {
    access::letter(&state.app, &subject, id, Action::Download).await?;
    let exported = naskah::export(&state.app, id)
        .await?
        .ok_or_else(Problem::not_found)?;
    let name = format!("attachment; filename=\"{id}.pdf\"");
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/pdf")),
        (
            CONTENT_DISPOSITION,
            HeaderValue::from_str(&name).unwrap_or_else(|_| HeaderValue::from_static("attachment")),
        ),
    ];
    Ok((headers, exported.pdf).into_response())
}

/// The audit proof, as a file to keep.
pub(super) async fn proof(
    State(state): State<ApiState>,
    Person(subject): Person,
    Path(id): Path<NaskahId>,
) -> Result<Response, Problem> {
    let proof = service::audit::letter_proof(&state.app, &subject, id).await?;
    let name = format!("attachment; filename=\"{id}-bukti.json\"");
    Ok((
        [(CONTENT_DISPOSITION, name)],
        axum::Json(ProofView::from(proof)),
    )
        .into_response())
}
