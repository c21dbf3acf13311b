//! Signed heads of the log: C2SP tlog-checkpoint in a C2SP signed note, Ed25519 by ring.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flow::digest::Sha256;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use signed_note::{Note, Signature, Verifier, VerifierList};
use tlog_tiles::tlog::Hash;

/// The algorithm byte of Ed25519 in a note key id (C2SP signed-note, "Signature types").
const ED25519_BYTE: u8 = 1;

/// A signed head of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// How many leaves it covers.
    pub size: u64,
    /// The RFC 6962 root over them.
    pub root: Sha256,
    /// The whole signed note, to be kept outside the database.
    pub note: String,
}

/// Why a checkpoint is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The name is empty or holds a space or a plus.
    #[error("a log's name may not be empty nor hold spaces or pluses")]
    Name,
    /// Not a signed note with a checkpoint in it.
    #[error("not a checkpoint")]
    Malformed,
    /// Not signed by the trusted key.
    #[error("not signed by the trusted key")]
    Signature,
    /// Signed, but of another log.
    #[error("a checkpoint of another log")]
    Origin,
}

/// Signs checkpoints. The key comes from outside the database.
pub struct CheckpointSigner {
    name: String,
    key: Ed25519KeyPair,
}

impl CheckpointSigner {
    /// A signer for the log `name` (its origin, e.g. `eoffice.kab.example/audit`).
    ///
    /// # Errors
    /// [`CheckpointError::Name`].
    pub fn new(name: &str, key: Ed25519KeyPair) -> Result<Self, CheckpointError> {
        checked_name(name)?;
        Ok(Self {
            name: name.to_owned(),
            key,
        })
    }

    /// What checks this signer's checkpoints.
    pub fn verifier(&self) -> CheckpointVerifier {
        CheckpointVerifier {
            name: self.name.clone(),
            public_key: self.key.public_key().as_ref().to_vec(),
        }
    }

    pub(super) fn sign(&self, size: u64, root: Hash) -> Result<Checkpoint, CheckpointError> {
        let text = tlog_tiles::checkpoint::Checkpoint::new(&self.name, size, root, "")
            .map_err(|_| CheckpointError::Malformed)?
            .to_bytes();
        let id = self.verifier().key_id();
        let value = self.key.sign(&text).as_ref().to_vec();
        let signature =
            Signature::new(self.name.clone(), id, value).map_err(|_| CheckpointError::Name)?;
        let note = Note::new(&text, &[signature]).map_err(|_| CheckpointError::Malformed)?;
        let note = String::from_utf8(note.to_bytes()).map_err(|_| CheckpointError::Malformed)?;
        Ok(Checkpoint {
            size,
            root: Sha256(root.0),
            note,
        })
    }
}

/// Checks checkpoints of one log under one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckpointVerifier {
    name: String,
    public_key: Vec<u8>,
}

impl CheckpointVerifier {
    /// Trusts `public_key` for the log `name`.
    ///
    /// # Errors
    /// [`CheckpointError::Name`].
    pub fn new(name: &str, public_key: &[u8; 32]) -> Result<Self, CheckpointError> {
        checked_name(name)?;
        Ok(Self {
            name: name.to_owned(),
            public_key: public_key.to_vec(),
        })
    }

    /// The key as text, to be published (C2SP signed-note, "Verifier keys").
    pub fn vkey(&self) -> String {
        let mut key = vec![ED25519_BYTE];
        key.extend_from_slice(&self.public_key);
        let id = signed_note::key_id(&self.name, &key);
        format!("{}+{id:08x}+{}", self.name, STANDARD.encode(key))
    }

