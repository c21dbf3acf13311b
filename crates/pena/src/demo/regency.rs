//! A made-up regency of a real one's size: 25 OPD, 16 kecamatan, 150 positions.
//!
//! Plain data with no ids: [`super::office`] turns it into rows. Every name of a person is visibly made up.

/// The regency's name, as letterheads print it.
pub const PEMDA: &str = "PEMERINTAH KABUPATEN CONTOHREJO";
/// The regency as an organisation in certificates.
pub const ORGANISATION: &str = "Pemerintah Kabupaten Contohrejo";
/// Where its letters are written.
pub const PLACE: &str = "Contohrejo";

/// One OPD or kecamatan and its positions, the head first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpdSeed {
    /// Unit code as it stands in letter numbers.
    pub code: String,
    /// Name as the letterhead prints it, without the regency.
    pub name: String,
    /// Second line of the letterhead.
    pub address: String,
    /// Position titles, the head first, each reporting to the one at the index given.
    pub positions: Vec<PositionSeed>,
}

/// One position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PositionSeed {
    /// Title, "Kepala Dinas Kesehatan".
    pub title: String,
    /// Index of the superior in the same OPD; `None` for the head.
    pub superior: Option<usize>,
    /// Its holder.
    pub holder: PersonSeed,
}

/// One made-up person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonSeed {
    /// Name without titles.
    pub name: String,
    /// Degrees written after the name.
    pub degrees: String,
    /// Rank and grade, "Pembina Tingkat I, IV/b".
    pub rank: String,
    /// 18 digits, of no real person: born in the year 1900.
    pub nip: String,
    /// 16 digits, of no real person: the region code 99 does not exist.
    pub nik: String,
}

/// The whole regency, the regent's own office first.
pub fn regency() -> Vec<OpdSeed> {
    let mut people = People::default();
    let mut all = vec![government(&mut people)];
    all.extend(OPD.iter().map(|row| opd(*row, &mut people)));
    all.extend(KECAMATAN.iter().map(|name| kecamatan(name, &mut people)));
    all
}

fn government(people: &mut People) -> OpdSeed {
    let titles = [
        ("Bupati Contohrejo", None),
        ("Sekretaris Daerah", Some(0)),
        ("Asisten Administrasi Umum", Some(1)),
        ("Kepala Bagian Hukum", Some(2)),
        ("Kepala Bagian Umum", Some(2)),
        ("Kepala Bagian Organisasi", Some(2)),
    ];
    seed(
        "SETDA",
        "SEKRETARIAT DAERAH",
        &titles.map(|(title, above)| (title.to_owned(), above)),
        people,
    )
}

fn opd(
    (code, name, office, head): (&str, &str, &str, Option<&str>),
    people: &mut People,
) -> OpdSeed {
    let titles = [
        (
            head.map_or_else(|| format!("Kepala {office}"), str::to_owned),
            None,
        ),
        (format!("Sekretaris {office}"), Some(0)),
        (format!("Kepala Bidang Program {office}"), Some(1)),
        (format!("Kepala Subbagian Umum {office}"), Some(1)),
    ];
    seed(code, name, &titles, people)
}

fn kecamatan(name: &str, people: &mut People) -> OpdSeed {
    let titles = [
        (format!("Camat {name}"), None),
        (format!("Sekretaris Kecamatan {name}"), Some(0)),
        (
            format!("Kepala Seksi Pemerintahan Kecamatan {name}"),
            Some(1),
        ),
    ];
    let code = format!("KEC.{}", name.to_uppercase());
    seed(
        &code,
        &format!("KECAMATAN {}", name.to_uppercase()),
        &titles,
        people,
    )
}

fn seed(
    code: &str,
    name: &str,
    titles: &[(String, Option<usize>)],
    people: &mut People,
) -> OpdSeed {
    let positions = titles
        .iter()
        .enumerate()
        .map(|(rank, (title, superior))| PositionSeed {
            title: title.clone(),
            superior: *superior,
            holder: people.next(rank),
        })
        .collect();
    OpdSeed {
        code: code.to_owned(),
        name: name.to_owned(),
        address: format!("Jalan Contoh Nomor {}, Contohrejo 00000", people.count),
        positions,
    }
}

/// Deals out made-up people, the same ones every time.
#[derive(Default)]
struct People {
    count: usize,
}

impl People {
    fn next(&mut self, rank: usize) -> PersonSeed {
        let number = self.count;
        self.count += 1;
        let pick = |list: &'static [&'static str], at: usize| {
            list.get(at % list.len()).copied().unwrap_or_default()
        };
        PersonSeed {
            name: format!("{} {}", pick(FIRST, number), pick(LAST, number)),
            degrees: pick(DEGREES, number).to_owned(),
            rank: pick(RANKS, rank).to_owned(),
            nip: format!("19000101192001{:01}{:03}", number % 2 + 1, number + 1),
            nik: format!("9999990000{:06}", number + 1),
        }
    }
}

const FIRST: &[&str] = &[
    "Contoh",
    "Misal",
    "Umpama",
    "Ibarat",
    "Andaian",
    "Rekaan",
    "Karangan",
    "Tiruan",
    "Permisalan",
    "Seumpama",
    "Percontoh",
    "Khayalan",
];
const LAST: &[&str] = &[
    "Pertama",
    "Kedua",
    "Ketiga",
    "Keempat",
    "Kelima",
    "Keenam",
    "Ketujuh",
    "Kedelapan",
    "Kesembilan",
    "Kesepuluh",
    "Kesebelas",
    "Kedua Belas",
    "Ketiga Belas",
];
const DEGREES: &[&str] = &[
    "S.H., M.H.",
    "S.Sos., M.Si.",
    "S.E.",
    "S.T., M.T.",
    "S.Kom.",
    "S.IP.",
];
const RANKS: &[&str] = &[
    "Pembina Utama Muda, IV/c",
    "Pembina Tingkat I, IV/b",
    "Pembina, IV/a",
    "Penata Tingkat I, III/d",
    "Penata, III/c",
    "Penata Muda, III/a",
];

