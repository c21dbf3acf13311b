//! What can happen to the office and to whoever may come in: the history of rights.
//!
//! One stream per thing (account, OPD, position, person, delegation). Names, reasons and numbers of SK stay in rows;
//! events carry ids, words and digests.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    account::{AccountState, Grant, Scope},
    digest::Sha256,
    event,
    id::{AccountId, ApiKeyId, JabatanId, OpdId, PejabatId},
    jenis::JenisNaskah,
    mandat::Kapasitas,
    time::Timestamp,
};

/// Who changed something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum By {
    /// Somebody who logged in.
    Account(AccountId),
    /// Whoever holds the data directory: the command line, or the first installation.
    Operator,
}

/// An event of the office.
pub type OfficeEvent = event::Event<Fact, By>;

/// What happened to the office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Fact {
    /// A whole office was put into an empty database.
    OfficeInstalled {
        /// Digest of its canonical JSON.
        sha256: Sha256,
    },
    /// An account was made.
    AccountCreated {
        /// The person it belongs to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pejabat: Option<PejabatId>,
        /// Its roles.
        grants: Vec<Grant>,
    },
    /// Its roles were set.
    GrantsSet {
        /// To these.
        grants: Vec<Grant>,
    },
    /// It was let in, or shut out.
    AccountStateSet {
        /// Which.
        state: AccountState,
    },
    /// It got a new password.
    PasswordSet,
    /// A second factor counts.
    TotpEnrolled,
    /// The second factor was given up.
    TotpRemoved,
    /// It was tied to an account elsewhere.
    OidcLinked {
        /// Digest of issuer and subject.
        sha256: Sha256,
    },
    /// A key of an application was made.
    ApiKeyCreated {
        /// Which.
        api_key: ApiKeyId,
        /// What it is good for.
        scopes: BTreeSet<Scope>,
        /// Until when.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expires: Option<Timestamp>,
    },
    /// It was made void.
    ApiKeyRevoked {
        /// Which.
        api_key: ApiKeyId,
    },
    /// An OPD was added.
    OpdAdded {
        /// Digest of its canonical JSON.
        sha256: Sha256,
    },
    /// A position was added.
    JabatanAdded {
        /// Its OPD.
        opd: OpdId,
        /// The position above it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        superior: Option<JabatanId>,
        /// Digest of its canonical JSON.
        sha256: Sha256,
    },
    /// A person was added.
    PejabatAdded,
    /// A person holds the position.
    HoldingStarted {
        /// Who.
        pejabat: PejabatId,
        /// From when on.
        from: Timestamp,
    },
    /// A person does not hold the position any more.
    HoldingEnded {
        /// Who.
        pejabat: PejabatId,
        /// From when on.
        until: Timestamp,
    },
    /// A delegation was given.
    MandatGranted {
        /// Capacity.
        kapasitas: Kapasitas,
        /// The position acted for.
        of: JabatanId,
        /// To this person.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pejabat: Option<PejabatId>,
        /// To whoever holds this position.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        jabatan: Option<JabatanId>,
        /// Under the a.n. of this one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        through: Option<JabatanId>,
        /// Kinds of naskah; none named means all.
        kinds: BTreeSet<JenisNaskah>,
        /// OPD whose letters it covers; none means any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        opd: Option<OpdId>,
        /// First instant.
        from: Timestamp,
        /// First instant after it.
        until: Timestamp,
        /// Digest of the number of its SK.
        sk_sha256: Sha256,
    },
    /// It ended before its time.
    MandatEnded {
        /// When.
        until: Timestamp,
    },
    /// The electronic signature of the person was frozen.
    Frozen,
    /// That was undone.
    Unfrozen {
        /// Digest of the sealed reason.
        reason: Sha256,
    },
}

impl event::Fact for Fact {
    const STREAM: &'static str = "office";

    fn kind(&self) -> &'static str {
        match self {
            Self::OfficeInstalled { .. } => "office_installed",
            Self::AccountCreated { .. } => "account_created",
            Self::GrantsSet { .. } => "grants_set",
            Self::AccountStateSet { .. } => "account_state_set",
            Self::PasswordSet => "password_set",
            Self::TotpEnrolled => "totp_enrolled",
            Self::TotpRemoved => "totp_removed",
            Self::OidcLinked { .. } => "oidc_linked",
            Self::ApiKeyCreated { .. } => "api_key_created",
            Self::ApiKeyRevoked { .. } => "api_key_revoked",
            Self::OpdAdded { .. } => "opd_added",
            Self::JabatanAdded { .. } => "jabatan_added",
            Self::PejabatAdded => "pejabat_added",
            Self::HoldingStarted { .. } => "holding_started",
            Self::HoldingEnded { .. } => "holding_ended",
            Self::MandatGranted { .. } => "mandat_granted",
            Self::MandatEnded { .. } => "mandat_ended",
            Self::Frozen => "frozen",
            Self::Unfrozen { .. } => "unfrozen",
        }
    }
}
