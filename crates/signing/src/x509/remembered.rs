//! What was checked already. A file has one security store and many signatures, each of whose certificates is looked up in
//! all of it: without this, a list of 40 MB with a wrong signature cost its digest once for every certificate.

use std::sync::{Arc, Mutex, PoisonError};

use super::signature::{Checked, PublicKey};

/// By which keys something was signed, and by which it was not; shared by its copies.
#[derive(Debug, Clone, Default)]
pub(super) struct Remembered(Arc<Mutex<Vec<(PublicKey, Checked)>>>);

impl Remembered {
    /// What `check` says of this key, which is asked once.
    pub(super) fn of(&self, key: &PublicKey, check: impl FnOnce() -> Checked) -> Checked {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, checked)) = known.iter().find(|(one, _)| one == key) {
            return checked.clone();
        }
        let checked = check();
        if known.len() < MOST {
            known.push((key.clone(), checked.clone()));
        }
        checked
    }
}

/// What is remembered of a thing is no part of it.
impl PartialEq for Remembered {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Remembered {}

const MOST: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x509::signature::KeyKind;

    #[test]
    fn each_key_is_asked_about_once_whichever_copy_is_asked() {
        let key = |first| PublicKey {
            kind: KeyKind::P256,
            bytes: vec![first],
        };
        let remembered = Remembered::default();
        assert_eq!(remembered.of(&key(1), || Checked::Good), Checked::Good);
        let copy = remembered.clone();
        assert_eq!(copy.of(&key(1), || unreachable!()), Checked::Good);
        assert_eq!(copy.of(&key(2), || Checked::Bad), Checked::Bad);
        assert_eq!(remembered.of(&key(2), || unreachable!()), Checked::Bad);
    }
}
