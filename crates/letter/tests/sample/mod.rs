//! Made-up letters for tests, the bench and the example.

use letter::{Kop, LetterDate, LetterInput, Paper, SignerBlock, Template, Verification};

/// A letter of one page with one signer.
pub fn letter(template: Template) -> LetterInput {
    LetterInput {
        template,
        template_version: 1,
        paper: Paper::A4,
        kop: Kop {
            pemda: "PEMERINTAH KABUPATEN CONTOHREJO".to_owned(),
            opd: "DINAS KOMUNIKASI DAN INFORMATIKA".to_owned(),
            address: vec![
                "Jalan Contoh Raya Nomor 1, Contohrejo 99999".to_owned(),
                "Telepon (0000) 000001, Laman kominfo.contohrejo.example".to_owned(),
            ],
        },
        nomor: "000.1.2.3/17/KOMINFO/XI/2026".to_owned(),
        date: LetterDate {
            year: 2026,
            month: 11,
            day: 24,
        },
        place: "Contohrejo".to_owned(),
        sifat: "Biasa".to_owned(),
        lampiran: "-".to_owned(),
        hal:
            "Undangan rapat koordinasi penerapan tanda tangan elektronik di lingkungan Pemerintah \
              Kabupaten Contohrejo"
                .to_owned(),
        dari: "Kepala Dinas Komunikasi dan Informatika".to_owned(),
        yth: vec!["Sekretaris Daerah Kabupaten Contohrejo".to_owned()],
        yth_place: "di Contohrejo".to_owned(),
        tembusan: vec![
            "Bupati Contohrejo (sebagai laporan);".to_owned(),
            "Inspektur Kabupaten Contohrejo.".to_owned(),
        ],
        body: BODY.to_owned(),
        signers: vec![head()],
        verification: Verification {
            url: "https://pena.contohrejo.example/v/7f3kq2m9x4t8w6hj".to_owned(),
            domain: "pena.contohrejo.example".to_owned(),
            code: "7F3K-Q2M9".to_owned(),
        },
        issuer_sentence: "Dokumen ini telah ditandatangani secara elektronik menggunakan \
                          sertifikat elektronik yang diterbitkan oleh Pemerintah Kabupaten \
                          Contohrejo."
            .to_owned(),
        ident: "nsk_019319d2c1f07a3b8c4d5e6f70819203/1".to_owned(),
    }
}

/// The head of an office.
pub fn head() -> SignerBlock {
    SignerBlock {
        jabatan: vec!["Kepala Dinas Komunikasi dan Informatika,".to_owned()],
        name: "Dr. CONTOH WIBAWA, S.Kom., M.T.".to_owned(),
        below: vec![
            "Pembina Utama Muda (IV/c)".to_owned(),
            "NIP 199901012020011001".to_owned(),
        ],
    }
}

/// Paragraphs, a list and a table, as offices write them.
pub const BODY: &str = "\
Dalam rangka penerapan tanda tangan elektronik di seluruh perangkat daerah sebagaimana \
diamanatkan Peraturan Bupati Contohrejo tentang Sistem Pemerintahan Berbasis Elektronik, bersama \
ini kami mengharapkan kehadiran Saudara pada:

| Hari, tanggal | Waktu | Tempat |
|---|:-:|---|
| Senin, 30 November 2026 | 09.00 WIB | Ruang Rapat Dinas Komunikasi dan Informatika |

Untuk kelancaran acara dimaksud, dimohon Saudara:

1. menugaskan **satu orang pejabat** dan satu orang operator;
2. membawa daftar pejabat penandatangan beserta:
   1. nomor surat keputusan pengangkatan;
   2. alamat surel dinas;
3. menyampaikan konfirmasi paling lambat *26 November 2026*.

Demikian disampaikan, atas perhatian dan kehadirannya diucapkan terima kasih.";
