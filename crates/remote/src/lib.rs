//! The outside world over one guarded HTTP client: webhooks, single sign-on, timestamps, evidence about certificates,
//! and keys at remote signing services.
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
//! Addresses that a certificate names are fetched by [`evidence`] alone, and only those that
//! `signing::validate::needs` asks for: of certificates that a configured anchor vouches for, or of the signer's own.

mod address;
pub mod aia;
mod allow;
mod client;
pub mod crl;
pub mod csc;
mod error;
pub mod evidence;
pub mod ocsp;
pub mod oidc;
mod purpose;
mod resolve;
mod target;
pub mod tsa;
pub mod webhook;

pub use allow::{Allow, AllowError};
pub use client::{Answer, Outgoing, Outside};
pub use error::{Refusal, RemoteError};
pub use purpose::Purpose;
pub use resolve::{Resolve, Resolving};

/// The host of an address, which may be shown; its path or query may be a secret.
pub fn host_of(url: &str) -> String {
    url::Url::parse(url)
        .ok()
        .and_then(|url| {
            let host = url.host_str()?.to_owned();
            Some(match url.port() {
                Some(port) => format!("{host}:{port}"),
                None => host,
            })
        })
        .unwrap_or_else(|| "(no address)".to_owned())
}
