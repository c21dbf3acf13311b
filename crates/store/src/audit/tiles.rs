//! The right edge of the tree as C2SP tlog tiles of height 8.
//!
//! Only the one open tile of each level is held, so memory stays flat whatever the length of the log.

use tlog_tiles::tile::Tile;
use tlog_tiles::tlog::{self, HASH_SIZE, Hash, HashReader};

use crate::{StoreError, Tx};

/// C2SP tlog-tiles: tiles are 256 hashes wide.
pub(super) const HEIGHT: u8 = 8;
const WIDTH: u64 = 1 << HEIGHT;
/// Eight levels of height 8 hold every index of 64 bits.
const LEVELS: u8 = 8;

/// A tile's place and hashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StoredTile {
    pub level: u8,
    pub n: u64,
    pub hashes: Vec<u8>,
}

/// The open tiles of a tree, lowest level first.
#[derive(Debug, Clone, Default)]
pub(super) struct Tiles {
    size: u64,
    open: Vec<Vec<u8>>,
}

impl Tiles {
    /// The right edge of the stored tree of `size` leaves.
    pub(super) async fn load(tx: &mut Tx, size: u64) -> Result<Self, StoreError> {
        let mut open = Vec::new();
        for level in 0..LEVELS {
            let count = hashes_at(level, size);
            if count == 0 {
                break;
            }
            let n = count / WIDTH;
            let width = width_of(count % WIDTH);
            let hashes = if width == 0 {
                Vec::new()
            } else {
                tx.tile(level, n).await?.unwrap_or_default()
            };
            if hashes.len() != width {
                return Err(StoreError::corrupt(
                    "log_tile",
                    format!("{level}/{n}"),
                    format!("{} bytes where {width} belong", hashes.len()),
                ));
            }
            open.push(hashes);
        }
        Ok(Self { size, open })
    }

    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf; returns the tiles that it filled.
    pub(super) fn push(&mut self, leaf: Hash) -> Vec<StoredTile> {
        self.size = self.size.saturating_add(1);
        let mut filled = Vec::new();
        let mut carry = leaf;
        for level in 0..LEVELS {
            let slot = usize::from(level);
            if self.open.len() <= slot {
                self.open.push(Vec::new());
            }
            let Some(tile) = self.open.get_mut(slot) else {
                break;
            };
            tile.extend_from_slice(&carry.0);
            if tile.len() < width_of(WIDTH) {
                break;
            }
            let hashes = std::mem::take(tile);
            carry = Tile::subtree_hash(&hashes);
            let n = (hashes_at(level, self.size) / WIDTH).saturating_sub(1);
            filled.push(StoredTile { level, n, hashes });
        }
        filled
    }

    /// The tiles at the edge that are not full.
    pub(super) fn partial(&self) -> Vec<StoredTile> {
        (0..LEVELS)
            .zip(&self.open)
            .filter(|(_, hashes)| !hashes.is_empty())
            .map(|(level, hashes)| StoredTile {
                level,
                n: hashes_at(level, self.size) / WIDTH,
                hashes: hashes.clone(),
            })
            .collect()
    }

    /// The RFC 6962 root.
    pub(super) fn root(&self) -> Result<Hash, StoreError> {
        tlog::tree_hash(self.size, self)
            .map_err(|error| StoreError::corrupt("log_tile", self.size, error.to_string()))
    }

    /// How many tiles a tree of this size has.
    pub(super) fn count(&self) -> u64 {
        (0..LEVELS)
            .map(|level| hashes_at(level, self.size).div_ceil(WIDTH))
            .sum()
    }
}

impl HashReader for Tiles {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, tlog::Error> {
        indexes
            .iter()
            .map(|index| {
                let wanted = Tile::from_index(HEIGHT, *index);
                let hashes = self
                    .open
                    .get(usize::from(wanted.level()))
                    .ok_or(tlog::Error::IndexesNotInTree)?;
                wanted.hash_at_index(hashes, *index)
            })
            .collect()
    }
}

/// How many hashes level `level` holds in a tree of `size` leaves.
fn hashes_at(level: u8, size: u64) -> u64 {
    size.checked_shr(u32::from(level) * u32::from(HEIGHT))
        .unwrap_or(0)
}

/// The bytes of `count` hashes of one tile.
fn width_of(count: u64) -> usize {
    usize::try_from(count)
        .unwrap_or(usize::MAX)
        .saturating_mul(HASH_SIZE)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6962 2.1, written out.
    fn rfc6962(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => tlog::EMPTY_HASH,
            [one] => *one,
            many => {
                let half = many.len().next_power_of_two() / 2;
                tlog::node_hash(rfc6962(&many[..half]), rfc6962(&many[half..]))
            }
        }
    }

    #[test]
    fn the_root_is_that_of_the_rfc_at_every_size_across_tile_edges() {
        let leaves: Vec<Hash> = (0..700u32)
            .map(|n| tlog::record_hash(&n.to_be_bytes()))
            .collect();
        let mut tiles = Tiles::default();
        for (n, leaf) in leaves.iter().enumerate() {
            tiles.push(*leaf);
            assert_eq!(
                tiles.root().unwrap(),
                rfc6962(&leaves[..=n]),
                "size {}",
                n + 1
            );
        }
    }

    #[test]
    fn the_tiles_are_those_the_library_would_publish() {
        let mut tiles = Tiles::default();
        let mut stored: Vec<(u8, u64, usize)> = Vec::new();
        for n in 0..70_000u32 {
            for tile in tiles.push(tlog::record_hash(&n.to_be_bytes())) {
                stored.push((tile.level, tile.n, tile.hashes.len()));
            }
        }
        stored.extend(
            tiles
                .partial()
                .iter()
                .map(|t| (t.level, t.n, t.hashes.len())),
        );
        let mut published: Vec<(u8, u64, usize)> = Tile::new_tiles(HEIGHT, 0, 70_000)
            .iter()
            .map(|t| (t.level(), t.level_index(), width_of(u64::from(t.width()))))
            .collect();
        stored.sort_unstable();
        published.sort_unstable();
        assert_eq!(stored, published);
        assert_eq!(tiles.count(), u64::try_from(stored.len()).unwrap());
    }
}
