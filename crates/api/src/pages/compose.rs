//! `/tulis`: writing a letter, and revising it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use axum_extra::extract::Form;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flow::id::NaskahId;
use flow::jenis::JenisNaskah;
use flow::naskah::{Content, Source};
use flow::office::{Actor, Office};
use http::header::ACCEPT;
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use service::access::{self, Action, Object};
use service::desk;
use service::identity::Subject;
use service::naskah::{self, NewLetter, Seen};

use super::draft::{Draft, Fault};
use super::draft_choices::{Choices, PositionRow};
use super::layout::Frame;
use super::letters::{KINDS, jenis};
use super::parts::{Choice, Fields};
use super::render;
use crate::form::{Checked, FormToken};
use crate::problem::{Problem, ProblemKind};
use crate::session::Person;
use crate::show;
use crate::state::ApiState;

/// The addresses of writing.
pub(super) fn router() -> Router<ApiState> {
    Router::new()
        .route("/tulis", get(kinds))
        .route("/tulis/pratinjau/{jenis}", post(preview))
        .route("/tulis/{jenis}", get(blank).post(create))
        .route("/naskah/{id}/ubah", get(written).post(edit))
}

struct Kind {
    href: String,
    label: &'static str,
    is_note: bool,
}

#[derive(Template)]
#[template(path = "compose/kinds.html")]
struct KindsPage {
    page: Frame,
    kinds: Vec<Kind>,
}

async fn kinds(page: Frame, Person(subject): Person) -> Result<Response, Problem> {
    subject.actor()?;
    let kinds = KINDS
        .into_iter()
        .map(|(kind, word)| Kind {
            href: format!("/tulis/{word}"),
            label: kind.word(),
            is_note: matches!(kind, JenisNaskah::NotaDinas | JenisNaskah::Memorandum),
        })
        .collect();
    Ok(render(StatusCode::OK, &KindsPage { page, kinds }))
}

#[derive(Template)]
#[template(path = "compose/write.html")]
struct WritePage {
    page: Frame,
    token: FormToken,
    heading: String,
    action: String,
    preview: String,
    save: Option<String>,
    version: Option<u64>,
    back: String,
    draft: Draft,
    imported: bool,
    faults: Vec<(&'static str, String)>,
    problem: Option<String>,
    done: Option<String>,
    from: Vec<Choice>,
    urgency: Vec<Choice>,
    secrecy: Vec<Choice>,
    codes: &'static [(&'static str, &'static str)],
    addressees: Vec<String>,
    hierarki: Vec<PositionRow>,
    koordinasi: Vec<PositionRow>,
    signers: Vec<PositionRow>,
    pages: Vec<String>,
}

impl WritePage {
    fn fault(&self, field: &str) -> Option<&str> {
        let fault = self.faults.iter().find(|(name, _)| *name == field);
        fault.map(|(_, text)| text.as_str())
    }

    fn status(&self) -> StatusCode {
        if self.faults.is_empty() {
            StatusCode::OK
        } else {
            StatusCode::UNPROCESSABLE_ENTITY
        }
    }
}

/// What of a page of writing depends on whether the letter exists.
struct Place {
    jenis: JenisNaskah,
    id: Option<NaskahId>,
    version: Option<u64>,
    imported: bool,
}

impl Place {
    fn word(&self) -> String {
        super::draft::word(&self.jenis)
    }
}

/// Which empty row a button asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    Save,
    Submit,
    Preview,
    Row,
}

impl Wish {
    fn of(sent: &Fields) -> Self {
        match sent.one("lakukan") {
            "ajukan" => Self::Submit,
            "pratinjau" => Self::Preview,
            "baris" => Self::Row,
            _ => Self::Save,
        }
    }
}

fn write_page(
    page: Frame,
    token: FormToken,
    office: &Office,
    subject: &Subject,
    state: &ApiState,
    place: &Place,
    draft: Draft,
) -> WritePage {
    let choices = Choices {
        office,
        subject,
        now: state.app.now(),
        lang: page.lang,
    };
    let word = place.word();
    let base = place.id.map(|id| format!("/naskah/{id}"));
    WritePage {
        heading: match place.id {
            Some(_) => page.tx("tulis-ubah-judul", &[("jenis", place.jenis.word())]),
            None => page.tx("tulis-judul-jenis", &[("jenis", place.jenis.word())]),
        },
        action: base
            .as_ref()
            .map_or_else(|| format!("/tulis/{word}"), |base| format!("{base}/ubah")),
        preview: format!("/tulis/pratinjau/{word}"),
        save: base.as_ref().map(|base| format!("{base}/ubah")),
        version: place.version,
        back: base.unwrap_or_else(|| "/tulis".to_owned()),
        imported: place.imported,
        faults: Vec::new(),
        problem: None,
        done: None,
        from: choices.from(&draft.dari),
        urgency: Choices::urgency(&draft.sifat),
        secrecy: Choices::secrecy(&draft.keamanan),
        codes: super::draft_choices::CODES,
        addressees: choices.addressees(),
        hierarki: choices.rows(&draft.hierarki),
        koordinasi: choices.rows(&draft.koordinasi),
        signers: choices.rows(&draft.penandatangan),
        pages: Vec::new(),
        draft,
        page,
        token,
    }
}

