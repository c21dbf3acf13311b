//! The letters of the demo: who writes, who initials, who returns, who signs.

use anyhow::Context;
use flow::digest::Sha256;
use flow::jenis::JenisNaskah;
use flow::naskah::{Chain, Content, Quorum, Recipient, Source, Stage, StageKind};
use flow::office::Actor;
use flow::sifat::{Keamanan, Sifat};

use super::imported::imported_pdf;
use super::office::{ABSENT, holder_of, jabatan_titled, opd_coded};
use super::texts;

/// One letter and what is to happen to it.
pub struct Script {
    /// The name it is found under again, and that of its file in `contoh`.
    pub name: &'static str,
    /// Title of the drafter's position.
    pub drafter: &'static str,
    /// What it says; when it is returned once, what it says first.
    pub content: Content,
    /// Who returns the first wording, and what it says afterwards.
    pub returned: Option<(&'static str, Content)>,
    /// The chain it passes.
    pub chain: Chain,
    /// The file that was brought along.
    pub imported: Option<Vec<u8>>,
}

/// Stage, participants by title, quorum.
type Row<'a> = (StageKind, &'a [&'a str], Quorum);

/// The letters that every demo carries through, in order.
///
/// # Errors
/// When the made-up data breaks a rule of `flow`.
pub fn scripts() -> anyhow::Result<Vec<Script>> {
    Ok(vec![
        budget_note()?,
        network_letter()?,
        imported()?,
        two_signers()?,
    ])
}

/// A nota dinas with two parafs, one return and revision, one koordinasi of two units of which one suffices.
fn budget_note() -> anyhow::Result<Script> {
    let signer = "Kepala Dinas Kesehatan";
    let content = |body: &str| {
        letter(&Facts {
            jenis: JenisNaskah::NotaDinas,
            opd: "DINKES",
            dari: signer,
            hal: "Usulan Penyesuaian Anggaran Triwulan IV",
            source: template("nota_dinas", body),
            sifat: Sifat::Segera,
            klasifikasi: "900.1.1",
            to: &[("Sekretaris Daerah", Some("SETDA"))],
            to_place: "",
            tembusan: &[("Kepala Badan Keuangan dan Aset Daerah", Some("BKAD"))],
            signers: &[signer],
        })
    };
    Ok(Script {
        name: "nota-dinas-anggaran",
        drafter: "Kepala Subbagian Umum Dinas Kesehatan",
        content: content(texts::ANGGARAN_DRAFT)?,
        returned: Some((
            "Sekretaris Dinas Kesehatan",
            content(texts::ANGGARAN_REVISED)?,
        )),
        chain: chain(&[
            (
                StageKind::ParafHierarki,
                &["Kepala Bidang Program Dinas Kesehatan"],
                Quorum::All,
            ),
            (
                StageKind::ParafHierarki,
                &["Sekretaris Dinas Kesehatan"],
                Quorum::All,
            ),
            (
                StageKind::ParafKoordinasi,
                &["Kepala Bagian Hukum", "Kepala Bagian Organisasi"],
                Quorum::Any,
            ),
            (StageKind::TandaTangan, &[signer], Quorum::All),
        ])?,
        imported: None,
    })
}

/// A surat dinas to another OPD, signed by the Plh. of an absent head.
fn network_letter() -> anyhow::Result<Script> {
    Ok(Script {
        name: "surat-dinas-jaringan",
        drafter: "Kepala Subbagian Umum Dinas Pendidikan",
        content: letter(&Facts {
            jenis: JenisNaskah::SuratDinas,
            opd: "DISDIK",
            dari: ABSENT,
            hal: "Permohonan Dukungan Jaringan Internet",
            source: template("surat_dinas", texts::JARINGAN),
            sifat: Sifat::Penting,
            klasifikasi: "400.3.5",
            to: &[("Kepala Dinas Komunikasi dan Informatika", Some("KOMINFO"))],
            to_place: "di Contohrejo",
            tembusan: &[("Sekretaris Daerah", Some("SETDA"))],
            signers: &[ABSENT],
        })?,
        returned: None,
        chain: chain(&[
            (
                StageKind::ParafHierarki,
                &["Kepala Bidang Program Dinas Pendidikan"],
                Quorum::All,
            ),
            (StageKind::TandaTangan, &[ABSENT], Quorum::All),
        ])?,
        imported: None,
    })
}

/// A PDF that another application made, signed as it is.
fn imported() -> anyhow::Result<Script> {
    let signer = "Camat Contoh Utara";
    let file = imported_pdf(
        texts::IMPORTED_HEADING,
        texts::IMPORTED_LINES,
        texts::IMPORTED_MARK,
    );
    Ok(Script {
        name: "laporan-dibawa-masuk",
        drafter: "Kepala Seksi Pemerintahan Kecamatan Contoh Utara",
        content: letter(&Facts {
            jenis: JenisNaskah::Laporan,
            opd: "KEC.CONTOH UTARA",
            dari: signer,
            hal: "Laporan Keadaan Wilayah",
            source: Source::Imported {
                sha256: Sha256::of(&file),
            },
            sifat: Sifat::Biasa,
            klasifikasi: "100.2.4",
            to: &[("Sekretaris Daerah", Some("SETDA"))],
            to_place: "",
            tembusan: &[],
            signers: &[signer],
        })?,
        returned: None,
        chain: chain(&[
            (
                StageKind::ParafHierarki,
                &["Sekretaris Kecamatan Contoh Utara"],
                Quorum::All,
            ),
            (StageKind::TandaTangan, &[signer], Quorum::All),
        ])?,
        imported: Some(file),
    })
}

/// A surat dinas that two heads sign, one after the other.
fn two_signers() -> anyhow::Result<Script> {
    let first = "Kepala Badan Keuangan dan Aset Daerah";
    let second = "Kepala Badan Perencanaan Pembangunan Daerah";
    Ok(Script {
        name: "surat-dinas-dua-penanda-tangan",
        drafter: "Kepala Subbagian Umum Badan Perencanaan Pembangunan Daerah",
        content: letter(&Facts {
            jenis: JenisNaskah::SuratDinas,
            opd: "BAPPEDA",
            dari: second,
            hal: "Pagu Indikatif Perangkat Daerah",
            source: template("surat_dinas", texts::PAGU),
            sifat: Sifat::Penting,
            klasifikasi: "000.7.2",
            to: &[("Kepala Perangkat Daerah se-Kabupaten Contohrejo", None)],
            to_place: "di Contohrejo",
            tembusan: &[("Bupati Contohrejo", Some("SETDA"))],
            signers: &[first, second],
        })?,
        returned: None,
        chain: chain(&[
            (
                StageKind::ParafKoordinasi,
                &[
                    "Sekretaris Badan Keuangan dan Aset Daerah",
                    "Sekretaris Badan Perencanaan Pembangunan Daerah",
                ],
                Quorum::All,
            ),
            (StageKind::TandaTangan, &[first, second], Quorum::All),
        ])?,
        imported: None,
    })
}

/// Drafter of the letters of a batch.
pub const BATCH_DRAFTER: &str =
    "Kepala Subbagian Umum Badan Kepegawaian dan Pengembangan Sumber Daya Manusia";
/// Signer of the letters of a batch.
pub const BATCH_SIGNER: &str = "Kepala Badan Kepegawaian dan Pengembangan Sumber Daya Manusia";

/// One letter of a batch: an invitation with one paraf.
///
/// # Errors
/// When the made-up data breaks a rule of `flow`.
pub fn invitation() -> anyhow::Result<(Content, Chain)> {
    let content = letter(&Facts {
        jenis: JenisNaskah::NotaDinas,
        opd: "BKPSDM",
        dari: BATCH_SIGNER,
        hal: "Undangan Rapat Evaluasi Bulanan",
        source: template("nota_dinas", texts::UNDANGAN),
        sifat: Sifat::Biasa,
        klasifikasi: "000.1.5",
        to: &[("Para Kepala Subbagian Umum Perangkat Daerah", None)],
        to_place: "",
        tembusan: &[],
        signers: &[BATCH_SIGNER],
    })?;
    let chain = chain(&[
        (
            StageKind::ParafHierarki,
            &["Sekretaris Badan Kepegawaian dan Pengembangan Sumber Daya Manusia"],
            Quorum::All,
        ),
        (StageKind::TandaTangan, &[BATCH_SIGNER], Quorum::All),
    ])?;
    Ok((content, chain))
}

/// The holder of a position, acting for it.
pub fn actor(title: &str) -> Actor {
    Actor {
        pejabat: holder_of(title),
        jabatan: jabatan_titled(title),
    }
}

struct Facts<'a> {
    jenis: JenisNaskah,
    opd: &'a str,
    dari: &'a str,
    hal: &'a str,
    source: Source,
    sifat: Sifat,
    klasifikasi: &'a str,
    to: &'a [(&'a str, Option<&'a str>)],
    to_place: &'a str,
    tembusan: &'a [(&'a str, Option<&'a str>)],
    signers: &'a [&'a str],
}

