//! How an agenda entry follows from its events.

use super::{Agenda, Disposisi, Fact, State, Tahap};
use crate::{
    event::Event,
    id::{AgendaId, DisposisiId},
};

/// The entry after one more event.
#[must_use]
pub fn evolve(mut agenda: Agenda, event: &Event<Fact>) -> Agenda {
    agenda.version = agenda.version.saturating_add(1);
    match &event.fact {
        Fact::Received { mail } => {
            agenda.mail = Some(mail.clone());
            agenda.tahap = Tahap::Received { at: event.at };
        }
        Fact::Disposed {
            id,
            parent,
            from,
            to,
            instructions,
            note,
            deadline,
        } => {
            let node = Disposisi {
                id: *id,
                parent: *parent,
                from: *from,
                to: *to,
                instructions: instructions.clone(),
                note: *note,
                deadline: *deadline,
                state: State::Sent,
            };
            agenda.disposisi.insert(*id, node);
            if agenda.tahap != Tahap::FollowedUp {
                agenda.tahap = Tahap::Disposed;
            }
        }
        Fact::Recalled { id } => {
            set(&mut agenda, *id, State::Recalled);
            let stands = agenda
                .disposisi
                .values()
                .any(|node| node.state != State::Recalled);
            if !stands {
                agenda.tahap = Tahap::Received { at: event.at };
            }
        }
        Fact::Read { id } => set(&mut agenda, *id, State::Read { at: event.at }),
        Fact::FollowedUp { id, note, naskah } => {
            let state = State::FollowedUp {
                at: event.at,
                note: *note,
                naskah: *naskah,
            };
            set(&mut agenda, *id, state);
            agenda.tahap = Tahap::FollowedUp;
        }
        Fact::Completed => agenda.tahap = Tahap::Completed { at: event.at },
        Fact::Filed { .. } => agenda.tahap = Tahap::Filed,
    }
    agenda
}

/// The entry that these events make.
pub fn replay<'a>(id: AgendaId, events: impl IntoIterator<Item = &'a Event<Fact>>) -> Agenda {
    events.into_iter().fold(Agenda::new(id), evolve)
}

fn set(agenda: &mut Agenda, id: DisposisiId, state: State) {
    if let Some(node) = agenda.disposisi.get_mut(&id) {
        node.state = state;
    }
}
