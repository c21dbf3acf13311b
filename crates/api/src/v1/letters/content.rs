//! What a letter says and the chain it passes, as programs send it.

use flow::digest::Sha256;
use flow::id::{JabatanId, OpdId};
use flow::jenis::JenisNaskah;
use flow::klasifikasi::KodeKlasifikasi;
use flow::naskah::{Chain, ChainError, Content, Quorum, Recipient, Source, Stage, StageKind};
use flow::sifat::{Keamanan, Sifat};
use serde::{Deserialize, Deserializer};
use service::naskah;
use utoipa::ToSchema;

use crate::problem::{Problem, ProblemKind};
use crate::v1::distinct::distinct;
use crate::v1::schema;

/// A letter to be written, or its revision.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LetterInput {
    /// Kind of naskah.
    #[schema(value_type = Jenis)]
    jenis: JenisNaskah,
    /// The OPD whose letter it is.
    #[schema(value_type = schema::OpdId)]
    opd: OpdId,
    /// The position it comes from.
    #[schema(value_type = schema::JabatanId)]
    dari: JabatanId,
    /// Subject.
    #[schema(
        min_length = 1,
        max_length = 500,
        pattern = r"^[^\s\x00-\x1f]([^\x00-\x1f]*[^\s\x00-\x1f])?$",
        example = "Undangan rapat koordinasi"
    )]
    hal: String,
    /// The text, Markdown; not for an imported letter.
    #[serde(default)]
    #[schema(max_length = 200_000)]
    body: String,
    /// Urgency.
    #[serde(default = "biasa")]
    #[schema(value_type = Urgency, default = "BIASA")]
    sifat: Sifat,
    /// Archive classification, Permendagri 83/2022.
    #[schema(value_type = String, pattern = r"^[0-9]00(\.[1-9][0-9]?){1,4}$", example = "000.5.2")]
    klasifikasi: KodeKlasifikasi,
    /// Secrecy.
    #[serde(default = "terbuka")]
    #[schema(value_type = Secrecy, default = "BIASA")]
    keamanan: Keamanan,
    /// Addressees, in order.
    #[schema(min_items = 1, max_items = 500)]
    recipients: Vec<Addressee>,
    /// Place written below the addressees.
    #[serde(default)]
    #[schema(max_length = 200)]
    recipients_place: String,
    /// Who gets a copy, in order.
    #[serde(default)]
    #[schema(max_items = 500)]
    tembusan: Vec<Addressee>,
    /// Stages of paraf before signing, in order.
    #[serde(default)]
    #[schema(max_items = 19)]
    parafs: Vec<ParafStage>,
    /// Positions that sign, in order.
    #[serde(deserialize_with = "distinct")]
    #[schema(schema_with = schema::signers)]
    signers: Vec<JabatanId>,
}

/// Somebody a letter goes to.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Addressee {
    /// As the letter names them.
    #[schema(
        min_length = 1,
        max_length = 300,
        pattern = r"^[^\s\x00-\x1f]([^\x00-\x1f]*[^\s\x00-\x1f])?$",
        example = "Kepala Dinas Kesehatan"
    )]
    name: String,
    /// The OPD whose agenda gets the letter; none outside the regency.
    #[serde(default)]
    #[schema(value_type = Option<schema::OpdId>)]
    opd: Option<OpdId>,
}

/// A stage of paraf.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ParafStage {
    /// Up the line, or of other units the content touches.
    kind: ParafKind,
    /// Positions that take part.
    #[serde(deserialize_with = "distinct")]
    #[schema(schema_with = schema::participants)]
    participants: Vec<JabatanId>,
    /// How many must agree; all without.
    #[serde(default, deserialize_with = "whole")]
    #[schema(minimum = 1, maximum = 50)]
    at_least: Option<u8>,
}

/// What a stage of paraf is.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ParafKind {
    /// Up the line.
    Hierarki,
    /// Of other units.
    Koordinasi,
}