fn letter(facts: &Facts<'_>) -> anyhow::Result<Content> {
    let klasifikasi = facts.klasifikasi;
    Ok(Content {
        v: Content::VERSION,
        jenis: facts.jenis,
        opd: opd_coded(facts.opd),
        dari: jabatan_titled(facts.dari),
        hal: facts.hal.to_owned(),
        source: facts.source.clone(),
        sifat: facts.sifat,
        klasifikasi: klasifikasi
            .parse()
            .with_context(|| format!("klasifikasi {klasifikasi}"))?,
        keamanan: Keamanan::Biasa,
        lampiran: Vec::new(),
        recipients: recipients(facts.to),
        recipients_place: facts.to_place.to_owned(),
        tembusan: recipients(facts.tembusan),
        signers: facts
            .signers
            .iter()
            .map(|title| jabatan_titled(title))
            .collect(),
    })
}

fn template(id: &str, body: &str) -> Source {
    Source::Template {
        id: id.to_owned(),
        version: 1,
        body: body.to_owned(),
    }
}

fn recipients(list: &[(&str, Option<&str>)]) -> Vec<Recipient> {
    list.iter()
        .map(|(name, opd)| Recipient {
            name: (*name).to_owned(),
            opd: opd.map(opd_coded),
        })
        .collect()
}

