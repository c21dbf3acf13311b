//! `/tandatangan`: what is signed, as whom, with which certificate; then the passphrase, and what became of each.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use flow::digest::Sha256;
use flow::id::{ActivationId, NaskahId};
use http::StatusCode;
use serde::Serialize;
use service::identity::{Account, Subject};
use service::sign::{
    self, BatchItem, BatchItemState, BatchState, Entered, KeySecret, PreparedView, ToSign,
};

use super::layout::Frame;
use super::parts::{Fields, Line, regency_zone};
use super::render;
use super::tasks::picked;
use crate::form::{Checked, FormToken};
use crate::lang::Lang;
use crate::problem::Problem;
use crate::session::Person;
use crate::show;
use crate::state::ApiState;

/// The addresses of signing.
pub(super) fn router() -> Router<ApiState> {
    Router::new()
        .route("/tandatangan", post(choose))
        .route("/tandatangan/mulai", post(begin))
        .route("/tandatangan/{id}", get(progress))
        .route("/tandatangan/{id}/keadaan", get(state_now))
        .route("/tandatangan/{id}/henti", post(stop))
}

struct Chosen {
    /// What the form sends: the letter and the version that was shown.
    surat: String,
    naskah: NaskahId,
    hal: String,
    nomor: String,
    date: String,
    as_whom: String,
    sk: Option<String>,
    digest: String,
}

struct Unprepared {
    naskah: NaskahId,
    why: String,
}

#[derive(Template)]
#[template(path = "sign/sign.html")]
struct SignPage {
    page: Frame,
    token: FormToken,
    letters: Vec<Chosen>,
    failed: Vec<Unprepared>,
    count: String,
    certificate: Vec<Line>,
    /// What the key asks for.
    secret: String,
    /// What its signing service asks for besides.
    code: Option<String>,
    totp: bool,
    problem: Option<String>,
}

/// Prepares what was selected and shows it: doing it again changes nothing.
async fn choose(
    page: Frame,
    token: FormToken,
    State(state): State<ApiState>,
    Person(subject): Person,
    Checked(sent): Checked<Fields>,
) -> Result<Response, Problem> {
    let ids: Vec<NaskahId> = sent
        .all("pilih")
        .into_iter()
        .filter_map(|pick| picked(pick).map(|(id, _)| id))
        .take(MOST)
        .collect();
    if ids.is_empty() {
        return Ok(Redirect::to("/tugas?jenis=tanda-tangan").into_response());
    }
    shown(page, token, &state, &subject, &ids, None).await
}

const MOST: usize = 1_000;

async fn shown(
    page: Frame,
    token: FormToken,
    state: &ApiState,
    subject: &Subject,
    ids: &[NaskahId],
    problem: Option<Problem>,
) -> Result<Response, Problem> {
    let lang = page.lang;
    let mut letters = Vec::new();
    let mut failed = Vec::new();
    for (naskah, prepared) in sign::prepare_many(&state.app, subject, ids).await {
        match prepared {
            Ok(view) => letters.push(chosen(view, lang)),
            Err(error) => failed.push(Unprepared {
                naskah,
                why: Problem::from(error).detail(lang),
            }),
        }
    }
    let office = service::office::current(&state.app).await?;
    let zone = regency_zone(&office);
    let own = sign::own_certificate(&state.app, subject).await?;
    let asks = own.as_ref().map_or(KeySecret::Passphrase, |own| own.asks);
    let certificate = match own {
        Some(own) => vec![
            Line::new(page.t("tte-sertifikat-atas-nama"), own.subject),
            Line::new(page.t("tte-sertifikat-penerbit"), own.issuer),
            Line::new(
                page.t("tte-sertifikat-sampai"),
                show::instant(own.not_after, zone),
            ),
        ],
        None => Vec::new(),
    };
    let account: Account = service::identity::own_account(&state.app, subject).await?;
    let status = problem
        .as_ref()
        .map_or(StatusCode::OK, |problem| problem.kind().status());
    let view = SignPage {
        count: page.tx("tte-jumlah", &[("count", &letters.len().to_string())]),
        letters,
        failed,
        certificate,
        secret: page.t(match asks {
            KeySecret::Passphrase => "tte-frasa",
            KeySecret::Pin | KeySecret::PinAndCode => "tte-pin",
        }),
        code: (asks == KeySecret::PinAndCode).then(|| page.t("tte-otp")),
        totp: account.totp,
        problem: problem.map(|problem| problem.detail(lang)),
        page,
        token,
    };
    Ok(render(status, &view))
}

fn chosen(view: PreparedView, lang: Lang) -> Chosen {
    let mut as_whom = view.above.join(" ");
    if !view.name.is_empty() {
        as_whom = format!("{as_whom}, {}", view.name);
    }
    Chosen {
        surat: format!("{}:{}", view.naskah, view.version_sha256),
        naskah: view.naskah,
        hal: view.hal.unwrap_or_else(|| lang.text("naskah-tertutup")),
        nomor: view.nomor,
        date: show::date(view.date, lang),
        as_whom,
        sk: view.sk,
        digest: show::short_digest(&view.version_sha256),
    }
}

