//! Where objects stand, over all sections of a chain: with a hundred revisions, asking one section after the other would
//! cost the square of their number.

use std::sync::Arc;

use super::xref::{Section, XrefEntry};
use crate::num::to_u64;

/// What every section but the oldest says, by number, newest first. The oldest, as a rule the largest by far, is left to
/// its own order.
pub(super) struct Places(Vec<(u64, XrefEntry)>);

impl Places {
    /// Of sections, newest first.
    pub(super) fn of(sections: &[Arc<Section>]) -> Self {
        let appended = sections.split_last().map_or(&[][..], |(_, newer)| newer);
        let mut places = Vec::new();
        for (section, of) in appended.iter().enumerate() {
            places.extend(
                of.entries()
                    .map(|(number, entry)| (key(number, section), entry)),
            );
        }
        places.sort_unstable_by_key(|(key, _)| *key);
        Self(places)
    }

    /// What the first section says that knows the object, from `newest` on to older ones.
    pub(super) fn lookup(&self, number: u32, newest: usize) -> Option<XrefEntry> {
        let at = self
            .0
            .partition_point(|(other, _)| *other < key(number, newest));
        let (found, entry) = self.0.get(at)?;
        (found >> 32 == u64::from(number)).then_some(*entry)
    }
}

/// By number first, then by section; of these there are never as many as fit.
fn key(number: u32, section: usize) -> u64 {
    u64::from(number) << 32 | to_u64(section).min(u64::from(u32::MAX))
}
