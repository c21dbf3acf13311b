//! A signing key at a remote service: the API of the Cloud Signature Consortium, version 2, as far as hashes are signed
//! by it (`credentials/info`, `credentials/authorize`, `signatures/signHash`).
//!
//! The service sees hashes, never documents. It authorises exactly the hashes that are to be signed, with what the
//! official gives for it (PIN, one-time code), and is then asked for their signatures once. Whatever it answers is checked
//! with the certificate that it named before; a service that cannot be believed signs nothing.

mod credential;
mod error;
mod message;
mod service;
mod signer;

pub use credential::{Credential, Factors};
pub use error::CscError;
pub use service::{Secret, Service};
pub use signer::{CscSigner, Waits};
