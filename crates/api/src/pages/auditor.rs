//! `/auditor`: search across the mandate, the life of a letter with its proofs, packages, and how to check them
//! without a network.

use std::io::{Seek, SeekFrom};

use askama::Template;
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use flow::id::NaskahId;
use flow::office::Office;
use flow::time::{CalendarDate, Zone};
use http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Deserialize;
use service::access::{self, Action, Object};
use service::archive::{self, Selection};
use service::desk::{self, ActivityKind, LetterItem, LetterQuery, LetterView, PageRequest};
use service::identity::{self, Subject};
use tokio_util::io::ReaderStream;

use super::layout::Frame;
use super::parts::{Choice, Fields, Line, Tab, Table};
use super::profile::{confirm, not_kept};
use super::render;
use crate::form::{Checked, FormToken};
use crate::lang::Lang;
use crate::problem::{Problem, ProblemKind};
use crate::session::{Person, percent};
use crate::show;
use crate::state::ApiState;

/// The addresses of the auditor's desk.
pub(super) fn router() -> Router<ApiState> {
    Router::new()
        .route("/auditor", get(search))
        .route("/auditor/ekspor", post(export))
        .route("/auditor/surat/{id}", get(life))
        .route("/auditor/register", get(register))
        .route("/auditor/luring", get(offline))
}

/// What is looked for.
#[derive(Deserialize, Default)]
struct Wanted {
    #[serde(default)]
    q: String,
    #[serde(default)]
    opd: String,
    #[serde(default)]
    dari: String,
    #[serde(default)]
    sampai: String,
    #[serde(default)]
    setelah: String,
}

async fn search(
    frame: Frame,
    token: FormToken,
    State(state): State<ApiState>,
    Person(subject): Person,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    require(&state, &subject).await?;
    found(frame, token, &state, &subject, &wanted, &[], None).await
}

async fn export(
    frame: Frame,
    token: FormToken,
    State(state): State<ApiState>,
    Person(subject): Person,
    Checked(fields): Checked<Fields>,
) -> Result<Response, Problem> {
    require(&state, &subject).await?;
    let chosen = fields.all("naskah");
    let letters: Vec<NaskahId> = chosen.iter().filter_map(|id| id.parse().ok()).collect();
    if letters.is_empty() {
        let refusal = (
            StatusCode::UNPROCESSABLE_ENTITY,
            frame.t("auditor-tanpa-pilihan"),
        );
        let wanted = Wanted::default();
        return found(frame, token, &state, &subject, &wanted, &[], Some(refusal)).await;
    }
    match packed(&state, &subject, &fields, letters).await {
        Ok(package) => Ok(not_kept(package)),
        Err(problem) if problem.kind().status().is_server_error() => Err(problem),
        Err(problem) => {
            let refusal = (problem.kind().status(), problem.detail(frame.lang));
            let wanted = Wanted::default();
            found(
                frame,
                token,
                &state,
                &subject,
                &wanted,
                &chosen,
                Some(refusal),
            )
            .await
        }
    }
}

/// The package as a download. It is finished before its first byte leaves, so that a refusal can still be a page.
async fn packed(
    state: &ApiState,
    subject: &Subject,
    fields: &Fields,
    letters: Vec<NaskahId>,
) -> Result<Response, Problem> {
    let confirmed = confirm(state, subject, fields).await.map_err(stepped_up)?;
    let broken = |error: std::io::Error| {
        tracing::error!(%error, "a temporary file failed");
        Problem::new(ProblemKind::Internal)
    };
    let mut file = tempfile::tempfile().map_err(broken)?;
    let selection = Selection::Letters(letters);
    archive::export(&state.app, subject, &confirmed, &selection, &file).await?;
    let len = file.metadata().map_err(broken)?.len();
    file.seek(SeekFrom::Start(0)).map_err(broken)?;
    let body = Body::from_stream(ReaderStream::new(tokio::fs::File::from_std(file)));
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/zip"));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(len));
    headers.insert(
        CONTENT_DISPOSITION,
        HeaderValue::from_static("attachment; filename=\"paket-pena.zip\""),
    );
    Ok((headers, body).into_response())
}

async fn life(
    frame: Frame,
    State(state): State<ApiState>,
    Person(subject): Person,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    require(&state, &subject).await?;
    let id: NaskahId = id.parse().map_err(|_| Problem::not_found())?;
    let letter = desk::letter(&state.app, &subject, id).await?;
    let office = service::office::current(&state.app).await?;
    let zone = office.zone(letter.item.opd);
    Ok(render(StatusCode::OK, &life_page(frame, &letter, zone)))
}

