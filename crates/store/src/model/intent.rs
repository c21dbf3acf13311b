//! What will be signed, written before it is signed.

use flow::digest::Sha256;
use flow::id::{ActivationId, BlobId, IntentId, JabatanId, KeyId, NaskahId, PejabatId};
use flow::time::Timestamp;

use crate::text::text_enum;

text_enum! {
    /// Where an intent stands (decisions 0007 and 0018).
    IntentState {
        /// What will be signed is written and the key use counted.
        Intended = "intended",
        /// The CMS is stored.
        Signed = "signed",
        /// The CMS is stored, and no authority gave it a timestamp yet.
        AwaitingTimestamp = "awaiting_timestamp",
        /// The CMS and its timestamp are stored.
        Stamped = "stamped",
        /// The outcome is stored.
        Completed = "completed",
        /// Closed without a signature; its key use counts as aborted.
        Released = "released",
    }
}

text_enum! {
    /// How far a signature carries its own proof (EN 319 142-1 6.1); each level is the one before and more.
    Level {
        /// The signature alone.
        BB = "b-b",
        /// With a timestamp.
        BT = "b-t",
        /// With certificates and revocation evidence.
        BLt = "b-lt",
        /// With a timestamp on that evidence.
        BLta = "b-lta",
    }
}

text_enum! {
    /// Why a signature that was made was given up before its outcome.
    GivenUp {
        /// Somebody did not want to wait for its timestamp any longer.
        ByPerson = "by_person",
        /// The certificate ended or was revoked before a time was put on the signature.
        Certificate = "certificate",
    }
}

/// Who works on an intent: a node, one start of its process, and when it last said so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The node's lasting name.
    pub node: String,
    /// One start of the process on that node.
    pub epoch: String,
    /// The last renewal.
    pub renewed: Timestamp,
}

/// An intent that is about to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewIntent {
    /// Its id.
    pub id: IntentId,
    /// The letter.
    pub naskah: NaskahId,
    /// The signing step of the letter.
    pub step: u64,
    /// The position that signs.
    pub jabatan: JabatanId,
    /// The person that signs.
    pub pejabat: PejabatId,
    /// The key.
    pub key: KeyId,
    /// The activation that allows it.
    pub activation: ActivationId,
    /// SHA-256 of the version that was shown and is signed over.
    pub version_sha256: Sha256,
    /// The message digest of the `ToBeSigned`, by the algorithm that goes with the key.
    pub message_digest: Vec<u8>,
    /// The sealed, serialised `ToBeSigned`.
    pub tbs_blob: BlobId,
    /// The number the letter carries.
    pub nomor: String,
    /// The level the signature is made for.
    pub level: Level,
    /// Who works on it.
    pub lease: Lease,
    /// When.
    pub created: Timestamp,
}

/// A stored intent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntentRow {
    /// What was intended.
    pub intent: NewIntent,
    /// Where it stands.
    pub state: IntentState,
    /// The signature, once made.
    pub cms: Option<Vec<u8>>,
    /// The token of its timestamp, DER, once there is one.
    pub token: Option<Vec<u8>>,
    /// Why the signature was given up, if it was.
    pub given_up: Option<GivenUp>,
    /// When the state last changed.
    pub changed: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::IntentState;

    #[test]
    fn the_stored_words_of_an_intent_never_change() {
        let frozen: Vec<String> =
            serde_json::from_str(include_str!("../../tests/vectors/intent_states.json")).unwrap();
        let words: Vec<&str> = IntentState::ALL
            .iter()
            .map(|state| state.as_str())
            .collect();
        assert_eq!(words, frozen);
    }
}
