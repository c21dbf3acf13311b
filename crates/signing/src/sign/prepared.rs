//! What lies between the phases: bytes to append with a hole for the signature, and the finished append.

use std::{fmt, ops::Range};

use serde::{Deserialize, Serialize};

use super::{
    error::{EmbedError, SignError},
    hex_bytes,
};
use crate::{
    cms::{self, CmsError, SignedAttributes, parse::ReceivedCms, timestamp},
    pdf::text,
    source::{ByteSource, SourceError, in_pieces},
    validate::Begun,
    x509::digest::{Digest, Running},
};

/// A revision with a hole: everything about a signature but its value. It can be stored, and signed days later.
#[must_use]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToBeSigned {
    #[serde(with = "hex_bytes")]
    version_sha256: Vec<u8>,
    /// The algorithm of the message digest; what was stored before there was a choice is SHA-256.
    #[serde(default = "sha256")]
    digest: Digest,
    #[serde(with = "hex_bytes")]
    message_digest: Vec<u8>,
    source_length: u64,
    /// What was stored before names were kept has none.
    #[serde(default)]
    field: String,
    #[serde(with = "hex_bytes")]
    append: Vec<u8>,
    /// The `/Contents` string in the append, brackets included.
    hole: Range<usize>,
    /// Whether the field demands a timestamp.
    #[serde(default)]
    stamped: bool,
    #[serde(skip)]
    before: Before,
}

impl ToBeSigned {
    pub(super) fn new(
        version: &Version,
        field: String,
        append: Vec<u8>,
        hole: Range<usize>,
        source_length: u64,
    ) -> Self {
        let before = Begun {
            algorithm: version.digest,
            length: source_length,
            running: version.message().clone(),
        };
        let mut running = before.running.clone();
        running.update(append.get(..hole.start).unwrap_or_default());
        running.update(append.get(hole.end..).unwrap_or_default());
        Self {
            version_sha256: version.finish().to_vec(),
            digest: version.digest,
            message_digest: running.finish(),
            source_length,
            field,
            append,
            hole,
            stamped: false,
            before: Before(Some(before)),
        }
    }

    /// Says that the field demands a timestamp: then nothing else is embedded.
    pub(super) fn stamped(self, stamped: bool) -> Self {
        Self { stamped, ..self }
    }

    /// The digest at the end of the document, as long as this was not stored.
    pub(super) fn begun(&self) -> Option<&Begun> {
        self.before.0.as_ref()
    }

    /// SHA-256 of the document as it was given: what the signer was shown.
    pub fn version_sha256(&self) -> [u8; 32] {
        array(&self.version_sha256)
    }

    /// The digest of the signed ranges: the messageDigest attribute.
    pub fn message_digest(&self) -> &[u8] {
        &self.message_digest
    }

    /// The algorithm of that digest.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// The fully qualified name of the field that the signature goes into; empty for what was stored before it was kept.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// How long the document is that this is appended to.
    pub fn source_length(&self) -> u64 {
        self.source_length
    }

    /// The attributes that the key signs.
    ///
    /// # Errors
    /// When they do not encode.
    pub fn signed_attributes(&self, certificate_der: &[u8]) -> Result<SignedAttributes, CmsError> {
        cms::signed_attributes(&self.message_digest, certificate_der)
    }

    /// Puts the CMS into the hole.
    ///
    /// # Errors
    /// When it is no CMS or too long, has no timestamp where the field demands one, or the prepared bytes were damaged
    /// while they were stored.
    pub fn embed(&self, cms: &[u8]) -> Result<Append, EmbedError> {
        if self.stamped && !is_stamped(cms) {
            return Err(EmbedError::Unstamped);
        }
        self.fill(cms)
    }

    /// The same for a trial that nobody keeps.
    pub(super) fn fill(&self, cms: &[u8]) -> Result<Append, EmbedError> {
        if cms.first() != Some(&0x30) {
            return Err(EmbedError::NotCms);
        }
        let mut bytes = self.append.clone();
        let hole = bytes
            .get_mut(self.hole.clone())
            .ok_or(EmbedError::Damaged)?;
        let [b'<', digits @ .., b'>'] = hole else {
            return Err(EmbedError::Damaged);
        };
        if digits.iter().any(|&digit| digit != b'0') {
            return Err(EmbedError::Damaged);
        }
        let room = digits.len() / 2;
        if cms.len() > room {
            return Err(EmbedError::TooLong {
                length: cms.len(),
                room,
            });
        }
        for (place, digit) in digits.iter_mut().zip(text::hex_digits(cms)) {
            *place = digit;
        }
        Ok(Append::new(bytes))
    }
}

/// Whether a CMS of one signer has a time on its signature.
fn is_stamped(cms: &[u8]) -> bool {
    let Ok(received) = ReceivedCms::parse(cms) else {
        return false;
    };
    let [signer] = received.signers.as_slice() else {
        return false;
    };
    timestamp::tokens(signer)
        .any(|token| token.is_ok_and(|token| token.stamps_bytes(&signer.signature).is_ok()))
}

/// What is known of a digest underway. It only saves work, so it is neither stored nor compared.
#[derive(Clone, Default)]
struct Before(Option<Begun>);

impl PartialEq for Before {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Before {}

impl fmt::Debug for Before {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "known" } else { "unknown" })
    }
}

/// Bytes to be put behind a document; the document itself stays as it is.
#[must_use]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Append {
    bytes: Vec<u8>,
}

impl Append {
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        Self { bytes }
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// The running digests of a document, at its end.
pub(super) struct Version {
    sha256: Running,
    digest: Digest,
    /// By `digest`, where that is another than SHA-256.
    other: Option<Running>,
}

impl Version {
    pub(super) fn finish(&self) -> [u8; 32] {
        array(&self.sha256.clone().finish())
    }

    /// The digest that goes on over the revision.
    fn message(&self) -> &Running {
        self.other.as_ref().unwrap_or(&self.sha256)
    }
}

/// Hashes a document once, in pieces: to name the version, and for a signature with this digest.
pub(super) fn version_digest(
    source: &dyn ByteSource,
    digest: Digest,
) -> Result<Version, SourceError> {
    let mut version = Version {
        sha256: Running::new(Digest::Sha256),
        digest,
        other: (digest != Digest::Sha256).then(|| Running::new(digest)),
    };
    in_pieces(source, 0..source.len(), |piece| {
        version.sha256.update(piece);
        if let Some(other) = &mut version.other {
            other.update(piece);
        }
    })?;
    Ok(version)
}

fn sha256() -> Digest {
    Digest::Sha256
}

/// The numbers of a byte range, written into their room (ISO 32000-2 12.8.1).
pub(super) fn write_byte_range(
    append: &mut [u8],
    room: Range<usize>,
    hole: &Range<usize>,
    source_length: u64,
) -> Result<(), SignError> {
    let position = |at: usize| source_length.saturating_add(crate::num::to_u64(at));
    let (start, end) = (position(hole.start), position(hole.end));
    let rest = position(append.len()).saturating_sub(end);
    let numbers = format!("0 {start} {end} {rest}]");
    let room = append.get_mut(room).ok_or(EmbedError::Damaged)?;
    if numbers.len() > room.len() {
        return Err(EmbedError::Damaged.into());
    }
    room.fill(b' ');
    for (place, byte) in room.iter_mut().zip(numbers.bytes()) {
        *place = byte;
    }
    Ok(())
}

fn array(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    for (place, byte) in out.iter_mut().zip(bytes) {
        *place = *byte;
    }
    out
}
