//! Proofs that a leaf is in the log: made from the tiles, and checked by whoever holds nothing but a checkpoint.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flow::digest::Sha256;
use tlog_tiles::tile::Tile;
use tlog_tiles::tlog::{self, Hash, HashReader, record_hash};

use super::Checkpoint;
use super::leaf::{Body, EventImage, stream_name};
use super::tiles::HEIGHT;
use crate::model::EventRow;
use crate::{StoreError, Tx};

/// C2SP tlog-proof: where a leaf stands, the hashes up to the root, and the signed head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlogProof {
    /// The leaf's index in the log.
    pub index: u64,
    /// The hashes beside its path (RFC 6962 2.1.1).
    pub hashes: Vec<[u8; 32]>,
    /// The signed note.
    pub checkpoint: String,
}

/// A text that is no proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a c2sp.org/tlog-proof@v1")]
pub struct ProofError;

/// Proves that the leaf with that index is in the log of that checkpoint.
///
/// # Errors
/// [`StoreError`]: the index is outside, or a tile is missing or damaged.
pub async fn prove(
    tx: &mut Tx,
    index: u64,
    checkpoint: &Checkpoint,
) -> Result<TlogProof, StoreError> {
    let corrupt = |error: tlog::Error| StoreError::corrupt("log_tile", index, error.to_string());
    // The first run only tells which hashes are needed: reading them is not for a callback.
    let wanted = Wanted::default();
    let known = tlog::prove_record(checkpoint.size, index, &wanted).ok();
    let wanted = wanted.0.into_inner();
    let hashes = match known {
        Some(hashes) if wanted.is_empty() => hashes,
        Some(_) | None => {
            let mut found = BTreeMap::new();
            for stored in wanted {
                let tile = Tile::from_index(HEIGHT, stored);
                let hashes = tx.tile(tile.level(), tile.level_index()).await?;
                let hash = tile
                    .hash_at_index(&hashes.unwrap_or_default(), stored)
                    .map_err(corrupt)?;
                found.insert(stored, hash);
            }
            tlog::prove_record(checkpoint.size, index, &Found(found)).map_err(corrupt)?
        }
    };
    Ok(TlogProof {
        index,
        hashes: hashes.into_iter().map(|hash| hash.0).collect(),
        checkpoint: checkpoint.note.clone(),
    })
}

impl TlogProof {
    /// Whether it leads from that leaf to the root of that checkpoint.
    pub fn holds(&self, leaf_body: &str, size: u64, root: Sha256) -> bool {
        let hashes: tlog::RecordProof = self.hashes.iter().copied().map(Hash).collect();
        let leaf = record_hash(leaf_body.as_bytes());
        tlog::check_record(&hashes, size, Hash(root.0), self.index, leaf).is_ok()
    }
}

/// Whether a leaf speaks of exactly that event.
pub fn speaks_of(leaf_body: &str, event: &EventRow) -> bool {
    let Ok(body) = serde_json::from_str::<Body>(leaf_body) else {
        return false;
    };
    let Ok(version) = i64::try_from(event.version) else {
        return false;
    };
    let kind = event.stream.kind.as_str();
    let image = EventImage {
        v: 1,
        stream_kind: kind,
        stream_id: event.stream.id.simple().to_string(),
        version,
        kind: &event.kind,
        body: &event.body,
        at: event.at.micros(),
        actor: hex::encode(event.actor),
    };
    body.v == 1
        && body.kind == event.kind
        && body.stream == stream_name(kind, event.stream.id)
        && body.version == version
        && body.at == event.at.micros()
        && body.actor == hex::encode(event.actor)
        && image.digest() == Some(body.event_digest)
}

impl fmt::Display for TlogProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}\nindex {}", self.index)?;
        for hash in &self.hashes {
            writeln!(f, "{}", STANDARD.encode(hash))?;
        }
        write!(f, "\n{}", self.checkpoint)
    }
}

impl FromStr for TlogProof {
    type Err = ProofError;

    fn from_str(text: &str) -> Result<Self, ProofError> {
        let (head, checkpoint) = text.split_once("\n\n").ok_or(ProofError)?;
        let mut lines = head.lines();
        if lines.next() != Some(HEADER) {
            return Err(ProofError);
        }
        let index = lines.next().and_then(|line| line.strip_prefix("index "));
        let index = index.and_then(|index| index.parse().ok());
        let hashes = lines
            .map(|line| STANDARD.decode(line).ok()?.try_into().ok())
            .collect::<Option<Vec<[u8; 32]>>>();
        Ok(Self {
            index: index.ok_or(ProofError)?,
            hashes: hashes.ok_or(ProofError)?,
            checkpoint: checkpoint.to_owned(),
        })
    }
}

/// Writes down what is asked for, and answers nothing.
#[derive(Default)]
struct Wanted(RefCell<Vec<u64>>);

impl HashReader for Wanted {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, tlog::Error> {
        if indexes.is_empty() {
            return Ok(Vec::new());
        }
        self.0.borrow_mut().extend_from_slice(indexes);
        Err(tlog::Error::IndexesNotInTree)
    }
}

struct Found(BTreeMap<u64, Hash>);

impl HashReader for Found {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, tlog::Error> {
        let find = |index| self.0.get(index).copied();
        let found: Option<Vec<Hash>> = indexes.iter().map(find).collect();
        found.ok_or(tlog::Error::IndexesNotInTree)
    }
}

const HEADER: &str = "c2sp.org/tlog-proof@v1";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_reads_back_and_damage_is_refused() {
        let proof = TlogProof {
            index: 7,
            hashes: vec![[1; 32], [2; 32]],
            checkpoint: "log\n9\nroot\n\n— log sig\n".to_owned(),
        };
        let text = proof.to_string();
        assert_eq!(text.parse(), Ok(proof));
        for bad in [
            "",
            "x\n\ny",
            &text.replace("index 7", "index x"),
            &text.replace("v1", "v2"),
        ] {
            assert_eq!(bad.parse::<TlogProof>(), Err(ProofError), "{bad}");
        }
    }
}
