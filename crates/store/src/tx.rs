//! The transaction: every query is a method of it.

use std::collections::BTreeSet;

use flow::account::{AccountState, Grant, Language};
use flow::digest::Sha256;
use flow::id::{
    AccountId, ActivationId, AgendaId, ApiKeyId, BlobId, DeliveryId, IntentId, JabatanId, KeyId,
    MandatId, NaskahId, OpdId, PejabatId, RegisterId, SessionId, WebhookId,
};
use flow::jabatan::{Holding, Jabatan};
use flow::mandat::Mandat;
use flow::office::Office;
use flow::opd::Opd;
use flow::pejabat::Pejabat;
use flow::time::Timestamp;
use uuid::Uuid;

use crate::StoreError;
use crate::engine::{lite, pg};
use crate::model::{
    AccountRow, ActivationRow, ActivationState, AgendaRow, ApiKeyRow, Attempted, BatchRow, BlobRow,
    BookFilter, BookListRow, BoundKey, CertificateRow, CrlRow, DeliveryRow, DeliveryState, DeskRow,
    EventRow, GivenUp, IntentRow, Job, KeyPurpose, KeyRow, LeafRow, Lease, ListFilter, ListRow,
    MailRole, NaskahFilter, NaskahRow, NewAccount, NewActivation, NewCertificate, NewDelivery,
    NewEvents, NewIntent, NewJob, NewKey, NewRequest, NomorRow, PreservationRow, Reader,
    RegisterRow, RequestRow, SessionRow, StoredAnswer, Stream, StreamKind, Take, TaskKind,
    TaskListRow, TaskRow, TextRow, VersionRow, WebhookRow,
};
use crate::office_cache::Offices;
use crate::row::{
    AuditedColumns, CheckpointColumns, LeafColumns, LetterColumns, LetterDetailColumns,
};

/// A transaction. Dropped without [`Tx::commit`], it never happened.
///
/// After an error it is over: PostgreSQL takes no further statement in it. Drop it and begin another.
#[must_use = "a transaction that is dropped is rolled back"]
pub struct Tx {
    pub(crate) inner: Inner,
    pub(crate) offices: Offices,
}

pub(crate) enum Inner {
    Lite(sqlx::Transaction<'static, sqlx::Sqlite>),
    Pg(sqlx::Transaction<'static, sqlx::Postgres>),
    /// For a reader that has all it needs in memory.
    NotBegun,
}

impl Tx {
    /// Makes it durable.
    ///
    /// # Errors
    /// [`StoreError::Retry`] when the whole command must run again; else what the engine says.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self.inner {
            Inner::Lite(tx) => tx.commit().await?,
            Inner::Pg(tx) => tx.commit().await?,
            Inner::NotBegun => return Err(StoreError::NotBegun),
        }
        Ok(())
    }
}

