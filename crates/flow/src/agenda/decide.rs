//! What the agenda permits.

use std::collections::BTreeSet;

use super::{Agenda, AgendaRefusal, Disposisi, Fact, Instruksi, Mail, State, Tahap};
use crate::{
    event::Event,
    id::{BlobId, DisposisiId, JabatanId, NaskahId},
    klasifikasi::KodeKlasifikasi,
    office::{Actor, Office},
    time::Timestamp,
};

/// What can be asked of an agenda entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Enter incoming mail.
    Receive(Mail),
    /// Ask positions for something.
    Dispose {
        /// For this position: the one addressed, or the one the parent was given to.
        from: JabatanId,
        /// The disposisi passed on.
        parent: Option<DisposisiId>,
        /// Who is asked.
        targets: Vec<Target>,
        /// For what.
        instructions: BTreeSet<Instruksi>,
        /// Free text.
        note: Option<BlobId>,
        /// Until when.
        deadline: Option<Timestamp>,
    },
    /// Take an unread disposisi back.
    Recall {
        /// Which.
        id: DisposisiId,
    },
    /// Mark as read. Reading again changes nothing.
    MarkRead {
        /// Which.
        id: DisposisiId,
    },
    /// Report what was done.
    FollowUp {
        /// Which.
        id: DisposisiId,
        /// What was done, in free text.
        note: BlobId,
        /// The letter that answers.
        naskah: Option<NaskahId>,
    },
    /// Close it: nothing is open, or no disposisi was needed.
    Complete,
    /// Put it into the archive.
    File {
        /// Under this code.
        klasifikasi: KodeKlasifikasi,
    },
}

/// A position that is asked, and the identity of that disposisi.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// Identity of the new disposisi.
    pub id: DisposisiId,
    /// Who is asked.
    pub to: JabatanId,
}

/// The events a command leads to.
///
/// # Errors
/// The rule that forbids it, and who can put it right.
pub fn decide(
    agenda: &Agenda,
    command: Command,
    actor: &Actor,
    office: &Office,
    now: Timestamp,
) -> Result<Vec<Event<Fact>>, AgendaRefusal> {
    let ask = Ask {
        agenda,
        actor,
        office,
        now,
    };
    let facts = match command {
        Command::Receive(mail) => ask.receive(mail).map(|fact| vec![fact]),
        Command::Dispose {
            from,
            parent,
            targets,
            instructions,
            note,
            deadline,
        } => {
            ask.may_dispose(from, parent, &targets)?;
            if instructions.is_empty() {
                return Err(AgendaRefusal::NoInstruction);
            }
            if deadline.is_some_and(|deadline| deadline <= now) {
                return Err(AgendaRefusal::Deadline);
            }
            let fact = |Target { id, to }| {
                let instructions = instructions.clone();
                Fact::Disposed {
                    id,
                    parent,
                    from,
                    to,
                    instructions,
                    note,
                    deadline,
                }
            };
            Ok(targets.into_iter().map(fact).collect())
        }
        Command::Recall { id } => ask.recall(id).map(|fact| vec![fact]),
        Command::MarkRead { id } => ask.mark_read(id),
        Command::FollowUp { id, note, naskah } => ask.follow_up(id, note, naskah),
        Command::Complete => ask.complete().map(|fact| vec![fact]),
        Command::File { klasifikasi } => ask.file(klasifikasi).map(|fact| vec![fact]),
    }?;
    Ok(facts
        .into_iter()
        .map(|fact| Event {
            at: now,
            by: *actor,
            fact,
        })
        .collect())
}

struct Ask<'a> {
    agenda: &'a Agenda,
    actor: &'a Actor,
    office: &'a Office,
    now: Timestamp,
}

