//! The books of a registry.

use flow::office::Office;
use flow::time::{CalendarDate, Timestamp, Zone};
use store::model::{BookFilter, BookKind, BookListRow};

use super::item::{Book, BookQuery, BookRow};
use super::letters::end_of;
use super::page::{Cursor, Page, PageRequest};
use super::people::opd_name;
use super::reader::reader;
use crate::access::{self, Action, Object};
use crate::identity::Subject;
use crate::{App, ServiceError};

/// The lines of a book, oldest first. The subject and the addressee of secret letters are left out.
///
/// # Errors
/// [`ServiceError::Forbidden`], or [`ServiceError::NotFound`] for a period there is none of.
pub async fn book(
    app: &App,
    subject: &Subject,
    query: &BookQuery,
    page: PageRequest,
) -> Result<Page<BookRow>, ServiceError> {
    access::require(app, subject, Action::ReadAgenda, Object::Opd(query.opd)).await?;
    let mut tx = app.store.snapshot().await?;
    let office = tx.office().await?;
    let (from, until) = period(query, office.zone(query.opd)).ok_or(ServiceError::NotFound {
        what: "period",
        id: format!("{}-{}", query.year, query.month.unwrap_or_default()),
    })?;
    let filter = BookFilter {
        opd: query.opd,
        book: match query.book {
            Book::Masuk => BookKind::Incoming,
            Book::Keluar => BookKind::Outgoing,
            Book::Ekspedisi => BookKind::Sent,
        },
        from,
        until,
        after: page.after.map(Cursor::row),
        limit: page.rows() + 1,
    };
    let rows = tx
        .book_list(&reader(subject, &office, app.now()), &filter)
        .await?;
    Ok(Page::of(page, rows, |row| (row.at, row.id)).map(|row| line(row, &office)))
}

fn line(row: BookListRow, office: &Office) -> BookRow {
    let BookListRow {
        at,
        entry_tahap,
        may_open,
        urut,
        list,
        ..
    } = row;
    BookRow {
        naskah: list.row.id,
        agenda: list.agenda,
        at,
        nomor: list.row.nomor,
        date: list.desk.dated.and_then(date),
        urut,
        from: list.asal.unwrap_or_else(|| opd_name(office, list.row.opd)),
        to: list.tujuan,
        hal: list.hal,
        sifat: list.desk.sifat,
        keamanan: list.desk.keamanan,
        may_open,
        tahap: entry_tahap.unwrap_or(list.row.tahap),
    }
}

fn date(dated: u32) -> Option<CalendarDate> {
    let year = u16::try_from(dated / 10_000).ok()?;
    let month = u8::try_from(dated / 100 % 100).ok()?;
    let day = u8::try_from(dated % 100).ok()?;
    CalendarDate::new(year, month, day).ok()
}

fn period(query: &BookQuery, zone: Zone) -> Option<(Timestamp, Timestamp)> {
    let first = CalendarDate::new(query.year, query.month.unwrap_or(1), 1).ok()?;
    let last = query.month.unwrap_or(12);
    let last = (28..=31)
        .rev()
        .find_map(|day| CalendarDate::new(query.year, last, day).ok())?;
    Some((first.begins_in(zone), end_of(last, zone)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use flow::id::OpdId;

    #[test]
    fn a_period_is_a_month_or_a_year_and_its_last_day_is_in_it() {
        let days = |year, month| {
            let query = BookQuery {
                opd: OpdId::from_uuid(uuid::Uuid::nil()),
                book: Book::Masuk,
                year,
                month,
            };
            let (from, until) = period(&query, Zone::default())?;
            Some((until.micros() - from.micros()) / 86_400_000_000)
        };
        assert_eq!(days(2026, Some(2)), Some(28));
        assert_eq!(days(2028, Some(2)), Some(29));
        assert_eq!(days(2026, None), Some(365));
        assert_eq!(days(2026, Some(13)), None);
    }
}
