//! What somebody writes, as the form sends it and as the letter keeps it.

use flow::id::{JabatanId, OpdId};
use flow::jenis::JenisNaskah;
use flow::klasifikasi::KodeKlasifikasi;
use flow::naskah::{Chain, Content, Quorum, Recipient, Source, Stage, StageKind};
use flow::office::Office;
use flow::sifat::{Keamanan, Sifat};
use service::naskah;

use super::parts::Fields;

/// The fields of a letter as text, so that nothing that was typed is lost by a refusal.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    pub(super) dari: String,
    pub(super) kepada: Vec<String>,
    pub(super) tempat: String,
    pub(super) hal: String,
    pub(super) isi: String,
    pub(super) sifat: String,
    pub(super) klasifikasi: String,
    pub(super) keamanan: String,
    pub(super) tembusan: Vec<String>,
    pub(super) hierarki: Vec<String>,
    pub(super) koordinasi: Vec<String>,
    pub(super) penandatangan: Vec<String>,
}

/// A field that cannot be taken as it is, and the key of the sentence that says why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) field: &'static str,
    pub(super) key: &'static str,
}

impl Draft {
    /// As the form sent it.
    pub(super) fn of(sent: &Fields) -> Self {
        let many = |name: &str| -> Vec<String> {
            sent.all(name)
                .into_iter()
                .flat_map(str::lines)
                .map(str::trim)
                .filter(|line| !line.is_empty())
                .map(str::to_owned)
                .collect()
        };
        Self {
            dari: sent.one("dari").to_owned(),
            kepada: many("kepada"),
            tempat: sent.one("tempat").to_owned(),
            hal: sent.one("hal").to_owned(),
            isi: sent.one("isi").replace("\r\n", "\n"),
            sifat: sent.one("sifat").to_owned(),
            klasifikasi: sent.one("klasifikasi").to_owned(),
            keamanan: sent.one("keamanan").to_owned(),
            tembusan: many("tembusan"),
            hierarki: many("hierarki"),
            koordinasi: many("koordinasi"),
            penandatangan: many("penandatangan"),
        }
    }

    /// As a letter keeps it.
    pub(super) fn of_letter(content: &Content, chain: &Chain) -> Self {
        let names = |list: &[Recipient]| list.iter().map(|one| one.name.clone()).collect();
        let of_kind = |kind: StageKind| {
            chain
                .parafs()
                .iter()
                .filter(|stage| stage.kind == kind)
                .flat_map(|stage| stage.participants.iter().map(ToString::to_string))
                .collect()
        };
        Self {
            dari: content.dari.to_string(),
            kepada: names(&content.recipients),
            tempat: content.recipients_place.clone(),
            hal: content.hal.clone(),
            isi: match &content.source {
                Source::Template { body, .. } => body.clone(),
                Source::Imported { .. } => String::new(),
            },
            sifat: word(&content.sifat),
            klasifikasi: content.klasifikasi.to_string(),
            keamanan: word(&content.keamanan),
            tembusan: names(&content.tembusan),
            hierarki: of_kind(StageKind::ParafHierarki),
            koordinasi: of_kind(StageKind::ParafKoordinasi),
            penandatangan: content.signers.iter().map(ToString::to_string).collect(),
        }
    }

