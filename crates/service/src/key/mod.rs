//! Officials' keys and certificates, and the institution's seal: found the CA, issue, bind keys from elsewhere, revoke, publish revocation lists.

mod bind;
mod change_passphrase;
mod cleared;
mod flaw;
mod found;
mod issue;
mod issuing;
mod list;
mod problem;
mod providers;
mod revoke;
mod seal;

pub use bind::{KeySource, bind};
pub use change_passphrase::change_passphrase;
pub(crate) use cleared::cleared;
pub use flaw::Flaw;
pub use found::found_authority;
pub use issue::issue;
pub(crate) use issuing::open as open_issuing;
pub use list::{KeySummary, Revocation, list};
pub use problem::KeyProblem;
pub(crate) use providers::{AsksForCode, at_service, on_token, try_all};
pub use providers::{Providers, ServiceProvider, TokenProvider};
pub(crate) use revoke::{CRL_SECONDS, keep_crl_fresh};
pub use revoke::{publish_crl, revoke};
pub(crate) use seal::{Seal, keep_seal, open_seal, stored as stored_seal};