/// Hands each method to the engine that holds the transaction.
macro_rules! queries {
    ($($(#[$doc:meta])* $vis:vis fn $name:ident($($arg:ident: $ty:ty),* $(,)?) -> $out:ty;)+) => {
        impl Tx {
            $(
                $(#[$doc])*
                #[doc = "\n# Errors\n[`StoreError`]: the row is refused, corrupt, or the engine fails."]
                $vis async fn $name(&mut self, $($arg: $ty),*) -> Result<$out, StoreError> {
                    match &mut self.inner {
                        Inner::Lite(tx) => lite::$name(&mut **tx, $($arg),*).await,
                        Inner::Pg(tx) => pg::$name(&mut **tx, $($arg),*).await,
                        Inner::NotBegun => Err(StoreError::NotBegun),
                    }
                }
            )+
        }
    };
}

queries! {
    /// A setting of this database.
    pub fn meta(key: &str) -> Option<String>;
    /// Sets it.
    pub fn put_meta(key: &str, value: &str) -> ();

    /// Adds an OPD.
    pub fn insert_opd(opd: &Opd) -> ();
    /// Adds a position.
    pub fn insert_jabatan(jabatan: &Jabatan) -> ();
    /// Adds a person; the NIK comes sealed.
    pub fn insert_pejabat(pejabat: &Pejabat, nik_sealed: Option<&str>) -> ();
    /// The sealed NIK of a person.
    pub fn nik_sealed(pejabat: PejabatId) -> Option<String>;
    /// Adds a holding.
    pub fn insert_holding(holding: &Holding) -> ();
    /// Ends an open holding; [`StoreError::Stale`] when there is none.
    pub fn end_holding(jabatan: JabatanId, pejabat: PejabatId, until: Timestamp) -> ();
    /// Adds a delegation.
    pub fn insert_mandat(mandat: &Mandat) -> ();
    /// Ends a delegation before its time; [`StoreError::Stale`] unless it runs then.
    pub fn end_mandat(id: MandatId, until: Timestamp) -> ();
    /// Takes back a delegation that has not begun; [`StoreError::Stale`] when it has.
    pub fn withdraw_mandat(id: MandatId, now: Timestamp) -> ();
    pub(crate) fn load_office() -> Office;

    /// Appends the events of one command and their audit leaves.
    ///
    /// [`StoreError::Conflict`] when the stream is no longer at the expected version.
    pub fn append(new: &NewEvents) -> ();
    /// The events of a stream, in order.
    pub fn events(stream: Stream) -> Vec<EventRow>;
    /// The newest version of a stream; 0 when there is none.
    pub fn version_of(stream: Stream) -> u64;
    /// Every stream of a kind.
    pub fn all_streams(kind: StreamKind) -> Vec<Stream>;
    /// When the newest event of any stream happened.
    pub fn newest_event() -> Option<Timestamp>;
    /// The newest signed checkpoint.
    pub fn newest_checkpoint() -> Option<crate::audit::Checkpoint>;

    /// Names a blob that is already durable.
    pub fn insert_blob(blob: &BlobRow) -> ();
    /// A blob.
    pub fn blob(id: BlobId) -> Option<BlobRow>;
    /// Every blob.
    pub fn blobs() -> Vec<BlobRow>;
    /// Stores the sealed data key of a letter.
    pub fn insert_naskah_key(naskah: NaskahId, envelope: &str) -> ();
    /// The sealed data key of a letter.
    pub fn naskah_key(naskah: NaskahId) -> Option<String>;
    /// Writes the read model of a letter; [`StoreError::Stale`] unless its version grows.
    pub fn put_naskah(row: &NaskahRow) -> ();
    /// Makes other transactions that lock the same letter wait for this one; [`StoreError::Stale`] when there is none.
    pub fn lock_naskah(id: NaskahId) -> ();
    /// A letter.
    pub fn naskah(id: NaskahId) -> Option<NaskahRow>;
    pub(crate) fn letter_rows(id: NaskahId) -> Vec<LetterColumns>;
    /// The letter of a public verification code.
    pub fn naskah_by_code(code: &str) -> Option<NaskahRow>;
    /// The letters that pass the filter, oldest first.
    pub fn naskah_list(filter: &NaskahFilter) -> Vec<NaskahRow>;
    /// Adds a version; [`StoreError::Exists`] when that number is taken.
    pub fn insert_version(row: &VersionRow) -> ();
    /// The versions of a letter's PDF, oldest first.
    pub fn versions(naskah: NaskahId) -> Vec<VersionRow>;
    /// The newest version.
    pub fn newest_version(naskah: NaskahId) -> Option<VersionRow>;
    /// Writes the read model of an agenda entry; [`StoreError::Stale`] unless its version grows.
    pub fn put_agenda(row: &AgendaRow) -> ();
    /// The next running number of an OPD's agenda of that year; given for good when the transaction commits.
    pub fn next_agenda_urut(opd: OpdId, tahun: u16) -> u64;
    /// An agenda entry.
    pub fn agenda(id: AgendaId) -> Option<AgendaRow>;
    /// The agenda entries a letter came into.
    pub fn agenda_of(naskah: NaskahId) -> Vec<AgendaRow>;
    /// Agenda entries of one OPD or of all.
    pub fn agenda_list(opd: Option<OpdId>) -> Vec<AgendaRow>;

    /// Opens a register; [`StoreError::Exists`] when (year, OPD, group) has one.
    pub fn insert_register(row: &RegisterRow) -> ();
    /// The register of (year, OPD, group).
    pub fn register_for(year: u16, opd: OpdId, kind_group: &str) -> Option<RegisterId>;
    /// Every register.
    pub fn registers() -> Vec<RegisterRow>;
    /// Writes a number; [`StoreError::Exists`] when it, or another one of the letter, is held.
    pub fn insert_nomor(row: &NomorRow) -> ();
    /// Reserved becomes issued.
    pub fn issue_nomor(register: RegisterId, urut: u64) -> ();
    /// Reserved becomes a tombstone.
    pub fn cancel_nomor(register: RegisterId, urut: u64, reason: &str) -> ();
    /// The number a letter holds.
    pub fn nomor_of(naskah: NaskahId) -> Option<NomorRow>;
    /// Every number.
    pub fn nomors() -> Vec<NomorRow>;

    /// Stores a sealed key.
    pub fn insert_key(key: &NewKey) -> ();
    /// A key.
    pub fn key(id: KeyId) -> Option<KeyRow>;
    /// Every key.
    pub fn keys() -> Vec<KeyRow>;
    /// The keys for a purpose, oldest first.
    pub fn keys_for(purpose: KeyPurpose) -> Vec<KeyRow>;
    /// The keys of an official, oldest first.
    pub fn keys_of(pejabat: PejabatId) -> Vec<KeyRow>;
    /// Makes other transactions that lock the same key wait for this one; [`StoreError::Stale`] when there is none.
    pub fn lock_key(id: KeyId) -> ();
    /// Counts a use, before the key is used.
    pub fn count_use(id: KeyId) -> ();
    /// Counts a passphrase attempt, before the derivation runs; returns the failures counted so far.
    pub fn count_attempt(id: KeyId, at: Timestamp) -> u64;
    /// The passphrase was right.
    pub fn clear_attempts(id: KeyId) -> ();
    /// Seals a key anew; [`StoreError::Stale`] unless it is still sealed as in `from`.
    pub fn reseal_key(id: KeyId, from: &str, to: &str) -> ();
    /// Stores where a key lies that the vault did not make.
    pub fn insert_bound_key(bound: &BoundKey) -> ();
    /// Where a key lies that the vault did not make; `None` for one that it made.
    pub fn bound_key(key: KeyId) -> Option<BoundKey>;
    /// Stores a certificate.
    pub fn insert_certificate(certificate: &NewCertificate) -> ();
    /// A certificate.
    pub fn certificate(issuer: KeyId, serial: &[u8]) -> Option<CertificateRow>;
    /// The certificates of a key, newest first.
    pub fn certificates_of(key: KeyId) -> Vec<CertificateRow>;
    /// Revokes; [`StoreError::Stale`] when it is revoked already.
    pub fn revoke_certificate(issuer: KeyId, serial: &[u8], at: Timestamp, reason: &str) -> ();
    /// Everything a CA revoked.
    pub fn revoked_by(issuer: KeyId) -> Vec<CertificateRow>;
    /// Stores a CRL; [`StoreError::Exists`] when the number is taken.
    pub fn insert_crl(crl: &CrlRow) -> ();
    /// The CRL with the highest number.
    pub fn newest_crl(issuer: KeyId) -> Option<CrlRow>;

    /// Stores a live activation and the versions it names.
    pub fn insert_activation(activation: &NewActivation) -> ();
    /// An activation.
    pub fn activation(id: ActivationId) -> Option<ActivationRow>;
    /// Takes one named version, once; the last one spends the activation.
    pub fn take_version(id: ActivationId, version: Sha256, now: Timestamp) -> Take;
    /// Ends a live activation.
    pub fn end_activation(id: ActivationId, to: ActivationState) -> ();
    /// Ends every live activation whose time is over; returns how many.
    pub fn expire_activations(now: Timestamp) -> u64;
    /// Voids what earlier processes of this node left live; returns how many.
    pub fn void_dead_activations(node: &str, epoch: &str) -> u64;

    /// Writes an intent; [`StoreError::Exists`] when the step has one that is not released.
    pub fn insert_intent(new: &NewIntent) -> ();
    /// An intent.
    pub fn intent(id: IntentId) -> Option<IntentRow>;
    /// The intents of a letter, oldest first.
    pub fn intents_of(naskah: NaskahId) -> Vec<IntentRow>;
    /// Intents that are neither completed nor released.
    pub fn open_intents() -> Vec<IntentRow>;
    /// Every intent.
    pub fn intents() -> Vec<IntentRow>;
    /// Intended becomes signed: the CMS is stored.
    pub fn set_cms(id: IntentId, cms: &[u8], at: Timestamp) -> ();
    /// Signed becomes awaiting a timestamp; [`StoreError::Stale`] for a signature that needs none.
    pub fn await_timestamp(id: IntentId, at: Timestamp) -> ();
    /// The token is stored: signed, or awaiting a timestamp, becomes stamped.
    pub fn set_token(id: IntentId, token: &[u8], at: Timestamp) -> ();
    /// A signature without its timestamp is forgotten: signed, or awaiting a timestamp, becomes released.
    pub fn give_up_intent(id: IntentId, why: GivenUp, note: Option<BlobId>, at: Timestamp) -> ();
    /// Stamped, or signed for level B-B, becomes completed.
    pub fn complete_intent(id: IntentId, at: Timestamp) -> ();
    /// Intended becomes released.
    pub fn release_intent(id: IntentId, at: Timestamp) -> ();
    /// This process still works on its open intents; returns how many.
    pub fn renew_leases(node: &str, epoch: &str, now: Timestamp) -> u64;
    /// Takes over an open intent; [`StoreError::Stale`] when its lease is not `from` any more.
    pub fn take_over_lease(id: IntentId, from: &Lease, to: &Lease) -> ();

    /// Puts a job into the outbox.
    pub fn put_job(job: &NewJob) -> ();
    /// Claims due jobs of a topic that nobody holds until `lease_until`.
    pub fn claim_jobs(topic: &str, limit: u64, now: Timestamp, lease_until: Timestamp) -> Vec<Job>;
    /// The job is done.
    pub fn finish_job(id: Uuid, at: Timestamp) -> ();
    /// The job failed; not again before `run_at`.
    pub fn retry_job(id: Uuid, run_at: Timestamp) -> ();
    /// How many jobs of a topic are not done.
    pub fn open_job_count(topic: &str) -> u64;

    /// A signed letter shall carry its own evidence; what stood there of it is replaced.
    pub fn put_preservation(row: &PreservationRow) -> ();
    /// How far the evidence of a letter is; `None` where none is wanted.
    pub fn preservation(naskah: NaskahId) -> Option<PreservationRow>;
    /// How many signed letters lack evidence.
    pub fn open_preservation_count() -> u64;

    /// Registers an address that wants to hear of letters.
    pub fn insert_webhook(webhook: &WebhookRow) -> ();
    /// A webhook.
    pub fn webhook(id: WebhookId) -> Option<WebhookRow>;
    /// Every webhook, oldest first.
    pub fn webhooks() -> Vec<WebhookRow>;
    /// Those that hear of this OPD now.
    pub fn listening_webhooks(opd: OpdId) -> Vec<WebhookRow>;
    /// Forgets a webhook and what was told it; [`StoreError::Stale`] when there is none.
    pub fn delete_webhook(id: WebhookId) -> ();
    /// Nothing is sent to it any more; what waits is given up.
    pub fn disable_webhook(id: WebhookId, at: Timestamp, outcome: &str) -> ();
    /// Leaves a message to be told.
    pub fn insert_delivery(delivery: &NewDelivery) -> ();
    /// A delivery.
    pub fn delivery(id: DeliveryId) -> Option<DeliveryRow>;
    /// What was told a webhook, newest first.
    pub fn deliveries(webhook: WebhookId, state: Option<DeliveryState>, limit: u64) -> Vec<DeliveryRow>;
    /// The webhooks that something is to be told now.
    pub fn waiting_webhooks(now: Timestamp) -> Vec<WebhookId>;
    /// Claims the next message of a webhook until `lease_until`, unless another one of it is claimed.
    pub fn claim_delivery(webhook: WebhookId, now: Timestamp, lease_until: Timestamp) -> Option<DeliveryRow>;
    /// Records what came of an attempt; [`StoreError::Stale`] when the delivery does not wait any more.
    pub fn record_attempt(id: DeliveryId, attempted: &Attempted) -> ();
    /// Tells it once more from the start; [`StoreError::Stale`] while it is being told.
    pub fn replay_delivery(id: DeliveryId, at: Timestamp) -> ();
    /// Forgets what was told or given up long ago; returns how many.
    pub fn sweep_deliveries(before: Timestamp) -> u64;

    /// Adds an account; [`StoreError::Exists`] when the name or the person has one.
    pub fn insert_account(account: &NewAccount) -> ();
    /// An account.
    pub fn account(id: AccountId) -> Option<AccountRow>;
    /// The account of a name, or of the person with that NIP.
    pub fn account_by_name(name: &str) -> Option<AccountRow>;
    /// The account of a person.
    pub fn account_of(pejabat: PejabatId) -> Option<AccountRow>;
    /// The account tied to an issuer and subject elsewhere.
    pub fn account_by_oidc(subject: &str) -> Option<AccountRow>;
    /// Every account, by name.
    pub fn accounts() -> Vec<AccountRow>;
    /// Makes other transactions that lock the same account wait for this one; [`StoreError::Stale`] when there is none.
    pub fn lock_account(id: AccountId) -> ();
    /// Sets its roles.
    pub fn set_grants(id: AccountId, grants: &[Grant]) -> ();
    /// Sets whether it may be used.
    pub fn set_account_state(id: AccountId, state: AccountState) -> ();
    /// Sets the language of its owner.
    pub fn set_language(id: AccountId, language: Language) -> ();
    /// Sets the hash of its password.
    pub fn set_password(id: AccountId, hash: &str) -> ();
    /// Ties it to an issuer and subject elsewhere; [`StoreError::Exists`] when another has them.
    pub fn set_oidc_subject(id: AccountId, subject: &str) -> ();
    /// Wrong entries in a row and the last of them; others who ask for the same subject wait for this transaction.
    pub fn lock_logins(subject: &[u8; 32]) -> (u64, Timestamp);
    /// Counts an entry as wrong, before it is looked at.
    pub fn count_login(subject: &[u8; 32], at: Timestamp) -> ();
    /// It was right.
    pub fn clear_logins(subject: &[u8; 32]) -> ();
    /// Forgets wrong entries of long ago; returns how many.
    pub fn sweep_logins(before: Timestamp) -> u64;
    /// Keeps the sealed secret of a second factor that does not count yet.
    pub fn offer_totp(id: AccountId, sealed: &str) -> ();
    /// The second factor counts from now on; [`StoreError::Stale`] unless one is being set up.
    pub fn confirm_totp(id: AccountId, at: Timestamp) -> ();
    /// Forgets the second factor.
    pub fn remove_totp(id: AccountId) -> ();
    /// Takes the code of a time step, once and never an older one; whether it could.
    pub fn take_totp_step(id: AccountId, step: u64) -> bool;

    /// Begins a session.
    pub fn insert_session(session: &SessionRow) -> ();
    /// The session of a token.
    pub fn session_by_token(token: &Sha256) -> Option<SessionRow>;
    /// The sessions of an account, newest first.
    pub fn sessions_of(account: AccountId) -> Vec<SessionRow>;
    /// It was used.
    pub fn touch_session(id: SessionId, at: Timestamp) -> ();
    /// Ends a session of an account; whether there was one.
    pub fn end_session(account: AccountId, id: SessionId) -> bool;
    /// Ends the sessions of an account, but for one; returns how many.
    pub fn end_sessions(account: AccountId, but: Option<SessionId>) -> u64;
    /// Ends sessions that began or were used too long ago; returns how many.
    pub fn sweep_sessions(created_before: Timestamp, seen_before: Timestamp) -> u64;

    /// Stores a key of an application.
    pub fn insert_api_key(key: &ApiKeyRow) -> ();
    /// A key of an application.
    pub fn api_key(id: ApiKeyId) -> Option<ApiKeyRow>;
    /// The keys of an account, or all, oldest first.
    pub fn api_keys(account: Option<AccountId>) -> Vec<ApiKeyRow>;
    /// It was used.
    pub fn touch_api_key(id: ApiKeyId, at: Timestamp) -> ();
    /// Makes it void; [`StoreError::Stale`] when it is.
    pub fn revoke_api_key(id: ApiKeyId, at: Timestamp) -> ();

    /// Claims a request; [`StoreError::Exists`] when its key is claimed.
    pub fn insert_request(request: &NewRequest) -> ();
    /// The request of a key.
    pub fn request(owner: &str, key: &str) -> Option<RequestRow>;
    /// Claims a request whose claimant died; [`StoreError::Stale`] unless it is still that one.
    pub fn take_over_request(from: Uuid, to: &NewRequest, now: Timestamp) -> ();
    /// Keeps the claim; [`StoreError::Stale`] when it is somebody else's or answered.
    pub fn renew_request(ticket: Uuid, lease_until: Timestamp) -> ();
    /// Stores the answer; [`StoreError::Stale`] when the claim is somebody else's or answered.
    pub fn finish_request(ticket: Uuid, answer: &StoredAnswer) -> ();
    /// What the request was for happens in this transaction; [`StoreError::Stale`] when the claim is another's now.
    pub fn note_effect(ticket: Uuid) -> ();
    /// Nothing happened: the key is free again.
    pub fn abandon_request(ticket: Uuid) -> ();
    /// Forgets answers whose time is over; returns how many.
    pub fn sweep_requests(now: Timestamp) -> u64;

    /// Freezes the electronic signature of a person; whether it was not.
    pub fn freeze_tte(pejabat: PejabatId, at: Timestamp) -> bool;
    /// Undoes that; whether it was frozen.
    pub fn unfreeze_tte(pejabat: PejabatId) -> bool;
    /// Since when the electronic signature of a person is frozen.
    pub fn frozen_since(pejabat: PejabatId) -> Option<Timestamp>;
    /// Keeps a sealed reason under its digest.
    pub fn insert_office_note(sha256: &Sha256, sealed: &str) -> ();
    /// A sealed reason.
    pub fn office_note(sha256: &Sha256) -> Option<String>;
    /// Voids every live activation of a person; returns which.
    pub fn void_activations_of(pejabat: PejabatId) -> Vec<ActivationId>;
    /// Replaces what a letter makes people wait for.
    pub fn put_letter_tasks(naskah: NaskahId, tasks: &[TaskRow]) -> ();
    /// Replaces what an agenda entry makes people wait for.
    pub fn put_entry_tasks(agenda: AgendaId, tasks: &[TaskRow]) -> ();
    /// The reader's tasks, the most urgent first.
    pub fn task_list(reader: &Reader, kind: Option<TaskKind>, after: Option<(Timestamp, Uuid)>, limit: u32) -> Vec<TaskListRow>;
    /// How many tasks of each kind the reader has.
    pub fn task_counts(reader: &Reader) -> Vec<(TaskKind, u64)>;
    /// Writes what lists say of a letter.
    pub fn put_desk(row: &DeskRow) -> ();
    /// Replaces the positions that take part in a letter by this source: its chain, or an agenda entry.
    pub fn put_parts(naskah: NaskahId, source: Uuid, parts: &BTreeSet<JabatanId>) -> ();
    /// Writes the words of a letter, or removes them.
    pub fn put_text(naskah: NaskahId, text: Option<&TextRow>) -> ();
    /// The words of a letter that is no secret.
    pub fn text_of(naskah: NaskahId) -> Option<TextRow>;
    /// The letters the reader may see that pass the filter, newest change first.
    pub fn letter_list(reader: &Reader, filter: &ListFilter) -> Vec<ListRow>;
    /// One letter as lists say it; whether the reader may see it was asked before.
    pub fn list_row(reader: &Reader, naskah: NaskahId) -> Option<ListRow>;
    /// The letter in a list, beside its sealed data key and how far its evidence is.
    pub(crate) fn detail_rows(reader: &Reader, naskah: NaskahId) -> Vec<LetterDetailColumns>;
    /// The lines of a book, oldest first.
    pub fn book_list(reader: &Reader, filter: &BookFilter) -> Vec<BookListRow>;
    /// Notes that somebody opened an entry; `false` when somebody had.
    pub fn mark_mail_read(id: AgendaId, at: Timestamp) -> bool;
    /// Says whether an entry was addressed or is a copy.
    pub fn set_mail_role(id: AgendaId, role: MailRole) -> ();
    /// The newest events of letters and agenda entries by one actor.
    pub fn events_by(actor: &[u8; 32], limit: u32) -> Vec<EventRow>;
    /// The leaves of a stream, in order.
    pub fn leaves_of(stream: Stream) -> Vec<LeafRow>;
    /// The public code of the letter with this number and short code.
    pub fn code_of_typed(nomor: &str, typed_code: &str) -> Option<String>;
    /// The version with these bytes.
    pub fn version_of_digest(sha256: Sha256) -> Option<VersionRow>;
    /// Says which letter each version of an activation belongs to.
    pub fn name_batch(activation: ActivationId, letters: &[(Sha256, NaskahId)]) -> ();
    /// Says why a version of a batch was not signed.
    pub fn fail_in_batch(activation: ActivationId, version: Sha256, reason: &str) -> ();
    /// The versions of a batch and what became of each.
    pub fn batch_rows(activation: ActivationId) -> Vec<BatchRow>;

    pub(crate) fn lock_log() -> u64;
    pub(crate) fn log_size() -> u64;
    pub(crate) fn set_log_size(from: u64, to: u64) -> ();
    pub(crate) fn waiting_leaves(limit: u64) -> Vec<LeafColumns>;
    pub(crate) fn set_leaf_index(id: Uuid, index: u64) -> ();
    pub(crate) fn tile(level: u8, n: u64) -> Option<Vec<u8>>;
    pub(crate) fn tile_count() -> u64;
    pub(crate) fn put_tile(level: u8, n: u64, hashes: &[u8]) -> ();
    pub(crate) fn insert_checkpoint(size: u64, root: &[u8], note: &str) -> ();
    pub(crate) fn checkpoints() -> Vec<CheckpointColumns>;
    pub(crate) fn leaves_from(after: i64, limit: i64) -> Vec<LeafColumns>;
    pub(crate) fn leaves_without_index() -> Vec<LeafColumns>;
    pub(crate) fn audited_events_from(after: (&str, Uuid, i64), limit: i64) -> Vec<AuditedColumns>;
    pub(crate) fn leaves_without_event() -> Vec<LeafColumns>;
}