/// Unit code, name in capitals, name in a title, and the head's own title where it is not "Kepala …".
const OPD: &[(&str, &str, &str, Option<&str>)] = &[
    (
        "ITDA",
        "INSPEKTORAT DAERAH",
        "Inspektorat Daerah",
        Some("Inspektur Daerah"),
    ),
    (
        "SETWAN",
        "SEKRETARIAT DPRD",
        "Sekretariat DPRD",
        Some("Sekretaris DPRD"),
    ),
    ("DISDIK", "DINAS PENDIDIKAN", "Dinas Pendidikan", None),
    ("DINKES", "DINAS KESEHATAN", "Dinas Kesehatan", None),
    (
        "DPUPR",
        "DINAS PEKERJAAN UMUM DAN PENATAAN RUANG",
        "Dinas Pekerjaan Umum dan Penataan Ruang",
        None,
    ),
    (
        "DPRKP",
        "DINAS PERUMAHAN DAN KAWASAN PERMUKIMAN",
        "Dinas Perumahan dan Kawasan Permukiman",
        None,
    ),
    (
        "SATPOLPP",
        "SATUAN POLISI PAMONG PRAJA",
        "Satuan Polisi Pamong Praja",
        None,
    ),
    ("DINSOS", "DINAS SOSIAL", "Dinas Sosial", None),
    ("DISNAKER", "DINAS TENAGA KERJA", "Dinas Tenaga Kerja", None),
    (
        "DKP",
        "DINAS KETAHANAN PANGAN",
        "Dinas Ketahanan Pangan",
        None,
    ),
    (
        "DLH",
        "DINAS LINGKUNGAN HIDUP",
        "Dinas Lingkungan Hidup",
        None,
    ),
    (
        "DUKCAPIL",
        "DINAS KEPENDUDUKAN DAN PENCATATAN SIPIL",
        "Dinas Kependudukan dan Pencatatan Sipil",
        None,
    ),
    (
        "DPMD",
        "DINAS PEMBERDAYAAN MASYARAKAT DAN DESA",
        "Dinas Pemberdayaan Masyarakat dan Desa",
        None,
    ),
    ("DISHUB", "DINAS PERHUBUNGAN", "Dinas Perhubungan", None),
    (
        "KOMINFO",
        "DINAS KOMUNIKASI DAN INFORMATIKA",
        "Dinas Komunikasi dan Informatika",
        None,
    ),
    (
        "DKUKM",
        "DINAS KOPERASI DAN USAHA KECIL MENENGAH",
        "Dinas Koperasi dan Usaha Kecil Menengah",
        None,
    ),
    (
        "DPMPTSP",
        "DINAS PENANAMAN MODAL DAN PELAYANAN TERPADU SATU PINTU",
        "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu",
        None,
    ),
    (
        "DISPORA",
        "DINAS PEMUDA DAN OLAHRAGA",
        "Dinas Pemuda dan Olahraga",
        None,
    ),
    (
        "DISPERPUSIP",
        "DINAS PERPUSTAKAAN DAN KEARSIPAN",
        "Dinas Perpustakaan dan Kearsipan",
        None,
    ),
    ("DISPAR", "DINAS PARIWISATA", "Dinas Pariwisata", None),
    ("DISTAN", "DINAS PERTANIAN", "Dinas Pertanian", None),
    (
        "BAPPEDA",
        "BADAN PERENCANAAN PEMBANGUNAN DAERAH",
        "Badan Perencanaan Pembangunan Daerah",
        None,
    ),
    (
        "BKAD",
        "BADAN KEUANGAN DAN ASET DAERAH",
        "Badan Keuangan dan Aset Daerah",
        None,
    ),
    (
        "BKPSDM",
        "BADAN KEPEGAWAIAN DAN PENGEMBANGAN SUMBER DAYA MANUSIA",
        "Badan Kepegawaian dan Pengembangan Sumber Daya Manusia",
        None,
    ),
];

const KECAMATAN: &[&str] = &[
    "Contoh Utara",
    "Contoh Selatan",
    "Contoh Timur",
    "Contoh Barat",
    "Misal Lor",
    "Misal Kidul",
    "Misal Wetan",
    "Misal Kulon",
    "Umpama",
    "Umpama Jaya",
    "Ibarat",
    "Ibarat Baru",
    "Rekaan",
    "Rekaan Asri",
    "Karangan",
    "Karangan Makmur",
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_regency_has_a_real_ones_size_and_no_person_twice() {
        let all = regency();
        let positions: Vec<_> = all.iter().flat_map(|opd| &opd.positions).collect();
        assert_eq!(all.len(), 25 + 16);
        assert_eq!(positions.len(), 150);
        let unique = |field: fn(&PersonSeed) -> &String| {
            positions
                .iter()
                .map(|position| field(&position.holder))
                .collect::<BTreeSet<_>>()
                .len()
        };
        assert_eq!(unique(|person| &person.name), 150);
        assert_eq!(unique(|person| &person.nip), 150);
        assert_eq!(unique(|person| &person.nik), 150);
        assert!(
            positions
                .iter()
                .all(|position| position.holder.nip.len() == 18)
        );
        assert!(
            positions
                .iter()
                .all(|position| position.holder.nik.len() == 16)
        );
    }
}
