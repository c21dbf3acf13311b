//! From content, office and number to what the page shows.

use flow::id::NaskahId;
use flow::naskah::{Content, PlannedSigner, Recipient, Refusal, Source};
use flow::nomor::Nomor;
use flow::office::Office;
use flow::time::Timestamp;
use letter::{Block, Kop, LetterDate, LetterInput, Paper, SignerBlock, Template, Verification};
use store::model::NaskahRow;

use crate::ServiceError;
use crate::office::Identity;
use crate::settings::Settings;

/// What the page of a letter is made from.
pub(super) struct Page<'a> {
    pub(super) id: NaskahId,
    pub(super) row: &'a NaskahRow,
    pub(super) content: &'a Content,
    pub(super) office: &'a Office,
    pub(super) planned: &'a [PlannedSigner],
    pub(super) nomor: &'a Nomor,
    pub(super) identity: &'a Identity,
    pub(super) settings: &'a Settings,
    pub(super) now: Timestamp,
}

/// The typesetter's input for a letter made from a template.
pub(super) fn letter_input(page: &Page<'_>) -> Result<LetterInput, ServiceError> {
    let content = page.content;
    let Source::Template { id, version, body } = &content.source else {
        return Err(page.corrupt("an imported letter is not typeset"));
    };
    let opd = page
        .office
        .opd
        .get(&content.opd)
        .ok_or_else(|| page.corrupt("its OPD is not in the office"))?;
    let date = page.office.date_in(content.opd, page.now);
    Ok(LetterInput {
        template: template(id).ok_or_else(|| page.corrupt("its template is unknown"))?,
        template_version: *version,
        paper: Paper::A4,
        kop: Kop {
            pemda: page.identity.pemda.clone(),
            opd: opd.name.clone(),
            address: opd.address.clone(),
        },
        nomor: page.nomor.text().to_owned(),
        date: LetterDate {
            year: date.year(),
            month: date.month(),
            day: date.day(),
        },
        place: page.identity.place.clone(),
        sifat: content.sifat.word().to_owned(),
        lampiran: lampiran(content.lampiran.len()),
        hal: content.hal.clone(),
        dari: page
            .office
            .jabatan
            .get(&content.dari)
            .map_or_else(String::new, |jabatan| jabatan.title.clone()),
        yth: names(&content.recipients),
        yth_place: content.recipients_place.clone(),
        tembusan: names(&content.tembusan),
        body: body.clone(),
        signers: signer_blocks(page)?,
        verification: verification(page),
        issuer_sentence: page.identity.issuer_sentence(),
        ident: page.id.to_string(),
    })
}

/// The block of each signer, for a letter that was not typeset here.
pub(super) fn blocks(page: &Page<'_>) -> Result<Vec<Block>, ServiceError> {
    let Verification { url, domain, code } = verification(page);
    let signers = signer_blocks(page)?.into_iter();
    let blocks = signers.map(|signer| Block {
        heading: Block::HEADING.to_owned(),
        signer,
        notes: vec![format!("Verifikasi: {domain} · kode {code}")],
        qr: Some(url.clone()),
        logo: None,
    });
    Ok(blocks.collect())
}

/// How a reader of the letter checks it.
fn verification(page: &Page<'_>) -> Verification {
    let code = page.row.code.as_deref().unwrap_or_default();
    Verification {
        url: format!("{}/v/{code}", page.settings.base_address),
        domain: page.settings.domain().to_owned(),
        code: page.row.typed_code.clone().unwrap_or_default(),
    }
}

impl Page<'_> {
    fn corrupt(&self, why: &str) -> ServiceError {
        ServiceError::Corrupt {
            what: "letter",
            id: self.id.to_string(),
            why: why.to_owned(),
        }
    }
}

fn signer_blocks(page: &Page<'_>) -> Result<Vec<SignerBlock>, ServiceError> {
    let content = page.content;
    page.planned
        .iter()
        .map(|signer| {
            let matter = flow::mandat::Matter {
                jenis: content.jenis,
                opd: content.opd,
            };
            let authority = page
                .office
                .authority(&signer.actor, signer.jabatan, matter, page.now)
                .ok_or(Refusal::NoAuthority)?;
            let block = page
                .office
                .penanda(content.jenis, signer.jabatan, &signer.actor, authority)
                .ok_or_else(|| page.corrupt("a signer is not in the office"))?;
            Ok(SignerBlock {
                jabatan: block.above,
                name: block.name,
                below: block.below,
            })
        })
        .collect()
}

fn template(id: &str) -> Option<Template> {
    match id {
        "nota_dinas" => Some(Template::NotaDinas),
        "surat_dinas" => Some(Template::SuratDinas),
        _ => None,
    }
}

fn names(recipients: &[Recipient]) -> Vec<String> {
    recipients
        .iter()
        .map(|recipient| recipient.name.clone())
        .collect()
}

fn lampiran(count: usize) -> String {
    match count {
        0 => "-".to_owned(),
        count => format!("{count} berkas"),
    }
}