async fn blank(
    page: Frame,
    token: FormToken,
    State(state): State<ApiState>,
    Person(subject): Person,
    Path(word): Path<String>,
) -> Result<Response, Problem> {
    let place = new_place(&word)?;
    let office = service::office::current(&state.app).await?;
    let actor = subject.actor()?;
    let draft = super::draft_choices::beginning(&office, actor);
    let view = write_page(page, token, &office, &subject, &state, &place, draft);
    Ok(render(StatusCode::OK, &view))
}

fn new_place(word: &str) -> Result<Place, Problem> {
    Ok(Place {
        jenis: jenis(word)
            .filter(|kind| KINDS.iter().any(|(known, _)| known == kind))
            .ok_or_else(Problem::not_found)?,
        id: None,
        version: None,
        imported: false,
    })
}

async fn create(
    page: Frame,
    token: FormToken,
    State(state): State<ApiState>,
    Person(subject): Person,
    Path(word): Path<String>,
    Checked(sent): Checked<Fields>,
) -> Result<Response, Problem> {
    let place = new_place(&word)?;
    let office = service::office::current(&state.app).await?;
    let draft = Draft::of(&sent);
    let wish = Wish::of(&sent);
    let parsed = draft.letter(&office, place.jenis, None);
    let mut view = write_page(page, token, &office, &subject, &state, &place, draft);
    let (content, chain) = match (wish, parsed) {
        (Wish::Row, _) => return Ok(render(StatusCode::OK, &view)),
        (Wish::Save | Wish::Submit | Wish::Preview, Err(faults)) => {
            view.faults = worded(&faults, &view.page);
            return Ok(render(view.status(), &view));
        }
        (Wish::Preview, Ok((content, _))) => {
            view.pages = pictures(&state, &subject, &content).await?;
            return Ok(render(StatusCode::OK, &view));
        }
        (Wish::Save | Wish::Submit, Ok(letter)) => letter,
    };
    let object = Object::Opd(content.opd);
    access::require(&state.app, &subject, Action::Create, object).await?;
    let actor = drafter(&subject, &office, &content)?;
    let letter = NewLetter {
        content,
        chain,
        imported: None,
        batch: None,
    };
    let id = naskah::create(&state.app, &actor, &letter).await?;
    if wish == Wish::Submit {
        naskah::submit(&state.app, &actor, id).await?;
    }
    Ok(Redirect::to(&after(id, wish)).into_response())
}

/// Who drafts: the person in a position of the OPD whose letter it is.
pub(super) fn drafter(
    subject: &Subject,
    office: &Office,
    content: &Content,
) -> Result<Actor, Problem> {
    let in_opd = subject.actors().find(|actor| {
        let jabatan = office.jabatan.get(&actor.jabatan);
        jabatan.is_some_and(|jabatan| jabatan.opd == content.opd)
    });
    Ok(in_opd.map_or_else(|| subject.actor(), Ok)?)
}

fn after(id: NaskahId, wish: Wish) -> String {
    match wish {
        Wish::Submit => format!("/naskah/{id}"),
        Wish::Save | Wish::Preview | Wish::Row => format!("/naskah/{id}/ubah"),
    }
}

async fn written(
    page: Frame,
    token: FormToken,
    State(state): State<ApiState>,
    Person(subject): Person,
    Path(id): Path<NaskahId>,
) -> Result<Response, Problem> {
    access::letter(&state.app, &subject, id, Action::Edit).await?;
    let letter = desk::letter(&state.app, &subject, id).await?;
    let content = letter.content.ok_or_else(Problem::not_found)?;
    let office = service::office::current(&state.app).await?;
    let place = Place {
        jenis: content.jenis,
        id: Some(id),
        version: Some(letter.item.version),
        imported: matches!(content.source, Source::Imported { .. }),
    };
    let draft = Draft::of_letter(&content, &letter.chain_set);
    let view = write_page(page, token, &office, &subject, &state, &place, draft);
    Ok(render(StatusCode::OK, &view))
}

