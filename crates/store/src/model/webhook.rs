//! Who wants to hear of letters, and what was told them.

use flow::id::{AccountId, DeliveryId, NaskahId, OpdId, WebhookId};
use flow::time::Timestamp;

use crate::text::text_enum;

/// An address that wants to hear of letters. The sealed secret stays out of `Debug` by having none.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookRow {
    /// Its id.
    pub id: WebhookId,
    /// Whose.
    pub account: AccountId,
    /// Where messages go.
    pub url: String,
    /// The kinds of events it wants, as words.
    pub kinds: Vec<String>,
    /// The OPD it is about; none for the whole regency.
    pub opd: Option<OpdId>,
    /// The sealed secret that signs its messages.
    pub secret_sealed: String,
    /// When it was registered.
    pub created: Timestamp,
    /// Since when nothing is sent to it, because it said that it is gone.
    pub disabled: Option<Timestamp>,
}

text_enum! {
    /// Where a delivery stands.
    DeliveryState {
        /// Not taken yet; tried at its time.
        Waiting = "waiting",
        /// Taken.
        Done = "done",
        /// Given up.
        Dead = "dead",
    }
}

/// A message to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDelivery {
    /// Its id, the same at every attempt.
    pub id: DeliveryId,
    /// To whom.
    pub webhook: WebhookId,
    /// The kind of event, as a word.
    pub kind: String,
    /// The letter it is about.
    pub naskah: NaskahId,
    /// Exactly what is sent.
    pub body: String,
    /// When the event happened.
    pub created: Timestamp,
}

/// A message and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryRow {
    /// The message.
    pub delivery: NewDelivery,
    /// Where it stands.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: u64,
    /// When it is tried next, while it waits.
    pub next_at: Timestamp,
    /// When it was tried last.
    pub last_at: Option<Timestamp>,
    /// What came of the last attempt.
    pub outcome: Option<String>,
}

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempted {
    /// Where the delivery stands now.
    pub state: DeliveryState,
    /// When it is tried next, if it waits.
    pub next_at: Timestamp,
    /// When the attempt ended.
    pub at: Timestamp,
    /// What came of it.
    pub outcome: String,
}
