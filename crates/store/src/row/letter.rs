//! A letter beside the entries it came into: a row for each of them, or one without any.

use sqlx::FromRow;
use uuid::Uuid;

use super::{AgendaColumns, NaskahColumns};
use crate::StoreError;
use crate::convert::from_column;
use crate::model::{AgendaRow, LetterRow, NaskahRow};

#[derive(FromRow)]
pub(crate) struct LetterColumns {
    #[sqlx(flatten)]
    naskah: NaskahColumns,
    office_version: Option<String>,
    newest: Option<i64>,
    #[sqlx(flatten)]
    entry: JoinedAgendaColumns,
}

#[derive(FromRow)]
struct JoinedAgendaColumns {
    #[sqlx(rename = "a_id")]
    id: Option<Uuid>,
    #[sqlx(rename = "a_opd")]
    opd: Option<Uuid>,
    #[sqlx(rename = "a_tahap")]
    tahap: Option<String>,
    #[sqlx(rename = "a_version")]
    version: Option<i64>,
    #[sqlx(rename = "a_received_at")]
    received_at: Option<i64>,
    #[sqlx(rename = "a_role")]
    role: Option<String>,
    #[sqlx(rename = "a_read_at")]
    read_at: Option<i64>,
    #[sqlx(rename = "a_urut")]
    urut: Option<i64>,
}

/// The letter of these rows with the version of the office at that moment; `None` where there is no row.
pub(crate) fn of_one_letter(
    rows: Vec<LetterColumns>,
) -> Result<Option<(LetterRow, Option<String>)>, StoreError> {
    let mut rows = rows.into_iter();
    let Some(first) = rows.next() else {
        return Ok(None);
    };
    let row = NaskahRow::try_from(first.naskah)?;
    let others = rows.map(|other| other.entry);
    let entries = std::iter::once(first.entry).chain(others);
    let letter = LetterRow {
        newest: first
            .newest
            .map(|no| from_column("naskah_version", row.id, no))
            .transpose()?,
        entries: entries
            .filter_map(|entry| entry.of(row.id.uuid()))
            .map(AgendaRow::try_from)
            .collect::<Result<_, _>>()?,
        row,
    };
    Ok(Some((letter, first.office_version)))
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
