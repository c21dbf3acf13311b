//! What people approve: the content of a letter as canonical JSON, and its digest
//! (`docs/decisions/0002-canonical-content.md`).

use std::{collections::BTreeSet, fmt};

use serde::{Deserialize, Serialize};

use crate::{
    digest::Sha256,
    id::{BlobId, JabatanId, OpdId},
    jenis::JenisNaskah,
    klasifikasi::KodeKlasifikasi,
    mandat::Matter,
    sifat::{Keamanan, Sifat},
};

/// SHA-256 of a letter's canonical content: what a paraf binds to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ContentDigest(pub Sha256);

impl fmt::Display for ContentDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The content of a letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// Version of this form; 1.
    pub v: u8,
    /// Kind of naskah.
    pub jenis: JenisNaskah,
    /// The OPD whose letter it is.
    pub opd: OpdId,
    /// The position it comes from.
    pub dari: JabatanId,
    /// Subject.
    pub hal: String,
    /// Where its pages come from.
    pub source: Source,
    /// Urgency.
    pub sifat: Sifat,
    /// Archive classification.
    pub klasifikasi: KodeKlasifikasi,
    /// Secrecy.
    pub keamanan: Keamanan,
    /// Attachments, in order.
    pub lampiran: Vec<Sha256>,
    /// Addressees, in order.
    pub recipients: Vec<Recipient>,
    /// Place written below the addressees; may be empty.
    pub recipients_place: String,
    /// Who gets a copy, in order.
    pub tembusan: Vec<Recipient>,
    /// Positions that sign, in order.
    pub signers: Vec<JabatanId>,
}

/// Where the pages come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Source {
    /// Typeset from a template.
    Template {
        /// Its name.
        id: String,
        /// Its version.
        version: u16,
        /// The text, Markdown.
        body: String,
    },
    /// A PDF brought along, signed as it is.
    Imported {
        /// SHA-256 of the file.
        sha256: Sha256,
    },
}

/// An addressee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipient {
    /// As the letter names them.
    pub name: String,
    /// The OPD whose agenda gets the letter; none outside the regency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opd: Option<OpdId>,
}

/// Why a content cannot be that of a letter.
#[derive(Debug, thiserror::Error)]
pub enum ContentError {
    /// Another version than this program knows.
    #[error("content of a version this program does not know")]
    Version,
    /// The subject is empty or too long.
    #[error("the subject needs 1 to 500 characters")]
    Hal,
    /// The text is too long.
    #[error("the text is longer than 1 MiB")]
    Body,
    /// Nobody is addressed, too many are, or one has no name.
    #[error("a letter needs 1 to 500 addressees, each with a name")]
    Recipients,
    /// Nobody signs, too many do, or one twice.
    #[error("a letter needs 1 to 10 different signers")]
    Signers,
    /// Not the JSON of a content.
    #[error("not the JSON of a content: {0}")]
    Json(#[from] serde_json::Error),
}

impl Content {
    /// The present version of the form.
    pub const VERSION: u8 = 1;

    /// Canonical JSON (RFC 8785): the bytes that are digested and kept.
    ///
    /// # Errors
    /// When the content breaks a bound.
    pub fn to_json(&self) -> Result<Vec<u8>, ContentError> {
        self.check()?;
        Ok(serde_json_canonicalizer::to_vec(self)?)
    }

    /// Reads what [`Content::to_json`] wrote.
    ///
    /// # Errors
    /// When the bytes are not of a content of a known version, or break a bound.
    pub fn from_json(bytes: &[u8]) -> Result<Self, ContentError> {
        let content: Self = serde_json::from_slice(bytes)?;
        content.check()?;
        Ok(content)
    }

    /// The digest a paraf binds to.
    ///
    /// # Errors
    /// When the content breaks a bound.
    pub fn digest(&self) -> Result<ContentDigest, ContentError> {
        Ok(ContentDigest(Sha256::of(&self.to_json()?)))
    }

    /// What events say of this content, kept in that blob.
    ///
    /// # Errors
    /// When the content breaks a bound.
    pub fn reference(&self, blob: BlobId) -> Result<ContentRef, ContentError> {
        Ok(ContentRef {
            digest: self.digest()?,
            blob,
            jenis: self.jenis,
            opd: self.opd,
            klasifikasi: self.klasifikasi.clone(),
            sifat: self.sifat,
            keamanan: self.keamanan,
            signers: self.signers.clone(),
        })
    }

    fn check(&self) -> Result<(), ContentError> {
        if self.v != Self::VERSION {
            return Err(ContentError::Version);
        }
        if self.hal.trim().is_empty() || self.hal.chars().count() > 500 {
            return Err(ContentError::Hal);
        }
        if matches!(&self.source, Source::Template { body, .. } if body.len() > 1024 * 1024) {
            return Err(ContentError::Body);
        }
        let named = |list: &[Recipient]| {
            list.len() <= 500 && list.iter().all(|row| !row.name.trim().is_empty())
        };
        if self.recipients.is_empty() || !named(&self.recipients) || !named(&self.tembusan) {
            return Err(ContentError::Recipients);
        }
        let distinct: BTreeSet<_> = self.signers.iter().collect();
        if !(1..=10).contains(&self.signers.len()) || distinct.len() != self.signers.len() {
            return Err(ContentError::Signers);
        }
        Ok(())
    }
}

/// What events say of a content: its digest, where it is kept, and what rules need to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContentRef {
    /// Its digest.
    pub digest: ContentDigest,
    /// Where it is kept.
    pub blob: BlobId,
    /// Kind of naskah.
    pub jenis: JenisNaskah,
    /// Whose letter.
    pub opd: OpdId,
    /// Classification.
    pub klasifikasi: KodeKlasifikasi,
    /// Urgency.
    pub sifat: Sifat,
    /// Secrecy.
    pub keamanan: Keamanan,
    /// Positions that sign, in order.
    pub signers: Vec<JabatanId>,
}

impl ContentRef {
    /// What delegations are asked about.
    pub const fn matter(&self) -> Matter {
        Matter {
            jenis: self.jenis,
            opd: self.opd,
        }
    }
}
