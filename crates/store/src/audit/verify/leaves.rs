//! Leaves against tiles, tiles against the signed root.
//!
//! The root is computed from the leaves. If it is the signed one, the leaves are right and a tile that
//! differs was changed; if not, the leaves whose hash is not the one in the tile were changed.

use std::collections::BTreeMap;

use tlog_tiles::tlog::{HASH_SIZE, Hash, record_hash};

use super::heads::Heads;
use super::{Offence, PAGE};
use crate::audit::leaf::{Body, id_of, stream_name};
use crate::audit::tiles::{StoredTile, Tiles};
use crate::row::LeafColumns;
use crate::{StoreError, Tx};

/// How many leaves there are.
pub(super) struct Counted {
    /// With an index.
    pub indexed: u64,
    /// Without one, and new.
    pub waiting: u64,
}

/// Checks every leaf, every tile and every signed root.
pub(super) async fn check(
    tx: &mut Tx,
    heads: &Heads,
    offences: &mut Vec<Offence>,
) -> Result<Counted, StoreError> {
    let mut walk = Walk::new(heads);
    let mut after = i64::MIN;
    loop {
        let page = tx.leaves_from(after, PAGE).await?;
        let Some(last) = page.last().and_then(|leaf| leaf.idx) else {
            break;
        };
        after = last;
        for leaf in &page {
            walk.leaf(tx, leaf, offences).await?;
        }
    }
    walk.fill_until(tx, heads.size).await?;
    walk.finish(tx, offences).await
}

/// The walk over the leaves in the order of their index.
struct Walk<'a> {
    heads: &'a Heads,
    tiles: Tiles,
    /// The stored level-0 tile that holds the next index.
    stored: Option<Vec<u8>>,
    indexed: u64,
    /// Index to leaf, where the leaf's hash is not the stored one.
    differing: BTreeMap<u64, String>,
    /// Index to stored hash, where no leaf has the index.
    missing: BTreeMap<u64, Option<Hash>>,
    changed_tiles: Vec<(u8, u64)>,
    first_wrong_root: Option<u64>,
}

impl<'a> Walk<'a> {
    fn new(heads: &'a Heads) -> Self {
        Self {
            heads,
            tiles: Tiles::default(),
            stored: None,
            indexed: 0,
            differing: BTreeMap::new(),
            missing: BTreeMap::new(),
            changed_tiles: Vec::new(),
            first_wrong_root: None,
        }
    }

    async fn leaf(
        &mut self,
        tx: &mut Tx,
        leaf: &LeafColumns,
        offences: &mut Vec<Offence>,
    ) -> Result<(), StoreError> {
        self.indexed = self.indexed.saturating_add(1);
        check_columns(leaf, offences);
        let Some(raw) = leaf.idx else { return Ok(()) };
        let Some(index) = u64::try_from(raw)
            .ok()
            .filter(|index| *index < self.heads.size)
        else {
            offences.push(Offence::IndexOutside {
                leaf: leaf.id.simple().to_string(),
                index: raw,
            });
            return Ok(());
        };
        self.fill_until(tx, index).await?;
        let hash = record_hash(leaf.body.as_bytes());
        if self.stored_hash(tx).await? != Some(hash) {
            self.differing.insert(index, leaf.id.simple().to_string());
        }
        self.push(tx, hash).await
    }

    /// Passes over indices that no leaf has; the stored hash stands in, so that the rest stays checkable.
    async fn fill_until(&mut self, tx: &mut Tx, index: u64) -> Result<(), StoreError> {
        while self.tiles.size() < index {
            let stored = self.stored_hash(tx).await?;
            self.missing.insert(self.tiles.size(), stored);
            self.push(tx, stored.unwrap_or(Hash([0; HASH_SIZE])))
                .await?;
        }
        Ok(())
    }

