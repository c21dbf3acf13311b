//! Rows as the engines hand them over, and how they become values.

mod custody;
mod desk;
mod identity;
mod letter;
mod office;
mod preservation;
mod webhook;

use flow::id::{AgendaId, BlobId, NaskahId, OpdId, RegisterId};
use flow::time::Timestamp;
use sqlx::FromRow;
use uuid::Uuid;

use crate::StoreError;
use crate::convert::{bytes, digest, from_column};
use crate::model::{
    AgendaRow, BlobRow, EventRow, Job, MailRole, NaskahRow, NomorRow, NomorState, RegisterRow,
    Stream, StreamKind, VersionKind, VersionRow,
};

pub(crate) use custody::{
    ActivationColumns, ActivationDigestColumns, BoundKeyColumns, CertificateColumns, CrlColumns,
    IntentColumns, KeyColumns,
};
pub(crate) use desk::{
    BatchColumns, BookColumns, CountColumns, ListColumns, OwnLeafColumns, TaskColumns,
};
pub(crate) use identity::{
    AccountColumns, ApiKeyColumns, EFFECT, KeyHolderColumns, RequestColumns, SessionColumns,
};
pub(crate) use letter::{LetterColumns, LetterDetailColumns, of_one_letter, of_one_page};
pub(crate) use office::{
    HoldingColumns, JabatanColumns, MandatColumns, OpdColumns, PejabatColumns,
};
pub(crate) use preservation::{JoinedPreservationColumns, PreservationColumns};
pub(crate) use webhook::{DeliveryColumns, WebhookColumns};

#[derive(FromRow)]
pub(crate) struct EventColumns {
    stream_kind: String,
    stream_id: Uuid,
    version: i64,
    kind: String,
    body: String,
    at: i64,
    actor: Vec<u8>,
}

impl TryFrom<EventColumns> for EventRow {
    type Error = StoreError;

    fn try_from(row: EventColumns) -> Result<Self, StoreError> {
        let name = format!(
            "{}/{}/{}",
            row.stream_kind,
            row.stream_id.simple(),
            row.version
        );
        Ok(Self {
            stream: Stream {
                kind: StreamKind::of_row("event", &name, &row.stream_kind)?,
                id: row.stream_id,
            },
            version: from_column("event", &name, row.version)?,
            kind: row.kind,
            body: row.body,
            at: Timestamp::from_micros(row.at),
            actor: bytes("event", &name, &row.actor)?,
        })
    }
}

/// A leaf as it stands: the audit wants to see what no program wrote, too.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct LeafColumns {
    pub id: Uuid,
    pub stream_kind: String,
    pub stream_id: Uuid,
    pub version: i64,
    pub idx: Option<i64>,
    pub body: String,
}

/// An event as it stands, beside the body of its leaf.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct AuditedColumns {
    pub stream_kind: String,
    pub stream_id: Uuid,
    pub version: i64,
    pub kind: String,
    pub body: String,
    pub at: i64,
    pub actor: Vec<u8>,
    pub leaf_body: Option<String>,
}

#[derive(Debug, Clone, FromRow)]
pub(crate) struct CheckpointColumns {
    pub size: i64,
    pub root: Vec<u8>,
    pub note: String,
}

impl TryFrom<CheckpointColumns> for crate::audit::Checkpoint {
    type Error = StoreError;

    fn try_from(row: CheckpointColumns) -> Result<Self, StoreError> {
        Ok(Self {
            size: from_column("checkpoint", row.size, row.size)?,
            root: digest("checkpoint", row.size, &row.root)?,
            note: row.note,
        })
    }
}

#[derive(FromRow)]
pub(crate) struct BlobColumns {
    id: Uuid,
    naskah_id: Option<Uuid>,
    sealed_sha256: Vec<u8>,
    plain_sha256: Vec<u8>,
    length: i64,
    created: i64,
}

impl TryFrom<BlobColumns> for BlobRow {
    type Error = StoreError;

    fn try_from(row: BlobColumns) -> Result<Self, StoreError> {
        let id = BlobId::from_uuid(row.id);
        Ok(Self {
            id,
            naskah: row.naskah_id.map(NaskahId::from_uuid),
            sealed_sha256: digest("blob", id, &row.sealed_sha256)?,
            plain_sha256: digest("blob", id, &row.plain_sha256)?,
            length: from_column("blob", id, row.length)?,
            created: Timestamp::from_micros(row.created),
        })
    }
}

#[derive(FromRow)]
pub(crate) struct NaskahColumns {
    id: Uuid,
    opd: Uuid,
    jenis: String,
    tahap: String,
    version: i64,
    content_digest: Vec<u8>,
    nomor: Option<String>,
    code: Option<String>,
    typed_code: Option<String>,
    batch: Option<String>,
    updated_at: i64,
}

