//! What is sealed under what (`DESIGN` table of keys): every function is bytes in, text out.
use ring::rand::SecureRandom;

use crate::envelope::{Under, open, seal};
use crate::{EnvelopeError, KdfParams, Kek, Passphrase, Secret};

/// Seals an official's private key under server key and passphrase together.
///
/// # Errors
/// [`EnvelopeError`] if randomness fails or the cost is out of range.
pub fn seal_official(
    kek: &Kek,
    passphrase: &Passphrase,
    key_id: &str,
    pkcs8: &Secret,
    cost: KdfParams,
    rng: &dyn SecureRandom,
) -> Result<String, EnvelopeError> {
    seal(
        &Under::Both(kek, passphrase),
        key_id,
        pkcs8.expose(),
        cost,
        rng,
    )
}

/// Opens what [`seal_official`] sealed; slow by intent. Count the attempt durably first.
///
/// # Errors
/// [`EnvelopeError::Refused`] if passphrase, server key or key id differ.
pub fn open_official(
    kek: &Kek,
    passphrase: &Passphrase,
    key_id: &str,
    envelope: &str,
) -> Result<Secret, EnvelopeError> {
    open(&Under::Both(kek, passphrase), key_id, envelope)
}

/// Seals a server's key (issuing CA, pseudonym key, field key, a letter's data key).
///
/// # Errors
/// [`EnvelopeError::Random`] if randomness fails.
pub fn seal_server(
    kek: &Kek,
    key_id: &str,
    plaintext: &[u8],
    rng: &dyn SecureRandom,
) -> Result<String, EnvelopeError> {
    seal(
        &Under::Server(kek),
        key_id,
        plaintext,
        KdfParams::default(),
        rng,
    )
}

/// Opens what [`seal_server`] sealed.
///
/// # Errors
/// [`EnvelopeError::Refused`] if the server key or the key id differ.
pub fn open_server(kek: &Kek, key_id: &str, envelope: &str) -> Result<Secret, EnvelopeError> {
    open(&Under::Server(kek), key_id, envelope)
}

/// Seals a key kept in a file of its own (the root CA) under the operator's passphrase.
///
/// # Errors
/// [`EnvelopeError`] if randomness fails or the cost is out of range.
pub fn seal_with_passphrase(
    passphrase: &Passphrase,
    key_id: &str,
    plaintext: &Secret,
    cost: KdfParams,
    rng: &dyn SecureRandom,
) -> Result<String, EnvelopeError> {
    seal(
        &Under::Passphrase(passphrase),
        key_id,
        plaintext.expose(),
        cost,
        rng,
    )
}

/// Opens what [`seal_with_passphrase`] sealed.
///
/// # Errors
/// [`EnvelopeError::Refused`] if the passphrase or the key id differ.
pub fn open_with_passphrase(
    passphrase: &Passphrase,
    key_id: &str,
    envelope: &str,
) -> Result<Secret, EnvelopeError> {
    open(&Under::Passphrase(passphrase), key_id, envelope)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ring::rand::SystemRandom;

    const LIGHT: KdfParams = KdfParams {
        m_kib: 64,
        t: 1,
        p: 1,
    };

    fn refused(result: &Result<Secret, EnvelopeError>) -> bool {
        matches!(result, Err(EnvelopeError::Refused))
    }

    #[test]
    fn an_officials_key_needs_the_passphrase_the_server_key_and_its_own_id() {
        let rng = SystemRandom::new();
        let (kek, other) = (Kek::generate(&rng).unwrap(), Kek::generate(&rng).unwrap());
        let (right, wrong) = (
            Passphrase::new("benar".into()),
            Passphrase::new("salah".into()),
        );
        let text = seal_official(
            &kek,
            &right,
            "key_a",
            &Secret::new(b"rahasia".to_vec()),
            LIGHT,
            &rng,
        )
        .unwrap();
        assert_eq!(
            open_official(&kek, &right, "key_a", &text)
                .map(|s| s.expose().to_vec())
                .ok(),
            Some(b"rahasia".to_vec())
        );
        assert!(refused(&open_official(&kek, &wrong, "key_a", &text)));
        assert!(refused(&open_official(&other, &right, "key_a", &text)));
        assert!(refused(&open_official(&kek, &right, "key_b", &text)));
        assert!(open_server(&kek, "key_a", &text).is_err());
        assert!(!text.contains("rahasia") && !text.contains("benar"));
    }

    #[test]
    fn an_altered_cost_cannot_exhaust_the_server() {
        let rng = SystemRandom::new();
        let pass = Passphrase::new("p".into());
        let text = seal_with_passphrase(&pass, "root", &Secret::new(vec![1]), LIGHT, &rng).unwrap();
        let huge = text.replace("\"m_kib\":64", "\"m_kib\":4000000");
        assert!(matches!(
            open_with_passphrase(&pass, "root", &huge),
            Err(EnvelopeError::Cost)
        ));
    }
}
