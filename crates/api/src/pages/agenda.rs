//! `/agenda`: the books of a registry, per period, as a table, on paper and as CSV.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use flow::id::OpdId;
use flow::office::Office;
use flow::time::CalendarDate;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use serde::Deserialize;
use service::access::{self, Action};
use service::desk::{self, Book, BookQuery, BookRow, Page, PageRequest};
use service::identity::Subject;

use super::layout::Frame;
use super::parts::{Cell, Choice, Tab};
use super::render;
use crate::lang::Lang;
use crate::problem::Problem;
use crate::session::Person;
use crate::show;
use crate::state::ApiState;

/// The addresses of the books.
pub(super) fn router() -> Router<ApiState> {
    Router::new()
        .route("/agenda", get(async || Redirect::to("/agenda/masuk")))
        .route("/agenda/{book}", get(page))
        .route("/agenda/{book}/csv", get(csv))
}

/// Which part of a book.
#[derive(Deserialize)]
struct Period {
    #[serde(default)]
    opd: String,
    #[serde(default)]
    tahun: String,
    #[serde(default)]
    bulan: String,
    #[serde(default)]
    setelah: String,
}

async fn page(
    frame: Frame,
    State(state): State<ApiState>,
    Person(subject): Person,
    Path(book): Path<String>,
    Query(period): Query<Period>,
) -> Result<Response, Problem> {
    let asked = Asked::of(&state, &subject, &book, &period).await?;
    let request = PageRequest {
        after: period.setelah.parse().ok(),
        limit: 100,
    };
    let found = match asked.query {
        Some(query) => desk::book(&state.app, &subject, &query, request).await?,
        None => Page {
            items: Vec::new(),
            next: None,
        },
    };
    let may_register = match asked.book {
        Book::Masuk => access::require_anywhere(&state.app, &subject, Action::ReceiveMail)
            .await
            .is_ok(),
        Book::Keluar | Book::Ekspedisi => false,
    };
    Ok(render(
        StatusCode::OK,
        &asked.page(frame, &found, may_register),
    ))
}

async fn csv(
    frame: Frame,
    State(state): State<ApiState>,
    Person(subject): Person,
    Path(book): Path<String>,
    Query(period): Query<Period>,
) -> Result<Response, Problem> {
    let asked = Asked::of(&state, &subject, &book, &period).await?;
    let query = asked.query.ok_or_else(Problem::not_found)?;
    let mut rows = Vec::new();
    let mut request = PageRequest {
        after: None,
        limit: 100,
    };
    while rows.len() < MOST_CSV {
        let found = desk::book(&state.app, &subject, &query, request).await?;
        rows.extend(found.items);
        match found.next {
            Some(next) => request.after = Some(next),
            None => break,
        }
    }
    let text = csv_text(&asked, &rows, frame.lang)
        .ok_or_else(|| Problem::new(crate::problem::ProblemKind::Internal))?;
    let headers = [
        (
            CONTENT_TYPE,
            HeaderValue::from_static("text/csv; charset=utf-8"),
        ),
        (
            CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=\"agenda.csv\""),
        ),
    ];
    Ok((headers, text).into_response())
}

/// More lines than an office writes in a year.
const MOST_CSV: usize = 100_000;

/// A part of a book, as the address asks for it.
struct Asked {
    book: Book,
    opds: Vec<(OpdId, String)>,
    opd: Option<OpdId>,
    year: u16,
    month: Option<u8>,
    query: Option<BookQuery>,
    office: Arc<Office>,
}

