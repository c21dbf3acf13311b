//! The outside world over one guarded HTTP client: webhooks and single sign-on.
//!
//! [`Outside`] is the only place that opens a connection to an address somebody typed. It takes `http` and `https`
//! on ports 80 and 443, resolves the host itself, connects to nothing but the addresses it checked, follows no
//! redirect, uses no proxy of the environment, and bounds size and time. Addresses inside the house are refused
//! unless the operator allowed them for that [`Purpose`].
//!
//! ```
//! use remote::{Allow, Outside, Purpose};
//!
//! let outside = Outside::new(&Allow::none(), &Allow::none());
//! assert!(outside.check(Purpose::Webhook, "https://terima.contoh.example/pena").is_ok());
//! assert!(outside.check(Purpose::Webhook, "http://0x7f.1/").is_err());
//! ```
//!
//! It will not fetch addresses that a certificate or a letter names: that comes with the issue that needs it.

mod address;
mod allow;
mod client;
mod error;
pub mod oidc;
mod purpose;
mod resolve;
mod target;
pub mod webhook;

pub use allow::{Allow, AllowError};
pub use client::{Answer, Outgoing, Outside};
pub use error::{Refusal, RemoteError};
pub use purpose::Purpose;
pub use resolve::{Resolve, Resolving};
