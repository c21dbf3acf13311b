//! Positions and people as pages name them.

use flow::id::{JabatanId, OpdId};
use flow::mandat::Matter;
use flow::office::{Actor, Authority, Office};
use flow::time::Timestamp;

use super::view::{PersonState, PersonView};

/// Names people in one matter at one instant.
#[derive(Clone, Copy)]
pub(super) struct People<'a> {
    pub(super) office: &'a Office,
    pub(super) matter: Matter,
    pub(super) now: Timestamp,
}

impl People<'_> {
    /// Who would act for the position now.
    pub(super) fn would_act(&self, jabatan: JabatanId, state: PersonState) -> PersonView {
        let signatory = self.office.signatory(jabatan, self.matter, self.now);
        match signatory {
            Some((actor, authority)) => self.acted(jabatan, actor, authority, state),
            None => PersonView {
                jabatan,
                title: title(self.office, jabatan),
                name: String::new(),
                capacity: None,
                sk: None,
                state,
                note: None,
            },
        }
    }

    /// Who acted for the position, and by what right.
    pub(super) fn acted(
        &self,
        jabatan: JabatanId,
        actor: Actor,
        authority: Authority,
        state: PersonState,
    ) -> PersonView {
        let (capacity, sk) = match authority {
            Authority::Definitive => (None, None),
            Authority::Mandat { mandat, kapasitas } => {
                let mandat = self.office.mandat.get(&mandat);
                (Some(kapasitas), mandat.map(|mandat| mandat.sk().to_owned()))
            }
        };
        PersonView {
            jabatan,
            title: title(self.office, jabatan),
            name: name(self.office, actor),
            capacity,
            sk,
            state,
            note: None,
        }
    }

    /// Who acted, where the right does not matter any more.
    pub(super) fn did(&self, actor: Actor, state: PersonState) -> PersonView {
        let authority = self
            .office
            .authority(&actor, actor.jabatan, self.matter, self.now)
            .unwrap_or(Authority::Definitive);
        self.acted(actor.jabatan, actor, authority, state)
    }
}

/// The title of a position.
pub(super) fn title(office: &Office, jabatan: JabatanId) -> String {
    let found = office.jabatan.get(&jabatan);
    found.map_or_else(String::new, |jabatan| jabatan.title.clone())
}

/// The name of a person with what belongs to it.
pub(super) fn name(office: &Office, actor: Actor) -> String {
    let found = office.pejabat.get(&actor.pejabat);
    found.map_or_else(String::new, flow::pejabat::Pejabat::name_with_gelar)
}

/// The name of an OPD.
pub(super) fn opd_name(office: &Office, opd: OpdId) -> String {
    let found = office.opd.get(&opd);
    found.map_or_else(String::new, |opd| opd.name.clone())
}
