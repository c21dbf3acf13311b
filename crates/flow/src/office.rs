//! The office as a plain value: who holds what, and who may act for which position at an instant.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    id::{JabatanId, MandatId, OpdId, PejabatId},
    jabatan::{Holding, Jabatan},
    mandat::{Kapasitas, Mandat, Matter, Penerima},
    opd::Opd,
    pejabat::Pejabat,
    time::{CalendarDate, Timestamp, Zone},
};

/// A snapshot of the office.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Office {
    /// All OPD.
    pub opd: BTreeMap<OpdId, Opd>,
    /// All positions.
    pub jabatan: BTreeMap<JabatanId, Jabatan>,
    /// All officials.
    pub pejabat: BTreeMap<PejabatId, Pejabat>,
    /// Who holds which position when.
    pub holdings: Vec<Holding>,
    /// All delegations.
    pub mandat: BTreeMap<MandatId, Mandat>,
}

/// A person and the position they work in at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Actor {
    /// The person.
    pub pejabat: PejabatId,
    /// The position.
    pub jabatan: JabatanId,
}

/// By what right somebody acts for a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Authority {
    /// They hold it.
    Definitive,
    /// A delegation gives it to them.
    Mandat {
        /// Which.
        mandat: MandatId,
        /// In what capacity.
        kapasitas: Kapasitas,
    },
}

impl Office {
    /// The office made of these rows.
    pub fn new(
        opd: impl IntoIterator<Item = Opd>,
        jabatan: impl IntoIterator<Item = Jabatan>,
        pejabat: impl IntoIterator<Item = Pejabat>,
        holdings: impl IntoIterator<Item = Holding>,
        mandat: impl IntoIterator<Item = Mandat>,
    ) -> Self {
        Self {
            opd: opd.into_iter().map(|row| (row.id, row)).collect(),
            jabatan: jabatan.into_iter().map(|row| (row.id, row)).collect(),
            pejabat: pejabat.into_iter().map(|row| (row.id, row)).collect(),
            holdings: holdings.into_iter().collect(),
            mandat: mandat.into_iter().map(|row| (row.id(), row)).collect(),
        }
    }

    /// The zone of an OPD; WIB for one that is not known.
    pub fn zone(&self, opd: OpdId) -> Zone {
        self.opd.get(&opd).map(|opd| opd.zone).unwrap_or_default()
    }

    /// The date it is in that OPD.
    pub fn date_in(&self, opd: OpdId, at: Timestamp) -> CalendarDate {
        at.date_in(self.zone(opd))
    }

    /// Who holds the position definitively at that instant.
    pub fn holder(&self, jabatan: JabatanId, at: Timestamp) -> Option<PejabatId> {
        self.holdings
            .iter()
            .find(|row| row.jabatan == jabatan && row.interval.contains(at))
            .map(|row| row.pejabat)
    }

    /// Whether that person holds that position definitively at that instant.
    pub fn holds(&self, pejabat: PejabatId, jabatan: JabatanId, at: Timestamp) -> bool {
        self.holdings.iter().any(|row| {
            row.jabatan == jabatan && row.pejabat == pejabat && row.interval.contains(at)
        })
    }

    /// By what right the actor may act for a position in that matter at that instant, if by any.
    pub fn authority(
        &self,
        actor: &Actor,
        jabatan: JabatanId,
        matter: Matter,
        at: Timestamp,
    ) -> Option<Authority> {
        if self.holds(actor.pejabat, jabatan, at) {
            return Some(Authority::Definitive);
        }
        self.mandat
            .values()
            .filter(|mandat| mandat.of() == jabatan && mandat.covers(matter, at))
            .find(|mandat| self.receives(actor, mandat, matter, at))
            .map(|mandat| Authority::Mandat {
                mandat: mandat.id(),
                kapasitas: mandat.kapasitas(),
            })
    }

    /// Who would sign for the position: a Plt., Plh., Pj. or Pjs. in its place, or else its holder.
    pub fn signatory(
        &self,
        jabatan: JabatanId,
        matter: Matter,
        at: Timestamp,
    ) -> Option<(Actor, Authority)> {
        let acting = self
            .mandat
            .values()
            .filter(|mandat| mandat.of() == jabatan && mandat.covers(matter, at))
            .find_map(|mandat| match mandat.penerima() {
                Penerima::Pejabat(pejabat) => {
                    let actor = Actor { pejabat, jabatan };
                    self.receives(&actor, mandat, matter, at)
                        .then_some((actor, mandat))
                }
                Penerima::Jabatan(_) | Penerima::Below { .. } => None,
            });
        if let Some((actor, mandat)) = acting {
            let kapasitas = mandat.kapasitas();
            return Some((
                actor,
                Authority::Mandat {
                    mandat: mandat.id(),
                    kapasitas,
                },
            ));
        }
        let pejabat = self.holder(jabatan, at)?;
        Some((Actor { pejabat, jabatan }, Authority::Definitive))
    }

    fn receives(&self, actor: &Actor, mandat: &Mandat, matter: Matter, at: Timestamp) -> bool {
        let own = |jabatan| actor.jabatan == jabatan && self.holds(actor.pejabat, jabatan, at);
        match (mandat.kapasitas(), mandat.penerima()) {
            // Somebody who holds the post definitively leaves no room for a Plt.
            (Kapasitas::Plt, Penerima::Pejabat(pejabat)) => {
                pejabat == actor.pejabat && self.holder(mandat.of(), at).is_none()
            }
            (_, Penerima::Pejabat(pejabat)) => pejabat == actor.pejabat,
            (_, Penerima::Jabatan(jabatan)) => own(jabatan),
            (_, Penerima::Below { through, jabatan }) => {
                own(jabatan)
                    && self.mandat.values().any(|above| {
                        above.of() == mandat.of()
                            && above.penerima() == Penerima::Jabatan(through)
                            && above.covers(matter, at)
                    })
            }
        }
    }
}
