//! `/tulis/pdf`: a letter whose pages were made elsewhere.

use askama::Template;
use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use flow::jenis::JenisNaskah;
use flow::naskah::Source;
use http::StatusCode;
use service::access::{self, Action, Object};
use service::naskah::{self, NewLetter};

use super::compose::drafter;
use super::draft::Draft;
use super::draft_choices::{CODES, Choices, PositionRow, beginning};
use super::layout::Frame;
use super::letters::{KINDS, jenis};
use super::parts::{Choice, Fields};
use super::render;
use crate::form::FormToken;
use crate::problem::Problem;
use crate::session::Person;
use crate::state::ApiState;
use crate::upload::{CheckedUpload, Uploaded};

/// The address of bringing a PDF along.
pub(super) fn router() -> Router<ApiState> {
    Router::new()
        .route("/tulis/pdf", get(form).post(import))
        .layer(DefaultBodyLimit::max(MOST_BODY))
}

const MOST_PDF: u64 = 50 << 20;
/// The file and the fields around it.
const MOST_BODY: usize = 52 << 20;

#[derive(Template)]
#[template(path = "compose/import.html")]
struct ImportPage {
    page: Frame,
    token: FormToken,
    draft: Draft,
    faults: Vec<(&'static str, String)>,
    kinds: Vec<Choice>,
    from: Vec<Choice>,
    urgency: Vec<Choice>,
    secrecy: Vec<Choice>,
    codes: &'static [(&'static str, &'static str)],
    paraf: Option<PositionRow>,
    signer: Option<PositionRow>,
}

impl ImportPage {
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
    let office = service::office::current(&state.app).await?;
    let draft = beginning(&office, subject.actor()?);
    let choices = Choices {
        office: &office,
        subject: &subject,
        now: state.app.now(),
        lang: page.lang,
    };
    let view = view(page, token, &choices, draft, "surat_dinas");
    Ok(render(StatusCode::OK, &view))
}

fn view(
    page: Frame,
    token: FormToken,
    choices: &Choices<'_>,
    draft: Draft,
    kind: &str,
) -> ImportPage {
    let kinds = KINDS
        .into_iter()
        .map(|(kind, word)| Choice::new(word, kind.word()))
        .collect();
    ImportPage {
        kinds: Choice::chosen(kinds, &[kind]),
        from: choices.from(&draft.dari),
        urgency: Choices::urgency(&draft.sifat),
        secrecy: Choices::secrecy(&draft.keamanan),
        codes: CODES,
        paraf: choices.rows(&draft.hierarki).into_iter().next(),
        signer: choices.rows(&draft.penandatangan).into_iter().next(),
        faults: Vec::new(),
        draft,
        page,
        token,
    }
}

async fn import(
    page: Frame,
    token: FormToken,
    State(state): State<ApiState>,
    Person(subject): Person,
    CheckedUpload(sent): CheckedUpload<MOST_PDF>,
) -> Result<Response, Problem> {
    let office = service::office::current(&state.app).await?;
    let fields = Fields::from(sent.fields.into_iter().collect::<Vec<_>>());
    let draft = Draft::of(&fields);
    let word = fields.one("jenis").to_owned();
    let kind = jenis(&word).unwrap_or(JenisNaskah::SuratDinas);
    let choices = Choices {
        office: &office,
        subject: &subject,
        now: state.app.now(),
        lang: page.lang,
    };
    let file = sent.file.map(pdf).transpose()?.flatten();
    let source = file
        .as_ref()
        .map(|(sha256, _)| Source::Imported { sha256: *sha256 });
    let parsed = draft.letter(&office, kind, source);
    let mut view = view(page, token, &choices, draft, &word);
    if let Err(faults) = &parsed {
        for fault in faults {
            view.faults.push((fault.field, view.page.t(fault.key)));
        }
    }
    if file.is_none() {
        view.faults.push(("berkas", view.page.t("tulis-pdf-salah")));
    }
    let (Ok((content, chain)), Some((_, bytes))) = (parsed, file) else {
        return Ok(render(StatusCode::UNPROCESSABLE_ENTITY, &view));
    };
    let object = Object::Opd(content.opd);
    access::require(&state.app, &subject, Action::Create, object).await?;
    let actor = drafter(&subject, &office, &content)?;
    let letter = NewLetter {
        content,
        chain,
        imported: Some(bytes),
        batch: None,
    };
    match naskah::create(&state.app, &actor, &letter).await {
        Ok(id) => Ok(Redirect::to(&format!("/naskah/{id}")).into_response()),
        Err(error) if error.blames_document() => {
            let problem = Problem::from(error);
            view.faults.push(("berkas", problem.detail(view.page.lang)));
            Ok(render(problem.kind().status(), &view))
        }
        Err(error) => Err(error.into()),
    }
}

/// The bytes of a file that begins as a PDF does; what it is in full, the worker finds out.
fn pdf(file: Uploaded) -> Result<Option<(flow::digest::Sha256, Vec<u8>)>, Problem> {
    let sha256 = file.sha256();
    let bytes = file.into_bytes()?;
    Ok(bytes.starts_with(b"%PDF-").then_some((sha256, bytes)))
}