impl Ask<'_> {
    fn receive(&self, mail: Mail) -> Result<Fact, AgendaRefusal> {
        if self.agenda.tahap != Tahap::New {
            return Err(AgendaRefusal::Exists);
        }
        let addressed = self.office.jabatan.get(&mail.to);
        if addressed.is_none_or(|jabatan| jabatan.opd != mail.opd) {
            return Err(AgendaRefusal::OtherOpd);
        }
        Ok(Fact::Received { mail })
    }

    fn may_dispose(
        &self,
        from: JabatanId,
        parent: Option<DisposisiId>,
        targets: &[Target],
    ) -> Result<(), AgendaRefusal> {
        let mail = self.live()?;
        let giver = match parent {
            None => mail.to,
            Some(parent) => self.standing(parent)?.to,
        };
        if from != giver {
            return Err(AgendaRefusal::NoAuthority);
        }
        self.acting_for(from)?;
        let to: BTreeSet<_> = targets.iter().map(|target| target.to).collect();
        let ids: BTreeSet<_> = targets.iter().map(|target| target.id).collect();
        let known = to
            .iter()
            .all(|jabatan| self.office.jabatan.contains_key(jabatan));
        let fresh = ids.iter().all(|id| !self.agenda.disposisi.contains_key(id));
        let distinct = to.len() == targets.len() && ids.len() == targets.len();
        if targets.is_empty() || !known || !fresh || !distinct || to.contains(&from) {
            return Err(AgendaRefusal::Targets);
        }
        Ok(())
    }

    fn recall(&self, id: DisposisiId) -> Result<Fact, AgendaRefusal> {
        self.live()?;
        let node = self.node(id)?;
        self.acting_for(node.from)?;
        match node.state {
            State::Sent if self.agenda.passed_on(id) => Err(AgendaRefusal::Read),
            State::Sent => Ok(Fact::Recalled { id }),
            State::Read { .. } => Err(AgendaRefusal::Read),
            State::FollowedUp { .. } | State::Recalled => Err(AgendaRefusal::Closed),
        }
    }

    fn mark_read(&self, id: DisposisiId) -> Result<Vec<Fact>, AgendaRefusal> {
        self.live()?;
        let node = self.node(id)?;
        self.acting_for(node.to)?;
        match node.state {
            State::Sent => Ok(vec![Fact::Read { id }]),
            State::Read { .. } | State::FollowedUp { .. } => Ok(Vec::new()),
            State::Recalled => Err(AgendaRefusal::Closed),
        }
    }

    /// Whoever follows up has read: an unread disposisi is marked so first.
    fn follow_up(
        &self,
        id: DisposisiId,
        note: BlobId,
        naskah: Option<NaskahId>,
    ) -> Result<Vec<Fact>, AgendaRefusal> {
        let mut facts = self.mark_read(id)?;
        self.standing(id)?;
        facts.push(Fact::FollowedUp { id, note, naskah });
        Ok(facts)
    }

    fn complete(&self) -> Result<Fact, AgendaRefusal> {
        let mail = self.live()?;
        self.acting_for(mail.to)?;
        if self.agenda.open().next().is_some() {
            return Err(AgendaRefusal::Open);
        }
        Ok(Fact::Completed)
    }

    fn file(&self, klasifikasi: KodeKlasifikasi) -> Result<Fact, AgendaRefusal> {
        if !matches!(self.agenda.tahap, Tahap::Completed { .. }) {
            return Err(self.stage());
        }
        Ok(Fact::Filed { klasifikasi })
    }

    /// The mail, while something can still be done about it.
    fn live(&self) -> Result<&Mail, AgendaRefusal> {
        match self.agenda.tahap {
            Tahap::Received { .. } | Tahap::Disposed | Tahap::FollowedUp => {
                self.agenda.mail.as_ref().ok_or(self.stage())
            }
            Tahap::New | Tahap::Completed { .. } | Tahap::Filed => Err(self.stage()),
        }
    }

    fn stage(&self) -> AgendaRefusal {
        AgendaRefusal::Stage(self.agenda.tahap.word())
    }

    fn node(&self, id: DisposisiId) -> Result<&Disposisi, AgendaRefusal> {
        self.agenda
            .disposisi
            .get(&id)
            .ok_or(AgendaRefusal::UnknownDisposisi)
    }

    /// The disposisi, while it is neither recalled nor followed up.
    fn standing(&self, id: DisposisiId) -> Result<&Disposisi, AgendaRefusal> {
        let node = self.node(id)?;
        match node.state {
            State::Sent | State::Read { .. } => Ok(node),
            State::FollowedUp { .. } | State::Recalled => Err(AgendaRefusal::Closed),
        }
    }

    fn acting_for(&self, jabatan: JabatanId) -> Result<(), AgendaRefusal> {
        let matter = self.live()?.matter();
        let authority = self.office.authority(self.actor, jabatan, matter, self.now);
        authority.map(|_| ()).ok_or(AgendaRefusal::NoAuthority)
    }
}
