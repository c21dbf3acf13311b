//! `/agenda/catat`: registering mail from outside, and its file afterwards.

use askama::Template;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use flow::id::{AgendaId, JabatanId};
use flow::office::Office;
use flow::sifat::{Keamanan, Sifat};
use flow::time::CalendarDate;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use serde::de::DeserializeOwned;
use service::access::{self, Action, Object};
use service::agenda::{self, NewMail};
use service::desk;
use service::identity::Subject;

use super::draft_choices::Choices;
use super::layout::Frame;
use super::letter_files::Width;
use super::parts::{Choice, Fields};
use super::render;
use crate::form::FormToken;
use crate::lang::Lang;
use crate::problem::Problem;
use crate::session::Person;
use crate::state::ApiState;
use crate::upload::{CheckedUpload, Uploaded};

/// The addresses of mail from outside.
pub(super) fn router() -> Router<ApiState> {
    Router::new()
        .route("/agenda/catat", get(form).post(register))
        .route("/agenda/entri/{id}/berkas", get(file))
        .route("/agenda/entri/{id}/halaman/{page}", get(picture))
        .layer(DefaultBodyLimit::max(MOST_BODY))
}

const MOST_PDF: u64 = 50 << 20;
/// The file and the fields around it.
const MOST_BODY: usize = 52 << 20;

#[derive(Template)]
#[template(path = "agenda/receive.html")]
struct ReceivePage {
    page: Frame,
    token: FormToken,
    sender: String,
    nomor: String,
    date: String,
    hal: String,
    to: Vec<Choice>,
    urgency: Vec<Choice>,
    secrecy: Vec<Choice>,
    faults: Vec<(&'static str, String)>,
}

impl ReceivePage {
    fn fault(&self, field: &str) -> Option<&str> {
        let fault = self.faults.iter().find(|(name, _)| *name == field);
        fault.map(|(_, text)| text.as_str())
    }
}

async fn form(
    page: Frame,
    token: FormToken,
    State(state): State<ApiState>,
    Person(subject): Person,
) -> Result<Response, Problem> {
    access::require_anywhere(&state.app, &subject, Action::ReceiveMail).await?;
    let office = service::office::current(&state.app).await?;
    let choices = choices(&office, &subject, &state, page.lang);
    let view = view(page, token, &choices, &Fields::default());
    Ok(render(StatusCode::OK, &view))
}

fn choices<'a>(
    office: &'a Office,
    subject: &'a Subject,
    state: &ApiState,
    lang: Lang,
) -> Choices<'a> {
    Choices {
        office,
        subject,
        now: state.app.now(),
        lang,
    }
}

fn view(page: Frame, token: FormToken, choices: &Choices<'_>, sent: &Fields) -> ReceivePage {
    ReceivePage {
        sender: sent.one("pengirim").to_owned(),
        nomor: sent.one("nomor").to_owned(),
        date: sent.one("tanggal").to_owned(),
        hal: sent.one("hal").to_owned(),
        to: choices.registered_for(sent.one("kepada")),
        urgency: Choices::urgency(sent.one("sifat")),
        secrecy: Choices::secrecy(sent.one("keamanan")),
        faults: Vec::new(),
        page,
        token,
    }
}

