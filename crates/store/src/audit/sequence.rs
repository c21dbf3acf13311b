//! The sequencer: leaves that have no index get dense ones, under one lock, with a signed checkpoint.

use tlog_tiles::tlog::record_hash;

use super::tiles::Tiles;
use super::{Checkpoint, CheckpointSigner};
use crate::{StoreError, Tx};

/// Gives at most `limit` waiting leaves their indices, updates the tiles and signs the new head, all in
/// `tx`. Returns `None` when nothing waits. Only one sequencer can be between here and the commit.
///
/// Dying before the commit leaves the log as it was: the signed note never left this process.
///
/// # Errors
/// [`StoreError::Corrupt`] when the stored tiles do not carry the newest checkpoint: then nothing is
/// signed; [`StoreError::Checkpoint`] when signing fails.
pub async fn sequence(
    tx: &mut Tx,
    limit: u64,
    signer: &CheckpointSigner,
) -> Result<Option<Checkpoint>, StoreError> {
    let size = tx.lock_log().await?;
    let leaves = tx.waiting_leaves(limit).await?;
    if leaves.is_empty() {
        return Ok(None);
    }
    let mut tiles = Tiles::load(tx, size).await?;
    check_head(tx, &tiles, signer).await?;
    for leaf in leaves {
        tx.set_leaf_index(leaf.id, tiles.size()).await?;
        for tile in tiles.push(record_hash(leaf.body.as_bytes())) {
            tx.put_tile(tile.level, tile.n, &tile.hashes).await?;
        }
    }
    for tile in tiles.partial() {
        tx.put_tile(tile.level, tile.n, &tile.hashes).await?;
    }
    let checkpoint = signer
        .sign(tiles.size(), tiles.root()?)
        .map_err(|error| StoreError::Checkpoint(error.to_string()))?;
    tx.insert_checkpoint(checkpoint.size, &checkpoint.root.0, &checkpoint.note)
        .await?;
    tx.set_log_size(size, checkpoint.size).await?;
    Ok(Some(checkpoint))
}

/// Never signs on top of a log that is not the one we signed before.
async fn check_head(
    tx: &mut Tx,
    tiles: &Tiles,
    signer: &CheckpointSigner,
) -> Result<(), StoreError> {
    let newest = tx.newest_checkpoint().await?;
    let Some(newest) = newest else {
        return if tiles.size() == 0 {
            Ok(())
        } else {
            Err(StoreError::corrupt(
                "checkpoint",
                tiles.size(),
                "the log has leaves and no checkpoint",
            ))
        };
    };
    let signed = signer
        .verifier()
        .verify(&newest.note)
        .map_err(|error| StoreError::corrupt("checkpoint", newest.size, error.to_string()))?;
    if signed.size != tiles.size() || signed.root.0 != tiles.root()?.0 {
        return Err(StoreError::corrupt(
            "checkpoint",
            newest.size,
            "the tiles do not carry the newest checkpoint",
        ));
    }
    Ok(())
}
