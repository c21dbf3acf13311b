//! The server's key-encryption key: kept outside the database and its backups.
use ring::rand::SecureRandom;
use zeroize::Zeroizing;

/// The server's 32-byte key-encryption key.
pub struct Kek(Zeroizing<[u8; 32]>);

/// Why a KEK could not be taken.
#[derive(Debug, thiserror::Error)]
pub enum KekError {
    /// Not 64 hexadecimal digits.
    #[error("the server key must be 64 hexadecimal digits (32 bytes)")]
    Shape,
    /// The source of randomness failed.
    #[error("the source of randomness failed")]
    Random,
}

impl Kek {
    /// A new key from the given randomness.
    ///
    /// # Errors
    /// [`KekError::Random`] if the source fails.
    pub fn generate(rng: &dyn SecureRandom) -> Result<Self, KekError> {
        let mut key = Zeroizing::new([0; 32]);
        rng.fill(key.as_mut_slice()).map_err(|_| KekError::Random)?;
        Ok(Self(key))
    }

    /// Parses the text of a key file or environment variable; white space around it is ignored.
    ///
    /// # Errors
    /// [`KekError::Shape`] unless it is 64 hexadecimal digits.
    pub fn from_hex(text: &str) -> Result<Self, KekError> {
        let text = text.trim().as_bytes();
        if text.len() != 64 {
            return Err(KekError::Shape);
        }
        let mut key = Zeroizing::new([0_u8; 32]);
        for (byte, pair) in key.iter_mut().zip(text.chunks_exact(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| KekError::Shape)?;
            if !pair.bytes().all(|c| c.is_ascii_hexdigit()) {
                return Err(KekError::Shape);
            }
            *byte = u8::from_str_radix(pair, 16).map_err(|_| KekError::Shape)?;
        }
        Ok(Self(key))
    }

    /// The text for a key file.
    #[must_use]
    pub fn to_hex(&self) -> Zeroizing<String> {
        use std::fmt::Write as _;
        // Full capacity at once: a growing string would leave unwiped copies behind.
        let mut text = Zeroizing::new(String::with_capacity(64));
        for byte in self.0.iter() {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        text
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.as_slice()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_its_text_form_and_a_wrong_text_is_refused() {
        let kek = Kek::generate(&ring::rand::SystemRandom::new()).unwrap();
        let again = Kek::from_hex(&format!(" {}\n", *kek.to_hex())).unwrap();
        assert_eq!(kek.bytes(), again.bytes());
        assert!(Kek::from_hex("00").is_err());
        assert!(Kek::from_hex(&"+1".repeat(32)).is_err());
    }
}
