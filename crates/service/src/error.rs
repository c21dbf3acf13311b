//! Why a use case refused.

use custody::{CaError, EnvelopeError, KekError, KeyUseError};
use flow::id::{ActivationId, JabatanId, KeyId, NaskahId, PejabatId};
use flow::time::Timestamp;
use store::StoreError;

use crate::data_dir::DataDirError;
use crate::key::KeyProblem;

/// Why a use case refused. Callers match on it; whoever talks to people maps it to their words.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServiceError {
    /// A rule of the office forbids it; the refusal says which and who can change that.
    #[error(transparent)]
    Refused(#[from] flow::naskah::Refusal),
    /// A rule of the register forbids it.
    #[error(transparent)]
    Register(#[from] flow::register::RegisterRefusal),
    /// A rule of the receiver's agenda forbids it.
    #[error(transparent)]
    Agenda(#[from] flow::agenda::AgendaRefusal),
    /// There is no such thing.
    #[error("there is no {what} {id}")]
    NotFound {
        /// What kind of thing.
        what: &'static str,
        /// Its printed id.
        id: String,
    },
    /// A return, rejection or cancellation says why.
    #[error("this needs a note that says why")]
    NoteMissing,
    /// The letter's content breaks a bound.
    #[error(transparent)]
    Content(#[from] flow::naskah::ContentError),
    /// The official has no key that can sign now.
    #[error("{0} has no valid signing key; an admin issues one with `pena key issue`")]
    NoKey(PejabatId),
    /// The position has a holder.
    #[error("{holder} holds {jabatan}; end that first")]
    Occupied {
        /// The position.
        jabatan: JabatanId,
        /// Who holds it.
        holder: PejabatId,
    },
    /// The passphrase does not open the key.
    #[error("the passphrase does not open key {0}")]
    WrongPassphrase(KeyId),
    /// A passphrase anybody would guess.
    #[error("the passphrase needs at least {0} characters")]
    WeakPassphrase(usize),
    /// Work of the outbox is still open.
    #[error("{0} jobs of the outbox are still open; the next run tries them again")]
    JobsOpen(u64),
    /// Too many wrong passphrases; nothing was tried.
    #[error("too many wrong passphrases for key {key}; the next is tried after {until}")]
    Wait {
        /// The key.
        key: KeyId,
        /// When the next attempt is evaluated.
        until: Timestamp,
    },
    /// Name, password or code is wrong, or the account may not be used; which of them is not told.
    #[error("the log-in failed")]
    LoginFailed,
    /// Too many wrong entries; nothing was tried.
    #[error("too many wrong entries; the next is tried after {until}")]
    LoginWait {
        /// When the next entry is looked at.
        until: Timestamp,
    },
    /// The code of the second factor is missing, wrong, or was used already.
    #[error("the code of the second factor is missing, wrong, or was used already")]
    SecondFactor,
    /// It is not the subject's to do.
    #[error("this is not yours to do: {what}")]
    Forbidden {
        /// What was wanted.
        what: &'static str,
    },
    /// The password has to be entered anew for this.
    #[error("enter the password again for this")]
    Stepup,
    /// Somebody changed it since it was shown.
    #[error("it was changed meanwhile; it is at version {present} now")]
    Precondition {
        /// The version it is at.
        present: u64,
    },
    /// The electronic signature of the person is frozen.
    #[error("the electronic signature of {pejabat} is frozen; an admin can undo that")]
    Frozen {
        /// Whose.
        pejabat: PejabatId,
    },
    /// Something entered is not of the form that is needed.
    #[error("{what} is not of the form that is needed")]
    Invalid {
        /// What was entered.
        what: &'static str,
    },
    /// Everything entered is of its form, and a rule forbids it all the same.
    #[error("the rule {rule} forbids it")]
    Impossible {
        /// Its stable name.
        rule: &'static str,
    },
    /// Something else has that name already.
    #[error("there is such a {what} already")]
    Taken {
        /// What.
        what: &'static str,
    },
    /// The activation does not name what is to be signed, or is no longer live in this process.
    #[error("activation {0} does not cover this version any more; enter the passphrase again")]
    NotActivated(ActivationId),
    /// A signature of this letter is under way.
    #[error("a signature of {0} is under way; try again in a minute")]
    Busy(NaskahId),
    /// The signature is made, and no authority has put a time on it yet: it is completed by itself, or given up.
    #[error("a signature of {0} is made and waits for its timestamp")]
    AwaitingTimestamp(NaskahId),
    /// A signed letter does not carry its own evidence yet.
    #[error("evidence of {naskah} could not be added: {why}")]
    NotPreserved {
        /// The letter.
        naskah: NaskahId,
        /// What stood in the way.
        why: String,
    },
    /// The timestamp could not be put into the signature.
    #[error(transparent)]
    Sign(#[from] signing::sign::SignError),
    /// The key was not used, or failed.
    #[error(transparent)]
    KeyUse(#[from] KeyUseError),
    /// A key that lies outside the vault, or was brought along, is not used or not taken on.
    #[error(transparent)]
    KeyPlace(#[from] KeyProblem),
    /// An envelope of the vault was not sealed or opened.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// The server key given is not the one this data was sealed under.
    #[error("the server key is not the one this data was sealed under; give the right kek file")]
    OtherKek,
    /// The letters of this database lie in another data directory.
    #[error(
        "the letters of this database do not lie in {0}; all nodes share one data directory, as they share the database"
    )]
    OtherFolder(std::path::PathBuf),
    /// The server key's text is malformed.
    #[error(transparent)]
    Kek(#[from] KekError),
    /// A certificate or revocation list was not issued.
    #[error(transparent)]
    Ca(#[from] CaError),
    /// The PDF work failed.
    #[error(transparent)]
    Worker(#[from] worker::WorkerError),
    /// The signature could not be put together.
    #[error(transparent)]
    Cms(#[from] signing::cms::CmsError),
    /// The database or the blobs refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A blob could not be written or read.
    #[error(transparent)]
    Blob(#[from] store::blob::BlobError),
    /// The data directory refused.
    #[error(transparent)]
    DataDir(#[from] DataDirError),
    /// The identity provider could not be asked, or is not believed.
    #[error(transparent)]
    Oidc(#[from] remote::oidc::OidcError),
    /// An address that may not be asked.
    #[error(transparent)]
    Address(#[from] remote::Refusal),
    /// What is stored contradicts itself; `pena audit verify` tells more.
    #[error("{what} {id} is corrupt: {why}")]
    Corrupt {
        /// What kind of thing.
        what: &'static str,
        /// Its printed id.
        id: String,
        /// What is wrong with it.
        why: String,
    },
    /// Whoever takes what was asked for does not take it any more.
    #[error("the output failed: {0}")]
    Output(#[source] std::io::Error),
    /// The source of randomness failed.
    #[error("the source of randomness failed")]
    Random,
    /// A task of this process broke down.
    #[error("a task of this process broke down: {0}")]
    Task(#[from] tokio::task::JoinError),
}

impl ServiceError {
    /// Whether a document that somebody brought is to blame: it cannot be read, asks for too much, or forbids what was
    /// asked.
    pub const fn blames_document(&self) -> bool {
        matches!(
            self,
            Self::Worker(
                worker::WorkerError::Refused { .. }
                    | worker::WorkerError::Forbidden { .. }
                    | worker::WorkerError::Unreadable { .. }
                    | worker::WorkerError::Limit { .. }
            )
        )
    }

    /// Whether the same command may succeed when its transaction runs again on fresh data.
    pub(crate) fn runs_again(&self) -> bool {
        let Self::Store(error) = self else {
            return false;
        };
        matches!(
            error,
            StoreError::Conflict { .. }
                | StoreError::Retry(_)
                // Two commands opened the same register, took the same number, or made the same server key at once.
                | StoreError::Exists {
                    table: "register" | "nomor" | "key"
                }
        )
    }
}