    /// The content and the chain, or every field that has to be put right.
    pub(super) fn letter(
        &self,
        office: &Office,
        jenis: JenisNaskah,
        imported: Option<Source>,
    ) -> Result<(Content, Chain), Vec<Fault>> {
        let mut faults = Vec::new();
        let mut fault = |field, key| faults.push(Fault { field, key });
        let dari = self.dari.parse::<JabatanId>().ok();
        let from = dari.and_then(|id| office.jabatan.get(&id));
        if from.is_none() {
            fault("dari", "tulis-salah-dari");
        }
        if self.hal.is_empty() || self.hal.chars().count() > 500 {
            fault("hal", "tulis-salah-hal");
        }
        if self.kepada.is_empty() || self.kepada.len() > 500 {
            fault("kepada", "tulis-salah-kepada");
        }
        if imported.is_none() && self.isi.is_empty() {
            fault("isi", "tulis-salah-isi-kosong");
        }
        if self.isi.len() > LONGEST_BODY {
            fault("isi", "tulis-salah-isi");
        }
        let klasifikasi = self.klasifikasi.parse::<KodeKlasifikasi>().ok();
        if klasifikasi.is_none() {
            fault("klasifikasi", "tulis-salah-klasifikasi");
        }
        let sifat: Option<Sifat> = parsed(&self.sifat);
        let keamanan: Option<Keamanan> = parsed(&self.keamanan);
        if sifat.is_none() {
            fault("sifat", "tulis-salah-pilihan");
        }
        if keamanan.is_none() {
            fault("keamanan", "tulis-salah-pilihan");
        }
        let signers = positions(&self.penandatangan, office);
        if signers
            .as_ref()
            .is_none_or(|list| !(1..=10).contains(&list.len()))
        {
            fault("penandatangan", "tulis-salah-penandatangan");
        }
        let hierarki = positions(&self.hierarki, office);
        if hierarki.is_none() {
            fault("hierarki", "tulis-salah-paraf");
        }
        let koordinasi = positions(&self.koordinasi, office);
        if koordinasi.is_none() {
            fault("koordinasi", "tulis-salah-paraf");
        }
        let chain = match (&signers, &hierarki, &koordinasi) {
            (Some(signers), Some(up), Some(beside)) => chain(up, beside, signers),
            (_, _, _) => None,
        };
        if faults.is_empty() && chain.is_none() {
            faults.push(Fault {
                field: "penandatangan",
                key: "tulis-salah-rantai",
            });
        }
        match (from, klasifikasi, sifat, keamanan, signers, chain) {
            (
                Some(from),
                Some(klasifikasi),
                Some(sifat),
                Some(keamanan),
                Some(signers),
                Some(chain),
            ) if faults.is_empty() => {
                let source = imported.unwrap_or_else(|| naskah::typeset(jenis, self.isi.clone()));
                let content = Content {
                    v: Content::VERSION,
                    jenis,
                    opd: from.opd,
                    dari: from.id,
                    hal: self.hal.clone(),
                    source,
                    sifat,
                    klasifikasi,
                    keamanan,
                    lampiran: Vec::new(),
                    recipients: recipients(&self.kepada, office),
                    recipients_place: self.tempat.clone(),
                    tembusan: recipients(&self.tembusan, office),
                    signers,
                };
                Ok((content, chain))
            }
            (_, _, _, _, _, _) => Err(faults),
        }
    }
}

const LONGEST_BODY: usize = 800_000;

/// The word a value is written as in addresses and forms.
pub(super) fn word<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text,
        Ok(_) | Err(_) => String::new(),
    }
}

fn parsed<T: serde::de::DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(text.to_owned())).ok()
}

/// Different positions that exist.
fn positions(list: &[String], office: &Office) -> Option<Vec<JabatanId>> {
    let mut all = Vec::new();
    for text in list {
        let id: JabatanId = text.parse().ok()?;
        if !office.jabatan.contains_key(&id) || all.contains(&id) {
            return None;
        }
        all.push(id);
    }
    Some(all)
}

/// Parafs up the line one after the other, then those of other units at the same time, then the signers.
fn chain(up: &[JabatanId], beside: &[JabatanId], signers: &[JabatanId]) -> Option<Chain> {
    let mut stages: Vec<Stage> = up
        .iter()
        .map(|one| Stage {
            kind: StageKind::ParafHierarki,
            participants: vec![*one],
            quorum: Quorum::All,
        })
        .collect();
    if !beside.is_empty() {
        stages.push(Stage {
            kind: StageKind::ParafKoordinasi,
            participants: beside.to_vec(),
            quorum: Quorum::All,
        });
    }
    stages.push(Stage {
        kind: StageKind::TandaTangan,
        participants: signers.to_vec(),
        quorum: Quorum::All,
    });
    Chain::new(stages).ok()
}

/// Who is named as a position or an OPD of the regency gets the letter in the agenda of that OPD.
fn recipients(names: &[String], office: &Office) -> Vec<Recipient> {
    names
        .iter()
        .map(|name| Recipient {
            name: name.clone(),
            opd: opd_of(name, office),
        })
        .collect()
}

fn opd_of(name: &str, office: &Office) -> Option<OpdId> {
    let same = |text: &str| text.to_lowercase() == name.to_lowercase();
    let position = office.jabatan.values().find(|one| same(&one.title));
    position.map(|one| one.opd).or_else(|| {
        let opd = office.opd.values().find(|one| same(&one.name));
        opd.map(|one| one.id)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_empty_field_is_named_at_once() {
        let office = Office::default();
        let faults = Draft::default()
            .letter(&office, JenisNaskah::SuratDinas, None)
            .unwrap_err();
        let fields: Vec<&str> = faults.iter().map(|fault| fault.field).collect();
        for field in [
            "dari",
            "hal",
            "kepada",
            "klasifikasi",
            "sifat",
            "keamanan",
            "penandatangan",
        ] {
            assert!(fields.contains(&field), "{field}");
        }
    }
}
