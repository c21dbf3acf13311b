//! What a reader is given besides the bytes: what the reading may cost, and the password of an encrypted document.

use std::fmt;

use zeroize::Zeroizing;

use crate::budget::Budget;

/// A budget, and the password of the document if somebody gave one. A [`Budget`] alone is an access without password:
/// documents that everybody may open are opened with it.
#[derive(Debug, Clone)]
pub struct Access {
    pub(crate) budget: Budget,
    pub(crate) password: Option<Password>,
}

impl Access {
    /// A budget and the password to try.
    pub fn new(budget: Budget, password: Option<Password>) -> Self {
        Self { budget, password }
    }

    /// Whether somebody gave a password.
    pub fn has_password(&self) -> bool {
        self.password.is_some()
    }
}

impl From<Budget> for Access {
    fn from(budget: Budget) -> Self {
        Self::new(budget, None)
    }
}

/// The user's or the owner's password of a document. It is wiped from memory and never shown.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

impl Password {
    /// Takes a password.
    pub fn new(password: Zeroizing<String>) -> Self {
        Self(password)
    }

    /// Its text, for whoever hands it on to where the document is read.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The bytes it may have been turned into: UTF-8, and one byte per character where every character has one
    /// (revisions up to 4 use the encoding of PDF documents, of which this is the part people type).
    pub(crate) fn encodings(&self) -> Vec<Zeroizing<Vec<u8>>> {
        let mut all = vec![Zeroizing::new(self.0.as_bytes().to_vec())];
        let single: Option<Vec<u8>> = self
            .0
            .chars()
            .map(|letter| u8::try_from(u32::from(letter)).ok())
            .collect();
        all.extend(single.map(Zeroizing::new));
        all
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_shown() {
        let password = Password::new(Zeroizing::new("rahasia-sekali".to_owned()));
        let access = Access::new(Budget::public(), Some(password));
        assert!(!format!("{access:?}").contains("rahasia"));
    }
}