async fn register(
    frame: Frame,
    State(state): State<ApiState>,
    Person(subject): Person,
) -> Result<Response, Problem> {
    require(&state, &subject).await?;
    let numbers = service::audit::numbers(&state.app, &subject).await?;
    let office = service::office::current(&state.app).await?;
    let lang = frame.lang;
    let mut table = Table::new(
        lang,
        "auditor-register",
        "auditor-register-kosong",
        &[
            "agenda-tahun",
            "agenda-opd",
            "auditor-nomor",
            "agenda-kolom-keadaan",
            "adm-alasan",
        ],
    );
    for number in numbers {
        let opd = office.opd.get(&number.opd);
        let cells = vec![
            number.year.to_string(),
            opd.map_or_else(String::new, |opd| opd.name.clone()),
            number.text,
            lang.text(&format!("nomor-{}", number.state.as_str())),
            number.reason.map_or_else(String::new, |reason| {
                lang.text(&format!("nomor-alasan-{reason}"))
            }),
        ];
        table.add(0, cells, Vec::new(), "");
    }
    let view = TextPage {
        tabs: tabs(&frame, "/auditor/register"),
        heading: frame.t("auditor-register"),
        paragraphs: vec![frame.t("auditor-register-isi")],
        commands: Vec::new(),
        tables: vec![table],
        page: frame,
    };
    Ok(render(StatusCode::OK, &view))
}

async fn offline(
    frame: Frame,
    State(state): State<ApiState>,
    Person(subject): Person,
) -> Result<Response, Problem> {
    require(&state, &subject).await?;
    let view = TextPage {
        tabs: tabs(&frame, "/auditor/luring"),
        heading: frame.t("auditor-luring"),
        paragraphs: [
            "auditor-luring-satu",
            "auditor-luring-dua",
            "auditor-luring-tiga",
        ]
        .into_iter()
        .map(|key| frame.t(key))
        .collect(),
        commands: vec!["pena audit verify paket-pena.zip".to_owned()],
        tables: Vec::new(),
        page: frame,
    };
    Ok(render(StatusCode::OK, &view))
}

/// A wrong password here is about the step-up, not about a name.
fn stepped_up(error: service::ServiceError) -> Problem {
    let is_wrong = matches!(error, service::ServiceError::LoginFailed);
    let problem = Problem::from(error);
    if is_wrong {
        problem.because("langkah-salah", &[])
    } else {
        problem
    }
}

#[derive(Template)]
#[template(path = "auditor/search.html")]
struct SearchPage {
    page: Frame,
    token: FormToken,
    tabs: Vec<Tab>,
    q: String,
    from: String,
    until: String,
    opds: Vec<Choice>,
    refusal: Option<String>,
    rows: Vec<RowView>,
    next: Option<String>,
    totp: bool,
}

struct RowView {
    id: String,
    date: String,
    nomor: String,
    opd: String,
    hal: String,
    tahap: String,
    selected: bool,
}

#[derive(Template)]
#[template(path = "auditor/life.html")]
struct LifePage {
    page: Frame,
    id: NaskahId,
    heading: String,
    tahap: String,
    lines: Vec<Line>,
    history: Vec<Happened>,
    versions: Vec<VersionRow>,
}

struct Happened {
    what: String,
    at: String,
    who: String,
    title: String,
    note: Option<String>,
    leaf: Option<u64>,
}

struct VersionRow {
    no: u64,
    kind: String,
    at: String,
    sha256: String,
}

#[derive(Template)]
#[template(path = "auditor/text.html")]
struct TextPage {
    page: Frame,
    tabs: Vec<Tab>,
    heading: String,
    paragraphs: Vec<String>,
    commands: Vec<String>,
    tables: Vec<Table>,
}

async fn require(state: &ApiState, subject: &Subject) -> Result<(), Problem> {
    Ok(access::require(&state.app, subject, Action::ReadAudit, Object::Regency).await?)
}

/// The letters found, some of them chosen, perhaps with why nothing was exported.
async fn found(
    frame: Frame,
    token: FormToken,
    state: &ApiState,
    subject: &Subject,
    wanted: &Wanted,
    chosen: &[&str],
    refusal: Option<(StatusCode, String)>,
) -> Result<Response, Problem> {
    let office = service::office::current(&state.app).await?;
    let date = |text: &str| text.parse::<CalendarDate>().ok();
    let query = LetterQuery {
        opd: wanted.opd.parse().ok(),
        q: Some(wanted.q.trim().to_owned()).filter(|q| !q.is_empty()),
        from: date(&wanted.dari),
        until: date(&wanted.sampai),
        ..LetterQuery::default()
    };
    let request = PageRequest {
        after: wanted.setelah.parse().ok(),
        limit: 50,
    };
    let page = desk::letters(&state.app, subject, &query, request).await?;
    let (status, refusal) = match refusal {
        Some((status, text)) => (status, Some(text)),
        None => (StatusCode::OK, None),
    };
    let next = page.next.map(|next| {
        let pairs = [
            ("q", wanted.q.as_str()),
            ("opd", wanted.opd.as_str()),
            ("dari", wanted.dari.as_str()),
            ("sampai", wanted.sampai.as_str()),
        ];
        format!("/auditor?{}&setelah={next}", query_of(&pairs))
    });
    let view = SearchPage {
        tabs: tabs(&frame, "/auditor"),
        q: wanted.q.clone(),
        from: wanted.dari.clone(),
        until: wanted.sampai.clone(),
        opds: opds(&frame, &office, &wanted.opd),
        refusal,
        rows: page
            .items
            .iter()
            .map(|item| row(item, &office, chosen, &frame))
            .collect(),
        next,
        totp: identity::own_account(&state.app, subject).await?.totp,
        page: frame,
        token,
    };
    Ok(render(status, &view))
}

