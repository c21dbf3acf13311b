//! That the history of one letter is in the audit log: for whoever may read the letter, to keep and to check elsewhere.

use flow::digest::Sha256;
use flow::id::NaskahId;
use store::audit::prove;
use store::model::{Stream, StreamKind};

use crate::access::{self, Action};
use crate::identity::Subject;
use crate::{App, ServiceError};

/// What the log holds of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterProof {
    /// The letter.
    pub letter: NaskahId,
    /// The key that checks the head, as `NAME+HASH+KEY` (C2SP signed-note).
    pub vkey: String,
    /// The newest signed head; `None` before the first.
    pub head: Option<Head>,
    /// A leaf for every event, oldest first.
    pub leaves: Vec<ProvedLeaf>,
}

/// The signed head of the log (C2SP tlog-checkpoint).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// How many leaves it covers.
    pub size: u64,
    /// The root over them (RFC 6962 2.1).
    pub root: Sha256,
    /// The signed note.
    pub note: String,
}

/// A leaf, and the way from it to the head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvedLeaf {
    /// The event's place in the life of the letter.
    pub version: u64,
    /// Its number in the log, once it has one.
    pub index: Option<u64>,
    /// What the log commits to, byte for byte.
    pub leaf: String,
    /// The hashes beside its path (RFC 6962 2.1.1), where the head covers it.
    pub inclusion: Option<Vec<[u8; 32]>>,
}

/// The proofs of a letter, against the newest head.
///
/// # Errors
/// [`ServiceError::NotFound`] alike for what is absent and what is to be hidden.
pub async fn letter_proof(
    app: &App,
    subject: &Subject,
    id: NaskahId,
) -> Result<LetterProof, ServiceError> {
    access::letter(app, subject, id, Action::Read).await?;
    let mut tx = app.store.snapshot().await?;
    let head = tx.newest_checkpoint().await?;
    let stream = Stream {
        kind: StreamKind::Naskah,
        id: id.uuid(),
    };
    let mut leaves = Vec::new();
    for row in tx.leaves_of(stream).await? {
        let inclusion = match (row.index, &head) {
            (Some(index), Some(head)) if index < head.size => {
                Some(prove(&mut tx, index, head).await?.hashes)
            }
            (_, _) => None,
        };
        leaves.push(ProvedLeaf {
            version: row.version,
            index: row.index,
            leaf: row.body,
            inclusion,
        });
    }
    Ok(LetterProof {
        letter: id,
        vkey: app.checkpoint_verifier().vkey(),
        head: head.map(|head| Head {
            size: head.size,
            root: head.root,
            note: head.note,
        }),
        leaves,
    })
}