    /// Trusts the key of such a text.
    ///
    /// # Errors
    /// [`CheckpointError::Malformed`] if it is none of an Ed25519 key, or its parts contradict each other.
    pub fn from_vkey(text: &str) -> Result<Self, CheckpointError> {
        let mut parts = text.trim().splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(CheckpointError::Malformed);
        };
        let key = STANDARD
            .decode(key)
            .map_err(|_| CheckpointError::Malformed)?;
        let (Some(&ED25519_BYTE), Some(public_key)) = (key.first(), key.get(1..)) else {
            return Err(CheckpointError::Malformed);
        };
        let public_key: &[u8; 32] = public_key
            .try_into()
            .map_err(|_| CheckpointError::Malformed)?;
        let verifier = Self::new(name, public_key)?;
        if format!("{:08x}", signed_note::key_id(name, &key)) == id {
            Ok(verifier)
        } else {
            Err(CheckpointError::Malformed)
        }
    }

    /// Reads a signed note.
    ///
    /// # Errors
    /// [`CheckpointError`]: not a note, not ours, or not signed by the trusted key.
    pub fn verify(&self, note: &str) -> Result<Checkpoint, CheckpointError> {
        let parsed = Note::from_bytes(note.as_bytes()).map_err(|_| CheckpointError::Malformed)?;
        parsed
            .verify(&VerifierList::new(vec![Box::new(self.clone())]))
            .map_err(|_| CheckpointError::Signature)?;
        let head = tlog_tiles::checkpoint::Checkpoint::from_bytes(parsed.text())
            .map_err(|_| CheckpointError::Malformed)?;
        if head.origin() != self.name || !head.extension().is_empty() {
            return Err(CheckpointError::Origin);
        }
        Ok(Checkpoint {
            size: head.size(),
            root: Sha256(head.hash().0),
            note: note.to_owned(),
        })
    }
}

impl Verifier for CheckpointVerifier {
    fn name(&self) -> &str {
        &self.name
    }

    fn key_id(&self) -> u32 {
        let mut key = vec![ED25519_BYTE];
        key.extend_from_slice(&self.public_key);
        signed_note::key_id(&self.name, &key)
    }

    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, &self.public_key)
            .verify(message, signature)
            .is_ok()
    }
}

fn checked_name(name: &str) -> Result<(), CheckpointError> {
    if signed_note::is_key_name_valid(name) && !name.contains(char::is_control) {
        Ok(())
    } else {
        Err(CheckpointError::Name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signer(seed: u8) -> CheckpointSigner {
        let key = Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap();
        CheckpointSigner::new("eoffice.kab.example/audit", key).unwrap()
    }

    #[test]
    fn a_checkpoint_reads_back_under_its_own_key_only() {
        let made = signer(1).sign(7, Hash([9; 32])).unwrap();
        assert_eq!(signer(1).verifier().verify(&made.note), Ok(made.clone()));
        assert_eq!(
            signer(2).verifier().verify(&made.note),
            Err(CheckpointError::Signature)
        );
        let other = made.note.replacen("\n7\n", "\n8\n", 1);
        assert_ne!(other, made.note);
        assert_eq!(
            signer(1).verifier().verify(&other),
            Err(CheckpointError::Signature)
        );
    }

    #[test]
    fn a_foreign_reader_of_signed_notes_accepts_it() {
        use base64::Engine as _;
        let made = signer(1).sign(7, Hash([9; 32])).unwrap();
        let verifier = signer(1).verifier();
        let mut key = vec![1];
        key.extend_from_slice(&verifier.public_key);
        let vkey = format!(
            "{}+{:08x}+{}",
            verifier.name,
            verifier.key_id(),
            base64::engine::general_purpose::STANDARD.encode(key)
        );
        let standard = signed_note::StandardVerifier::new(&vkey).unwrap();
        Note::from_bytes(made.note.as_bytes())
            .unwrap()
            .verify(&VerifierList::new(vec![Box::new(standard)]))
            .unwrap();
    }

    #[test]
    fn a_name_that_would_break_the_note_is_refused() {
        for name in ["", "a b", "a+b", "a\nb"] {
            assert_eq!(
                CheckpointVerifier::new(name, &[0; 32]),
                Err(CheckpointError::Name),
                "{name:?}"
            );
        }
    }
}
