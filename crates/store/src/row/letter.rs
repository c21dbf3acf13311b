//! A letter beside the entries it came into: a row for each of them, or one without any.

use sqlx::FromRow;
use uuid::Uuid;

use super::{AgendaColumns, JoinedPreservationColumns, ListColumns, NaskahColumns};
use crate::StoreError;
use crate::convert::from_column;
use crate::model::{AgendaRow, LetterDetailRow, LetterRow, ListRow, NaskahRow};

#[derive(FromRow)]
pub(crate) struct LetterColumns {
    #[sqlx(flatten)]
    naskah: NaskahColumns,
    #[sqlx(flatten)]
    beside: BesideColumns,
}

#[derive(FromRow)]
pub(crate) struct LetterDetailColumns {
    #[sqlx(flatten)]
    list: ListColumns,
    envelope: Option<String>,
    awaited: i64,
    #[sqlx(flatten)]
    preservation: JoinedPreservationColumns,
    #[sqlx(flatten)]
    beside: BesideColumns,
}

#[derive(FromRow)]
struct BesideColumns {
    office_version: Option<String>,
    newest: Option<i64>,
    #[sqlx(flatten)]
    entry: JoinedAgendaColumns,
}

#[derive(FromRow)]
struct JoinedAgendaColumns {
    #[sqlx(rename = "e_id")]
    id: Option<Uuid>,
    #[sqlx(rename = "e_opd")]
    opd: Option<Uuid>,
    #[sqlx(rename = "e_tahap")]
    tahap: Option<String>,
    #[sqlx(rename = "e_version")]
    version: Option<i64>,
    #[sqlx(rename = "e_received_at")]
    received_at: Option<i64>,
    #[sqlx(rename = "e_role")]
    role: Option<String>,
    #[sqlx(rename = "e_read_at")]
    read_at: Option<i64>,
    #[sqlx(rename = "e_urut")]
    urut: Option<i64>,
}

/// Something of a letter, with the version of the office at that moment.
type InOffice<T> = (T, Option<String>);

/// The letter of these rows; `None` where there is no row.
pub(crate) fn of_one_letter(
    rows: Vec<LetterColumns>,
) -> Result<Option<InOffice<LetterRow>>, StoreError> {
    let mut rows = rows.into_iter();
    let Some(first) = rows.next() else {
        return Ok(None);
    };
    let row = NaskahRow::try_from(first.naskah)?;
    letter(row, first.beside, rows.map(|other| other.beside)).map(Some)
}

/// The same with what the letter's own page asks besides.
pub(crate) fn of_one_page(
    rows: Vec<LetterDetailColumns>,
) -> Result<Option<InOffice<LetterDetailRow>>, StoreError> {
    let mut rows = rows.into_iter();
    let Some(first) = rows.next() else {
        return Ok(None);
    };
    let list = ListRow::try_from(first.list)?;
    let others = rows.map(|other| other.beside);
    let (letter, version) = letter(list.row.clone(), first.beside, others)?;
    let detail = LetterDetailRow {
        preservation: first.preservation.of(list.row.id)?,
        key: first.envelope,
        awaited: first.awaited > 0,
        letter,
        list,
    };
    Ok(Some((detail, version)))
}

fn letter(
    row: NaskahRow,
    first: BesideColumns,
    others: impl Iterator<Item = BesideColumns>,
) -> Result<InOffice<LetterRow>, StoreError> {
    let newest = first
        .newest
        .map(|no| from_column("naskah_version", row.id, no))
        .transpose()?;
    let entries = std::iter::once(first.entry)
        .chain(others.map(|other| other.entry))
        .filter_map(|entry| entry.of(row.id.uuid()))
        .map(AgendaRow::try_from)
        .collect::<Result<_, _>>()?;
    let letter = LetterRow {
        row,
        entries,
        newest,
    };
    Ok((letter, first.office_version))
}

impl JoinedAgendaColumns {
    /// The entry of the letter, if the row has one.
    fn of(self, naskah: Uuid) -> Option<AgendaColumns> {
        Some(AgendaColumns {
            id: self.id?,
            opd: self.opd?,
            naskah_id: naskah,
            tahap: self.tahap?,
            version: self.version?,
            received_at: self.received_at?,
            role: self.role?,
            read_at: self.read_at,
            urut: self.urut,
        })
    }
}
