//! `/agenda/entri/{id}`: incoming mail, the tree of disposisi that grew from it, and what is to be done about it.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use flow::agenda::Instruksi;
use flow::id::{AgendaId, DisposisiId, JabatanId};
use flow::office::Office;
use flow::time::{Timestamp, Zone};
use http::StatusCode;
use service::access::Action;
use service::desk::{self, DisposisiState, DisposisiView, EntryView};
use service::identity::Subject;

use super::layout::Frame;
use super::parts::{Choice, Fields, Line};
use super::{disposisi_act, render};
use crate::form::FormToken;
use crate::lang::Lang;
use crate::problem::Problem;
use crate::public::verdict;
use crate::session::Person;
use crate::show;
use crate::state::ApiState;

/// The addresses of agenda entries.
pub(super) fn router() -> Router<ApiState> {
    Router::new()
        .route("/agenda/entri/{id}", get(page))
        .route("/agenda/entri/{id}/lembar", get(sheet))
        .route("/agenda/entri/{id}/disposisi", post(disposisi_act::dispose))
        .route("/agenda/entri/{id}/baca", post(disposisi_act::mark_read))
        .route("/agenda/entri/{id}/tarik", post(disposisi_act::recall))
        .route(
            "/agenda/entri/{id}/tindak-lanjut",
            post(disposisi_act::follow_up),
        )
        .route("/agenda/entri/{id}/selesai", post(disposisi_act::complete))
}

async fn page(
    frame: Frame,
    token: FormToken,
    State(state): State<ApiState>,
    Person(subject): Person,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id = parse(&id)?;
    let seen = Seen::load(&state, &subject, id).await?;
    Ok(seen.page(frame, token, &Fields::default(), None))
}

async fn sheet(
    frame: Frame,
    State(state): State<ApiState>,
    Person(subject): Person,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let seen = Seen::load(&state, &subject, parse(&id)?).await?;
    let view = SheetPage {
        id: seen.entry.id.to_string(),
        lines: seen.lines(frame.lang),
        nodes: seen.nodes(&Fields::default(), frame.lang),
        page: frame,
    };
    Ok(render(StatusCode::OK, &view))
}

#[derive(Template)]
#[template(path = "agenda/entry.html")]
struct EntryPage {
    page: Frame,
    token: FormToken,
    id: String,
    naskah: String,
    heading: String,
    tahap: String,
    lines: Vec<Line>,
    refusal: Option<String>,
    nodes: Vec<NodeView>,
    givers: Vec<Choice>,
    targets: Vec<Choice>,
    instructions: Vec<Choice>,
    draft: Draft,
    may_dispose: bool,
    may_complete: bool,
    outside: Option<Outside>,
}

/// What mail from outside shows in place of a letter's page.
struct Outside {
    class: &'static str,
    headline: String,
    meaning: String,
}

#[derive(Template)]
#[template(path = "agenda/sheet.html")]
struct SheetPage {
    page: Frame,
    id: String,
    lines: Vec<Line>,
    nodes: Vec<NodeView>,
}

/// What was typed already.
struct Draft {
    note: String,
    answer: String,
    deadline: String,
}

#[expect(clippy::struct_excessive_bools, reason = "what the template asks")]
struct NodeView {
    id: String,
    depth: usize,
    from: String,
    to: String,
    state: String,
    instructions: Vec<String>,
    note: Option<String>,
    deadline: Option<String>,
    answer: Option<String>,
    may_read: bool,
    may_recall: bool,
    may_follow: bool,
    open: bool,
}

/// An entry as this reader sees it.
pub(super) struct Seen {
    pub(super) entry: EntryView,
    office: Arc<Office>,
    pub(super) zone: Zone,
    now: Timestamp,
    givers: Vec<(String, String)>,
}

impl Seen {
    pub(super) async fn load(
        state: &ApiState,
        subject: &Subject,
        id: AgendaId,
    ) -> Result<Self, Problem> {
        let entry = desk::entry(&state.app, subject, id).await?;
        let office = service::office::current(&state.app).await?;
        let zone = office.zone(entry.opd);
        let title = |jabatan: JabatanId| {
            let found = office.jabatan.get(&jabatan);
            found.map_or_else(String::new, |jabatan| jabatan.title.clone())
        };
        // The first disposisi is given by the position addressed; one passed on, by whoever was asked.
        let mut givers = Vec::new();
        if entry.may.contains(&Action::Dispose) {
            let first = (entry.to.jabatan.to_string(), title(entry.to.jabatan));
            let mine = |jabatan: JabatanId| subject.positions.contains(&jabatan);
            if mine(entry.to.jabatan) || entry.disposisi.is_empty() {
                givers.push(first);
            }
            for (_, node) in flat(&entry.disposisi) {
                if mine(node.to.jabatan) && is_standing(&node.state) {
                    let value = format!("{}/{}", node.to.jabatan, node.id);
                    givers.push((value, title(node.to.jabatan)));
                }
            }
        }
        Ok(Self {
            entry,
            zone,
            now: state.app.now(),
            office,
            givers,
        })
    }

