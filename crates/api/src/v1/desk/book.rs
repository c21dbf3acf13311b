//! The books of a registry.

use axum::extract::{OriginalUri, State};
use axum::response::Response;
use flow::id::{AgendaId, NaskahId, OpdId};
use flow::sifat::{Keamanan, Sifat};
use flow::time::CalendarDate;
use serde::{Deserialize, Serialize};
use service::desk::{self, Book, BookQuery, BookRow};
use utoipa::{IntoParams, ToSchema};

use crate::problem::Problem;
use crate::state::ApiState;
use crate::v1::auth::Caller;
use crate::v1::extract::{Path, Query};
use crate::v1::instant::Instant;
use crate::v1::letters::content::{Secrecy, Urgency};
use crate::v1::paging::{self, PageView};
use crate::v1::schema;

/// Which part of a book.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct PeriodQuery {
    /// Of this year.
    #[param(minimum = 1, maximum = 9998)]
    year: u16,
    /// Of this month; of the whole year without.
    #[param(minimum = 1, maximum = 12)]
    month: Option<u8>,
    /// Where the page begins: `next` of the page before.
    #[param(value_type = Option<schema::PageCursor>)]
    cursor: Option<String>,
    /// How many items, at most.
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: Option<u32>,
}

/// The books of a registry.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum BookName {
    /// Incoming letters.
    Masuk,
    /// Outgoing letters.
    Keluar,
    /// What was sent, and to whom.
    Ekspedisi,
}

/// A line of a book.
#[derive(Serialize, ToSchema)]
pub(super) struct BookRowView {
    /// The letter.
    #[schema(value_type = schema::LetterId)]
    letter: NaskahId,
    /// The agenda entry, in the book of incoming letters.
    #[schema(value_type = Option<schema::AgendaId>)]
    agenda: Option<AgendaId>,
    /// Its running number in the book of incoming letters.
    urut: Option<u64>,
    /// When it came, was signed, or was sent.
    at: Instant,
    /// Its number.
    nomor: Option<String>,
    /// The date on it.
    #[schema(value_type = Option<schema::Day>)]
    date: Option<CalendarDate>,
    /// From whom.
    from: String,
    /// To whom, where lists may say it.
    to: Option<String>,
    /// What it is about, where lists may say it.
    hal: Option<String>,
    /// Urgency.
    #[schema(value_type = Urgency)]
    sifat: Sifat,
    /// Secrecy.
    #[schema(value_type = Secrecy)]
    keamanan: Keamanan,
    /// Its stage.
    tahap: String,
    /// Whether the caller may open it: a book has a line for secret letters too.
    may_open: bool,
}

/// Read a book of a registry
#[utoipa::path(get, path = "/books/{opd}/{book}", operation_id = "books_read", tag = "agenda",
    params(("opd" = schema::OpdId, Path, description = "Whose book."),
        ("book" = inline(BookName), Path, description = "Which book."),
        PeriodQuery),
    responses((status = 200, description = "A page of the book.", body = PageView<BookRowView>)))]
pub(super) async fn book(
    State(state): State<ApiState>,
    caller: Caller,
    OriginalUri(uri): OriginalUri,
    Path((opd, book)): Path<(OpdId, BookName)>,
    Query(query): Query<PeriodQuery>,
) -> Result<Response, Problem> {
    let is_date = (1..=9998).contains(&query.year)
        && query.month.is_none_or(|month| (1..=12).contains(&month));
    if !is_date {
        return Err(paging::malformed());
    }
    let page = paging::request(query.cursor.as_deref(), query.limit)?;
    let wanted = BookQuery {
        opd,
        book: book.into(),
        year: query.year,
        month: query.month,
    };
    let rows = desk::book(&state.app, &caller.0, &wanted, page).await?;
    Ok(paging::answer::<_, BookRowView>(
        rows,
        &state.settings.base_address,
        &uri,
    ))
}

impl From<BookName> for Book {
    fn from(book: BookName) -> Self {
        match book {
            BookName::Masuk => Self::Masuk,
            BookName::Keluar => Self::Keluar,
            BookName::Ekspedisi => Self::Ekspedisi,
        }
    }
}

impl From<BookRow> for BookRowView {
    fn from(row: BookRow) -> Self {
        Self {
            letter: row.naskah,
            agenda: row.agenda,
            urut: row.urut,
            at: row.at.into(),
            nomor: row.nomor,
            date: row.date,
            from: row.from,
            to: row.to,
            hal: row.hal,
            sifat: row.sifat,
            keamanan: row.keamanan,
            tahap: row.tahap,
            may_open: row.may_open,
        }
    }
}
