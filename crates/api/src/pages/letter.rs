//! `/naskah/{id}`: one letter with everything about it.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use flow::id::NaskahId;
use flow::naskah::StageKind;
use flow::time::Zone;
use http::StatusCode;
use service::access::{self, Action};
use service::desk::{
    self, ActivityKind, DisposisiState, DisposisiView, EntryView, HistoryItem, LetterView,
    NextStep, PersonState, PersonView, StageView, VersionKind,
};
use service::identity::Subject;
use service::provable::{Level, Preservation};

use super::layout::Frame;
use super::parts::Line;
use super::{letter_changes, letter_files, letter_words, render};
use crate::form::FormToken;
use crate::lang::Lang;
use crate::problem::Problem;
use crate::session::Person;
use crate::show;
use crate::state::ApiState;

/// The addresses of one letter.
pub(super) fn router() -> Router<ApiState> {
    Router::new()
        .route("/naskah/{id}", get(show_letter))
        .route("/naskah/{id}/halaman/{page}", get(letter_files::picture))
        .route("/naskah/{id}/unduh", get(letter_files::download))
        .route("/naskah/{id}/perubahan", get(letter_changes::changes))
        .route("/naskah/{id}/bukti", get(letter_files::proof))
        .route("/naskah/{id}/batalkan", get(confirm_cancel))
        .route("/naskah/{id}/{act}", post(super::letter_act::act))
}

struct Participant {
    class: &'static str,
    stage: Option<String>,
    title: String,
    name: String,
    state: String,
    note: Option<String>,
}

struct Event {
    text: String,
    who: String,
    note: Option<String>,
    leaf: Option<u64>,
}

struct Version {
    no: u64,
    kind: String,
    at: String,
    digest: String,
}

struct Received {
    href: String,
    opd: String,
    tahap: String,
    tahap_word: String,
    nodes: Vec<Node>,
}

struct Node {
    depth: usize,
    from: String,
    to: String,
    state: String,
    note: Option<String>,
}

/// What the reader may do, as the page offers it.
pub(super) struct Acts {
    may: Vec<Action>,
}

impl Acts {
    fn has(&self, action: Action) -> bool {
        self.may.contains(&action)
    }

    /// The one thing to do: at most one, so that there is never a second main button.
    fn primary(&self) -> Option<Action> {
        [
            Action::Sign,
            Action::Paraf,
            Action::Submit,
            Action::Prepare,
            Action::Dispatch,
            Action::File,
        ]
        .into_iter()
        .find(|action| self.has(*action))
    }

    fn is_primary(&self, word: &str) -> bool {
        self.primary().is_some_and(|action| action.word() == word)
    }

    fn may(&self, word: &str) -> bool {
        self.may.iter().any(|action| action.word() == word)
    }
}

#[derive(Template)]
#[template(path = "letter/letter.html")]
struct LetterPage {
    page: Frame,
    token: FormToken,
    id: NaskahId,
    heading: String,
    tahap: String,
    tahap_word: String,
    lines: Vec<Line>,
    pages: Vec<u32>,
    next: String,
    next_note: Option<String>,
    acts: Acts,
    cancel: &'static str,
    may_give_up: bool,
    version: u64,
    pick: String,
    problem: Option<String>,
    note: String,
    chain: Vec<Participant>,
    history: Vec<Event>,
    versions: Vec<Version>,
    received: Vec<Received>,
    was_changed: bool,
    closed: bool,
}

async fn show_letter(
    page: Frame,
    token: FormToken,
    State(state): State<ApiState>,
    Person(subject): Person,
    Path(id): Path<NaskahId>,
) -> Result<Response, Problem> {
    answer(page, token, &state, &subject, id, None, "").await
}