#[derive(Serialize)]
struct Saved {
    version: u64,
    token: String,
    text: String,
}

async fn edit(
    page: Frame,
    token: FormToken,
    headers: HeaderMap,
    State(state): State<ApiState>,
    Person(subject): Person,
    Path(id): Path<NaskahId>,
    Checked(sent): Checked<Fields>,
) -> Result<Response, Problem> {
    let permit = access::letter(&state.app, &subject, id, Action::Edit).await?;
    let by_script = headers
        .get(ACCEPT)
        .is_some_and(|accept| accept.as_bytes() == b"application/json");
    let present = desk::letter(&state.app, &subject, id).await?;
    let before = present.content.ok_or_else(Problem::not_found)?;
    let office = service::office::current(&state.app).await?;
    let wish = Wish::of(&sent);
    let seen = sent.one("versi").parse::<u64>().ok();
    let is_stale = seen != Some(permit.row.version);
    let imported = match &before.source {
        Source::Imported { .. } => Some(before.source.clone()),
        Source::Template { .. } => None,
    };
    let place = Place {
        jenis: before.jenis,
        id: Some(id),
        // After a conflict the present version: saving again is then a decision.
        version: Some(permit.row.version),
        imported: imported.is_some(),
    };
    let draft = Draft::of(&sent);
    let parsed = draft.letter(&office, place.jenis, imported);
    let mut view = write_page(page, token, &office, &subject, &state, &place, draft);
    if is_stale && matches!(wish, Wish::Save | Wish::Submit) {
        if by_script {
            return Err(Problem::new(ProblemKind::Precondition));
        }
        view.problem = Some(view.page.tx(
            "tulis-berubah",
            &[("tahap", &show::tahap(&present.item.tahap, view.page.lang))],
        ));
        return Ok(render(StatusCode::PRECONDITION_FAILED, &view));
    }
    let (content, chain) = match (wish, parsed) {
        (Wish::Row, _) => return Ok(render(StatusCode::OK, &view)),
        (Wish::Save | Wish::Submit | Wish::Preview, Err(faults)) => {
            view.faults = worded(&faults, &view.page);
            return Ok(render(view.status(), &view));
        }
        (Wish::Preview, Ok((content, _))) => {
            view.pages = pictures(&state, &subject, &content).await?;
            return Ok(render(StatusCode::OK, &view));
        }
        (Wish::Save | Wish::Submit, Ok(letter)) => letter,
    };
    let actor = permit.actor()?;
    let seen = Seen::Version(permit.row.version);
    naskah::edit(&state.app, &actor, id, seen, &content, &chain).await?;
    if by_script {
        let permit = access::letter(&state.app, &subject, id, Action::Edit).await?;
        let at = show::instant(state.app.now(), office.zone(content.opd));
        return Ok(Json(Saved {
            version: permit.row.version,
            token: view.token.mint(),
            text: view.page.tx("tulis-tersimpan", &[("at", &at)]),
        })
        .into_response());
    }
    if wish == Wish::Submit {
        naskah::submit(&state.app, &actor, id).await?;
    }
    Ok(Redirect::to(&format!("/naskah/{id}")).into_response())
}

fn worded(faults: &[Fault], page: &Frame) -> Vec<(&'static str, String)> {
    faults
        .iter()
        .map(|fault| (fault.field, page.t(fault.key)))
        .collect()
}

#[derive(Serialize)]
struct Pages {
    pages: Vec<String>,
}

/// The pages of what is being written, for the script beside the text; nothing is stored.
async fn preview(
    State(state): State<ApiState>,
    Person(subject): Person,
    Path(word): Path<String>,
    Form(sent): Form<Fields>,
) -> Result<Json<Pages>, Problem> {
    let place = new_place(&word)?;
    let office = service::office::current(&state.app).await?;
    let letter = Draft::of(&sent).letter(&office, place.jenis, None);
    let (content, _) = letter.map_err(|_| Problem::new(ProblemKind::Invalid))?;
    let pages = pictures(&state, &subject, &content).await?;
    Ok(Json(Pages { pages }))
}

async fn pictures(
    state: &ApiState,
    subject: &Subject,
    content: &Content,
) -> Result<Vec<String>, Problem> {
    let pictures = desk::preview(&state.app, subject, content).await?;
    Ok(pictures
        .iter()
        .map(|picture| format!("data:image/png;base64,{}", STANDARD.encode(&picture.png)))
        .collect())
}
