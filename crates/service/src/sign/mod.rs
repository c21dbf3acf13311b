//! Signing in five steps, each durable before the next, and what happens if we die between two of them.
//!
//! 1. The prepared blob is written and fsynced (`naskah::prepare`). *Dying after it:* nobody was asked to sign;
//!    nothing to settle.
//! 2. The intent row is committed: letter, step, signer, version digest, number, activation, lease, the
//!    serialised `ToBeSigned` sealed under the letter's key, its message digest; the key use is counted and the
//!    version taken from the activation. *Dying after it:* no signature is stored. The unlocked key, or the PIN of one
//!    that lies elsewhere, died with us, so the intent is released and its key use counts as aborted. A token or a service
//!    may have made a value that did not arrive: it signs nothing, since only what is stored is ever embedded.
//! 3. The key is used, once for as many intents as it signs together, and each CMS committed (`signed`). *Dying before the commit* is the case above: a value
//!    that never left memory signs nothing. *Dying after it:* the signature exists; it is carried to its end.
//!
//!    Above level B-B (3a) a time is put on the signature and the token committed beside it (`stamped`). When no authority
//!    gives one, the letter visibly waits for it (`awaiting_timestamp`): the outbox tries again, or its signer gives it
//!    up, and the key use counts as aborted. *Dying before the commit:* the letter is left waiting, and the outbox asks
//!    anew; a token that was not stored proves nothing. *Dying after it:* the signature is carried to its end.
//! 4. The stored append with that CMS in its hole becomes a blob, fsynced. *Dying after it:* the blob is
//!    written again from the same stored bytes, so it is the same blob.
//! 5. The outcome is committed: events, read models, leaf, version, the intent `completed`, and the number issued with
//!    the first signature. *Dying before the commit:* step 5 runs again as a whole.

mod activate;
mod at_work;
mod batch;
mod failure;
mod finish;
mod intend;
mod lease;
mod pending;
mod prepare_many;
mod resume;
pub mod settle;
mod sign_letter;
mod stamp;
mod use_key;
mod waiting;

pub(crate) use activate::open_own_key;
pub use activate::{activate, deactivate};
pub(crate) use at_work::AtWork;
pub use batch::{
    BatchItem, BatchItemState, BatchState, BatchView, Entered, ToSign, batch, begin_batch,
    stop_batch,
};
pub use failure::FailureReason;
pub use finish::Signed;
pub(crate) use intend::capacity_for;
pub use lease::keep_leases;
pub use pending::{Pending, pending};
pub use prepare_many::{OwnCertificate, PreparedView, own_certificate, prepare_many};
pub use resume::{Resumed, resume};
pub use sign_letter::sign;
pub(crate) use stamp::complete_stamped;
pub use store::model::KeySecret;
pub(crate) use waiting::awaited;
pub use waiting::give_up;