/// Kinds of naskah.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "the schema of a type that `flow` keeps")]
pub(in crate::v1) enum Jenis {
    Instruksi,
    SuratEdaran,
    Sop,
    Keputusan,
    SuratPerintah,
    SuratTugas,
    NotaDinas,
    Memorandum,
    SuratDinas,
    SuratUndangan,
    SuratPerjanjian,
    SuratKuasa,
    BeritaAcara,
    SuratKeterangan,
    SuratPengantar,
    Pengumuman,
    Laporan,
    TelaahanStaf,
    Notula,
    Rekomendasi,
    SuratIzin,
    Piagam,
    Sertifikat,
    Sttpp,
}

/// Urgency.
#[derive(ToSchema)]
#[schema(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(dead_code, reason = "the schema of a type that `flow` keeps")]
pub(in crate::v1) enum Urgency {
    Biasa,
    Penting,
    Segera,
    AmatSegera,
}

/// Secrecy.
#[derive(ToSchema)]
#[schema(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(dead_code, reason = "the schema of a type that `flow` keeps")]
pub(in crate::v1) enum Secrecy {
    Biasa,
    Terbatas,
    Rahasia,
    SangatRahasia,
}

impl LetterInput {
    /// The content and the chain, typeset from the template of its kind.
    pub(super) fn typeset(self) -> Result<(Content, Chain), Problem> {
        if self.body.len() > LONGEST_BODY {
            return Err(Problem::invalid("body").because("refusal-content-body", &[]));
        }
        let source = naskah::typeset(self.jenis, self.body.clone());
        self.with(source)
    }

    /// The content and the chain of a PDF that was brought along.
    pub(super) fn imported(self, sha256: Sha256) -> Result<(Content, Chain), Problem> {
        self.with(Source::Imported { sha256 })
    }

    fn with(self, source: Source) -> Result<(Content, Chain), Problem> {
        let mut stages: Vec<Stage> = self.parafs.into_iter().map(Stage::from).collect();
        stages.push(Stage {
            kind: StageKind::TandaTangan,
            participants: self.signers.clone(),
            quorum: Quorum::All,
        });
        let chain = Chain::new(stages).map_err(refused)?;
        let content = Content {
            v: Content::VERSION,
            jenis: self.jenis,
            opd: self.opd,
            dari: self.dari,
            hal: self.hal,
            source,
            sifat: self.sifat,
            klasifikasi: self.klasifikasi,
            keamanan: self.keamanan,
            lampiran: Vec::new(),
            recipients: self.recipients.into_iter().map(Recipient::from).collect(),
            recipients_place: self.recipients_place,
            tembusan: self.tembusan.into_iter().map(Recipient::from).collect(),
            signers: self.signers,
        };
        Ok((content, chain))
    }
}

const LONGEST_BODY: usize = 800_000;

impl From<Addressee> for Recipient {
    fn from(addressee: Addressee) -> Self {
        Self {
            name: addressee.name,
            opd: addressee.opd,
        }
    }
}

impl From<ParafStage> for Stage {
    fn from(stage: ParafStage) -> Self {
        Self {
            kind: match stage.kind {
                ParafKind::Hierarki => StageKind::ParafHierarki,
                ParafKind::Koordinasi => StageKind::ParafKoordinasi,
            },
            participants: stage.participants,
            quorum: stage.at_least.map_or(Quorum::All, Quorum::AtLeast),
        }
    }
}

/// What no schema can say, such as a quorum that the stage cannot reach, is refused as a rule.
fn refused(error: ChainError) -> Problem {
    let rule = match error {
        ChainError::Signing | ChainError::SigningQuorum => "chain-signing",
        ChainError::Participants => "chain-participants",
        ChainError::Quorum => "chain-quorum",
        ChainError::Length => "chain-length",
    };
    Problem::new(ProblemKind::Refused)
        .with("rule", rule)
        .with("who", "you")
        .because(format!("refusal-{rule}"), &[])
}

/// A whole number however it is written: JSON Schema takes 2.0 for an integer.
fn whole<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u8>, D::Error> {
    let Some(number) = Option::<f64>::deserialize(from)? else {
        return Ok(None);
    };
    (1..=50_u8)
        .find(|whole| f64::from(*whole).to_bits() == number.to_bits())
        .map(Some)
        .ok_or_else(|| serde::de::Error::custom("not a whole number from 1 to 50"))
}

const fn biasa() -> Sifat {
    Sifat::Biasa
}

const fn terbuka() -> Keamanan {
    Keamanan::Biasa
}
