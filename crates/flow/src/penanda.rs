//! The words of a signature block (Permendagri 1/2023 art. 44), decided by rule, never typed.

use serde::{Deserialize, Serialize};

use crate::{
    id::JabatanId,
    jabatan::{Jabatan, Kedudukan},
    jenis::{JenisNaskah, Kelompok},
    mandat::{Kapasitas, Penerima},
    office::{Actor, Authority, Office},
    pejabat::Pejabat,
};

/// What a signature block says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Penanda {
    /// Lines above the name: the position, with its capacity.
    pub above: Vec<String>,
    /// The name as this kind of naskah wants it.
    pub name: String,
    /// Lines below the name: pangkat, NIP.
    pub below: Vec<String>,
}

/// In what capacity the signer signs, with the positions the block names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Capacity<'a> {
    /// As holder of the position.
    Definitive(&'a Jabatan),
    /// In the place of its holder: Plt., Plh., Pj., Pjs.
    InPlace(Kapasitas, &'a Jabatan),
    /// Atas nama.
    AtasNama {
        /// The position signed for.
        of: &'a Jabatan,
        /// The signer's own.
        own: &'a Jabatan,
    },
    /// Untuk beliau.
    UntukBeliau {
        /// The position signed for.
        of: &'a Jabatan,
        /// The position that acts a.n.
        through: &'a Jabatan,
        /// The signer's own.
        own: &'a Jabatan,
    },
}

/// The signature block of that kind of naskah for that signer.
pub fn penanda(jenis: JenisNaskah, capacity: Capacity<'_>, pejabat: &Pejabat) -> Penanda {
    let below = match personal(capacity) {
        Personal::NipAndPangkat => below(pejabat),
        Personal::GelarOnly | Personal::Nothing => Vec::new(),
    };
    let name = match (kind_takes_gelar(jenis), personal(capacity)) {
        (Gelar::Written, Personal::NipAndPangkat | Personal::GelarOnly) => {
            pejabat.name_with_gelar()
        }
        (Gelar::Written, Personal::Nothing) | (Gelar::LeftOut, _) => pejabat.name.clone(),
    };
    Penanda {
        above: above(capacity),
        name,
        below,
    }
}

impl Office {
    /// The block for this actor signing for that position by that authority; `None` when the
    /// office does not know one of them.
    pub fn penanda(
        &self,
        jenis: JenisNaskah,
        jabatan: JabatanId,
        actor: &Actor,
        authority: Authority,
    ) -> Option<Penanda> {
        let of = self.jabatan.get(&jabatan)?;
        let capacity = match authority {
            Authority::Definitive => Capacity::Definitive(of),
            Authority::Mandat { mandat, kapasitas } => match self.mandat.get(&mandat)?.penerima() {
                Penerima::Pejabat(_) => Capacity::InPlace(kapasitas, of),
                Penerima::Jabatan(own) => Capacity::AtasNama {
                    of,
                    own: self.jabatan.get(&own)?,
                },
                Penerima::Below { through, jabatan } => Capacity::UntukBeliau {
                    of,
                    through: self.jabatan.get(&through)?,
                    own: self.jabatan.get(&jabatan)?,
                },
            },
        };
        Some(penanda(jenis, capacity, self.pejabat.get(&actor.pejabat)?))
    }
}

enum Gelar {
    Written,
    LeftOut,
}

/// Art. 44 (1) and (2).
fn kind_takes_gelar(jenis: JenisNaskah) -> Gelar {
    match jenis.kelompok() {
        Kelompok::Pengaturan | Kelompok::Penetapan => Gelar::LeftOut,
        Kelompok::Penugasan
        | Kelompok::KorespondensiInternal
        | Kelompok::KorespondensiEksternal => Gelar::Written,
        Kelompok::Khusus => {
            let without = [
                JenisNaskah::Piagam,
                JenisNaskah::Sertifikat,
                JenisNaskah::Sttpp,
            ];
            if without.contains(&jenis) {
                Gelar::LeftOut
            } else {
                Gelar::Written
            }
        }
    }
}

enum Personal {
    NipAndPangkat,
    GelarOnly,
    Nothing,
}

/// Art. 44 (3) to (5): what stands with the name, by the signer's own standing.
fn personal(capacity: Capacity<'_>) -> Personal {
    let (own, kapasitas) = match capacity {
        Capacity::InPlace(kapasitas, own) => (own, Some(kapasitas)),
        Capacity::Definitive(own)
        | Capacity::AtasNama { own, .. }
        | Capacity::UntukBeliau { own, .. } => (own, None),
    };
    match (own.kedudukan, kapasitas) {
        (Kedudukan::Lainnya, _) => Personal::NipAndPangkat,
        (Kedudukan::KepalaDaerah | Kedudukan::WakilKepalaDaerah, Some(_))
        | (Kedudukan::SekretarisDaerah, Some(Kapasitas::Pj | Kapasitas::Pjs | Kapasitas::Plh)) => {
            Personal::Nothing
        }
        (Kedudukan::KepalaDaerah | Kedudukan::WakilKepalaDaerah, None)
        | (
            Kedudukan::SekretarisDaerah,
            None | Some(Kapasitas::Plt | Kapasitas::AtasNama | Kapasitas::UntukBeliau),
        ) => Personal::GelarOnly,
    }
}

fn above(capacity: Capacity<'_>) -> Vec<String> {
    let prefixed =
        |kapasitas: Kapasitas, jabatan: &Jabatan| format!("{} {}", kapasitas.word(), jabatan.title);
    match capacity {
        Capacity::Definitive(jabatan) => vec![jabatan.title.clone()],
        Capacity::InPlace(kapasitas, jabatan) => vec![prefixed(kapasitas, jabatan)],
        Capacity::AtasNama { of, own } => {
            vec![prefixed(Kapasitas::AtasNama, of), own.title.clone()]
        }
        Capacity::UntukBeliau { of, through, own } => vec![
            prefixed(Kapasitas::AtasNama, of),
            through.title.clone(),
            Kapasitas::UntukBeliau.word().to_owned(),
            own.title.clone(),
        ],
    }
}

fn below(pejabat: &Pejabat) -> Vec<String> {
    let nip = pejabat.nip.as_ref().map(|nip| format!("NIP {nip}"));
    pejabat.pangkat.iter().cloned().chain(nip).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        id::{OpdId, PejabatId},
        time::Timestamp,
    };

    fn jabatan(title: &str, kedudukan: Kedudukan) -> Jabatan {
        let at = Timestamp::from_micros(0);
        Jabatan {
            id: JabatanId::new(at, [1; 10]),
            opd: OpdId::new(at, [1; 10]),
            title: title.to_owned(),
            kedudukan,
            superior: None,
        }
    }

    fn pejabat() -> Pejabat {
        Pejabat {
            id: PejabatId::new(Timestamp::from_micros(0), [1; 10]),
            name: "Contoh Pertama".to_owned(),
            gelar_depan: "Dr.".to_owned(),
            gelar_belakang: "S.H., M.H.".to_owned(),
            pangkat: Some("Pembina, IV/a".to_owned()),
            nip: Some("190001011920011001".parse().unwrap()),
        }
    }

    const WITH_GELAR: &str = "Dr. Contoh Pertama, S.H., M.H.";
    const WITHOUT: &str = "Contoh Pertama";

    #[test]
    fn the_head_of_an_opd_writes_gelar_pangkat_and_nip_in_correspondence() {
        let head = jabatan("Kepala Dinas Kesehatan", Kedudukan::Lainnya);
        let block = penanda(
            JenisNaskah::SuratDinas,
            Capacity::Definitive(&head),
            &pejabat(),
        );
        assert_eq!(block.above, ["Kepala Dinas Kesehatan"]);
        assert_eq!(block.name, WITH_GELAR);
        assert_eq!(block.below, ["Pembina, IV/a", "NIP 190001011920011001"]);
    }

    #[test]
    fn regulations_decisions_and_certificates_leave_the_gelar_out() {
        let head = jabatan("Kepala Dinas Kesehatan", Kedudukan::Lainnya);
        for jenis in [
            JenisNaskah::SuratEdaran,
            JenisNaskah::Keputusan,
            JenisNaskah::Piagam,
            JenisNaskah::Sertifikat,
            JenisNaskah::Sttpp,
        ] {
            let block = penanda(jenis, Capacity::Definitive(&head), &pejabat());
            assert_eq!(block.name, WITHOUT, "{jenis:?}");
            assert_eq!(block.below.len(), 2, "{jenis:?}");
        }
        for jenis in [
            JenisNaskah::SuratTugas,
            JenisNaskah::NotaDinas,
            JenisNaskah::BeritaAcara,
        ] {
            let block = penanda(jenis, Capacity::Definitive(&head), &pejabat());
            assert_eq!(block.name, WITH_GELAR, "{jenis:?}");
        }
    }

    #[test]
    fn bupati_wakil_and_sekda_write_gelar_without_nip_and_pangkat() {
        for kedudukan in [
            Kedudukan::KepalaDaerah,
            Kedudukan::WakilKepalaDaerah,
            Kedudukan::SekretarisDaerah,
        ] {
            let own = jabatan("Jabatan", kedudukan);
            let block = penanda(
                JenisNaskah::SuratDinas,
                Capacity::Definitive(&own),
                &pejabat(),
            );
            assert_eq!((block.name.as_str(), block.below.len()), (WITH_GELAR, 0));
        }
    }

    #[test]
    fn whoever_stands_in_for_the_bupati_writes_the_bare_name() {
        let bupati = jabatan("Bupati Contohrejo", Kedudukan::KepalaDaerah);
        for kapasitas in [
            Kapasitas::Plt,
            Kapasitas::Plh,
            Kapasitas::Pj,
            Kapasitas::Pjs,
        ] {
            let capacity = Capacity::InPlace(kapasitas, &bupati);
            let block = penanda(JenisNaskah::SuratDinas, capacity, &pejabat());
            assert_eq!(
                block.above,
                [format!("{} Bupati Contohrejo", kapasitas.word())]
            );
            assert_eq!((block.name.as_str(), block.below.len()), (WITHOUT, 0));
        }
    }

    #[test]
    fn a_pj_or_plh_sekda_writes_the_bare_name() {
        let sekda = jabatan("Sekretaris Daerah", Kedudukan::SekretarisDaerah);
        for kapasitas in [Kapasitas::Pj, Kapasitas::Plh] {
            let capacity = Capacity::InPlace(kapasitas, &sekda);
            let block = penanda(JenisNaskah::SuratDinas, capacity, &pejabat());
            assert_eq!((block.name.as_str(), block.below.len()), (WITHOUT, 0));
        }
    }

    #[test]
    fn a_plh_head_of_an_opd_keeps_gelar_pangkat_and_nip() {
        let head = jabatan("Kepala Dinas Kesehatan", Kedudukan::Lainnya);
        let capacity = Capacity::InPlace(Kapasitas::Plh, &head);
        let block = penanda(JenisNaskah::SuratDinas, capacity, &pejabat());
        assert_eq!(block.above, ["Plh. Kepala Dinas Kesehatan"]);
        assert_eq!((block.name.as_str(), block.below.len()), (WITH_GELAR, 2));
    }

    #[test]
    fn an_and_ub_name_every_position_from_the_top_down() {
        let bupati = jabatan("Bupati Contohrejo", Kedudukan::KepalaDaerah);
        let sekda = jabatan("Sekretaris Daerah", Kedudukan::SekretarisDaerah);
        let asisten = jabatan("Asisten Administrasi Umum", Kedudukan::Lainnya);
        let an = Capacity::AtasNama {
            of: &bupati,
            own: &sekda,
        };
        let block = penanda(JenisNaskah::SuratDinas, an, &pejabat());
        assert_eq!(block.above, ["a.n. Bupati Contohrejo", "Sekretaris Daerah"]);
        assert_eq!((block.name.as_str(), block.below.len()), (WITH_GELAR, 0));
        let ub = Capacity::UntukBeliau {
            of: &bupati,
            through: &sekda,
            own: &asisten,
        };
        let block = penanda(JenisNaskah::SuratDinas, ub, &pejabat());
        assert_eq!(
            block.above,
            [
                "a.n. Bupati Contohrejo",
                "Sekretaris Daerah",
                "u.b.",
                "Asisten Administrasi Umum"
            ]
        );
        assert_eq!(block.below.len(), 2);
    }
}
