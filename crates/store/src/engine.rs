//! One SQL text, compiled once per engine.
//!
//! `$1` placeholders, `RETURNING`, `ON CONFLICT` and partial indexes work on both. What differs is a
//! constant beside the include: taking jobs from the queue.

macro_rules! engine {
    ($name:ident, $db:ty, $migrations:literal, claim: $claim:literal) => {
        pub(crate) mod $name {
            use flow::account::{AccountState, Grant, Language};
            use flow::digest::Sha256;
            use flow::id::{
                AccountId, ActivationId, AgendaId, ApiKeyId, BlobId, IntentId, JabatanId, KeyId,
                MandatId, NaskahId, OpdId, PejabatId, RegisterId, SessionId,
            };
            use flow::jabatan::{Holding, Jabatan};
            use flow::mandat::{Mandat, MandatRow};
            use flow::office::Office;
            use flow::opd::Opd;
            use flow::pejabat::{Nip, Pejabat};
            use flow::time::Timestamp;
            use uuid::Uuid;

            use crate::StoreError;
            use crate::convert::{all, changed_one, from_column, to_column, to_json, to_word};
            use crate::model::*;
            use crate::row::*;

            pub(crate) type Db = $db;
            type Conn = <Db as sqlx::Database>::Connection;

            pub(crate) static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!($migrations);
            const CLAIM: &str = $claim;

            include!("body/meta.rs");
            include!("body/office.rs");
            include!("body/event.rs");
            include!("body/log.rs");
            include!("body/naskah.rs");
            include!("body/nomor.rs");
            include!("body/key.rs");
            include!("body/activation.rs");
            include!("body/intent.rs");
            include!("body/outbox.rs");
            include!("body/account.rs");
            include!("body/session.rs");
            include!("body/api_key.rs");
            include!("body/idempotency.rs");
            include!("body/freeze.rs");
        }
    };
}

engine!(
    lite,
    sqlx::Sqlite,
    "../../migrations/sqlite",
    claim: "UPDATE outbox SET lease_until = $1, attempts = attempts + 1 WHERE id IN (
        SELECT id FROM outbox
        WHERE done_at IS NULL AND run_at <= $2 AND (lease_until IS NULL OR lease_until <= $2)
        ORDER BY run_at, id LIMIT $3
    ) RETURNING id, topic, body, attempts"
);
engine!(
    pg,
    sqlx::Postgres,
    "../../migrations/postgres",
    claim: "UPDATE outbox SET lease_until = $1, attempts = attempts + 1 WHERE id IN (
        SELECT id FROM outbox
        WHERE done_at IS NULL AND run_at <= $2 AND (lease_until IS NULL OR lease_until <= $2)
        ORDER BY run_at, id LIMIT $3 FOR UPDATE SKIP LOCKED
    ) RETURNING id, topic, body, attempts"
);
