//! Rows of tasks, lists and batches.

use flow::id::{AgendaId, DisposisiId, JabatanId, NaskahId, OpdId, PejabatId};
use flow::time::Timestamp;
use sqlx::FromRow;
use uuid::Uuid;

use super::NaskahColumns;
use crate::StoreError;
use crate::convert::{digest, from_column, of_word};
use crate::model::{
    BatchRow, BookListRow, DeskRow, IntentState, LeafRow, ListRow, TaskKind, TaskListRow, TaskRow,
};

#[derive(FromRow)]
pub(crate) struct TaskColumns {
    id: Uuid,
    kind: String,
    jabatan_id: Uuid,
    opd_id: Uuid,
    naskah_id: Uuid,
    agenda_id: Option<Uuid>,
    disposisi_id: Option<Uuid>,
    from_jabatan: Uuid,
    sifat: String,
    since: i64,
    due: i64,
    hal: Option<String>,
    asal: Option<String>,
    content_digest: Vec<u8>,
    version_sha256: Option<Vec<u8>>,
}

impl TryFrom<TaskColumns> for TaskListRow {
    type Error = StoreError;

    fn try_from(row: TaskColumns) -> Result<Self, StoreError> {
        let id = row.id.simple();
        let version = row.version_sha256.as_deref();
        Ok(Self {
            hal: row.hal,
            asal: row.asal,
            content_digest: digest("task", id, &row.content_digest)?,
            version_sha256: version.map(|sha| digest("task", id, sha)).transpose()?,
            task: TaskRow {
                kind: TaskKind::of_row("task", id, &row.kind)?,
                sifat: of_word("task", id, &row.sifat)?,
                id: row.id,
                jabatan: JabatanId::from_uuid(row.jabatan_id),
                opd: OpdId::from_uuid(row.opd_id),
                naskah: NaskahId::from_uuid(row.naskah_id),
                agenda: row.agenda_id.map(AgendaId::from_uuid),
                disposisi: row.disposisi_id.map(DisposisiId::from_uuid),
                from: JabatanId::from_uuid(row.from_jabatan),
                since: Timestamp::from_micros(row.since),
                due: Timestamp::from_micros(row.due),
            },
        })
    }
}

#[derive(FromRow)]
pub(crate) struct CountColumns {
    pub kind: String,
    pub count: i64,
}

#[derive(FromRow)]
pub(crate) struct ListColumns {
    #[sqlx(flatten)]
    naskah: NaskahColumns,
    sifat: String,
    keamanan: String,
    drafter_jabatan: Uuid,
    drafter_pejabat: Uuid,
    dated: Option<i64>,
    signed_at: Option<i64>,
    dispatched_at: Option<i64>,
    version_sha256: Option<Vec<u8>>,
    hal: Option<String>,
    tujuan: Option<String>,
    asal: Option<String>,
    agenda_id: Option<Uuid>,
}

impl TryFrom<ListColumns> for ListRow {
    type Error = StoreError;

    fn try_from(row: ListColumns) -> Result<Self, StoreError> {
        let own = crate::model::NaskahRow::try_from(row.naskah)?;
        let id = own.id;
        let version = row.version_sha256.as_deref();
        let dated = row.dated.map(u32::try_from).transpose();
        Ok(Self {
            row: own,
            desk: DeskRow {
                naskah: id,
                sifat: of_word("naskah_desk", id, &row.sifat)?,
                keamanan: of_word("naskah_desk", id, &row.keamanan)?,
                drafter_jabatan: JabatanId::from_uuid(row.drafter_jabatan),
                drafter_pejabat: PejabatId::from_uuid(row.drafter_pejabat),
                dated: dated.map_err(|_| StoreError::corrupt("naskah_desk", id, "no date"))?,
                signed_at: row.signed_at.map(Timestamp::from_micros),
                dispatched_at: row.dispatched_at.map(Timestamp::from_micros),
                version_sha256: version
                    .map(|sha| digest("naskah_desk", id, sha))
                    .transpose()?,
            },
            hal: row.hal,
            tujuan: row.tujuan,
            asal: row.asal,
            agenda: row.agenda_id.map(AgendaId::from_uuid),
        })
    }
}

#[derive(FromRow)]
pub(crate) struct BookColumns {
    at: i64,
    row_id: Uuid,
    entry_tahap: Option<String>,
    may_open: i64,
    urut: Option<i64>,
    #[sqlx(flatten)]
    list: ListColumns,
}

impl TryFrom<BookColumns> for BookListRow {
    type Error = StoreError;

    fn try_from(row: BookColumns) -> Result<Self, StoreError> {
        Ok(Self {
            at: Timestamp::from_micros(row.at),
            id: row.row_id,
            entry_tahap: row.entry_tahap,
            may_open: row.may_open == 1,
            urut: row
                .urut
                .map(|urut| from_column("agenda", row.row_id.simple(), urut))
                .transpose()?,
            list: row.list.try_into()?,
        })
    }
}

#[derive(FromRow)]
pub(crate) struct BatchColumns {
    shown: Vec<u8>,
    naskah_id: Option<Uuid>,
    failure: Option<String>,
    state: Option<String>,
    no: Option<i64>,
    sha256: Option<Vec<u8>>,
}

impl BatchColumns {
    /// `None` for a version that was not named as part of a batch.
    pub(crate) fn into_row(self) -> Result<Option<BatchRow>, StoreError> {
        let Some(naskah) = self.naskah_id.map(NaskahId::from_uuid) else {
            return Ok(None);
        };
        let state = self.state.as_deref();
        let signed = match (self.no, self.sha256.as_deref()) {
            (Some(no), Some(sha256)) => Some((
                from_column("naskah_version", naskah, no)?,
                digest("naskah_version", naskah, sha256)?,
            )),
            (_, _) => None,
        };
        Ok(Some(BatchRow {
            shown: digest("activation_digest", naskah, &self.shown)?,
            naskah,
            failure: self.failure,
            state: state
                .map(|state| IntentState::of_row("intent", naskah, state))
                .transpose()?,
            signed,
        }))
    }
}

#[derive(FromRow)]
pub(crate) struct OwnLeafColumns {
    version: i64,
    idx: Option<i64>,
    body: String,
}

impl TryFrom<OwnLeafColumns> for LeafRow {
    type Error = StoreError;

    fn try_from(row: OwnLeafColumns) -> Result<Self, StoreError> {
        Ok(Self {
            version: from_column("leaf", row.version, row.version)?,
            index: row
                .idx
                .map(|idx| from_column("leaf", row.version, idx))
                .transpose()?,
            body: row.body,
        })
    }
}
