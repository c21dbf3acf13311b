//! Accounts, sessions, keys of applications, and requests that must have one effect.

use std::collections::BTreeSet;

use flow::account::{AccountState, Grant, Language, Scope};
use flow::digest::Sha256;
use flow::id::{AccountId, ApiKeyId, PejabatId, SessionId};
use flow::time::Timestamp;
use uuid::Uuid;

/// An account to be stored.
#[derive(Clone, PartialEq, Eq)]
pub struct NewAccount {
    /// Its id.
    pub id: AccountId,
    /// What its owner types.
    pub username: String,
    /// The person it belongs to, if to one.
    pub pejabat: Option<PejabatId>,
    /// Its roles.
    pub grants: Vec<Grant>,
    /// The language of its owner.
    pub language: Language,
    /// The hash of its password, a PHC string; none for one that only logs in elsewhere.
    pub password: Option<String>,
    /// When.
    pub created: Timestamp,
}

/// A stored account. The hash and the sealed secret stay out of `Debug` by having none.
#[derive(Clone, PartialEq, Eq)]
pub struct AccountRow {
    /// What was stored first.
    pub account: NewAccount,
    /// Whether it may be used.
    pub state: AccountState,
    /// Issuer and subject of the account elsewhere, with a blank between.
    pub oidc_subject: Option<String>,
    /// The sealed secret of the second factor.
    pub totp_sealed: Option<String>,
    /// Since when the second factor counts; none while it is only being set up.
    pub totp_since: Option<Timestamp>,
    /// The last time step a code was taken for.
    pub totp_step: u64,
}

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Its id.
    pub id: SessionId,
    /// SHA-256 of its token.
    pub token_sha256: Sha256,
    /// Whose.
    pub account: AccountId,
    /// The browser, as it calls itself.
    pub agent: String,
    /// The kind of browser the session is bound to.
    pub agent_class: String,
    /// The network the session is bound to.
    pub address_class: String,
    /// When it began.
    pub created: Timestamp,
    /// When it was last used, to the minute.
    pub last_seen: Timestamp,
}

/// A key of an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKeyRow {
    /// Its id.
    pub id: ApiKeyId,
    /// Whose rights it narrows.
    pub account: AccountId,
    /// What its owner calls it.
    pub name: String,
    /// SHA-256 of the key.
    pub key_sha256: Sha256,
    /// What it is good for.
    pub scopes: BTreeSet<Scope>,
    /// When it was made.
    pub created: Timestamp,
    /// Until when.
    pub expires: Option<Timestamp>,
    /// Since when it is void.
    pub revoked: Option<Timestamp>,
    /// When it was last used, to the minute.
    pub last_used: Option<Timestamp>,
}

/// Whoever holds a key of an application, as one statement tells it.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyHolder {
    /// Whose rights it narrows.
    pub account: AccountRow,
    /// The key.
    pub key: ApiKeyId,
    /// What it is good for.
    pub scopes: BTreeSet<Scope>,
    /// Until when.
    pub expires: Option<Timestamp>,
    /// Since when it is void.
    pub revoked: Option<Timestamp>,
    /// When it was last used, to the minute.
    pub last_used: Option<Timestamp>,
    /// The version of the office at that moment.
    pub office_version: Option<String>,
}

/// A request that claims to be the only one of its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRequest {
    /// Who asks.
    pub owner: String,
    /// The key they gave it.
    pub key: String,
    /// Digest of what is asked.
    pub request_sha256: Sha256,
    /// What the claimant finishes it with.
    pub ticket: Uuid,
    /// Until when the claim holds without an answer.
    pub lease_until: Timestamp,
    /// Until when the answer is kept.
    pub expires: Timestamp,
}

/// An answer that is given again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAnswer {
    /// HTTP status.
    pub status: u16,
    /// Headers that matter.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// A stored request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRow {
    /// What was claimed.
    pub request: NewRequest,
    /// The answer, once there is one.
    pub answer: Option<StoredAnswer>,
    /// Whether it had its effect, though there may be no answer yet.
    pub had_effect: bool,
}
