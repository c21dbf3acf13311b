//! What was read from a file, without a policy and without a clock: it can be judged again under another policy.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::{
    report::Kind,
    stored::{StoredSignature, hexadecimal_list},
};
use crate::{
    UtcTime,
    cms::{
        ber::{BerError, Reader, tag},
        parse::{AlgorithmId, ReceivedCms, oid},
    },
    diff::{Change, Modification},
    x509::{
        Certificate,
        bare_rsa::{self, DIGESTS},
        signature::{Checked, Digest},
    },
};

/// About one file. It can be stored, and judged again whenever a policy changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// Its length in bytes.
    pub length: u64,
    /// Whether its cross-reference chain was broken and pieced together.
    pub repaired: bool,
    /// Whether a part of its cross-references is hidden from older readers (ISO 32000-2 7.5.8.4).
    pub hybrid: bool,
    /// Its signatures, in the order of their revisions.
    pub signatures: Vec<SignatureFacts>,
    /// Certificates in its document security store.
    #[serde(with = "hexadecimal_list")]
    pub certificates: Vec<Vec<u8>>,
    /// Revocation lists in its document security store.
    #[serde(with = "hexadecimal_list")]
    pub crls: Vec<Vec<u8>>,
    /// Answers of responders in its document security store.
    #[serde(with = "hexadecimal_list")]
    pub ocsps: Vec<Vec<u8>>,
}

impl Facts {
    /// About no file at all.
    pub(crate) const fn nothing() -> Self {
        Self {
            length: 0,
            repaired: false,
            hybrid: false,
            signatures: Vec::new(),
            certificates: Vec::new(),
            crls: Vec::new(),
            ocsps: Vec::new(),
        }
    }
}

/// About one signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "StoredSignature", into = "StoredSignature")]
pub struct SignatureFacts {
    /// Fully qualified name of its field.
    pub field: String,
    /// Other fields that hold the same signature dictionary.
    pub shared_with: Vec<String>,
    /// What kind it is.
    pub kind: Kind,
    /// Its `/SubFilter`.
    pub form: Form,
    /// What it covers.
    pub range: Result<Covered, RangeProblem>,
    /// The octets of its `/Contents`; empty where there are none.
    pub contents: Vec<u8>,
    /// The certificates of `/Cert`, the signer's first: where the form has no CMS that carries them.
    pub named_certificates: Vec<Vec<u8>>,
    /// Its CMS, read from them.
    pub cms: Result<ReceivedCms, BerError>,
    /// The digest of the covered bytes by the algorithm its CMS names.
    pub digest: Option<DocumentDigest>,
    /// `/M`.
    pub claimed_time: Option<UtcTime>,
    /// `/Reason`.
    pub reason: Option<String>,
    /// `/Location`.
    pub location: Option<String>,
    /// What it allows later when it certifies.
    pub certifies: Option<u8>,
    /// Whether the part of the file it covers has a document security store.
    pub covers_store: bool,
    /// What came after it.
    pub later: Later,
}

/// `/SubFilter` (ISO 32000-2 table 255, EN 319 142-1 6.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Form {
    /// `ETSI.CAdES.detached`.
    Pades,
    /// `adbe.pkcs7.detached`.
    Pkcs7,
    /// `adbe.pkcs7.sha1`: deprecated.
    Pkcs7Sha1,
    /// `adbe.x509.rsa_sha1`: deprecated, and no CMS at all; the digest is SHA-1 or a later one.
    RsaSha1,
    /// `ETSI.RFC3161`.
    Timestamp,
    /// One that is not checked here, or none at all.
    Other(String),
}

/// A lawful range: from the first byte, around exactly the `/Contents` string of its own dictionary, to the end of a
/// revision. Only the reader makes one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Covered {
    /// The `/Contents` string, delimiters included.
    pub gap: Range<u64>,
    /// Where the signed revision ends.
    pub end: u64,
    /// What follows it.
    pub behind: Behind,
}

/// What lies behind the signed revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Behind {
    /// Nothing.
    Nothing,
    /// A few octets of white space.
    WhiteSpace,
    /// Later revisions, or bytes that no revision accounts for.
    More,
}

