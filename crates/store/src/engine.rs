//! One SQL text, compiled once per engine.
//!
//! `$1` placeholders, `RETURNING`, `ON CONFLICT` and partial indexes work on both. What differs is a
//! constant beside the include: taking jobs from the queue, and full text.

macro_rules! engine {
    ($name:ident, $db:ty, $migrations:literal, claim: $claim:literal, uuid: $uuid:literal, search: $search:expr) => {
        pub(crate) mod $name {
            use std::collections::BTreeSet;

            use flow::account::{AccountState, Grant, Language};
            use flow::digest::Sha256;
            use flow::id::{
                AccountId, ActivationId, AgendaId, ApiKeyId, BlobId, DeliveryId, DisposisiId,
                IntentId, JabatanId, KeyId, MandatId, NaskahId, OpdId, PejabatId, RegisterId,
                SessionId, WebhookId,
            };
            use flow::jabatan::{Holding, Jabatan};
            use flow::mandat::{Mandat, MandatRow};
            use flow::office::Office;
            use flow::opd::Opd;
            use flow::pejabat::{Nip, Pejabat};
            use flow::time::Timestamp;
            use sqlx::QueryBuilder;
            use uuid::Uuid;

            use super::Search;
            use crate::StoreError;
            use crate::convert::{all, changed_one, from_column, to_column, to_json, to_word};
            use crate::model::*;
            use crate::office_cache::OFFICE_VERSION;
            use crate::row::*;

            pub(crate) type Db = $db;
            type Conn = <Db as sqlx::Database>::Connection;

            pub(crate) static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!($migrations);
            const CLAIM: &str = $claim;
            const UUID_TYPE: &str = $uuid;
            const SEARCH: Search = $search;

            include!("body/meta.rs");
            include!("body/office.rs");
            include!("body/event.rs");
            include!("body/log.rs");
            include!("body/naskah.rs");
            include!("body/letter.rs");
            include!("body/nomor.rs");
            include!("body/key.rs");
            include!("body/activation.rs");
            include!("body/intent.rs");
            include!("body/outbox.rs");
            include!("body/preservation.rs");
            include!("body/webhook.rs");
            include!("body/account.rs");
            include!("body/session.rs");
            include!("body/api_key.rs");
            include!("body/idempotency.rs");
            include!("body/freeze.rs");
            include!("body/desk.rs");
            include!("body/task.rs");
        }
    };
}

engine!(
    lite,
    sqlx::Sqlite,
    "../../migrations/sqlite",
    claim: "UPDATE outbox SET lease_until = $1, attempts = attempts + 1 WHERE id IN (
        SELECT id FROM outbox
        WHERE topic = $4 AND done_at IS NULL AND run_at <= $2 AND (lease_until IS NULL OR lease_until <= $2)
        ORDER BY run_at, id LIMIT $3
    ) RETURNING id, topic, body, attempts",
    uuid: "BLOB",
    search: Search {
        open: " AND x.nr IN (SELECT rowid FROM naskah_kata WHERE naskah_kata MATCH ",
        close: ")",
        before: "\"",
        behind: "\"*",
        and: " ",
    }
);
engine!(
    pg,
    sqlx::Postgres,
    "../../migrations/postgres",
    claim: "UPDATE outbox SET lease_until = $1, attempts = attempts + 1 WHERE id IN (
        SELECT id FROM outbox
        WHERE topic = $4 AND done_at IS NULL AND run_at <= $2 AND (lease_until IS NULL OR lease_until <= $2)
        ORDER BY run_at, id LIMIT $3 FOR UPDATE SKIP LOCKED
    ) RETURNING id, topic, body, attempts",
    uuid: "UUID",
    search: Search {
        open: " AND to_tsvector('simple', x.kata) @@ to_tsquery('simple', ",
        close: ")",
        before: "",
        behind: ":*",
        and: " & ",
    }
);

/// How an engine is asked for rows of `naskah_text` (`x`) in which words begin with all of the given stems.
#[derive(Clone, Copy)]
pub(crate) struct Search {
    open: &'static str,
    close: &'static str,
    before: &'static str,
    behind: &'static str,
    and: &'static str,
}

impl Search {
    /// The engine's own expression; `None` if there is nothing to search for. Whatever the engines would read as an
    /// operator is left out.
    fn expression(self, words: &[String]) -> Option<String> {
        let terms: Vec<String> = words
            .iter()
            .map(|word| {
                word.chars()
                    .filter(char::is_ascii_alphanumeric)
                    .collect::<String>()
            })
            .filter(|word| !word.is_empty())
            .map(|word| format!("{}{word}{}", self.before, self.behind))
            .collect();
        (!terms.is_empty()).then(|| terms.join(self.and))
    }
}