    pub(super) fn find(&self, id: DisposisiId) -> Option<&DisposisiView> {
        flat(&self.entry.disposisi)
            .into_iter()
            .map(|(_, node)| node)
            .find(|node| node.id == id)
    }

    pub(super) fn page(
        &self,
        frame: Frame,
        token: FormToken,
        sent: &Fields,
        refusal: Option<String>,
    ) -> Response {
        let lang = frame.lang;
        let status = match refusal {
            Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
            None => StatusCode::OK,
        };
        let (is_answer, note) = match sent.optional("disposisi") {
            Some(_) => (true, sent.one("catatan")),
            None => (false, sent.one("catatan")),
        };
        let view = EntryPage {
            id: self.entry.id.to_string(),
            naskah: self.entry.letter.id.to_string(),
            heading: match &self.entry.letter.hal {
                Some(hal) => frame.tx("disposisi-judul", &[("hal", hal)]),
                None => frame.t("disposisi-judul-rahasia"),
            },
            tahap: frame.t(&format!("agenda-keadaan-{}", self.entry.tahap)),
            lines: self.lines(lang),
            refusal,
            nodes: self.nodes(sent, lang),
            givers: Choice::chosen(
                self.givers
                    .iter()
                    .map(|(value, label)| Choice::new(value.clone(), label.clone()))
                    .collect(),
                &[sent.one("dari")],
            ),
            targets: Choice::chosen(self.targets(), &sent.all("kepada")),
            instructions: Choice::chosen(instructions(lang), &sent.all("instruksi")),
            draft: Draft {
                note: if is_answer { "" } else { note }.to_owned(),
                answer: if is_answer { note } else { "" }.to_owned(),
                deadline: sent.one("batas").to_owned(),
            },
            may_dispose: !self.givers.is_empty(),
            may_complete: self.entry.may.contains(&Action::Complete),
            outside: self.entry.outside.as_ref().map(|mail| {
                let word = verdict::word(mail.headline);
                Outside {
                    class: word,
                    headline: mail.headline.words(verdict::language(lang)).to_owned(),
                    meaning: lang.text(&format!("hasil-arti-{word}")),
                }
            }),
            page: frame,
            token,
        };
        render(status, &view)
    }

    fn lines(&self, lang: Lang) -> Vec<Line> {
        let entry = &self.entry;
        let line = |key: &str, value: String| Line::new(lang.text(key), value);
        let mut lines = vec![
            line("disposisi-pengirim", entry.from.clone()),
            line("disposisi-kepada-jabatan", entry.to.title.clone()),
            line(
                "disposisi-diterima",
                show::instant(entry.received_at, self.zone),
            ),
            line("disposisi-sifat", entry.sifat.word().to_owned()),
        ];
        if let Some(hal) = &entry.letter.hal {
            lines.insert(0, line("naskah-kolom-hal", hal.clone()));
        }
        if let Some(date) = entry.outside.as_ref().and_then(|mail| mail.date) {
            lines.insert(0, line("surat-baris-tanggal", show::date(date, lang)));
        }
        if let Some(nomor) = &entry.letter.nomor {
            lines.insert(0, line("disposisi-nomor", nomor.clone()));
        }
        if let Some(urut) = entry.urut {
            lines.insert(0, line("lembar-nomor-agenda", urut.to_string()));
        }
        lines
    }

