//! Where objects stand, over all sections of a chain: with a hundred revisions, asking one section after the other would
//! cost the square of their number.

use std::sync::Arc;

use super::xref::{Section, XrefEntry};

/// What every section but the oldest says, by number, newest first. The oldest, as a rule the largest by far, is left to
/// its own order.
pub(super) struct Places(Vec<(u32, usize, XrefEntry)>);

impl Places {
    /// Of sections, newest first.
    pub(super) fn of(sections: &[Arc<Section>]) -> Self {
        let appended = sections.split_last().map_or(&[][..], |(_, newer)| newer);
        let mut places: Vec<(u32, usize, XrefEntry)> = appended
            .iter()
            .enumerate()
            .flat_map(|(at, section)| {
                section
                    .entries()
                    .map(move |(number, entry)| (number, at, entry))
            })
            .collect();
        // Stable, because of the order that is there already.
        places.sort_by_key(|(number, section, _)| (*number, *section));
        Self(places)
    }

    /// What the first section says that knows the object, from `newest` on to older ones.
    pub(super) fn lookup(&self, number: u32, newest: usize) -> Option<XrefEntry> {
        let at = self
            .0
            .partition_point(|(other, section, _)| (*other, *section) < (number, newest));
        let (found, _, entry) = self.0.get(at)?;
        (*found == number).then_some(*entry)
    }
}
