//! Other signers and longer texts.

use letter::SignerBlock;

/// Someone who stands in for the regent's right hand, two levels down.
pub fn stand_in() -> SignerBlock {
    SignerBlock {
        jabatan: vec![
            "a.n. Bupati Contohrejo".to_owned(),
            "Sekretaris Daerah,".to_owned(),
            "u.b. Plh. Asisten Perekonomian dan Pembangunan,".to_owned(),
        ],
        name: "UMPAMA LESTARI, S.E.".to_owned(),
        below: vec![
            "Pembina Tingkat I (IV/b)".to_owned(),
            "NIP 199902022021022002".to_owned(),
        ],
    }
}

/// Several pages: numbered sections, text and a table that breaks across pages.
pub fn long_body(sections: usize, rows: usize) -> String {
    let mut body = String::new();
    for section in 1..=sections {
        body += &format!("## {section}. Ketentuan bagian {section}\n\n");
        for _ in 0..3 {
            body += "Perangkat daerah wajib menyampaikan laporan pelaksanaan secara berkala \
                     melalui sistem naskah dinas elektronik, dilengkapi data dukung yang dapat \
                     dipertanggungjawabkan dan telah diverifikasi oleh pejabat yang berwenang.\n\n";
        }
    }
    body += "| No. | Perangkat daerah | Jumlah naskah | Persentase TTE |\n|-:|---|-:|-:|\n";
    for row in 1..=rows {
        body += &format!(
            "| {row} | Dinas Contoh Urusan {row} | {} | {},5 |\n",
            row * 37,
            row % 100
        );
    }
    body + "\nDemikian laporan ini disampaikan untuk menjadi periksa."
}
