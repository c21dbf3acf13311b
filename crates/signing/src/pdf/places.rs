//! Where objects stand, over all sections of a chain: with a hundred revisions, asking one section after the other would
//! cost the square of their number.

use std::sync::Arc;

use super::xref::{Section, XrefEntry};

/// What every section but the oldest says, by number, newest first. The oldest, as a rule the largest by far, is left to
/// its own order.
pub(super) struct Places(Vec<Said>);

/// What a section says of an object.
struct Said {
    number: u32,
    /// Counted from the newest.
    section: u32,
    entry: XrefEntry,
}

impl Places {
    /// Of sections, newest first.
    pub(super) fn of(sections: &[Arc<Section>]) -> Self {
        let appended = sections.split_last().map_or(&[][..], |(_, newer)| newer);
        let mut places = Vec::with_capacity(appended.iter().map(|one| one.entries.len()).sum());
        for (section, of) in (0_u32..).zip(appended) {
            places.extend(of.entries().map(|(number, entry)| Said {
                number,
                section,
                entry,
            }));
        }
        // Each section is in order already, and a sort that keeps equals in theirs makes use of it.
        places.sort_by_key(|said| said.number);
        Self(places)
    }

    /// What the first section says that knows the object, from `newest` on to older ones.
    pub(super) fn lookup(&self, number: u32, newest: usize) -> Option<XrefEntry> {
        let newest = u32::try_from(newest).unwrap_or(u32::MAX);
        let at = self
            .0
            .partition_point(|said| (said.number, said.section) < (number, newest));
        let found = self.0.get(at)?;
        (found.number == number).then_some(found.entry)
    }
}
