//! `/v/{code}`: what the register tells everybody about a letter.

use askama::Template;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use service::verification::{self, PublicLetter, PublicState};

use super::typed;
use crate::pages::layout::Frame;
use crate::pages::parts::Line;
use crate::pages::render;
use crate::problem::Problem;
use crate::show;
use crate::state::ApiState;

/// The letter's page; an unknown code gets the page that says how to type one.
pub(super) async fn page(
    frame: Frame,
    State(state): State<ApiState>,
    Path(code): Path<String>,
) -> Result<Response, Problem> {
    match verification::by_code(&state.app, &code).await? {
        Some(letter) => Ok(unlisted(shown(frame, &state, &code, &letter, None, None))),
        None => Ok(unlisted(typed::unknown(frame, &state, "", ""))),
    }
}

/// The picture of page one.
pub(super) async fn picture(
    State(state): State<ApiState>,
    Path(code): Path<String>,
) -> Result<Response, Problem> {
    let picture = verification::public_picture(&state.app, &code, 0, PICTURE_WIDTH)
        .await?
        .ok_or_else(Problem::not_found)?;
    let headers = [(CONTENT_TYPE, HeaderValue::from_static("image/png"))];
    Ok(unlisted((headers, Body::from(picture.png)).into_response()))
}

/// The newest version of the document.
pub(super) async fn download(
    State(state): State<ApiState>,
    Path(code): Path<String>,
) -> Result<Response, Problem> {
    let document = verification::public_download(&state.app, &code)
        .await?
        .ok_or_else(Problem::not_found)?;
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(document.pdf.len()));
    headers.insert(
        CONTENT_DISPOSITION,
        HeaderValue::from_static("attachment; filename=\"surat.pdf\""),
    );
    Ok(unlisted(
        (headers, Body::from(document.pdf)).into_response(),
    ))
}

/// What came of comparing a file with the register.
pub(super) struct Compared {
    pub(super) word: &'static str,
    pub(super) headline: String,
    pub(super) text: String,
}

#[expect(clippy::struct_excessive_bools, reason = "what the template asks")]
#[derive(Template)]
#[template(path = "public/letter.html")]
struct LetterPage {
    page: Frame,
    heading: String,
    official: String,
    code: String,
    cancelled: bool,
    secret: bool,
    lines: Vec<Line>,
    signers: Vec<SignerView>,
    digest: Option<String>,
    picture: bool,
    downloadable: bool,
    comparison: Option<Compared>,
    problem: Option<String>,
}

struct SignerView {
    name: String,
    title: String,
    sk: Option<String>,
}

/// The page of a letter, perhaps with what came of a comparison.
pub(super) fn shown(
    frame: Frame,
    state: &ApiState,
    code: &str,
    letter: &PublicLetter,
    comparison: Option<Compared>,
    problem: Option<String>,
) -> Response {
    let cancelled = letter.state == PublicState::Cancelled;
    let heading = frame.t(match letter.state {
        PublicState::Valid => "surat-ada",
        PublicState::PartlySigned => "surat-sebagian",
        PublicState::Cancelled => "surat-dibatalkan",
    });
    let status = match problem {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let view = LetterPage {
        lines: lines(&frame, letter),
        page: frame,
        heading,
        official: state.settings.address(&format!("/v/{code}")),
        code: code.to_owned(),
        cancelled,
        secret: letter.secret,
        signers: letter
            .signers
            .iter()
            .map(|signer| SignerView {
                name: signer.name.clone(),
                title: match signer.capacity {
                    Some(capacity) => format!("{} {}", capacity.word(), signer.title),
                    None => signer.title.clone(),
                },
                sk: signer.sk.clone(),
            })
            .collect(),
        digest: letter.sha256.map(|sha256| show::short_digest(&sha256)),
        picture: letter.downloadable,
        downloadable: letter.downloadable,
        comparison,
        problem,
    };
    render(status, &view)
}

/// Marks an answer as nothing for a search engine.
pub(super) fn unlisted(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(ROBOTS, HeaderValue::from_static("noindex, nofollow"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Wide enough to read a page by, small enough for a phone.
const PICTURE_WIDTH: u32 = 800;
const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

fn lines(frame: &Frame, letter: &PublicLetter) -> Vec<Line> {
    let date = letter.date.map(|date| show::date(date, frame.lang));
    let sifat = letter.sifat.map(|sifat| sifat.word().to_owned());
    [
        ("surat-nomor", Some(letter.nomor.clone())),
        ("surat-tanggal", date),
        ("surat-hal", letter.hal.clone()),
        ("surat-sifat", sifat),
        ("surat-instansi", Some(letter.opd_name.clone())),
    ]
    .into_iter()
    .filter_map(|(key, value)| Some(Line::new(frame.t(key), value?)))
    .collect()
}
