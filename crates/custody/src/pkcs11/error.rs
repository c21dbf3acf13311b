//! Why a key on a token could not be used.

use std::path::PathBuf;

use cryptoki::error::{Error, RvError};
use signing::SignerError;

/// Why a key on a token could not be used. Never carries the PIN.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// The module is no PKCS#11 library, or does not start.
    #[error("{module} cannot be used as a PKCS#11 module: {why}")]
    Module {
        /// Where it lies.
        module: PathBuf,
        /// What it, or the loader, said.
        why: String,
    },
    /// No token of that label is there.
    #[error("no token is labelled {wanted:?}; the module shows: {found}")]
    NoToken {
        /// The label asked for.
        wanted: String,
        /// The labels there are.
        found: String,
    },
    /// More than one token has the label.
    #[error("{0} tokens have that label; unplug all but one")]
    Ambiguous(usize),
    /// Too many wrong PINs were entered.
    #[error("the PIN of the token is locked; its issuer can unlock it")]
    Locked,
    /// One more wrong PIN would lock the token.
    #[error(
        "one try is left before the token locks its PIN; make sure of the PIN, then add --pin-final-try"
    )]
    FinalTryLeft,
    /// Nobody has set a PIN.
    #[error("the token has no PIN yet; its issuer sets the first one")]
    NoPinSet,
    /// The PIN has to be changed before it is good for anything.
    #[error("the PIN of the token has to be changed first, with the token's own program")]
    PinExpired,
    /// The PIN is wrong. It was sent once.
    #[error("the PIN does not open the token; it was tried once, and {0}")]
    WrongPin(Left),
    /// This process has it open already, so that any PIN would seem right.
    #[error("the token is open for something else in this program; try again when that is done")]
    InUse,
    /// No private key of that label is on the token.
    #[error("the token holds no private key labelled {wanted:?}; it holds: {found}")]
    NoKey {
        /// The label asked for.
        wanted: String,
        /// The labels there are.
        found: String,
    },
    /// More than one private key has the label.
    #[error("{0} private keys on the token have that label; labels must tell them apart")]
    SeveralKeys(usize),
    /// The key wants the PIN for every single signature.
    #[error(
        "the key asks for the PIN at every signature (CKA_ALWAYS_AUTHENTICATE), which is not supported"
    )]
    AlwaysAuthenticate,
    /// Neither the token nor the caller has the certificate of the key.
    #[error(
        "there is no certificate for the key, neither on the token nor given; give it by --chain FILE"
    )]
    NoCertificate,
    /// The token cannot do what the key would have to.
    #[error("the token does not know the mechanism {0}")]
    NoMechanism(&'static str),
    /// The key or its certificate is of no use here.
    #[error(transparent)]
    Signer(#[from] SignerError),
    /// The token failed; the operation is named, never its arguments.
    #[error("the token failed at {during}: {code}")]
    Failed {
        /// The function of PKCS#11.
        during: String,
        /// Its return code.
        code: String,
    },
}

/// What a token says about tries that are left after a wrong PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left {
    /// Some.
    Tries,
    /// Few (`CKF_USER_PIN_COUNT_LOW`).
    Few,
    /// One (`CKF_USER_PIN_FINAL_TRY`).
    One,
    /// None (`CKF_USER_PIN_LOCKED`).
    None,
}

impl std::fmt::Display for Left {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Tries => "more tries are left",
            Self::Few => "few tries are left",
            Self::One => "one try is left",
            Self::None => "the token is locked now",
        })
    }
}

impl From<Error> for TokenError {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a foreign enum of a hundred codes, of which few mean something of their own"
    )]
    fn from(error: Error) -> Self {
        match error {
            Error::Pkcs11(RvError::PinLocked, _) => Self::Locked,
            Error::Pkcs11(RvError::PinExpired, _) => Self::PinExpired,
            Error::Pkcs11(RvError::UserPinNotInitialized, _) => Self::NoPinSet,
            Error::Pkcs11(code, during) => Self::Failed {
                during: format!("C_{during:?}"),
                code: format!("{code:?}"),
            },
            other => Self::Failed {
                during: "a call".to_owned(),
                code: other.to_string(),
            },
        }
    }
}
