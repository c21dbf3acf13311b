//! The words of the demo's letters, in Markdown.

/// Nota dinas, first wording: returned because the table lacks a total.
pub const ANGGARAN_DRAFT: &str = "\
Bersama ini disampaikan usulan penyesuaian anggaran kegiatan pelayanan kesehatan triwulan keempat.

| Kegiatan | Pagu (Rp) | Usulan (Rp) |
|:---|---:|---:|
| Posyandu keliling | 120.000.000 | 135.000.000 |
| Imunisasi dasar | 80.000.000 | 84.000.000 |

Mohon arahan lebih lanjut.";

/// The same after the revision.
pub const ANGGARAN_REVISED: &str = "\
Menindaklanjuti hasil rapat koordinasi, bersama ini disampaikan usulan penyesuaian anggaran kegiatan \
pelayanan kesehatan triwulan keempat dengan rincian sebagai berikut.

| Kegiatan | Pagu (Rp) | Usulan (Rp) |
|:---|---:|---:|
| Posyandu keliling | 120.000.000 | 135.000.000 |
| Imunisasi dasar | 80.000.000 | 84.000.000 |
| **Jumlah** | **200.000.000** | **219.000.000** |

Penyesuaian tersebut diperlukan karena:

1. bertambahnya sasaran imunisasi dasar di empat kecamatan;
2. perlunya kendaraan pengganti untuk posyandu keliling; dan
3. kenaikan harga bahan habis pakai.

Demikian disampaikan, atas perhatian dan arahan Bapak/Ibu diucapkan terima kasih.";

/// Note of the official who returned it.
pub const RETURN_NOTE: &str = "Mohon dilengkapi jumlah keseluruhan dan alasan penyesuaian.";

/// Surat dinas to another OPD, signed by a Plh.
pub const JARINGAN: &str = "\
Sehubungan dengan pelaksanaan asesmen berbasis komputer pada satuan pendidikan, kami mohon bantuan Saudara \
untuk menyiapkan jaringan internet di lokasi berikut:

- SD Negeri Contoh 1, Kecamatan Contoh Utara;
- SMP Negeri Contoh 2, Kecamatan Umpama; dan
- Balai Pelatihan Guru Contohrejo.

Asesmen berlangsung selama tiga hari kerja. Petugas penghubung dari dinas kami akan berkoordinasi lebih lanjut \
dengan bidang yang Saudara tunjuk.

Demikian permohonan ini kami sampaikan, atas bantuan dan kerja sama Saudara diucapkan terima kasih.";

/// Surat dinas of two signers.
pub const PAGU: &str = "\
Dalam rangka penyusunan rencana kerja perangkat daerah, bersama ini kami sampaikan bahwa pagu indikatif telah \
disepakati bersama dan menjadi acuan penyusunan rencana kerja dan anggaran.

Perangkat daerah agar menyampaikan rancangan rencana kerja paling lambat empat belas hari kerja sejak tanggal \
surat ini.

Demikian untuk dilaksanakan, atas perhatian Saudara diucapkan terima kasih.";

/// Nota dinas of a batch.
pub const UNDANGAN: &str = "\
Dalam rangka evaluasi disiplin dan kinerja pegawai, bersama ini diundang hadir pada rapat evaluasi bulanan yang \
akan dilaksanakan di ruang rapat Badan Kepegawaian dan Pengembangan Sumber Daya Manusia.

Demikian disampaikan, atas kehadirannya diucapkan terima kasih.";

/// Heading of the imported file.
pub const IMPORTED_HEADING: &str = "LAPORAN KEADAAN WILAYAH (CONTOH)";

/// Lines of the imported file.
pub const IMPORTED_LINES: &[&str] = &[
    "Kecamatan Contoh Utara, Kabupaten Contohrejo",
    "",
    "Berkas ini dibuat oleh aplikasi lain dan dibawa masuk sebagai PDF.",
    "Pena menandatanganinya apa adanya: bita aslinya tetap, tanda tangan ditambahkan di belakangnya.",
    "",
    "1. Keadaan umum wilayah dalam minggu laporan aman terkendali.",
    "2. Curah hujan sedang, tidak ada genangan yang dilaporkan.",
    "3. Pelayanan kependudukan berjalan sebagaimana biasa.",
];

/// Where the block of its first signer goes.
pub const IMPORTED_MARK: &str = "${ttd1}";

/// Note on the disposisi.
pub const DISPOSISI_NOTE: &str =
    "Siapkan jaringan di tiga lokasi dan laporkan sebelum asesmen dimulai.";

/// What came of the disposisi.
pub const FOLLOW_UP: &str = "Jaringan di tiga lokasi telah dipasang dan diuji.";