/// The page of a letter; with a refusal, in the refusal's status and with the note that was typed.
pub(super) async fn answer(
    page: Frame,
    token: FormToken,
    state: &ApiState,
    subject: &Subject,
    id: NaskahId,
    problem: Option<Problem>,
    note: &str,
) -> Result<Response, Problem> {
    let view = desk::letter(&state.app, subject, id).await?;
    let office = service::office::current(&state.app).await?;
    let zone = office.zone(view.item.opd);
    let status = problem
        .as_ref()
        .map_or(StatusCode::OK, |problem| problem.kind().status());
    let lang = page.lang;
    let (next, next_note) = next_words(&view.next, lang, zone);
    let letter = LetterPage {
        id,
        heading: view
            .item
            .hal
            .clone()
            .unwrap_or_else(|| page.t("naskah-tertutup")),
        tahap: show::tahap(&view.item.tahap, lang),
        tahap_word: view.item.tahap.clone(),
        lines: lines(&view, lang, zone),
        pages: (1..=view.pages).collect(),
        next,
        next_note,
        acts: Acts {
            may: view.may.iter().copied().collect(),
        },
        cancel: cancel_word(view.item.nomor.as_deref()),
        may_give_up: matches!(
            view.next,
            NextStep::AwaitTimestamp {
                may_give_up: true,
                ..
            }
        ),
        version: view.item.version,
        pick: format!("{id}:{}", view.content_digest),
        problem: problem.map(|problem| problem.detail(lang)),
        note: note.to_owned(),
        chain: view
            .chain
            .iter()
            .flat_map(|stage| participants(stage, lang, zone))
            .collect(),
        history: view
            .history
            .iter()
            .map(|item| event(item, lang, zone))
            .collect(),
        versions: view
            .versions
            .iter()
            .map(|version| Version {
                no: version.no,
                kind: lang.text(version_word(version.kind)),
                at: show::instant(version.created, zone),
                digest: show::short_digest(&version.sha256),
            })
            .collect(),
        received: view
            .agenda
            .iter()
            .map(|entry| received(entry, lang, zone))
            .collect(),
        was_changed: view.content.is_some()
            && view
                .history
                .iter()
                .any(|item| item.what == ActivityKind::Edited),
        closed: view.content.is_none(),
        page,
        token,
    };
    Ok(render(status, &letter))
}

fn lines(view: &LetterView, lang: Lang, zone: Zone) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut add = |key: &str, value: String| {
        if !value.is_empty() {
            lines.push(Line::new(lang.text(key), value));
        }
    };
    add(
        "naskah-kolom-nomor",
        view.item.nomor.clone().unwrap_or_default(),
    );
    add(
        "surat-baris-tanggal",
        view.date
            .map(|date| show::date(date, lang))
            .unwrap_or_default(),
    );
    add("naskah-kolom-jenis", view.item.jenis.word().to_owned());
    add("naskah-kolom-opd", view.item.opd_name.clone());
    add("naskah-kolom-sifat", view.item.sifat.word().to_owned());
    add("surat-baris-keamanan", view.item.keamanan.word().to_owned());
    if let Some(content) = &view.content {
        let names = |list: &[flow::naskah::Recipient]| {
            let names: Vec<&str> = list.iter().map(|one| one.name.as_str()).collect();
            names.join("; ")
        };
        add("surat-baris-kepada", names(&content.recipients));
        add("surat-baris-tembusan", names(&content.tembusan));
        add("surat-baris-klasifikasi", content.klasifikasi.to_string());
    }
    add("surat-baris-konseptor", person(&view.drafter));
    add(
        "naskah-kolom-berubah",
        show::instant(view.item.updated_at, zone),
    );
    if let Some(preservation) = &view.preservation {
        let goal = pades(preservation.goal);
        let text = match preservation.state {
            Preservation::Waiting { problem: None } => {
                lang.text_with("surat-bukti-menunggu", &[("goal", goal)])
            }
            Preservation::Waiting {
                problem: Some(problem),
            } => {
                let why = lang.text(&format!("surat-bukti-{}", problem.as_str()));
                lang.text_with("surat-bukti-terhalang", &[("goal", goal), ("why", &why)])
            }
            Preservation::Kept { expires: None } => goal.to_owned(),
            Preservation::Kept { expires: Some(at) } => {
                let at = show::instant(at, zone);
                lang.text_with("surat-bukti-sampai", &[("goal", goal), ("at", &at)])
            }
        };
        add("surat-baris-bukti", text);
    }
    if let Some(verification) = &view.verification {
        add("surat-baris-periksa", verification.url.clone());
        add("surat-baris-kode", verification.typed_code.clone());
    }
    lines
}