fn chain(rows: &[Row<'_>]) -> anyhow::Result<Chain> {
    let stages = rows
        .iter()
        .map(|(kind, titles, quorum)| Stage {
            kind: *kind,
            participants: titles.iter().map(|title| jabatan_titled(title)).collect(),
            quorum: *quorum,
        })
        .collect();
    Ok(Chain::new(stages)?)
}

#[cfg(test)]
mod tests {
    use flow::time::Timestamp;

    use super::*;
    use crate::demo::office::office;

    #[test]
    fn every_position_the_scripts_name_exists() {
        let (office, _) = office(Timestamp::from_micros(1_764_000_000_000_000)).unwrap();
        let mut all = scripts().unwrap();
        assert_eq!(all.len(), 4);
        let (content, chain) = invitation().unwrap();
        all.push(Script {
            name: "batch",
            drafter: BATCH_DRAFTER,
            content,
            returned: None,
            chain,
            imported: None,
        });
        for script in all {
            let stages: Vec<Stage> = script.chain.clone().into();
            let named = stages.iter().flat_map(|stage| &stage.participants);
            for jabatan in named.chain([&jabatan_titled(script.drafter)]) {
                assert!(office.jabatan.contains_key(jabatan), "{}", script.name);
            }
            assert!(
                office.opd.contains_key(&script.content.opd),
                "{}",
                script.name
            );
        }
    }
}
