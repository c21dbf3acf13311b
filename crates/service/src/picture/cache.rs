//! Pictures that were made lately, in a bounded part of memory.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use flow::digest::Sha256;

use crate::desk::Picture;

/// Which picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub(crate) sha256: Sha256,
    pub(crate) page: u32,
    pub(crate) width: u32,
    pub(crate) marked: bool,
}

/// Pictures, the oldest let go first.
#[derive(Default)]
pub(crate) struct Pictures(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    pictures: HashMap<Key, Picture>,
    order: VecDeque<Key>,
    bytes: usize,
    pages: HashMap<Sha256, u32>,
}

impl Pictures {
    pub(crate) fn get(&self, key: &Key) -> Option<Picture> {
        self.kept().pictures.get(key).cloned()
    }

    /// How many pages a version has, if that is known.
    pub(crate) fn pages(&self, sha256: Sha256) -> Option<u32> {
        self.kept().pages.get(&sha256).copied()
    }

    pub(crate) fn keep(&self, key: Key, picture: &Picture) {
        let mut kept = self.kept();
        if kept.pages.len() >= MOST_COUNTS {
            kept.pages.clear();
        }
        kept.pages.insert(key.sha256, picture.pages);
        if picture.png.len() > MOST_BYTES || kept.pictures.contains_key(&key) {
            return;
        }
        kept.bytes += picture.png.len();
        kept.order.push_back(key);
        kept.pictures.insert(key, picture.clone());
        while kept.bytes > MOST_BYTES {
            let Some(oldest) = kept.order.pop_front() else {
                break;
            };
            if let Some(gone) = kept.pictures.remove(&oldest) {
                kept.bytes -= gone.png.len();
            }
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const MOST_BYTES: usize = 16 << 20;
const MOST_COUNTS: usize = 10_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn key(page: u32) -> Key {
        Key {
            sha256: Sha256([7; 32]),
            page,
            width: 100,
            marked: false,
        }
    }

    #[test]
    fn the_oldest_pictures_go_when_the_room_is_full_and_the_page_count_stays() {
        let pictures = Pictures::default();
        let picture = Picture {
            png: vec![0; MOST_BYTES / 2],
            pages: 3,
        };
        for page in 0..3 {
            pictures.keep(key(page), &picture);
        }
        assert_eq!(pictures.get(&key(0)), None);
        assert!(pictures.get(&key(1)).is_some() && pictures.get(&key(2)).is_some());
        assert_eq!(pictures.pages(Sha256([7; 32])), Some(3));
    }
}