/// The level as validators spell it.
const fn pades(level: Level) -> &'static str {
    match level {
        Level::BB => "PAdES-B-B",
        Level::BT => "PAdES-B-T",
        Level::BLt => "PAdES-B-LT",
        Level::BLta => "PAdES-B-LTA",
    }
}

/// Name and title, with the capacity in which somebody acts.
fn person(person: &PersonView) -> String {
    let title = match person.capacity {
        Some(capacity) => format!("{} {}", capacity.word(), person.title),
        None => person.title.clone(),
    };
    if person.name.is_empty() {
        title
    } else {
        format!("{}, {title}", person.name)
    }
}

fn people(list: &[PersonView]) -> String {
    let all: Vec<String> = list.iter().map(person).collect();
    all.join("; ")
}

fn next_words(next: &NextStep, lang: Lang, zone: Zone) -> (String, Option<String>) {
    let by = |key: &str, who: &[PersonView]| lang.text_with(key, &[("who", &people(who))]);
    match next {
        NextStep::Submit { who } => (by("berikut-ajukan", who), None),
        NextStep::Revise { who, note } => (by("berikut-perbaiki", who), note.clone()),
        NextStep::Paraf { who } => (by("berikut-paraf", who), None),
        NextStep::Prepare { who } => (by("berikut-siapkan", who), None),
        NextStep::Sign { who } => (by("berikut-tanda-tangan", who), None),
        NextStep::AwaitTimestamp { who, since, .. } => {
            let args = [("who", people(who)), ("at", show::instant(*since, zone))];
            let args = args.each_ref().map(|(name, text)| (*name, text.as_str()));
            (lang.text_with("berikut-cap-waktu", &args), None)
        }
        NextStep::Dispatch => (lang.text("berikut-kirim"), None),
        NextStep::File => (lang.text("berikut-berkaskan"), None),
        NextStep::Nothing => (lang.text("berikut-selesai"), None),
        NextStep::Void { note } => (lang.text("berikut-batal"), note.clone()),
    }
}

fn participants(stage: &StageView, lang: Lang, zone: Zone) -> Vec<Participant> {
    let kind = lang.text(match stage.kind {
        StageKind::ParafHierarki => "rantai-paraf-hierarki",
        StageKind::ParafKoordinasi => "rantai-paraf-koordinasi",
        StageKind::TandaTangan => "rantai-tanda-tangan",
    });
    stage
        .people
        .iter()
        .enumerate()
        .map(|(place, one)| {
            let (class, state) = match one.state {
                PersonState::Later => ("is-later", lang.text("rantai-nanti")),
                PersonState::Waiting => ("is-waiting", lang.text("rantai-menunggu")),
                PersonState::Done { at } => ("is-done", show::instant(at, zone)),
                PersonState::Void { at } => (
                    "is-void",
                    lang.text_with("rantai-ditolak", &[("at", &show::instant(at, zone))]),
                ),
            };
            let title = match (one.capacity, &one.sk) {
                (Some(capacity), Some(sk)) => {
                    format!("{} {} (SK {sk})", capacity.word(), one.title)
                }
                (Some(capacity), None) => format!("{} {}", capacity.word(), one.title),
                (None, _) => one.title.clone(),
            };
            Participant {
                class,
                stage: (place == 0).then(|| kind.clone()),
                title,
                name: if one.name.is_empty() {
                    lang.text("rantai-kosong")
                } else {
                    one.name.clone()
                },
                state,
                note: one.note.clone(),
            }
        })
        .collect()
}