    fn nodes(&self, sent: &Fields, lang: Lang) -> Vec<NodeView> {
        let open = sent.one("disposisi");
        flat(&self.entry.disposisi)
            .into_iter()
            .map(|(depth, node)| NodeView {
                depth: depth.min(6),
                from: named(&node.from),
                to: named(&node.to),
                state: lang.text(state_key(&node.state)),
                instructions: node
                    .instructions
                    .iter()
                    .map(|one| lang.text(&format!("instruksi-{}", word(*one))))
                    .collect(),
                note: node.note.clone(),
                deadline: node.deadline.map(|at| show::instant(at, self.zone)),
                answer: match &node.state {
                    DisposisiState::FollowedUp { note, .. } => note.clone(),
                    DisposisiState::Sent
                    | DisposisiState::Read { .. }
                    | DisposisiState::Recalled => None,
                },
                may_read: node.may.contains(&Action::MarkRead)
                    && matches!(node.state, DisposisiState::Sent),
                may_recall: node.may.contains(&Action::Recall),
                may_follow: node.may.contains(&Action::FollowUp),
                open: node.id.to_string() == open,
                id: node.id.to_string(),
            })
            .collect()
    }

    /// The positions of the receiving OPD as a tree, the head first.
    fn targets(&self) -> Vec<Choice> {
        let mut all = Vec::new();
        self.below(None, 0, &mut all);
        // Nobody disposes of a letter to whoever it was addressed to.
        let addressed = self.entry.to.jabatan.to_string();
        all.retain(|choice| choice.value != addressed);
        all
    }

    fn below(&self, superior: Option<JabatanId>, depth: usize, all: &mut Vec<Choice>) {
        let here = self.office.jabatan.values().filter(|jabatan| {
            let inside = jabatan.superior.filter(|superior| {
                let above = self.office.jabatan.get(superior);
                above.is_some_and(|above| above.opd == self.entry.opd)
            });
            jabatan.opd == self.entry.opd && inside == superior
        });
        for jabatan in here {
            let holder = self
                .office
                .holder(jabatan.id, self.now)
                .and_then(|id| self.office.pejabat.get(&id))
                .map(|person| format!(" ({})", person.name_with_gelar()));
            let mut choice = Choice::new(
                jabatan.id.to_string(),
                format!("{}{}", jabatan.title, holder.unwrap_or_default()),
            );
            choice.depth = depth;
            all.push(choice);
            // No chain of command is deeper; a circle in the data ends here.
            if depth < 6 {
                self.below(Some(jabatan.id), depth + 1, all);
            }
        }
    }
}

pub(super) const INSTRUCTIONS: [Instruksi; 6] = [
    Instruksi::TanggapanDanSaran,
    Instruksi::ProsesLebihLanjut,
    Instruksi::Koordinasi,
    Instruksi::UntukDiketahui,
    Instruksi::Wakili,
    Instruksi::Arsipkan,
];

pub(super) const fn word(one: Instruksi) -> &'static str {
    match one {
        Instruksi::TanggapanDanSaran => "tanggapan_dan_saran",
        Instruksi::ProsesLebihLanjut => "proses_lebih_lanjut",
        Instruksi::Koordinasi => "koordinasi",
        Instruksi::UntukDiketahui => "untuk_diketahui",
        Instruksi::Wakili => "wakili",
        Instruksi::Arsipkan => "arsipkan",
    }
}

fn instructions(lang: Lang) -> Vec<Choice> {
    INSTRUCTIONS
        .into_iter()
        .map(|one| Choice::new(word(one), lang.text(&format!("instruksi-{}", word(one)))))
        .collect()
}

/// The tree in reading order, each node with its depth.
fn flat(nodes: &[DisposisiView]) -> Vec<(usize, &DisposisiView)> {
    let mut all = Vec::new();
    let mut rest: Vec<(usize, &DisposisiView)> = nodes.iter().rev().map(|node| (0, node)).collect();
    while let Some((depth, node)) = rest.pop() {
        all.push((depth, node));
        rest.extend(node.below.iter().rev().map(|below| (depth + 1, below)));
    }
    all
}

const fn is_standing(state: &DisposisiState) -> bool {
    match state {
        DisposisiState::Sent | DisposisiState::Read { .. } => true,
        DisposisiState::FollowedUp { .. } | DisposisiState::Recalled => false,
    }
}

const fn state_key(state: &DisposisiState) -> &'static str {
    match state {
        DisposisiState::Sent => "disposisi-keadaan-sent",
        DisposisiState::Read { .. } => "disposisi-keadaan-read",
        DisposisiState::FollowedUp { .. } => "disposisi-keadaan-followed",
        DisposisiState::Recalled => "disposisi-keadaan-recalled",
    }
}

fn named(person: &desk::PersonView) -> String {
    match person.name.as_str() {
        "" => person.title.clone(),
        name => format!("{} ({name})", person.title),
    }
}

pub(super) fn parse(id: &str) -> Result<AgendaId, Problem> {
    id.parse().map_err(|_| Problem::not_found())
}
