//! `/naskah`: the office's letters in lists, searched and filtered, on screen and as CSV.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use flow::jenis::JenisNaskah;
use flow::time::{CalendarDate, Zone};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use serde::Deserialize;
use service::desk::{self, LetterItem, LetterQuery, PageRequest, Tab as Part};

use super::agenda::harmless;
use super::layout::Frame;
use super::parts::{Choice, Tab, regency_zone};
use super::render;
use crate::lang::Lang;
use crate::problem::{Problem, ProblemKind};
use crate::session::{Person, percent};
use crate::show;
use crate::state::ApiState;

/// The addresses of the lists of letters.
pub(super) fn router() -> Router<ApiState> {
    Router::new()
        .route("/naskah", get(list))
        .route("/naskah/csv", get(csv_file))
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    tab: String,
    #[serde(default)]
    q: String,
    #[serde(default)]
    tahap: String,
    #[serde(default)]
    jenis: String,
    #[serde(default)]
    opd: String,
    #[serde(default)]
    dari: String,
    #[serde(default)]
    sampai: String,
    #[serde(default)]
    setelah: String,
}

const PARTS: [(Part, &str); 5] = [
    (Part::Keluar, "keluar"),
    (Part::Masuk, "masuk"),
    (Part::Tembusan, "tembusan"),
    (Part::Arsip, "arsip"),
    (Part::Semua, "semua"),
];

const STAGES: [&str; 10] = [
    "draft",
    "review",
    "returned",
    "ready",
    "signing",
    "signed",
    "dispatched",
    "filed",
    "withdrawn",
    "cancelled",
];

struct Row {
    href: String,
    hal: String,
    nomor: String,
    jenis: &'static str,
    opd: String,
    tahap: String,
    tahap_word: String,
    sifat: &'static str,
    changed: String,
}

#[derive(Template)]
#[template(path = "letters/letters.html")]
struct ListPage {
    page: Frame,
    tabs: Vec<Tab>,
    tab: &'static str,
    asked: Asked,
    stages: Vec<Choice>,
    kinds: Vec<Choice>,
    opds: Vec<Choice>,
    rows: Vec<Row>,
    csv: String,
    next: Option<String>,
    may_write: bool,
}

impl Asked {
    fn part(&self) -> (Part, &'static str) {
        PARTS
            .into_iter()
            .find(|(_, word)| *word == self.tab)
            .unwrap_or((Part::Keluar, "keluar"))
    }

    /// What cannot be read is as if it had not been asked: a hand-written address shows more, never an error.
    fn query(&self) -> LetterQuery {
        LetterQuery {
            tab: self.part().0,
            tahap: Some(self.tahap.clone()).filter(|tahap| STAGES.contains(&tahap.as_str())),
            jenis: jenis(&self.jenis),
            opd: self.opd.parse().ok(),
            q: Some(self.q.trim().to_owned()).filter(|q| !q.is_empty()),
            from: self.dari.parse::<CalendarDate>().ok(),
            until: self.sampai.parse::<CalendarDate>().ok(),
        }
    }

    fn address(&self) -> String {
        format!(
            "tab={}&q={}&tahap={}&jenis={}&opd={}&dari={}&sampai={}",
            self.part().1,
            percent(&self.q),
            percent(&self.tahap),
            percent(&self.jenis),
            percent(&self.opd),
            percent(&self.dari),
            percent(&self.sampai)
        )
    }
}

/// A kind by the word addresses and forms name it by.
pub(super) fn jenis(word: &str) -> Option<JenisNaskah> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).ok()
}

/// The kinds letters can be written in.
pub(super) const KINDS: [(JenisNaskah, &str); 18] = [
    (JenisNaskah::NotaDinas, "nota_dinas"),
    (JenisNaskah::SuratDinas, "surat_dinas"),
    (JenisNaskah::SuratUndangan, "surat_undangan"),
    (JenisNaskah::SuratTugas, "surat_tugas"),
    (JenisNaskah::SuratPerintah, "surat_perintah"),
    (JenisNaskah::SuratEdaran, "surat_edaran"),
    (JenisNaskah::Keputusan, "keputusan"),
    (JenisNaskah::Instruksi, "instruksi"),
    (JenisNaskah::Memorandum, "memorandum"),
    (JenisNaskah::BeritaAcara, "berita_acara"),
    (JenisNaskah::SuratKeterangan, "surat_keterangan"),
    (JenisNaskah::SuratPengantar, "surat_pengantar"),
    (JenisNaskah::Pengumuman, "pengumuman"),
    (JenisNaskah::Laporan, "laporan"),
    (JenisNaskah::TelaahanStaf, "telaahan_staf"),
    (JenisNaskah::Notula, "notula"),
    (JenisNaskah::SuratKuasa, "surat_kuasa"),
    (JenisNaskah::Rekomendasi, "rekomendasi"),
];