fn event(item: &HistoryItem, lang: Lang, zone: Zone) -> Event {
    Event {
        text: format!(
            "{}, {}",
            lang.text(&letter_words::activity(item.what)),
            show::instant(item.at, zone)
        ),
        who: format!("{}, {}", item.who, item.title),
        note: item.note.clone(),
        leaf: item.leaf,
    }
}

const fn version_word(kind: VersionKind) -> &'static str {
    match kind {
        VersionKind::Prepared => "versi-disiapkan",
        VersionKind::Signed => "versi-ditandatangani",
        VersionKind::Extended => "versi-diperpanjang",
        VersionKind::Replaced => "versi-diganti",
    }
}

fn received(entry: &EntryView, lang: Lang, zone: Zone) -> Received {
    let mut nodes = Vec::new();
    for disposisi in &entry.disposisi {
        collect(disposisi, 0, lang, zone, &mut nodes);
    }
    Received {
        href: format!("/agenda/entri/{}", entry.id),
        opd: entry.opd_name.clone(),
        tahap: show::tahap(&entry.tahap, lang),
        tahap_word: entry.tahap.clone(),
        nodes,
    }
}

fn collect(disposisi: &DisposisiView, depth: usize, lang: Lang, zone: Zone, into: &mut Vec<Node>) {
    let state = match &disposisi.state {
        DisposisiState::Sent => lang.text("surat-disposisi-belum-dibaca"),
        DisposisiState::Read { at } => lang.text_with(
            "surat-disposisi-dibaca",
            &[("at", &show::instant(*at, zone))],
        ),
        DisposisiState::FollowedUp { at, .. } => lang.text_with(
            "surat-disposisi-ditindaklanjuti",
            &[("at", &show::instant(*at, zone))],
        ),
        DisposisiState::Recalled => lang.text("surat-disposisi-ditarik"),
    };
    into.push(Node {
        depth: depth.min(6),
        from: person(&disposisi.from),
        to: person(&disposisi.to),
        state,
        note: disposisi.note.clone(),
    });
    for below in &disposisi.below {
        collect(below, depth + 1, lang, zone, into);
    }
}

#[derive(Template)]
#[template(path = "letter/cancel.html")]
struct CancelPage {
    page: Frame,
    token: FormToken,
    id: NaskahId,
    heading: String,
    nomor: String,
    cancel: &'static str,
    version: u64,
}

async fn confirm_cancel(
    page: Frame,
    token: FormToken,
    State(state): State<ApiState>,
    Person(subject): Person,
    Path(id): Path<NaskahId>,
) -> Result<Response, Problem> {
    let permit = access::letter(&state.app, &subject, id, Action::Cancel).await?;
    let view = desk::letter(&state.app, &subject, id).await?;
    let cancel = CancelPage {
        heading: view.item.hal.unwrap_or_else(|| page.t("naskah-tertutup")),
        cancel: cancel_word(view.item.nomor.as_deref()),
        nomor: view.item.nomor.unwrap_or_default(),
        version: permit.row.version,
        page,
        token,
        id,
    };
    Ok(render(StatusCode::OK, &cancel))
}

/// What becomes void: a number, or a letter that has none yet.
const fn cancel_word(nomor: Option<&str>) -> &'static str {
    match nomor {
        Some(_) => "tindakan-batalkan",
        None => "tindakan-batalkan-naskah",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::tests::keys;

    #[test]
    fn everything_that_keeps_evidence_from_a_letter_has_its_words() {
        for problem in service::provable::PreservationProblem::ALL {
            let key = format!("surat-bukti-{}", problem.as_str());
            for language in ["id", "en"] {
                assert!(keys(language).contains(&key), "{language}: {key}");
            }
        }
    }

    #[test]
    fn a_page_never_has_two_main_buttons() {
        let acts = Acts {
            may: Action::ALL.to_vec(),
        };
        let main = Action::ALL
            .iter()
            .filter(|action| acts.is_primary(action.word()))
            .count();
        assert_eq!(main, 1);
        assert!(acts.is_primary("sign"));
    }
}
