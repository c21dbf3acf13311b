//! `/tugas`: everything that waits for the person, in one list; many parafs at once.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use flow::digest::Sha256;
use flow::id::{JabatanId, NaskahId};
use flow::naskah::ContentDigest;
use flow::sifat::Sifat;
use flow::time::{Timestamp, Zone};
use http::StatusCode;
use serde::Deserialize;
use service::access::{self, Action, LetterPermit};
use service::desk::{self, PageRequest, TaskFilter, TaskItem, TaskKind};
use service::identity::Subject;
use service::naskah;

use super::layout::Frame;
use super::parts::{Choice, Fields, regency_zone};
use super::render;
use crate::form::{Checked, FormToken};
use crate::problem::Problem;
use crate::session::Person;
use crate::show;
use crate::state::ApiState;

/// The addresses of the list of tasks.
pub(super) fn router() -> Router<ApiState> {
    Router::new()
        .route("/tugas", get(list))
        .route("/tugas/paraf", post(paraf))
}

/// Every kind, in the order of the filter.
const KINDS: [TaskKind; 11] = [
    TaskKind::Sign,
    TaskKind::AwaitTimestamp,
    TaskKind::Prepare,
    TaskKind::Paraf,
    TaskKind::Revise,
    TaskKind::Dispatch,
    TaskKind::ReadMail,
    TaskKind::FollowUpMail,
    TaskKind::ReadDisposisi,
    TaskKind::FollowUpDisposisi,
    TaskKind::ReadTembusan,
];

/// The word an address names a kind by.
pub(super) const fn word(kind: TaskKind) -> &'static str {
    match kind {
        TaskKind::Sign => "tanda-tangan",
        TaskKind::AwaitTimestamp => "cap-waktu",
        TaskKind::Prepare => "siapkan",
        TaskKind::Paraf => "paraf",
        TaskKind::Revise => "revisi",
        TaskKind::Dispatch => "kirim",
        TaskKind::ReadMail => "baca",
        TaskKind::FollowUpMail => "tindak-lanjut",
        TaskKind::ReadDisposisi => "baca-disposisi",
        TaskKind::FollowUpDisposisi => "tindak-lanjut-disposisi",
        TaskKind::ReadTembusan => "baca-tembusan",
    }
}

/// A task as lists show it.
pub(super) struct TaskLine {
    pub(super) href: String,
    pub(super) what: String,
    pub(super) hal: String,
    pub(super) from: String,
    pub(super) sifat: Option<&'static str>,
    pub(super) since: String,
    pub(super) due: Option<String>,
    pub(super) overdue: bool,
    /// What its box sends: the letter and the content that a paraf would bind to.
    pub(super) pick: Option<String>,
}

impl TaskLine {
    pub(super) fn of(task: &TaskItem, page: &Frame, zone: Zone, now: Timestamp) -> Self {
        let pickable = matches!(
            task.kind,
            TaskKind::Paraf | TaskKind::Sign | TaskKind::Prepare
        );
        Self {
            href: match (task.agenda, task.disposisi) {
                (Some(entry), Some(disposisi)) => format!("/agenda/entri/{entry}#{disposisi}"),
                (Some(entry), None) => format!("/agenda/entri/{entry}"),
                (None, _) => format!("/naskah/{}", task.naskah),
            },
            what: page.t(&format!("tugas-jenis-{}", word(task.kind))),
            hal: task
                .hal
                .clone()
                .unwrap_or_else(|| page.t("naskah-tertutup")),
            from: task.from.clone(),
            sifat: match task.sifat {
                Sifat::Biasa => None,
                Sifat::Penting | Sifat::Segera | Sifat::AmatSegera => Some(task.sifat.word()),
            },
            since: show::instant(task.since, zone),
            due: task.due.map(|due| show::instant(due, zone)),
            overdue: task.due.is_some_and(|due| due < now),
            pick: pickable.then(|| format!("{}:{}", task.naskah, task.content_digest)),
        }
    }
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    jenis: String,
    #[serde(default)]
    setelah: String,
    #[serde(default)]
    paraf: String,
}

#[derive(Template)]
#[template(path = "tasks/tasks.html")]
struct TasksPage {
    page: Frame,
    token: FormToken,
    kinds: Vec<Choice>,
    kind: String,
    lines: Vec<TaskLine>,
    next: Option<String>,
    may_paraf: bool,
    may_sign: bool,
    done: Option<String>,
    failed: Vec<Failed>,
}

/// A letter whose paraf was refused, and why.
struct Failed {
    hal: String,
    href: String,
    why: String,
}

async fn list(
    page: Frame,
    token: FormToken,
    State(state): State<ApiState>,
    Person(subject): Person,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let count: u32 = asked.paraf.parse().unwrap_or(0);
    let done =
        (count > 0).then(|| page.tx("tugas-paraf-selesai", &[("count", &count.to_string())]));
    let view = view(page, token, &state, &subject, &asked, done, Vec::new()).await?;
    Ok(render(StatusCode::OK, &view))
}