fn row(item: &LetterItem, office: &Office, chosen: &[&str], frame: &Frame) -> RowView {
    let id = item.id.to_string();
    RowView {
        selected: chosen.contains(&id.as_str()),
        id,
        date: show::date(item.updated_at.date_in(office.zone(item.opd)), frame.lang),
        nomor: item.nomor.clone().unwrap_or_default(),
        opd: item.opd_name.clone(),
        hal: item
            .hal
            .clone()
            .unwrap_or_else(|| frame.t("agenda-rahasia")),
        tahap: show::tahap(&item.tahap, frame.lang),
    }
}

fn opds(frame: &Frame, office: &Office, chosen: &str) -> Vec<Choice> {
    let mut all = vec![Choice::new("", frame.t("auditor-semua-opd"))];
    all.extend(
        office
            .opd
            .values()
            .map(|opd| Choice::new(opd.id.to_string(), opd.name.clone())),
    );
    Choice::chosen(all, &[chosen])
}

fn tabs(frame: &Frame, here: &str) -> Vec<Tab> {
    [
        ("/auditor", "auditor-tab-cari"),
        ("/auditor/register", "auditor-tab-register"),
        ("/auditor/luring", "auditor-tab-luring"),
    ]
    .into_iter()
    .map(|(href, key)| Tab {
        href: href.to_owned(),
        label: frame.t(key),
        current: href == here,
    })
    .collect()
}

fn life_page(frame: Frame, letter: &LetterView, zone: Zone) -> LifePage {
    let lang = frame.lang;
    let item = &letter.item;
    let line = |key: &str, value: String| Line::new(lang.text(key), value);
    let mut lines = vec![
        line("agenda-opd", item.opd_name.clone()),
        line("surat-sifat", item.sifat.word().to_owned()),
        line("auditor-keamanan", item.keamanan.word().to_owned()),
    ];
    if let Some(nomor) = &item.nomor {
        lines.insert(0, line("surat-nomor", nomor.clone()));
    }
    LifePage {
        id: item.id,
        heading: item
            .hal
            .clone()
            .unwrap_or_else(|| frame.t("agenda-rahasia")),
        tahap: show::tahap(&item.tahap, lang),
        lines,
        history: letter
            .history
            .iter()
            .map(|item| Happened {
                what: lang.text(activity_key(item.what)),
                at: show::instant(item.at, zone),
                who: item.who.clone(),
                title: item.title.clone(),
                note: item.note.clone(),
                leaf: item.leaf,
            })
            .collect(),
        versions: letter
            .versions
            .iter()
            .map(|version| VersionRow {
                no: version.no,
                kind: version_kind(version.kind, lang),
                at: show::instant(version.created, zone),
                sha256: version.sha256.to_string(),
            })
            .collect(),
        page: frame,
    }
}

fn version_kind(kind: desk::VersionKind, lang: Lang) -> String {
    lang.text(&format!("versi-{}", kind.as_str()))
}

/// Names and values as a query (RFC 3986 2.1: all but unreserved characters in their written form).
fn query_of(pairs: &[(&str, &str)]) -> String {
    let pairs = pairs.iter().filter(|(_, value)| !value.is_empty());
    let pairs = pairs.map(|(name, value)| format!("{name}={}", percent(value)));
    pairs.collect::<Vec<_>>().join("&")
}

const fn activity_key(kind: ActivityKind) -> &'static str {
    match kind {
        ActivityKind::Created => "riwayat-created",
        ActivityKind::Edited => "riwayat-edited",
        ActivityKind::Submitted => "riwayat-submitted",
        ActivityKind::ParafGiven => "riwayat-paraf_given",
        ActivityKind::Returned => "riwayat-returned",
        ActivityKind::Withdrawn => "riwayat-withdrawn",
        ActivityKind::Rejected => "riwayat-rejected",
        ActivityKind::Prepared => "riwayat-prepared",
        ActivityKind::Signed => "riwayat-signed",
        ActivityKind::Dispatched => "riwayat-dispatched",
        ActivityKind::Filed => "riwayat-filed",
        ActivityKind::Cancelled => "riwayat-cancelled",
        ActivityKind::MailReceived => "riwayat-mail_received",
        ActivityKind::DisposisiRead => "riwayat-disposisi_read",
        ActivityKind::Disposed => "riwayat-disposed",
        ActivityKind::Recalled => "riwayat-recalled",
        ActivityKind::FollowedUp => "riwayat-followed_up",
        ActivityKind::Completed => "riwayat-completed",
        ActivityKind::MailFiled => "riwayat-mail_filed",
    }
}
