//! Letters of the office.

use flow::jenis::JenisNaskah;
use flow::naskah::{Chain, Content, Quorum, Recipient, Source, Stage, StageKind};
use flow::sifat::{Keamanan, Sifat};
use service::naskah::NewLetter;

use super::{HEAD_A, actor, opd};

/// A nota dinas that these positions sign in order, without parafs.
pub fn nota_dinas(signers: &[u8]) -> NewLetter {
    letter(JenisNaskah::NotaDinas, signers, Vec::new())
}

/// A surat dinas of the head, to the other OPD, which gets a copy of its own besides.
pub fn surat_dinas() -> NewLetter {
    letter(JenisNaskah::SuratDinas, &[HEAD_A], Vec::new())
}

pub fn letter(jenis: JenisNaskah, signers: &[u8], mut stages: Vec<Stage>) -> NewLetter {
    let template = if jenis == JenisNaskah::NotaDinas {
        "nota_dinas"
    } else {
        "surat_dinas"
    };
    let signers: Vec<_> = signers.iter().map(|n| actor(*n).jabatan).collect();
    let to_b = Recipient {
        name: "Kepala Badan Misal".to_owned(),
        opd: Some(opd('B')),
    };
    stages.push(Stage {
        kind: StageKind::TandaTangan,
        participants: signers.clone(),
        quorum: Quorum::All,
    });
    NewLetter {
        content: Content {
            v: Content::VERSION,
            jenis,
            opd: opd('A'),
            dari: actor(HEAD_A).jabatan,
            hal: "Undangan Rapat Contoh".to_owned(),
            source: Source::Template {
                id: template.to_owned(),
                version: 1,
                body: "Dengan hormat, bersama ini kami mengundang Saudara.".to_owned(),
            },
            sifat: Sifat::Biasa,
            klasifikasi: "000.1.5".parse().unwrap(),
            keamanan: Keamanan::Biasa,
            lampiran: Vec::new(),
            recipients: vec![to_b.clone()],
            recipients_place: "di Contohrejo".to_owned(),
            tembusan: vec![to_b],
            signers,
        },
        chain: Chain::new(stages).unwrap(),
        imported: None,
        batch: None,
    }
}
