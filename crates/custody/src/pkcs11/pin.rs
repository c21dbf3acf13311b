//! Logging in without spending a try that the official would miss.

use cryptoki::{
    error::{Error, RvError},
    session::{Session, UserType},
    slot::TokenInfo,
    types::AuthPin,
};

use super::error::{Left, TokenError};
use crate::Passphrase;

/// Whether the last try before the token locks may be spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FinalTry {
    /// No.
    #[default]
    Keep,
    /// Yes: the official is sure of the PIN.
    Allow,
}

/// What a token says about its PIN before one is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PinState {
    NotSet,
    Ready,
    FinalTry,
    Locked,
}

impl PinState {
    pub(super) fn read(token: &TokenInfo) -> Self {
        if token.user_pin_locked() {
            Self::Locked
        } else if !token.user_pin_initialized() {
            Self::NotSet
        } else if token.user_pin_final_try() {
            Self::FinalTry
        } else {
            Self::Ready
        }
    }

    /// Whether a PIN may be sent.
    pub(super) fn allows(self, final_try: FinalTry) -> Result<(), TokenError> {
        match (self, final_try) {
            (Self::Locked, _) => Err(TokenError::Locked),
            (Self::NotSet, _) => Err(TokenError::NoPinSet),
            (Self::FinalTry, FinalTry::Keep) => Err(TokenError::FinalTryLeft),
            (Self::FinalTry, FinalTry::Allow) | (Self::Ready, _) => Ok(()),
        }
    }
}

/// Sends the PIN, once. Without one, the token asks for it on its own keys.
pub(super) fn log_in(session: &Session, pin: Option<&Passphrase>) -> Result<Login, TokenError> {
    let pin = pin.map(|pin| AuthPin::from(pin.expose()));
    match session.login(UserType::User, pin.as_ref()) {
        Ok(()) => Ok(Login::Open),
        // Another part of this process logged in, and the token is open to it all: it did not even look at this PIN.
        Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Err(TokenError::InUse),
        Err(Error::Pkcs11(
            RvError::PinIncorrect | RvError::PinLenRange | RvError::PinInvalid,
            _,
        )) => Ok(Login::WrongPin),
        Err(error) => Err(error.into()),
    }
}

/// What came of sending a PIN.
pub(super) enum Login {
    Open,
    WrongPin,
}

/// What is left after a wrong PIN.
pub(super) fn left(token: &TokenInfo) -> Left {
    if token.user_pin_locked() {
        Left::None
    } else if token.user_pin_final_try() {
        Left::One
    } else if token.user_pin_count_low() {
        Left::Few
    } else {
        Left::Tries
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_try_is_spent_only_by_somebody_who_says_so() {
        let refused = |state: PinState, final_try| state.allows(final_try).unwrap_err().to_string();
        assert!(PinState::Ready.allows(FinalTry::Keep).is_ok());
        assert!(PinState::FinalTry.allows(FinalTry::Allow).is_ok());
        assert!(refused(PinState::FinalTry, FinalTry::Keep).contains("one try is left"));
        assert!(refused(PinState::Locked, FinalTry::Allow).contains("locked"));
        assert!(refused(PinState::NotSet, FinalTry::Allow).contains("no PIN"));
    }
}