async fn view(
    page: Frame,
    token: FormToken,
    state: &ApiState,
    subject: &Subject,
    asked: &Asked,
    done: Option<String>,
    failed: Vec<Failed>,
) -> Result<TasksPage, Problem> {
    let kind = KINDS.into_iter().find(|kind| word(*kind) == asked.jenis);
    let request = PageRequest {
        after: asked.setelah.parse().ok(),
        limit: 50,
    };
    let found = desk::tasks(&state.app, subject, &TaskFilter { kind }, request).await?;
    let office = service::office::current(&state.app).await?;
    let zone = regency_zone(&office);
    let now = state.app.now();
    let lines: Vec<TaskLine> = found
        .items
        .iter()
        .map(|task| TaskLine::of(task, &page, zone, now))
        .collect();
    let any = |wanted: &[TaskKind]| found.items.iter().any(|task| wanted.contains(&task.kind));
    let mut kinds = vec![Choice::new("", page.t("tugas-semua"))];
    kinds.extend(
        KINDS
            .into_iter()
            .map(|kind| Choice::new(word(kind), page.t(&format!("tugas-jenis-{}", word(kind))))),
    );
    let chosen = kind.map(word).unwrap_or_default();
    Ok(TasksPage {
        kinds: Choice::chosen(kinds, &[chosen]),
        kind: chosen.to_owned(),
        may_paraf: any(&[TaskKind::Paraf]),
        may_sign: any(&[TaskKind::Sign, TaskKind::Prepare]),
        next: found
            .next
            .map(|next| format!("/tugas?jenis={chosen}&setelah={next}")),
        lines,
        page,
        token,
        done,
        failed,
    })
}

async fn paraf(
    page: Frame,
    token: FormToken,
    State(state): State<ApiState>,
    Person(subject): Person,
    Checked(sent): Checked<Fields>,
) -> Result<Response, Problem> {
    let mut given = 0_u32;
    let mut failed = Vec::new();
    for pick in sent.all("pilih").into_iter().take(MOST) {
        let Some((id, digest)) = picked(pick) else {
            return Err(Problem::invalid("pilih"));
        };
        match paraf_one(&state, &subject, id, digest).await {
            Ok(()) => given += 1,
            Err(problem) => failed.push(Failed {
                hal: id.to_string(),
                href: format!("/naskah/{id}"),
                why: problem.detail(page.lang),
            }),
        }
    }
    if failed.is_empty() && given > 0 {
        let back = format!("/tugas?jenis={}&paraf={given}", word(TaskKind::Paraf));
        return Ok(Redirect::to(&back).into_response());
    }
    let asked = Asked {
        jenis: sent.one("jenis").to_owned(),
        setelah: String::new(),
        paraf: String::new(),
    };
    let done =
        (given > 0).then(|| page.tx("tugas-paraf-selesai", &[("count", &given.to_string())]));
    if failed.is_empty() {
        failed.push(Failed {
            hal: page.t("tugas-belum-dipilih"),
            href: "/tugas".to_owned(),
            why: page.t("tugas-pilih-dulu"),
        });
    }
    for line in &mut failed {
        line.hal = hal_of(&state, &subject, &line.hal)
            .await
            .unwrap_or_else(|| line.hal.clone());
    }
    let view = view(page, token, &state, &subject, &asked, done, failed).await?;
    Ok(render(StatusCode::CONFLICT, &view))
}

const MOST: usize = 1_000;

/// The subject of a letter that the person may read.
async fn hal_of(state: &ApiState, subject: &Subject, id: &str) -> Option<String> {
    let view = desk::letter(&state.app, subject, id.parse().ok()?)
        .await
        .ok()?;
    view.item.hal
}

/// Gives the paraf of the position the letter waits for, to the content that was shown.
pub(super) async fn paraf_one(
    state: &ApiState,
    subject: &Subject,
    id: NaskahId,
    shown: ContentDigest,
) -> Result<(), Problem> {
    let permit = access::letter(&state.app, subject, id, Action::Paraf).await?;
    let actor = permit.actor()?;
    let jabatan = awaited(state, subject, &permit, actor.jabatan);
    naskah::paraf(&state.app, &actor, id, jabatan, shown).await?;
    Ok(())
}

/// The position that is acted for: the awaited one that the person may act for, else the given one.
pub(super) fn awaited(
    state: &ApiState,
    subject: &Subject,
    permit: &LetterPermit,
    own: JabatanId,
) -> JabatanId {
    let now = state.app.now();
    let may = |jabatan: &JabatanId| {
        subject
            .acting_for(&permit.office, *jabatan, permit.facts.matter, now)
            .is_some()
    };
    permit
        .facts
        .awaited
        .iter()
        .copied()
        .find(may)
        .unwrap_or(own)
}

/// Letter and content as a box of the list sends them.
pub(super) fn picked(text: &str) -> Option<(NaskahId, ContentDigest)> {
    let (id, digest) = text.split_once(':')?;
    let digest: Sha256 = digest.parse().ok()?;
    Some((id.parse().ok()?, ContentDigest(digest)))
}
