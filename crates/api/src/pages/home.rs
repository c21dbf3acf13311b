//! `/`: how much waits, what is overdue, and what the person did last.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use service::desk::{self, Activity, PageRequest, TaskFilter, TaskKind};

use super::layout::Frame;
use super::parts::regency_zone;
use super::tasks::{TaskLine, word};
use super::{letter_words, render};
use crate::problem::Problem;
use crate::session::Person;
use crate::show;
use crate::state::ApiState;

/// The address of the home page.
pub(super) fn router() -> Router<ApiState> {
    Router::new().route("/", get(home))
}

struct Counter {
    count: u64,
    label: String,
    href: String,
}

struct Done {
    at: String,
    what: String,
    hal: String,
    href: String,
}

#[derive(Template)]
#[template(path = "home/home.html")]
struct HomePage {
    page: Frame,
    name: String,
    overdue: Vec<TaskLine>,
    counters: Vec<Counter>,
    recent: Vec<Done>,
}

async fn home(
    page: Frame,
    State(state): State<ApiState>,
    Person(subject): Person,
) -> Result<Response, Problem> {
    let counters = desk::counters(&state.app, &subject).await?;
    let first = PageRequest {
        after: None,
        limit: 100,
    };
    let waiting = desk::tasks(&state.app, &subject, &TaskFilter::default(), first).await?;
    let recent = desk::recent(&state.app, &subject, 10).await?;
    let office = service::office::current(&state.app).await?;
    let zone = regency_zone(&office);
    let now = state.app.now();
    let overdue = waiting
        .items
        .iter()
        .filter(|task| task.due.is_some_and(|due| due < now))
        .take(10)
        .map(|task| TaskLine::of(task, &page, zone, now))
        .collect();
    let counters = [
        (counters.unsigned, "beranda-belum-ttd", TaskKind::Sign),
        (
            counters.awaiting_timestamp,
            "beranda-menunggu-cap-waktu",
            TaskKind::AwaitTimestamp,
        ),
        (
            counters.undispatched,
            "beranda-belum-dikirim",
            TaskKind::Dispatch,
        ),
        (
            counters.awaiting_paraf,
            "beranda-perlu-paraf",
            TaskKind::Paraf,
        ),
        (
            counters.unread_mail,
            "beranda-masuk-belum-dibaca",
            TaskKind::ReadMail,
        ),
        (
            counters.unfollowed_mail,
            "beranda-belum-ditindaklanjuti",
            TaskKind::FollowUpMail,
        ),
        (
            counters.unread_disposisi,
            "beranda-disposisi-belum-dibaca",
            TaskKind::ReadDisposisi,
        ),
        (
            counters.unfollowed_disposisi,
            "beranda-disposisi-belum-ditindaklanjuti",
            TaskKind::FollowUpDisposisi,
        ),
        (
            counters.unread_tembusan,
            "beranda-tembusan-belum-dibaca",
            TaskKind::ReadTembusan,
        ),
    ]
    .into_iter()
    .map(|(count, key, kind)| Counter {
        count,
        label: page.t(key),
        href: format!("/tugas?jenis={}", word(kind)),
    })
    .collect();
    let recent = recent
        .iter()
        .map(|activity| done(activity, &page, zone))
        .collect();
    Ok(render(
        StatusCode::OK,
        &HomePage {
            page,
            name: subject.name.clone(),
            overdue,
            counters,
            recent,
        },
    ))
}

fn done(activity: &Activity, page: &Frame, zone: flow::time::Zone) -> Done {
    Done {
        at: show::instant(activity.at, zone),
        what: page.t(&letter_words::activity(activity.what)),
        hal: activity
            .hal
            .clone()
            .unwrap_or_else(|| page.t("naskah-tertutup")),
        href: match activity.agenda {
            Some(entry) => format!("/agenda/entri/{entry}"),
            None => format!("/naskah/{}", activity.naskah),
        },
    }
}
