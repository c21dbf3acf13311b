//! Letters in lists, and the search.

use flow::id::OpdId;
use flow::office::Office;
use flow::time::{CalendarDate, Timestamp, Zone};
use store::model::{ListFilter, ListPart, ListRow, MailRole};

use super::item::{LetterItem, LetterQuery, Tab};
use super::page::{Cursor, Page, PageRequest};
use super::people::opd_name;
use super::reader::reader;
use super::tasks::{may_read, may_search};
use crate::identity::Subject;
use crate::register::word;
use crate::{App, ServiceError, search};

/// The letters the person may see that pass the query, newest change first.
///
/// # Errors
/// [`ServiceError::Forbidden`] for whoever may not search letters at all.
pub async fn letters(
    app: &App,
    subject: &Subject,
    query: &LetterQuery,
    page: PageRequest,
) -> Result<Page<LetterItem>, ServiceError> {
    let mut tx = app.store.snapshot().await?;
    let office = tx.office().await?;
    may_read(subject)?;
    may_search(app, subject, &office)?;
    let filter = filter(query, page, &office)?;
    let rows = tx
        .letter_list(&reader(subject, &office, app.now()), &filter)
        .await?;
    let page = Page::of(page, rows, |row| (row.row.updated_at, row.row.id.uuid()));
    let next = page.next;
    let items = page
        .items
        .into_iter()
        .map(|row| item(row, &office))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Page { items, next })
}

/// The rows that a query asks for.
pub(crate) fn filter(
    query: &LetterQuery,
    page: PageRequest,
    office: &Office,
) -> Result<ListFilter, ServiceError> {
    let zone = zone(office, query.opd);
    let words = query.q.as_deref().map(search::stems).unwrap_or_default();
    Ok(ListFilter {
        part: match query.tab {
            Tab::Semua => ListPart::All,
            Tab::Keluar => ListPart::Outgoing,
            Tab::Masuk => ListPart::Incoming(MailRole::Addressed),
            Tab::Tembusan => ListPart::Incoming(MailRole::Tembusan),
            Tab::Arsip => ListPart::Filed,
        },
        tahap: query.tahap.clone(),
        jenis: query.jenis.as_ref().map(word).transpose()?,
        opd: query.opd,
        words: words.into_iter().collect(),
        from: query.from.map(|date| date.begins_in(zone)),
        until: query.until.map(|date| end_of(date, zone)),
        after: page.after.map(Cursor::row),
        limit: page.rows() + 1,
    })
}

/// A letter as lists say it.
pub(super) fn item(row: ListRow, office: &Office) -> Result<LetterItem, ServiceError> {
    let jenis = serde_json::from_value(serde_json::Value::String(row.row.jenis.clone()));
    Ok(LetterItem {
        id: row.row.id,
        agenda: row.agenda,
        opd: row.row.opd,
        opd_name: row.asal.unwrap_or_else(|| opd_name(office, row.row.opd)),
        jenis: jenis.map_err(|error| ServiceError::Corrupt {
            what: "letter",
            id: row.row.id.to_string(),
            why: error.to_string(),
        })?,
        tahap: row.row.tahap,
        hal: row.hal,
        nomor: row.row.nomor,
        sifat: row.desk.sifat,
        keamanan: row.desk.keamanan,
        updated_at: row.row.updated_at,
        version: row.row.version,
    })
}

/// Days are those of the OPD that is asked for, or of any one.
fn zone(office: &Office, opd: Option<OpdId>) -> Zone {
    let opd = opd.or_else(|| office.opd.keys().next().copied());
    opd.map(|opd| office.zone(opd)).unwrap_or_default()
}

/// The first instant after a day; every zone here has days of 24 hours.
pub(super) fn end_of(date: CalendarDate, zone: Zone) -> Timestamp {
    date.begins_in(zone).plus_seconds(86_400)
}
