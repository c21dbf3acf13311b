//! How a register follows from its events.

use super::{Book, Entry, EntryState, Fact, Register};
use crate::{event::Event, id::RegisterId};

/// The register after one more event.
#[must_use]
pub fn evolve(mut register: Register, event: &Event<Fact>) -> Register {
    register.version = register.version.saturating_add(1);
    match &event.fact {
        Fact::Opened { key, pattern } => {
            register.book = Some(Book {
                key: *key,
                pattern: pattern.clone(),
            });
        }
        Fact::Reserved { naskah, nomor } => {
            register.last = register.last.max(nomor.urut());
            let entry = Entry {
                naskah: *naskah,
                nomor: nomor.clone(),
                state: EntryState::Reserved,
            };
            register.entries.insert(nomor.urut(), entry);
        }
        Fact::Issued { urut, .. } => set(&mut register, *urut, EntryState::Issued),
        Fact::Cancelled { urut, reason, .. } => {
            set(
                &mut register,
                *urut,
                EntryState::Cancelled { reason: *reason },
            );
        }
    }
    register
}

/// The register that these events make.
pub fn replay<'a>(id: RegisterId, events: impl IntoIterator<Item = &'a Event<Fact>>) -> Register {
    events.into_iter().fold(Register::new(id), evolve)
}

fn set(register: &mut Register, urut: u32, state: EntryState) {
    if let Some(entry) = register.entries.get_mut(&urut) {
        entry.state = state;
    }
}
