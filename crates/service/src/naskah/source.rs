//! Which template a kind of naskah is typeset from.

use flow::jenis::JenisNaskah;
use flow::naskah::Source;

/// Where the pages of a letter of that kind come from, with that text (Markdown).
pub fn typeset(jenis: JenisNaskah, body: String) -> Source {
    Source::Template {
        id: template(jenis).to_owned(),
        version: 1,
        body,
    }
}

const fn template(jenis: JenisNaskah) -> &'static str {
    match jenis {
        JenisNaskah::NotaDinas | JenisNaskah::Memorandum => "nota_dinas",
        JenisNaskah::Instruksi
        | JenisNaskah::SuratEdaran
        | JenisNaskah::Sop
        | JenisNaskah::Keputusan
        | JenisNaskah::SuratPerintah
        | JenisNaskah::SuratTugas
        | JenisNaskah::LembarDisposisi
        | JenisNaskah::SuratDinas
        | JenisNaskah::SuratUndangan
        | JenisNaskah::SuratPerjanjian
        | JenisNaskah::SuratKuasa
        | JenisNaskah::BeritaAcara
        | JenisNaskah::SuratKeterangan
        | JenisNaskah::SuratPengantar
        | JenisNaskah::Pengumuman
        | JenisNaskah::Laporan
        | JenisNaskah::TelaahanStaf
        | JenisNaskah::Notula
        | JenisNaskah::Rekomendasi
        | JenisNaskah::SuratIzin
        | JenisNaskah::Piagam
        | JenisNaskah::Sertifikat
        | JenisNaskah::Sttpp => "surat_dinas",
    }
}