    /// The hash the stored tiles hold for the next index.
    async fn stored_hash(&mut self, tx: &mut Tx) -> Result<Option<Hash>, StoreError> {
        let index = self.tiles.size();
        let place = index % 256;
        if place == 0 || self.stored.is_none() {
            self.stored = Some(tx.tile(0, index / 256).await?.unwrap_or_default());
        }
        let start = usize::try_from(place)
            .unwrap_or(usize::MAX)
            .saturating_mul(HASH_SIZE);
        let hash = self
            .stored
            .as_deref()
            .and_then(|tile| tile.get(start..start.saturating_add(HASH_SIZE)))
            .and_then(|bytes| bytes.try_into().ok())
            .map(Hash);
        Ok(hash)
    }

    async fn push(&mut self, tx: &mut Tx, hash: Hash) -> Result<(), StoreError> {
        let filled = self.tiles.push(hash);
        self.compare(tx, filled).await?;
        let size = self.tiles.size();
        if let Some(signed) = self.heads.roots.get(&size)
            && self.first_wrong_root.is_none()
            && self.tiles.root()?.0 != signed.0
        {
            self.first_wrong_root = Some(size);
        }
        Ok(())
    }

    async fn compare(&mut self, tx: &mut Tx, tiles: Vec<StoredTile>) -> Result<(), StoreError> {
        for tile in tiles {
            if tx.tile(tile.level, tile.n).await?.as_ref() != Some(&tile.hashes) {
                self.changed_tiles.push((tile.level, tile.n));
            }
        }
        Ok(())
    }

    async fn finish(
        mut self,
        tx: &mut Tx,
        offences: &mut Vec<Offence>,
    ) -> Result<Counted, StoreError> {
        let partial = self.tiles.partial();
        self.compare(tx, partial).await?;
        let (stored, expected) = (tx.tile_count().await?, self.tiles.count());
        if stored != expected {
            offences.push(Offence::TileCount { stored, expected });
        }
        let waiting = self.waiting(tx, offences).await?;
        for index in self.missing.keys() {
            offences.push(Offence::IndexMissing { index: *index });
        }
        match self.first_wrong_root {
            // The leaves are the signed ones; what differs are the tiles.
            None => offences.extend(
                self.changed_tiles
                    .into_iter()
                    .map(|(level, n)| Offence::TileChanged { level, n }),
            ),
            Some(size) => {
                offences.push(Offence::RootDiffers { size });
                offences.extend(self.differing.into_iter().map(|(index, leaf)| {
                    Offence::LeafChanged {
                        leaf,
                        index: i64::try_from(index).ok(),
                    }
                }));
            }
        }
        Ok(Counted {
            indexed: self.indexed,
            waiting,
        })
    }

    /// Leaves without an index: new ones wait; one that the log already holds has lost its index.
    async fn waiting(&self, tx: &mut Tx, offences: &mut Vec<Offence>) -> Result<u64, StoreError> {
        let lost: BTreeMap<[u8; HASH_SIZE], u64> = self
            .missing
            .iter()
            .filter_map(|(index, stored)| stored.map(|hash| (hash.0, *index)))
            .collect();
        let mut waiting: u64 = 0;
        for leaf in tx.leaves_without_index().await? {
            check_columns(&leaf, offences);
            match lost.get(&record_hash(leaf.body.as_bytes()).0) {
                Some(index) => offences.push(Offence::IndexLost {
                    leaf: leaf.id.simple().to_string(),
                    index: *index,
                }),
                None => waiting = waiting.saturating_add(1),
            }
        }
        Ok(waiting)
    }
}

/// The columns beside the body say what the body says.
fn check_columns(leaf: &LeafColumns, offences: &mut Vec<Offence>) {
    let agrees = serde_json::from_str::<Body>(&leaf.body).is_ok_and(|body| {
        body.stream == stream_name(&leaf.stream_kind, leaf.stream_id)
            && body.version == leaf.version
    });
    if !agrees || id_of(&leaf.body) != leaf.id {
        offences.push(Offence::LeafChanged {
            leaf: leaf.id.simple().to_string(),
            index: leaf.idx,
        });
    }
}