impl Asked {
    async fn of(
        state: &ApiState,
        subject: &Subject,
        book: &str,
        period: &Period,
    ) -> Result<Self, Problem> {
        let book = match book {
            "masuk" => Book::Masuk,
            "keluar" => Book::Keluar,
            "ekspedisi" => Book::Ekspedisi,
            _ => return Err(Problem::not_found()),
        };
        let office = service::office::current(&state.app).await?;
        let mine = subject.opds(&office);
        let mut opds: Vec<(OpdId, String)> = office
            .opd
            .values()
            .filter(|opd| mine.contains(&opd.id))
            .map(|opd| (opd.id, opd.name.clone()))
            .collect();
        opds.sort_by(|one, other| one.1.cmp(&other.1));
        let opd = match period.opd.as_str() {
            "" => opds.first().map(|(id, _)| *id),
            text => Some(text.parse().map_err(|_| Problem::not_found())?),
        };
        let today = today(&office, opd, state);
        let year = period.tahun.parse().unwrap_or(today.year());
        let month = match period.bulan.as_str() {
            "" => Some(today.month()),
            text => text.parse().ok().filter(|month| (1..=12).contains(month)),
        };
        let query = opd.map(|opd| BookQuery {
            opd,
            book,
            year,
            month,
        });
        Ok(Self {
            book,
            opds,
            opd,
            year,
            month,
            query,
            office,
        })
    }

    fn page(&self, frame: Frame, found: &Page<BookRow>, may_register: bool) -> BookPage {
        let lang = frame.lang;
        let book = word(self.book);
        let columns = Self::columns(lang);
        let rows = found
            .items
            .iter()
            .enumerate()
            .map(|(place, row)| RowView {
                cells: self
                    .cells(place + 1, row, lang)
                    .into_iter()
                    .zip(&columns)
                    .map(|(text, label)| Cell {
                        label: label.clone(),
                        text,
                        depth: 0,
                    })
                    .collect(),
                href: row.may_open.then(|| match row.agenda {
                    Some(entry) => format!("/agenda/entri/{entry}"),
                    None => format!("/naskah/{}", row.naskah),
                }),
            })
            .collect();
        BookPage {
            heading: frame.t(&format!("agenda-{book}")),
            tabs: [Book::Masuk, Book::Keluar, Book::Ekspedisi]
                .into_iter()
                .map(|other| Tab {
                    href: format!("/agenda/{}?{}", word(other), self.address()),
                    label: frame.t(&format!("agenda-tab-{}", word(other))),
                    current: other == self.book,
                })
                .collect(),
            opds: self.opd_choices(),
            months: self.month_choices(lang),
            caption: self.caption(lang),
            csv: format!("/agenda/{book}/csv?{}", self.address()),
            next: found
                .next
                .map(|next| format!("/agenda/{book}?{}&setelah={next}", self.address())),
            book,
            may_register,
            year: self.year,
            columns,
            rows,
            page: frame,
        }
    }

    fn address(&self) -> String {
        let opd = self.opd.map(|opd| opd.to_string()).unwrap_or_default();
        let month = self
            .month
            .map_or_else(|| "0".to_owned(), |month| month.to_string());
        format!("opd={opd}&tahun={}&bulan={month}", self.year)
    }

    fn opd_choices(&self) -> Vec<Choice> {
        let chosen = self.opd.map(|opd| opd.to_string()).unwrap_or_default();
        let all = self
            .opds
            .iter()
            .map(|(id, name)| Choice::new(id.to_string(), name.clone()))
            .collect();
        Choice::chosen(all, &[&chosen])
    }

    fn month_choices(&self, lang: Lang) -> Vec<Choice> {
        let mut all = vec![Choice::new("0", lang.text("agenda-semua-bulan"))];
        all.extend((1..=12).map(|month| Choice::new(month.to_string(), month_name(month, lang))));
        let chosen = self.month.unwrap_or(0).to_string();
        Choice::chosen(all, &[&chosen])
    }

    fn caption(&self, lang: Lang) -> String {
        let opd = self
            .opds
            .iter()
            .find(|(id, _)| Some(*id) == self.opd)
            .map_or("", |(_, name)| name.as_str());
        match self.month {
            Some(month) => format!("{opd}, {} {}", month_name(month, lang), self.year),
            None => format!("{opd}, {}", self.year),
        }
    }

    fn columns(lang: Lang) -> Vec<String> {
        COLUMNS.iter().map(|key| lang.text(key)).collect()
    }