/// Why a range is not lawful.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum RangeProblem {
    /// There is no `/ByteRange`, or not one of four whole numbers.
    #[error("/ByteRange is not four whole numbers")]
    Shape,
    /// It does not begin with the file.
    #[error("/ByteRange does not begin at the first byte")]
    Start,
    /// It leaves the file or runs backwards.
    #[error("/ByteRange leaves the file or runs backwards")]
    Bounds,
    /// What it leaves out is not exactly the signature.
    #[error("/ByteRange leaves out something other than the /Contents of its own signature")]
    Gap,
    /// It stops somewhere inside a revision.
    #[error("/ByteRange does not end where a revision ends")]
    End,
    /// The dictionary stands behind what it says it covers.
    #[error("the signature dictionary was written after the part it covers")]
    Rewritten,
    /// The dictionary itself cannot be read.
    #[error("there is a signature, and its dictionary cannot be read")]
    Dictionary,
    /// There is no `/Contents` string.
    #[error("the signature has no /Contents")]
    NoContents,
}

/// A digest of the covered bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentDigest {
    /// By this algorithm.
    pub algorithm: Digest,
    /// The value.
    pub value: Vec<u8>,
}

/// What the revisions after a signature changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Later {
    /// The worst class.
    pub modification: Modification,
    /// Whether certification, locks and the default allowed it.
    pub permitted: bool,
    /// One by one.
    pub changes: Vec<Change>,
    /// Which rule forbade it.
    pub forbidden_by: Option<String>,
}

impl Later {
    /// Nothing.
    pub const NONE: Self = Self {
        modification: Modification::None,
        permitted: true,
        changes: Vec::new(),
        forbidden_by: None,
    };
}

/// The message imprint of an RFC 3161 token: its algorithm, where it can be computed, and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Imprint {
    pub(crate) algorithm: Option<Digest>,
    pub(crate) value: Vec<u8>,
}

impl Imprint {
    /// Reads the `TSTInfo` (RFC 3161 2.4.2).
    pub(crate) fn parse(info: &[u8]) -> Result<Self, BerError> {
        let mut info = Reader::new(info).expect(tag::SEQUENCE)?.reader();
        info.expect(tag::INTEGER)?;
        oid(info.any()?)?;
        let mut imprint = info.expect(tag::SEQUENCE)?.reader();
        let algorithm = AlgorithmId::parse(imprint.expect(tag::SEQUENCE)?)?;
        Ok(Self {
            algorithm: Digest::read(&algorithm),
            value: imprint.expect(tag::OCTET_STRING)?.value.to_vec(),
        })
    }
}

impl SignatureFacts {
    /// The digests of the document that are needed to check this signature; several where it does not say by which it was
    /// made.
    pub(crate) fn digests_wanted(&self) -> Vec<Digest> {
        if self.form == Form::RsaSha1 {
            return DIGESTS.to_vec();
        }
        let Ok(cms) = &self.cms else {
            return Vec::new();
        };
        let wanted = match (&self.form, cms.content.as_deref()) {
            (Form::Timestamp, Some(info)) => Imprint::parse(info)
                .ok()
                .and_then(|imprint| imprint.algorithm),
            (Form::Timestamp, None) | (Form::RsaSha1, _) => None,
            (Form::Pkcs7Sha1, _) => Some(Digest::Sha1),
            (Form::Pades | Form::Pkcs7 | Form::Other(_), _) => match cms.signers.as_slice() {
                [signer] => Digest::read(&signer.digest_algorithm),
                _ => None,
            },
        };
        wanted.into_iter().collect()
    }

    /// Whether a signature without CMS was made over this digest.
    pub(crate) fn is_over(&self, digest: &DocumentDigest) -> bool {
        let signer = self.named_certificates.first();
        let signer = signer.and_then(|der| Certificate::parse(der).ok());
        let value = bare_rsa::value(&self.contents);
        signer.zip(value).is_some_and(|(signer, (value, _))| {
            let checked = bare_rsa::check(digest.algorithm, &signer.key, &digest.value, &value);
            checked == Checked::Good
        })
    }
}