async fn list(
    page: Frame,
    State(state): State<ApiState>,
    Person(subject): Person,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let request = PageRequest {
        after: asked.setelah.parse().ok(),
        limit: 50,
    };
    let found = desk::letters(&state.app, &subject, &asked.query(), request).await?;
    let office = service::office::current(&state.app).await?;
    let zone = regency_zone(&office);
    let lang = page.lang;
    let all = || Choice::new("", page.t("naskah-semua"));
    let mut stages = vec![all()];
    stages.extend(
        STAGES
            .into_iter()
            .map(|stage| Choice::new(stage, show::tahap(stage, lang))),
    );
    let mut kinds = vec![all()];
    kinds.extend(
        KINDS
            .into_iter()
            .map(|(kind, word)| Choice::new(word, kind.word())),
    );
    let mut opds = vec![all()];
    let mut named: Vec<_> = office.opd.values().collect();
    named.sort_by(|one, other| one.name.cmp(&other.name));
    opds.extend(
        named
            .into_iter()
            .map(|opd| Choice::new(opd.id.to_string(), opd.name.clone())),
    );
    let address = asked.address();
    let tab = asked.part().1;
    let view = ListPage {
        tabs: PARTS
            .into_iter()
            .map(|(_, word)| Tab {
                href: format!("/naskah?tab={word}"),
                label: page.t(&format!("naskah-tab-{word}")),
                current: word == tab,
            })
            .collect(),
        tab,
        stages: Choice::chosen(stages, &[&asked.tahap]),
        kinds: Choice::chosen(kinds, &[&asked.jenis]),
        opds: Choice::chosen(opds, &[&asked.opd]),
        rows: found
            .items
            .iter()
            .map(|item| row(item, asked.part().0, lang, zone))
            .collect(),
        csv: format!("/naskah/csv?{address}"),
        next: found
            .next
            .map(|next| format!("/naskah?{address}&setelah={next}")),
        may_write: !subject.positions.is_empty(),
        asked,
        page,
    };
    Ok(render(StatusCode::OK, &view))
}

fn row(item: &LetterItem, part: Part, lang: Lang, zone: Zone) -> Row {
    // What came in is read in the agenda, where it can be disposed of.
    let entry = match part {
        Part::Masuk | Part::Tembusan | Part::Semua => item.agenda,
        Part::Keluar | Part::Arsip => None,
    };
    Row {
        href: match entry {
            Some(entry) => format!("/agenda/entri/{entry}"),
            None => format!("/naskah/{}", item.id),
        },
        hal: item
            .hal
            .clone()
            .unwrap_or_else(|| lang.text("naskah-tertutup")),
        nomor: item.nomor.clone().unwrap_or_default(),
        jenis: item.jenis.word(),
        opd: item.opd_name.clone(),
        tahap: show::tahap(&item.tahap, lang),
        tahap_word: item.tahap.clone(),
        sifat: item.sifat.word(),
        changed: show::instant(item.updated_at, zone),
    }
}

async fn csv_file(
    page: Frame,
    State(state): State<ApiState>,
    Person(subject): Person,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let office = service::office::current(&state.app).await?;
    let zone = regency_zone(&office);
    let query = asked.query();
    let mut rows = Vec::new();
    let mut request = PageRequest {
        after: None,
        limit: 100,
    };
    while rows.len() < MOST_CSV {
        let found = desk::letters(&state.app, &subject, &query, request).await?;
        rows.extend(
            found
                .items
                .iter()
                .map(|item| row(item, asked.part().0, page.lang, zone)),
        );
        match found.next {
            Some(next) => request.after = Some(next),
            None => break,
        }
    }
    let text = csv_text(&rows, page.lang).ok_or_else(|| Problem::new(ProblemKind::Internal))?;
    let headers = [
        (
            CONTENT_TYPE,
            HeaderValue::from_static("text/csv; charset=utf-8"),
        ),
        (
            CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=\"naskah.csv\""),
        ),
    ];
    Ok((headers, text).into_response())
}

const MOST_CSV: usize = 20_000;

fn csv_text(rows: &[Row], lang: Lang) -> Option<Vec<u8>> {
    let mut text = "\u{feff}".as_bytes().to_vec();
    let mut writer = csv::WriterBuilder::new()
        .delimiter(b';')
        .from_writer(&mut text);
    let columns = [
        "nomor", "hal", "jenis", "opd", "keadaan", "sifat", "berubah",
    ];
    writer
        .write_record(columns.map(|column| lang.text(&format!("naskah-kolom-{column}"))))
        .ok()?;
    for row in rows {
        let cells = [
            row.nomor.as_str(),
            &row.hal,
            row.jenis,
            &row.opd,
            &row.tahap,
            row.sifat,
            &row.changed,
        ];
        writer.write_record(cells.map(harmless)).ok()?;
    }
    writer.flush().ok()?;
    drop(writer);
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_that_can_be_written_reads_back_from_its_word() {
        for (kind, word) in KINDS {
            assert_eq!(jenis(word), Some(kind));
        }
        assert_eq!(jenis("surat_cinta"), None);
    }
}
