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
    const PARAGRAPH: &str = "Perangkat daerah wajib menyampaikan laporan pelaksanaan secara \
         berkala melalui sistem naskah dinas elektronik, dilengkapi data dukung yang dapat \
         dipertanggungjawabkan dan telah diverifikasi oleh pejabat yang berwenang.\n\n";
    let section = |number| {
        let text = PARAGRAPH.repeat(3);
        format!("## {number}. Ketentuan bagian {number}\n\n{text}")
    };
    let row = |number: usize| {
        let letters = number * 37;
        let share = number % 100;
        format!("| {number} | Dinas Contoh Urusan {number} | {letters} | {share},5 |\n")
    };
    let head = "| No. | Perangkat daerah | Jumlah naskah | Persentase TTE |\n|-:|---|-:|-:|\n";
    (1..=sections)
        .map(section)
        .chain([head.to_owned()])
        .chain((1..=rows).map(row))
        .chain(["\nDemikian laporan ini disampaikan untuk menjadi periksa.".to_owned()])
        .collect()
}
