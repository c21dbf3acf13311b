//! Keys: the internal CA, the vault of sealed keys, activations.
//!
//! Pure of I/O: bytes, times (seconds since 1970 UTC) and randomness come in, bytes go out; the
//! caller reads and writes the files and rows. Secrets live in zeroizing types that have neither
//! `Debug` nor `Serialize`. An official's key signs only what [`authorise`] gave leave for.
//!
//! [`pkcs11`] is the exception: it talks to a token through the native module that the operator names.
//!
//! What it will not do: keep a key unlocked past its activation, or sign what no activation names.
#![warn(clippy::as_conversions, clippy::indexing_slicing)]

mod activation;
mod attempts;
mod ca;
mod envelope;
mod kek;
mod p12;
pub mod pkcs11;
mod secret;
mod throwaway;
mod unlocked;
mod vault;

pub use activation::{Activation, ActivationRefusal, ActivationState, MAX_LIFETIME_SECONDS};
pub use attempts::wait_until;
pub use ca::{
    Addresses, CaError, CertificateAuthority, OfficialRequest, Reason, Revoked, SealRequest,
    generate_key, serial_of,
};
pub use envelope::{EnvelopeError, KdfParams};
pub use kek::{Kek, KekError};
pub use p12::{P12Error, P12Identity, open_p12};
pub use secret::{Passphrase, Secret};
pub use throwaway::throwaway;
pub use unlocked::{Authorised, IntentToSign, KeyUseError, UnlockedKey, authorise};
pub use vault::{
    open_official, open_server, open_with_passphrase, seal_official, seal_server,
    seal_with_passphrase,
};
