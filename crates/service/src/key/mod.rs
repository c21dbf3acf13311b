//! Officials' keys and certificates: found the CA, issue, revoke, publish revocation lists.

mod change_passphrase;
mod found;
mod issue;
mod issuing;
mod list;
mod revoke;

pub use change_passphrase::change_passphrase;
pub use found::found_authority;
pub use issue::issue;
pub(crate) use issuing::open as open_issuing;
pub use list::{KeySummary, Revocation, list};
pub(crate) use revoke::{CRL_SECONDS, keep_crl_fresh};
pub use revoke::{publish_crl, revoke};
