//! Kinds of naskah dinas and the groups the rules speak of (Permendagri 1/2023).

use serde::{Deserialize, Serialize};

/// A kind of naskah dinas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JenisNaskah {
    /// Instruksi.
    Instruksi,
    /// Surat edaran.
    SuratEdaran,
    /// Standar operasional prosedur.
    Sop,
    /// Keputusan.
    Keputusan,
    /// Surat perintah.
    SuratPerintah,
    /// Surat tugas.
    SuratTugas,
    /// Nota dinas.
    NotaDinas,
    /// Memorandum.
    Memorandum,
    /// Lembar disposisi.
    LembarDisposisi,
    /// Surat dinas.
    SuratDinas,
    /// Surat undangan.
    SuratUndangan,
    /// Surat perjanjian.
    SuratPerjanjian,
    /// Surat kuasa.
    SuratKuasa,
    /// Berita acara.
    BeritaAcara,
    /// Surat keterangan.
    SuratKeterangan,
    /// Surat pengantar.
    SuratPengantar,
    /// Pengumuman.
    Pengumuman,
    /// Laporan.
    Laporan,
    /// Telaahan staf.
    TelaahanStaf,
    /// Notula.
    Notula,
    /// Rekomendasi.
    Rekomendasi,
    /// Surat izin.
    SuratIzin,
    /// Piagam.
    Piagam,
    /// Sertifikat.
    Sertifikat,
    /// Surat tanda tamat pendidikan dan pelatihan.
    Sttpp,
}

/// The group a kind belongs to; one number register per group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kelompok {
    /// Arahan: pengaturan.
    Pengaturan,
    /// Arahan: penetapan.
    Penetapan,
    /// Arahan: penugasan.
    Penugasan,
    /// Korespondensi internal.
    KorespondensiInternal,
    /// Korespondensi eksternal.
    KorespondensiEksternal,
    /// Naskah dinas khusus.
    Khusus,
}

impl JenisNaskah {
    /// The group it belongs to.
    pub const fn kelompok(self) -> Kelompok {
        match self {
            Self::Instruksi | Self::SuratEdaran | Self::Sop => Kelompok::Pengaturan,
            Self::Keputusan => Kelompok::Penetapan,
            Self::SuratPerintah | Self::SuratTugas => Kelompok::Penugasan,
            Self::NotaDinas | Self::Memorandum | Self::LembarDisposisi => {
                Kelompok::KorespondensiInternal
            }
            Self::SuratDinas | Self::SuratUndangan => Kelompok::KorespondensiEksternal,
            Self::SuratPerjanjian
            | Self::SuratKuasa
            | Self::BeritaAcara
            | Self::SuratKeterangan
            | Self::SuratPengantar
            | Self::Pengumuman
            | Self::Laporan
            | Self::TelaahanStaf
            | Self::Notula
            | Self::Rekomendasi
            | Self::SuratIzin
            | Self::Piagam
            | Self::Sertifikat
            | Self::Sttpp => Kelompok::Khusus,
        }
    }

    /// Its name as a heading or a list shows it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Instruksi => "Instruksi",
            Self::SuratEdaran => "Surat Edaran",
            Self::Sop => "Standar Operasional Prosedur",
            Self::Keputusan => "Keputusan",
            Self::SuratPerintah => "Surat Perintah",
            Self::SuratTugas => "Surat Tugas",
            Self::NotaDinas => "Nota Dinas",
            Self::Memorandum => "Memorandum",
            Self::LembarDisposisi => "Lembar Disposisi",
            Self::SuratDinas => "Surat Dinas",
            Self::SuratUndangan => "Surat Undangan",
            Self::SuratPerjanjian => "Surat Perjanjian",
            Self::SuratKuasa => "Surat Kuasa",
            Self::BeritaAcara => "Berita Acara",
            Self::SuratKeterangan => "Surat Keterangan",
            Self::SuratPengantar => "Surat Pengantar",
            Self::Pengumuman => "Pengumuman",
            Self::Laporan => "Laporan",
            Self::TelaahanStaf => "Telaahan Staf",
            Self::Notula => "Notula",
            Self::Rekomendasi => "Rekomendasi",
            Self::SuratIzin => "Surat Izin",
            Self::Piagam => "Piagam",
            Self::Sertifikat => "Sertifikat",
            Self::Sttpp => "Surat Tanda Tamat Pendidikan dan Pelatihan",
        }
    }
}
