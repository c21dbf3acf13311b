//! Two OPD, five positions, one Plh.

use flow::id::{JabatanId, MandatId, OpdId, PejabatId};
use flow::interval::Interval;
use flow::jabatan::{Holding, Jabatan, Kedudukan};
use flow::jenis::JenisNaskah;
use flow::mandat::{Kapasitas, Mandat, MandatRow};
use flow::office::{Actor, Office};
use flow::opd::Opd;
use flow::pejabat::Pejabat;
use flow::time::{Timestamp, Zone};
use service::office::Identity;
use uuid::Uuid;

pub const HEAD_A: u8 = 1;
/// Plh. of the head for surat dinas, for [`MANDAT_SECONDS`] from the beginning of the test.
pub const SECRETARY_A: u8 = 2;
pub const STAFF_A: u8 = 3;
pub const HEAD_B: u8 = 4;
pub const STAFF_B: u8 = 5;
pub const MANDAT_SECONDS: i64 = 2 * 3600;

/// A person in the position of the same number.
pub fn actor(n: u8) -> Actor {
    Actor {
        pejabat: PejabatId::from_uuid(id(1, n)),
        jabatan: JabatanId::from_uuid(id(2, n)),
    }
}

/// `'A'` or `'B'`.
pub fn opd(letter: char) -> OpdId {
    OpdId::from_uuid(id(3, if letter == 'A' { 1 } else { 2 }))
}

pub fn identity() -> Identity {
    Identity {
        pemda: "PEMERINTAH KABUPATEN CONTOHREJO".to_owned(),
        organisation: "Pemerintah Kabupaten Contohrejo".to_owned(),
        place: "Contohrejo".to_owned(),
    }
}

pub fn office(now: Timestamp) -> Office {
    let positions = [
        (HEAD_A, 'A', "Kepala Dinas Contoh", None),
        (SECRETARY_A, 'A', "Sekretaris Dinas Contoh", Some(HEAD_A)),
        (
            STAFF_A,
            'A',
            "Kepala Subbagian Umum Dinas Contoh",
            Some(SECRETARY_A),
        ),
        (HEAD_B, 'B', "Kepala Badan Misal", None),
        (STAFF_B, 'B', "Kepala Bidang Badan Misal", Some(HEAD_B)),
    ];
    let since = Interval::new(now.plus_seconds(-86_400 * 365), None).unwrap();
    Office::new(
        [('A', "DINAS CONTOH"), ('B', "BADAN MISAL")].map(|(letter, name)| Opd {
            id: opd(letter),
            kode_unit: format!("OPD-{letter}"),
            name: name.to_owned(),
            address: vec!["Jalan Contoh Nomor 1".to_owned()],
            zone: Zone::Wib,
        }),
        positions.map(|(n, letter, title, superior)| Jabatan {
            id: actor(n).jabatan,
            opd: opd(letter),
            title: title.to_owned(),
            kedudukan: Kedudukan::Lainnya,
            superior: superior.map(|above| actor(above).jabatan),
        }),
        positions.map(|(n, ..)| Pejabat {
            id: actor(n).pejabat,
            name: format!("Contoh Orang {n}"),
            gelar_depan: String::new(),
            gelar_belakang: String::new(),
            pangkat: Some("Pembina".to_owned()),
            nip: None,
        }),
        positions.map(|(n, ..)| Holding {
            jabatan: actor(n).jabatan,
            pejabat: actor(n).pejabat,
            interval: since,
        }),
        [plh(now)],
    )
}

fn plh(now: Timestamp) -> Mandat {
    Mandat::try_from(MandatRow {
        id: MandatId::from_uuid(id(4, 1)),
        kapasitas: Kapasitas::Plh,
        of: actor(HEAD_A).jabatan,
        pejabat: Some(actor(SECRETARY_A).pejabat),
        jabatan: None,
        through: None,
        sk: "800.1.11/001/CONTOH".to_owned(),
        kinds: [JenisNaskah::SuratDinas].into(),
        opd: None,
        from: now.plus_seconds(-86_400),
        until: now.plus_seconds(MANDAT_SECONDS),
    })
    .unwrap()
}

fn id(kind: u8, n: u8) -> Uuid {
    Uuid::from_u128((0x0191_0000_0000_7000_8000 << 48) | (u128::from(kind) << 8) | u128::from(n))
}
