# Wrong way.
salah-tidak-dilakukan = Nothing was stored: your last action was not done.
salah-keadaan-kini = Open the page again to see how it stands now, then decide.
salah-nomor = Quote this number when you report it:
salah-muat-ulang = Load again
salah-beranda = To the home page
salah-verifikasi = Check a letter
masalah-apa = The lasting name of this problem for programs:
masalah-obat-anda = Put the request right, then send it again.
masalah-obat-tunggu = Wait a little, then send the same request again.
masalah-obat-admin = Ask your administrator.