impl TryFrom<NaskahColumns> for NaskahRow {
    type Error = StoreError;

    fn try_from(row: NaskahColumns) -> Result<Self, StoreError> {
        let id = NaskahId::from_uuid(row.id);
        Ok(Self {
            id,
            opd: OpdId::from_uuid(row.opd),
            jenis: row.jenis,
            tahap: row.tahap,
            version: from_column("naskah", id, row.version)?,
            content_digest: digest("naskah", id, &row.content_digest)?,
            nomor: row.nomor,
            code: row.code,
            typed_code: row.typed_code,
            batch: row.batch,
            updated_at: Timestamp::from_micros(row.updated_at),
        })
    }
}

#[derive(FromRow)]
pub(crate) struct VersionColumns {
    naskah_id: Uuid,
    no: i64,
    kind: String,
    blob_id: Uuid,
    sha256: Vec<u8>,
    created: i64,
}

impl TryFrom<VersionColumns> for VersionRow {
    type Error = StoreError;

    fn try_from(row: VersionColumns) -> Result<Self, StoreError> {
        let naskah = NaskahId::from_uuid(row.naskah_id);
        let name = format!("{naskah}/{}", row.no);
        Ok(Self {
            naskah,
            no: from_column("naskah_version", &name, row.no)?,
            kind: VersionKind::of_row("naskah_version", &name, &row.kind)?,
            blob: BlobId::from_uuid(row.blob_id),
            sha256: digest("naskah_version", &name, &row.sha256)?,
            created: Timestamp::from_micros(row.created),
        })
    }
}

#[derive(FromRow)]
pub(crate) struct RegisterColumns {
    id: Uuid,
    year: i64,
    opd: Uuid,
    kind_group: String,
}

impl TryFrom<RegisterColumns> for RegisterRow {
    type Error = StoreError;

    fn try_from(row: RegisterColumns) -> Result<Self, StoreError> {
        let id = RegisterId::from_uuid(row.id);
        Ok(Self {
            id,
            year: u16::try_from(row.year).map_err(|_| {
                StoreError::corrupt("register", id, format!("{} is not a year", row.year))
            })?,
            opd: OpdId::from_uuid(row.opd),
            kind_group: row.kind_group,
        })
    }
}

#[derive(FromRow)]
pub(crate) struct NomorColumns {
    register_id: Uuid,
    urut: i64,
    state: String,
    naskah_id: Option<Uuid>,
    text: String,
    reason: Option<String>,
}

impl TryFrom<NomorColumns> for NomorRow {
    type Error = StoreError;

    fn try_from(row: NomorColumns) -> Result<Self, StoreError> {
        let register = RegisterId::from_uuid(row.register_id);
        let name = format!("{register}/{}", row.urut);
        Ok(Self {
            register,
            urut: from_column("nomor", &name, row.urut)?,
            state: NomorState::of_row("nomor", &name, &row.state)?,
            naskah: row.naskah_id.map(NaskahId::from_uuid),
            text: row.text,
            reason: row.reason,
        })
    }
}

#[derive(FromRow)]
pub(crate) struct AgendaColumns {
    id: Uuid,
    opd: Uuid,
    naskah_id: Uuid,
    tahap: String,
    version: i64,
    received_at: i64,
    role: String,
    read_at: Option<i64>,
    urut: Option<i64>,
}

impl TryFrom<AgendaColumns> for AgendaRow {
    type Error = StoreError;

    fn try_from(row: AgendaColumns) -> Result<Self, StoreError> {
        let id = AgendaId::from_uuid(row.id);
        Ok(Self {
            id,
            opd: OpdId::from_uuid(row.opd),
            naskah: NaskahId::from_uuid(row.naskah_id),
            tahap: row.tahap,
            version: from_column("agenda", id, row.version)?,
            received_at: Timestamp::from_micros(row.received_at),
            role: MailRole::of_row("agenda", id, &row.role)?,
            read_at: row.read_at.map(Timestamp::from_micros),
            urut: row
                .urut
                .map(|urut| from_column("agenda", id, urut))
                .transpose()?,
        })
    }
}

#[derive(FromRow)]
pub(crate) struct JobColumns {
    id: Uuid,
    topic: String,
    body: String,
    attempts: i64,
}

impl TryFrom<JobColumns> for Job {
    type Error = StoreError;

    fn try_from(row: JobColumns) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id,
            topic: row.topic,
            body: row.body,
            attempts: from_column("outbox", row.id.simple(), row.attempts)?,
        })
    }
}
