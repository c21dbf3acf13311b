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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        jenis::JenisNaskah,
        mandat::{MandatError, MandatRow},
        testing::{self, NOW},
    };

    fn row(kapasitas: Kapasitas, of: u8) -> MandatRow {
        MandatRow {
            id: testing::mandat(of),
            kapasitas,
            of: testing::jabatan(of),
            pejabat: None,
            jabatan: None,
            through: None,
            sk: "800/1/2026".to_owned(),
            kinds: [JenisNaskah::SuratDinas].into(),
            opd: Some(testing::opd(1)),
            from: NOW,
            until: NOW.plus_seconds(60),
        }
    }

    fn matter(jenis: JenisNaskah) -> Matter {
        Matter {
            jenis,
            opd: testing::opd(1),
        }
    }

    fn kapasitas(office: &Office, actor: u8, of: u8, at: Timestamp) -> Option<Authority> {
        let matter = matter(JenisNaskah::SuratDinas);
        office.authority(&testing::actor(actor), testing::jabatan(of), matter, at)
    }

    #[test]
    fn a_delegation_holds_within_its_interval_and_scope_only() {
        let plh = MandatRow {
            pejabat: Some(testing::pejabat(2)),
            ..row(Kapasitas::Plh, 1)
        };
        let mut office = testing::office();
        office
            .mandat
            .insert(plh.id, plh.clone().try_into().unwrap());
        let given = Authority::Mandat {
            mandat: plh.id,
            kapasitas: Kapasitas::Plh,
        };
        assert_eq!(kapasitas(&office, 2, 1, NOW), Some(given));
        assert_eq!(kapasitas(&office, 2, 1, NOW.plus_seconds(-1)), None);
        assert_eq!(kapasitas(&office, 2, 1, NOW.plus_seconds(60)), None);
        assert_eq!(kapasitas(&office, 3, 1, NOW), None);
        let nota = matter(JenisNaskah::NotaDinas);
        assert_eq!(
            office.authority(&testing::actor(2), testing::jabatan(1), nota, NOW),
            None
        );
        let signatory = office.signatory(testing::jabatan(1), matter(JenisNaskah::SuratDinas), NOW);
        assert_eq!(
            signatory.map(|(actor, by)| (actor.pejabat, by)),
            Some((testing::pejabat(2), given))
        );
    }

    #[test]
    fn a_plt_acts_only_while_the_post_is_vacant() {
        let plt = MandatRow {
            pejabat: Some(testing::pejabat(2)),
            ..row(Kapasitas::Plt, 1)
        };
        let mut office = testing::office();
        office.mandat.insert(plt.id, plt.try_into().unwrap());
        assert_eq!(kapasitas(&office, 2, 1, NOW), None);
        office
            .holdings
            .retain(|row| row.jabatan != testing::jabatan(1));
        assert!(kapasitas(&office, 2, 1, NOW).is_some());
    }

    #[test]
    fn an_ub_needs_the_an_it_stands_under() {
        let mut office = testing::office();
        let ub = MandatRow {
            id: testing::mandat(8),
            jabatan: Some(testing::jabatan(3)),
            through: Some(testing::jabatan(2)),
            ..row(Kapasitas::UntukBeliau, 1)
        };
        office.mandat.insert(ub.id, ub.try_into().unwrap());
        assert_eq!(kapasitas(&office, 3, 1, NOW), None);
        let an = MandatRow {
            jabatan: Some(testing::jabatan(2)),
            ..row(Kapasitas::AtasNama, 1)
        };
        office.mandat.insert(an.id, an.try_into().unwrap());
        assert!(kapasitas(&office, 2, 1, NOW).is_some());
        assert!(kapasitas(&office, 3, 1, NOW).is_some());
    }

    #[test]
    fn a_delegation_without_sk_end_or_fitting_receiver_is_none() {
        let plh = MandatRow {
            pejabat: Some(testing::pejabat(2)),
            ..row(Kapasitas::Plh, 1)
        };
        let refused = |row: MandatRow| Mandat::try_from(row).unwrap_err();
        assert_eq!(
            refused(MandatRow {
                sk: " ".to_owned(),
                ..plh.clone()
            }),
            MandatError::Sk
        );
        assert_eq!(
            refused(MandatRow {
                until: NOW,
                ..plh.clone()
            }),
            MandatError::Masa
        );
        let an = MandatRow {
            kapasitas: Kapasitas::AtasNama,
            ..plh
        };
        assert_eq!(refused(an), MandatError::Receiver(Kapasitas::AtasNama));
    }

    #[test]
    fn the_office_reads_back_from_json() {
        let office = testing::office();
        let json = serde_json::to_string(&office).unwrap();
        assert_eq!(serde_json::from_str::<Office>(&json).unwrap(), office);
    }
}
