//! What the form of writing offers: positions with whoever holds them now, urgency, secrecy, classification.

use flow::id::JabatanId;
use flow::jabatan::Jabatan;
use flow::jenis::JenisNaskah;
use flow::mandat::Matter;
use flow::office::{Actor, Authority, Office};
use flow::sifat::{Keamanan, Sifat};
use flow::time::Timestamp;
use service::identity::{Role, Subject};

use super::draft::{Draft, word};
use super::parts::Choice;
use crate::lang::Lang;

/// What is offered, to whom, now.
pub(super) struct Choices<'a> {
    pub(super) office: &'a Office,
    pub(super) subject: &'a Subject,
    pub(super) now: Timestamp,
    pub(super) lang: Lang,
}

/// One row of a list of positions.
pub(super) struct PositionRow {
    pub(super) options: Vec<Choice>,
}

impl Choices<'_> {
    /// Positions of the writer's OPD: a letter comes from one of them.
    pub(super) fn from(&self, chosen: &str) -> Vec<Choice> {
        let mine = self.subject.opds_of_positions(self.office);
        let own = self.labelled(|id| {
            let jabatan = self.office.jabatan.get(&id);
            jabatan.is_some_and(|jabatan| mine.contains(&jabatan.opd))
        });
        Choice::chosen(own, &[chosen])
    }

    /// Positions of the OPD whose registry the person keeps: mail from outside goes to one of them, the head first.
    pub(super) fn registered_for(&self, chosen: &str) -> Vec<Choice> {
        let kept = |jabatan: &Jabatan| self.subject.has_in(Role::TataUsaha, jabatan.opd);
        let of = |id: JabatanId| self.office.jabatan.get(&id).filter(|jabatan| kept(jabatan));
        let mut all = self.labelled(|id| of(id).is_some());
        let is_head = |choice: &Choice| {
            let id = choice.value.parse().ok().and_then(of);
            id.is_some_and(|jabatan| jabatan.superior.is_none())
        };
        all.sort_by_key(|choice| !is_head(choice));
        Choice::chosen(all, &[chosen])
    }

    /// The chosen positions, each in a row of its own, and an empty row.
    pub(super) fn rows(&self, chosen: &[String]) -> Vec<PositionRow> {
        let mut all = vec![Choice::new("", self.lang.text("tulis-tidak-ada"))];
        all.extend(self.labelled(|_| true));
        chosen
            .iter()
            .map(String::as_str)
            .chain([""])
            .map(|one| PositionRow {
                options: Choice::chosen(all.clone(), &[one]),
            })
            .collect()
    }

    pub(super) fn urgency(chosen: &str) -> Vec<Choice> {
        let all = [
            Sifat::Biasa,
            Sifat::Penting,
            Sifat::Segera,
            Sifat::AmatSegera,
        ];
        let all = all.map(|one| Choice::new(word(&one), one.word()));
        Choice::chosen(all.to_vec(), &[chosen])
    }

    pub(super) fn secrecy(chosen: &str) -> Vec<Choice> {
        let all = [
            Keamanan::Biasa,
            Keamanan::Terbatas,
            Keamanan::Rahasia,
            Keamanan::SangatRahasia,
        ];
        let all = all.map(|one| Choice::new(word(&one), one.word()));
        Choice::chosen(all.to_vec(), &[chosen])
    }

    /// Everybody in the regency a letter can be addressed to.
    pub(super) fn addressees(&self) -> Vec<String> {
        let mut all: Vec<String> = self
            .office
            .jabatan
            .values()
            .map(|jabatan| jabatan.title.clone())
            .collect();
        all.sort();
        all.dedup();
        all
    }

    /// Positions with whoever acts for them now; those of the writer's OPD first.
    fn labelled(&self, wanted: impl Fn(JabatanId) -> bool) -> Vec<Choice> {
        let mine = self.subject.opds_of_positions(self.office);
        let mut all: Vec<(bool, Choice)> = self
            .office
            .jabatan
            .values()
            .filter(|jabatan| wanted(jabatan.id))
            .map(|jabatan| {
                let matter = Matter {
                    jenis: JenisNaskah::SuratDinas,
                    opd: jabatan.opd,
                };
                let who = self.who(jabatan.id, matter);
                let label = format!("{} ({who})", jabatan.title);
                (
                    !mine.contains(&jabatan.opd),
                    Choice::new(jabatan.id.to_string(), label),
                )
            })
            .collect();
        all.sort_by(|one, other| (one.0, &one.1.label).cmp(&(other.0, &other.1.label)));
        all.into_iter().map(|(_, choice)| choice).collect()
    }

    fn who(&self, jabatan: JabatanId, matter: Matter) -> String {
        let Some((actor, authority)) = self.office.signatory(jabatan, matter, self.now) else {
            return self.lang.text("rantai-kosong");
        };
        let name = self
            .office
            .pejabat
            .get(&actor.pejabat)
            .map(|person| person.name.clone())
            .unwrap_or_default();
        match authority {
            Authority::Definitive => name,
            Authority::Mandat { kapasitas, .. } => format!("{} {name}", kapasitas.word()),
        }
    }
}

/// What a new letter begins with: from the head of the writer's OPD, by whom it is signed after the line's paraf.
pub(super) fn beginning(office: &Office, actor: Actor) -> Draft {
    let mut line = Vec::new();
    let mut place = office.jabatan.get(&actor.jabatan);
    while let Some(jabatan) = place {
        if line.contains(&jabatan.id) {
            break;
        }
        line.push(jabatan.id);
        place = jabatan
            .superior
            .and_then(|id| office.jabatan.get(&id))
            .filter(|above| above.opd == jabatan.opd);
    }
    let head = line.last().copied().unwrap_or(actor.jabatan);
    let between = line
        .iter()
        .filter(|id| **id != actor.jabatan && **id != head)
        .map(ToString::to_string)
        .collect();
    Draft {
        dari: head.to_string(),
        sifat: word(&Sifat::Biasa),
        keamanan: word(&Keamanan::Biasa),
        hierarki: between,
        penandatangan: vec![head.to_string()],
        ..Draft::default()
    }
}

/// Codes people need most often (Permendagri 83/2022); any other code may be typed.
pub(super) const CODES: &[(&str, &str)] = &[
    ("000.1.2.3", "Perjalanan dinas pegawai"),
    ("000.1.4", "Penggunaan fasilitas"),
    ("000.1.5", "Rapat pimpinan, notula"),
    ("000.3.2", "Pengadaan langsung"),
    ("000.5.3.1", "Penciptaan arsip"),
    ("000.8.3.2", "Standar pelayanan"),
    ("000.8.3.3", "Standar operasional prosedur"),
    ("100.2.4", "Fasilitasi kecamatan"),
    ("400.10.2", "Pemerintahan desa"),
    ("500.16.7.2", "Pelayanan perizinan"),
    ("700.1", "Pengawasan internal"),
    ("800.1.3.2", "Kenaikan pangkat"),
    ("900.1.3.7", "Daftar gaji"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use flow::klasifikasi::KodeKlasifikasi;

    #[test]
    fn every_offered_code_is_one_of_the_present_list() {
        for (code, name) in CODES {
            assert!(code.parse::<KodeKlasifikasi>().is_ok(), "{code} {name}");
        }
    }
}
