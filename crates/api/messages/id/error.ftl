# Salah jalan.
salah-tidak-dilakukan = Tidak ada yang tersimpan: tindakan terakhir Anda belum dilakukan.
salah-keadaan-kini = Buka lagi halamannya untuk melihat keadaan sekarang, lalu putuskan.
salah-nomor = Sebutkan nomor ini bila Anda melapor:
salah-muat-ulang = Muat ulang
salah-beranda = Ke beranda
salah-verifikasi = Periksa keaslian surat
masalah-apa = Nama tetap masalah ini untuk program:
masalah-obat-anda = Perbaiki permintaannya, lalu kirim lagi.
masalah-obat-tunggu = Tunggu sebentar, lalu kirim lagi permintaan yang sama.
masalah-obat-admin = Hubungi administrator Anda.
