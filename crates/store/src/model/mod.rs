//! The values that go into and come out of the tables.

mod custody;
mod desk;
mod event;
mod identity;
mod intent;
mod naskah;
mod outbox;
mod preservation;
mod webhook;

pub use custody::{
    ActivationRow, ActivationState, BoundKey, CertificateRow, CrlRow, KeyPlace, KeyPurpose, KeyRow,
    KeySecret, NewActivation, NewCertificate, NewKey, Take, VersionUse,
};
pub use desk::{
    BatchRow, BookFilter, BookKind, BookListRow, DeskRow, LeafRow, LetterDetailRow, ListFilter,
    ListPart, ListRow, MailRole, Mandated, Reader, TaskKind, TaskListRow, TaskRow, TextRow,
};
pub use event::{EventRow, NewEvent, NewEvents, Stream, StreamKind};
pub use identity::{
    AccountRow, ApiKeyRow, KeyHolder, NewAccount, NewRequest, RequestRow, SessionRow, StoredAnswer,
};
pub use intent::{GivenUp, IntentRow, IntentState, Lease, Level, NewIntent};
pub use naskah::{
    AgendaRow, BlobRow, LetterRow, NaskahFilter, NaskahRow, NomorRow, NomorState, RegisterRow,
    VersionKind, VersionRow,
};
pub use outbox::{Job, NewJob};
pub use preservation::{Preservation, PreservationProblem, PreservationRow};
pub use webhook::{Attempted, DeliveryRow, DeliveryState, NewDelivery, WebhookRow};
