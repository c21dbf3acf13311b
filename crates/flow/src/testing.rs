//! A small made-up office for this crate's own tests.

use crate::{
    id::{BlobId, JabatanId, MandatId, NaskahId, OpdId, PejabatId, RegisterId},
    interval::Interval,
    jabatan::{Holding, Jabatan, Kedudukan},
    mandat::{Kapasitas, Mandat, MandatRow},
    office::{Actor, Office},
    opd::Opd,
    pejabat::Pejabat,
    time::{Timestamp, Zone},
};

/// 2026-11-24T03:00:00Z.
pub const NOW: Timestamp = Timestamp::from_micros(1_795_489_200_000_000);

const EPOCH: Timestamp = Timestamp::from_micros(1_700_000_000_000_000);

pub fn opd(n: u8) -> OpdId {
    OpdId::new(EPOCH, [n; 10])
}

pub fn jabatan(n: u8) -> JabatanId {
    JabatanId::new(EPOCH, [n; 10])
}

pub fn pejabat(n: u8) -> PejabatId {
    PejabatId::new(EPOCH, [n; 10])
}

pub fn naskah(n: u8) -> NaskahId {
    NaskahId::new(EPOCH, [n; 10])
}

pub fn blob(n: u8) -> BlobId {
    BlobId::new(EPOCH, [n; 10])
}

pub fn mandat(n: u8) -> MandatId {
    MandatId::new(EPOCH, [n; 10])
}

pub fn register() -> RegisterId {
    RegisterId::new(EPOCH, [1; 10])
}

/// Person n in position n.
pub fn actor(n: u8) -> Actor {
    Actor {
        pejabat: pejabat(n),
        jabatan: jabatan(n),
    }
}

/// Two OPD; persons 1 to 6 hold positions 1 to 6, of which 6 belongs to OPD 2.
/// Person 4 is Plh. of position 5 for the day around [`NOW`].
pub fn office() -> Office {
    let since = Interval::new(EPOCH, None).unwrap();
    let home = |n| opd(if n == 6 { 2 } else { 1 });
    Office::new(
        (1..=2).map(|n| Opd {
            id: opd(n),
            kode_unit: format!("OPD{n}"),
            name: format!("DINAS CONTOH {n}"),
            address: Vec::new(),
            zone: Zone::Wib,
        }),
        (1..=6).map(|n| Jabatan {
            id: jabatan(n),
            opd: home(n),
            title: format!("Jabatan {n}"),
            kedudukan: Kedudukan::Lainnya,
            superior: None,
        }),
        (1..=6).map(|n| Pejabat {
            id: pejabat(n),
            name: format!("Contoh {n}"),
            gelar_depan: String::new(),
            gelar_belakang: String::new(),
            pangkat: None,
            nip: None,
        }),
        (1..=6).map(|n| Holding {
            jabatan: jabatan(n),
            pejabat: pejabat(n),
            interval: since,
        }),
        [plh(4, 5)],
    )
}

pub fn plh(person: u8, of: u8) -> Mandat {
    Mandat::try_from(MandatRow {
        id: mandat(of),
        kapasitas: Kapasitas::Plh,
        of: jabatan(of),
        pejabat: Some(pejabat(person)),
        jabatan: None,
        through: None,
        sk: "800/1/2026".to_owned(),
        kinds: std::collections::BTreeSet::new(),
        opd: None,
        from: NOW.plus_seconds(-43_200),
        until: NOW.plus_seconds(43_200),
    })
    .unwrap()
}
