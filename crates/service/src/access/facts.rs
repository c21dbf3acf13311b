//! What the policy needs to know of a letter or an entry.

use std::collections::BTreeSet;

use flow::agenda::{Agenda, State};
use flow::id::{JabatanId, OpdId, PejabatId};
use flow::jenis::JenisNaskah;
use flow::mandat::Matter;
use flow::naskah::{Draft, Naskah, Tahap};
use flow::office::Actor;
use flow::sifat::Keamanan;

/// A letter, as the policy sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterFacts {
    /// Its kind, and whose it is.
    pub matter: Matter,
    /// Its secrecy.
    pub keamanan: Keamanan,
    /// Who began it.
    pub drafter: Actor,
    /// Positions that initial or sign it.
    pub chain: BTreeSet<JabatanId>,
    /// Positions that sign it.
    pub signers: Vec<JabatanId>,
    /// Whether it has left its drafter's hands.
    pub submitted: bool,
    /// Positions whose turn it is.
    pub awaited: Vec<JabatanId>,
    /// People who have initialled or signed it.
    pub acted: BTreeSet<PejabatId>,
    /// Entries it came into as mail.
    pub mail: Vec<AgendaFacts>,
}

/// An agenda entry, as the policy sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgendaFacts {
    /// The receiving OPD.
    pub opd: OpdId,
    /// The secrecy of the letter.
    pub keamanan: Keamanan,
    /// The position it is addressed to.
    pub to: JabatanId,
    /// Positions that were asked by a disposisi that stands.
    pub asked: BTreeSet<JabatanId>,
    /// Positions that asked by one.
    pub asking: BTreeSet<JabatanId>,
    /// Positions that still owe something, the addressee first while nothing was done.
    pub awaited: Vec<JabatanId>,
}

impl LetterFacts {
    /// The facts of a letter that was begun, and of the entries it came into.
    pub fn of(naskah: &Naskah, draft: &Draft, mail: Vec<AgendaFacts>) -> Self {
        let parafs = draft.chain.parafs().iter();
        let chain = parafs.flat_map(|stage| stage.participants.iter().copied());
        let signed = naskah.tahap().signatures().iter().map(|one| one.pejabat);
        let initialled = naskah.parafs().iter().map(|paraf| paraf.pejabat);
        let submitted = match naskah.tahap() {
            Tahap::New | Tahap::Draft | Tahap::Withdrawn => false,
            Tahap::Review { .. }
            | Tahap::Returned { .. }
            | Tahap::Ready
            | Tahap::Signing { .. }
            | Tahap::Signed { .. }
            | Tahap::Dispatched { .. }
            | Tahap::Filed { .. }
            | Tahap::Rejected { .. }
            | Tahap::Cancelled { .. } => true,
        };
        Self {
            matter: draft.content.matter(),
            keamanan: draft.content.keamanan,
            drafter: draft.drafter,
            chain: chain.chain(draft.chain.signers().iter().copied()).collect(),
            signers: draft.chain.signers().to_vec(),
            submitted,
            awaited: naskah.awaited(),
            acted: signed.chain(initialled).collect(),
            mail,
        }
    }
}

impl AgendaFacts {
    /// The facts of an entry; `None` before anything came in.
    pub fn of(agenda: &Agenda, keamanan: Keamanan) -> Option<Self> {
        let mail = agenda.mail()?;
        let standing = || {
            agenda
                .disposisi()
                .values()
                .filter(|node| node.state != State::Recalled)
        };
        let untouched = agenda.disposisi().is_empty().then_some(mail.to);
        Some(Self {
            opd: mail.opd,
            keamanan,
            to: mail.to,
            asked: standing().map(|node| node.to).collect(),
            asking: standing().map(|node| node.from).collect(),
            awaited: untouched
                .into_iter()
                .chain(agenda.open().map(|node| node.to))
                .collect(),
        })
    }

    /// What delegations are asked about.
    pub const fn matter(&self) -> Matter {
        Matter {
            jenis: JenisNaskah::LembarDisposisi,
            opd: self.opd,
        }
    }
}