/// Checks passphrase and code, then signs in the background; a refusal shows the same letters again.
async fn begin(
    page: Frame,
    token: FormToken,
    State(state): State<ApiState>,
    Person(subject): Person,
    Checked(sent): Checked<Fields>,
) -> Result<Response, Problem> {
    let letters: Vec<ToSign> = sent
        .all("surat")
        .into_iter()
        .map(version)
        .collect::<Option<_>>()
        .ok_or_else(|| Problem::invalid("surat"))?;
    let begun = sign::begin_batch(
        &state.app,
        &subject,
        &letters,
        Entered {
            passphrase: &sent.secret("frasa"),
            code: sent.optional("otp").map(|_| sent.secret("otp")).as_ref(),
            totp: sent.optional("kode"),
        },
    )
    .await;
    match begun {
        Ok(id) => Ok(Redirect::to(&format!("/tandatangan/{id}")).into_response()),
        Err(error) => {
            let ids: Vec<NaskahId> = letters.iter().map(|letter| letter.naskah).collect();
            shown(page, token, &state, &subject, &ids, Some(error.into())).await
        }
    }
}

fn version(text: &str) -> Option<ToSign> {
    let (id, digest) = text.split_once(':')?;
    let version_sha256: Sha256 = digest.parse().ok()?;
    Some(ToSign {
        naskah: id.parse().ok()?,
        version_sha256,
    })
}

struct Outcome {
    line: String,
    naskah: NaskahId,
    hal: String,
    nomor: String,
    text: String,
    is_signed: bool,
    is_failed: bool,
}

#[derive(Template)]
#[template(path = "sign/progress.html")]
struct ProgressPage {
    page: Frame,
    token: FormToken,
    id: ActivationId,
    running: bool,
    headline: String,
    done: usize,
    total: usize,
    outcomes: Vec<Outcome>,
}

async fn progress(
    page: Frame,
    token: FormToken,
    State(state): State<ApiState>,
    Person(subject): Person,
    Path(id): Path<ActivationId>,
) -> Result<Response, Problem> {
    let batch = sign::batch(&state.app, &subject, id).await?;
    let lang = page.lang;
    let done = done(&batch.items);
    let total = batch.items.len();
    let counts = [("done", done.to_string()), ("total", total.to_string())];
    let counts = counts.each_ref().map(|(name, text)| (*name, text.as_str()));
    let view = ProgressPage {
        running: batch.state == BatchState::Running,
        headline: page.tx(
            match batch.state {
                BatchState::Running => "tte-berjalan",
                BatchState::Done => "tte-selesai",
                BatchState::Interrupted => "tte-terhenti",
            },
            &counts,
        ),
        done,
        total,
        outcomes: batch
            .items
            .into_iter()
            .enumerate()
            .map(|(place, item)| Outcome {
                line: line(place),
                naskah: item.naskah,
                text: text(&item, lang),
                is_signed: matches!(item.state, BatchItemState::Signed { .. }),
                is_failed: matches!(item.state, BatchItemState::Failed { .. }),
                hal: item.hal.unwrap_or_else(|| lang.text("naskah-tertutup")),
                nomor: item.nomor.unwrap_or_default(),
            })
            .collect(),
        page,
        token,
        id,
    };
    Ok(render(StatusCode::OK, &view))
}

#[derive(Serialize)]
struct StateNow {
    done: usize,
    ended: bool,
    items: Vec<ItemNow>,
}

#[derive(Serialize)]
struct ItemNow {
    id: String,
    text: String,
}

/// The same for the script of the page.
async fn state_now(
    lang: Lang,
    State(state): State<ApiState>,
    Person(subject): Person,
    Path(id): Path<ActivationId>,
) -> Result<Json<StateNow>, Problem> {
    let batch = sign::batch(&state.app, &subject, id).await?;
    Ok(Json(StateNow {
        done: done(&batch.items),
        ended: batch.state != BatchState::Running,
        items: batch
            .items
            .iter()
            .enumerate()
            .map(|(place, item)| ItemNow {
                id: line(place),
                text: text(item, lang),
            })
            .collect(),
    }))
}

async fn stop(
    State(state): State<ApiState>,
    Person(subject): Person,
    Path(id): Path<ActivationId>,
    Checked(_): Checked<Fields>,
) -> Result<Response, Problem> {
    sign::stop_batch(&state.app, &subject, id).await?;
    Ok(Redirect::to(&format!("/tandatangan/{id}")).into_response())
}

fn done(items: &[BatchItem]) -> usize {
    items
        .iter()
        .filter(|item| item.state != BatchItemState::Waiting)
        .count()
}

fn line(place: usize) -> String {
    format!("hasil-{}", place + 1)
}

fn text(item: &BatchItem, lang: Lang) -> String {
    match item.state {
        BatchItemState::Waiting => lang.text("tte-menunggu"),
        BatchItemState::AwaitingTimestamp => lang.text("tte-menunggu-cap-waktu"),
        BatchItemState::Signed { sha256, .. } => format!(
            "{} ({})",
            lang.text("tahap-signed"),
            show::short_digest(&sha256)
        ),
        BatchItemState::Failed { reason } => {
            lang.text(&format!("tte-gagal-{}", reason.word().replace('_', "-")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::tests::keys;

    #[test]
    fn every_reason_why_a_letter_was_not_signed_has_its_words() {
        for reason in sign::FailureReason::ALL {
            let key = format!("tte-gagal-{}", reason.word().replace('_', "-"));
            assert!(
                keys("id").contains(&key) && keys("en").contains(&key),
                "{key}"
            );
        }
    }
}
