//! Signatures that stay provable when the signer's certificate is over: timestamps, evidence, and timestamps on that
//! (EN 319 142-1, levels B-T to B-LTA; decisions 0014 and 0018).
//!
//! A level is reached or visibly waited for, never lowered. The timestamp of a signature belongs to the signature
//! ([`crate::sign`]); what comes after the last signature is added here, to a later version of the letter.

mod authority;
mod own;
mod preserve;
mod raise;
mod wanted;

pub(crate) use authority::{NoToken, timestamp, try_all};
pub(crate) use preserve::{begin, preserve};
pub use store::model::{Level, Preservation, PreservationProblem};
pub use wanted::{Authority, AuthorityError, Provability};