async fn register(
    page: Frame,
    token: FormToken,
    State(state): State<ApiState>,
    Person(subject): Person,
    CheckedUpload(sent): CheckedUpload<MOST_PDF>,
) -> Result<Response, Problem> {
    access::require_anywhere(&state.app, &subject, Action::ReceiveMail).await?;
    let office = service::office::current(&state.app).await?;
    let fields = Fields::from(sent.fields.into_iter().collect::<Vec<_>>());
    let pdf = sent
        .file
        .map(Uploaded::into_bytes)
        .transpose()?
        .unwrap_or_default();
    let parsed = mail(&fields, &office, pdf);
    let choices = choices(&office, &subject, &state, page.lang);
    let mut view = view(page, token, &choices, &fields);
    let mail = match parsed {
        Ok(mail) => mail,
        Err(faults) => {
            let texts = faults
                .into_iter()
                .map(|(field, key)| (field, view.page.t(key)));
            view.faults = texts.collect();
            return Ok(render(StatusCode::UNPROCESSABLE_ENTITY, &view));
        }
    };
    let object = Object::Opd(mail.opd);
    access::require(&state.app, &subject, Action::ReceiveMail, object).await?;
    let keamanan = mail.keamanan;
    let done = agenda::receive(&state.app, &subject, mail).await?;
    // Whoever registers a secret letter has no part in it, and does not read it here.
    Ok(match keamanan {
        Keamanan::Biasa | Keamanan::Terbatas => {
            Redirect::to(&format!("/agenda/entri/{}", done.id)).into_response()
        }
        Keamanan::Rahasia | Keamanan::SangatRahasia => {
            Redirect::to("/agenda/masuk").into_response()
        }
    })
}

type Faults = Vec<(&'static str, &'static str)>;

/// The form as mail, or every field that is not as it should be.
fn mail(fields: &Fields, office: &Office, pdf: Vec<u8>) -> Result<NewMail, Faults> {
    let mut faults = Faults::new();
    let mut fault = |field, key| faults.push((field, key));
    let filled = |name| !fields.one(name).trim().is_empty();
    if !filled("pengirim") {
        fault("pengirim", "catat-pengirim-salah");
    }
    if !filled("hal") {
        fault("hal", "catat-hal-salah");
    }
    let to: Option<JabatanId> = fields.one("kepada").parse().ok();
    let to = to.and_then(|to| office.jabatan.get(&to));
    if to.is_none() {
        fault("kepada", "catat-kepada-salah");
    }
    let date: Option<CalendarDate> = match fields.one("tanggal") {
        "" => None,
        text => {
            let date = text.parse().ok();
            if date.is_none() {
                fault("tanggal", "catat-tanggal-salah");
            }
            date
        }
    };
    if !pdf.starts_with(b"%PDF-") {
        fault("berkas", "tulis-pdf-salah");
    }
    let sifat: Option<Sifat> = word(fields.one("sifat"));
    let keamanan: Option<Keamanan> = word(fields.one("keamanan"));
    let (Some(to), Some(sifat), Some(keamanan), true) = (to, sifat, keamanan, faults.is_empty())
    else {
        return Err(faults);
    };
    Ok(NewMail {
        opd: to.opd,
        to: to.id,
        sender: fields.one("pengirim").to_owned(),
        nomor: fields.one("nomor").to_owned(),
        date,
        hal: fields.one("hal").to_owned(),
        sifat,
        keamanan,
        pdf,
        batch: None,
    })
}

fn word<T: DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).ok()
}

async fn file(
    State(state): State<ApiState>,
    Person(subject): Person,
    Path(id): Path<AgendaId>,
) -> Result<Response, Problem> {
    let pdf = desk::outside_file(&state.app, &subject, id).await?;
    let headers = [
        (CONTENT_TYPE, "application/pdf".to_owned()),
        (
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{id}.pdf\""),
        ),
    ];
    Ok((headers, pdf).into_response())
}

async fn picture(
    State(state): State<ApiState>,
    Person(subject): Person,
    Path((id, page)): Path<(AgendaId, String)>,
    Query(width): Query<Width>,
) -> Result<Response, Problem> {
    // The first page is 1 in addresses and 0 inside.
    let page = page
        .strip_suffix(".png")
        .and_then(|number| number.parse().ok())
        .and_then(|number: u32| number.checked_sub(1))
        .ok_or_else(Problem::not_found)?;
    let picture = desk::outside_picture(&state.app, &subject, id, page, width.pixels())
        .await
        .map_err(|error| {
            if error.blames_document() {
                Problem::not_found()
            } else {
                error.into()
            }
        })?;
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("image/png")),
        (
            CACHE_CONTROL,
            HeaderValue::from_static("private, max-age=60"),
        ),
    ];
    Ok((headers, picture.png).into_response())
}