    /// One line, in the order of the columns.
    fn cells(&self, number: usize, row: &BookRow, lang: Lang) -> Vec<String> {
        let zone = self
            .opd
            .map(|opd| self.office.zone(opd))
            .unwrap_or_default();
        let secret = || lang.text("agenda-rahasia");
        let party = match self.book {
            Book::Masuk if row.from.is_empty() => secret(),
            Book::Masuk => row.from.clone(),
            Book::Keluar | Book::Ekspedisi => row.to.clone().unwrap_or_else(secret),
        };
        vec![
            row.urut.map_or_else(
                || match self.book {
                    Book::Masuk => String::new(),
                    Book::Keluar | Book::Ekspedisi => number.to_string(),
                },
                |urut| urut.to_string(),
            ),
            show::date(row.at.date_in(zone), lang),
            row.nomor.clone().unwrap_or_default(),
            party,
            row.hal.clone().unwrap_or_else(secret),
            row.sifat.word().to_owned(),
            state(self.book, &row.tahap, lang),
        ]
    }
}

const COLUMNS: [&str; 7] = [
    "agenda-kolom-no",
    "agenda-kolom-tanggal",
    "agenda-kolom-nomor",
    "agenda-kolom-pihak",
    "agenda-kolom-hal",
    "agenda-kolom-sifat",
    "agenda-kolom-keadaan",
];

#[derive(Template)]
#[template(path = "agenda/book.html")]
struct BookPage {
    page: Frame,
    heading: String,
    book: &'static str,
    tabs: Vec<Tab>,
    opds: Vec<Choice>,
    year: u16,
    months: Vec<Choice>,
    caption: String,
    csv: String,
    may_register: bool,
    columns: Vec<String>,
    rows: Vec<RowView>,
    next: Option<String>,
}

struct RowView {
    cells: Vec<Cell>,
    href: Option<String>,
}

const fn word(book: Book) -> &'static str {
    match book {
        Book::Masuk => "masuk",
        Book::Keluar => "keluar",
        Book::Ekspedisi => "ekspedisi",
    }
}

/// The stage of a letter or of an agenda entry, whichever the book is about.
fn state(book: Book, tahap: &str, lang: Lang) -> String {
    match book {
        Book::Masuk => lang.text(&format!("agenda-keadaan-{tahap}")),
        Book::Keluar | Book::Ekspedisi => show::tahap(tahap, lang),
    }
}

fn month_name(month: u8, lang: Lang) -> String {
    match CalendarDate::new(2000, month, 1) {
        Ok(date) => show::month(date, lang),
        Err(_) => String::new(),
    }
}

fn today(office: &Office, opd: Option<OpdId>, state: &ApiState) -> CalendarDate {
    let zone = opd.map(|opd| office.zone(opd)).unwrap_or_default();
    state.app.now().date_in(zone)
}

fn csv_text(asked: &Asked, rows: &[BookRow], lang: Lang) -> Option<Vec<u8>> {
    // Spreadsheets of offices read the mark, and the semicolon of their locale.
    let mut text = "\u{feff}".as_bytes().to_vec();
    let mut writer = csv::WriterBuilder::new()
        .delimiter(b';')
        .from_writer(&mut text);
    writer.write_record(Asked::columns(lang)).ok()?;
    for (place, row) in rows.iter().enumerate() {
        let cells = asked.cells(place + 1, row, lang);
        writer
            .write_record(cells.iter().map(|cell| harmless(cell)))
            .ok()?;
    }
    writer.flush().ok()?;
    drop(writer);
    Some(text)
}

/// A cell that a spreadsheet does not take for a formula.
pub(super) fn harmless(cell: &str) -> String {
    let one_line = cell.replace(['\r', '\n', '\t'], " ");
    if one_line.trim_start().starts_with(['=', '+', '-', '@']) {
        format!("'{one_line}")
    } else {
        one_line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_never_becomes_a_formula() {
        for cell in ["=1+1", " =1", "+1", "-1", "@SUM(A1)", "\t=1", "\n=1"] {
            assert!(harmless(cell).starts_with('\''), "{cell:?}");
        }
        assert_eq!(harmless("Rapat = penting"), "Rapat = penting");
    }
}
