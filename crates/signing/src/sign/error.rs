//! Why a signature could not be made.

use super::{drawing::DrawingError, seed::Demand, signer::SignerError};
use crate::{
    UtcTime,
    cms::{CmsError, TimestampProblem},
    pdf::{ReadError, append::AppendError},
    source::SourceError,
};

/// Why a field or a signature could not be added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignError {
    /// The document cannot be appended to.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// An earlier signature, certification or lock forbids it.
    #[error("{0}")]
    Forbidden(#[from] Rule),
    /// There is no such signature field.
    #[error("there is no signature field named {0}")]
    NoSuchField(String),
    /// The field holds a signature.
    #[error("the field {0} is already signed")]
    AlreadySigned(String),
    /// A field of that name exists.
    #[error("a field named {0} already exists")]
    NameTaken(String),
    /// A field's name is empty or holds a dot.
    #[error("{0:?} is no name for a new field: a name is not empty and has no dot")]
    BadName(String),
    /// The document has no such page.
    #[error("there is no page {0} (counted from 0)")]
    NoSuchPage(u32),
    /// A rectangle is not made of finite numbers, or has a negative side.
    #[error("the rectangle of the field makes no sense")]
    BadRectangle,
    /// No page has the marker in its text.
    #[error("no page has the marker {0} in its text")]
    NoMarker(char),
    /// A rectangle reaches out of the page.
    #[error("the rectangle of the field reaches out of the page, which shows {shown} points")]
    OffPage {
        /// Width and height of the page as seen.
        shown: String,
    },
    /// The place has no area on a page.
    #[error("nothing would be seen there")]
    Unseen,
    /// The picture of the signature cannot be used.
    #[error(transparent)]
    Drawing(#[from] DrawingError),
    /// The room for the CMS is unreasonable.
    #[error("room for {0} bytes of signature is out of bounds")]
    BadCapacity(usize),
    /// The claimed time has no PDF form.
    #[error("the claimed time is outside the years 0 to 9999")]
    BadTime,
    /// The CMS could not be made.
    #[error(transparent)]
    Cms(#[from] CmsError),
    /// The key could not be used.
    #[error(transparent)]
    Signer(#[from] SignerError),
    /// A timestamp cannot be used.
    #[error("the timestamp cannot be used: {0}")]
    Timestamp(#[from] TimestampProblem),
    /// The document holds no signature whose evidence could be kept.
    #[error("the document holds no signature")]
    Unsigned,
    /// A signature is wrong, so nothing makes it provable for longer.
    #[error("the signature in {0} is not right: {1}")]
    BadSignature(String, String),
    /// Nobody trusted vouches for whoever signed.
    #[error("{field}: {problem}; name its authority by its certificate")]
    Untrusted {
        /// The signature's field.
        field: String,
        /// Why there is no path.
        problem: String,
    },
    /// A certificate of a signature's path is revoked.
    #[error("the certificate of {subject} is revoked since {since}")]
    Revoked {
        /// Whose.
        subject: String,
        /// Since when.
        since: UtcTime,
    },
    /// Nothing tells whether a certificate is revoked.
    #[error("whether the certificate of {subject} is revoked is not known: {why}")]
    NoEvidence {
        /// Whose.
        subject: String,
        /// Why nothing tells.
        why: &'static str,
    },
    /// The CMS could not be embedded.
    #[error(transparent)]
    Embed(#[from] EmbedError),
}

impl From<ReadError> for SignError {
    fn from(error: ReadError) -> Self {
        Self::Append(error.into())
    }
}

impl From<SourceError> for SignError {
    fn from(error: SourceError) -> Self {
        ReadError::from(error).into()
    }
}

/// The rule of the document that forbids a change.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Rule {
    /// A DocMDP of a certification, of a signature or of its lock says P=1 (12.8.2.2).
    #[error("the document was closed by a signature (DocMDP P=1): no further signature is allowed")]
    Closed,
    /// A certification allows signing what is there (P=2), and annotations (P=3), but no field on a page that was certified
    /// without it (table 257); validators refuse such a one.
    #[error("the certification (DocMDP) allows no new visible field")]
    NewField,
    /// An empty field that is added after a signature is a change to it; validators report it (12.8.2.2).
    #[error(
        "the document is signed already: an empty field can only be added before its first signature"
    )]
    EmptyField,
    /// A signature locked the field (12.8.2.4).
    #[error("the field {0} was locked by an earlier signature (FieldMDP)")]
    LockedField(String),
    /// A certification is the first signature or none (12.8.2.2.1).
    #[error("only the first signature can certify the document")]
    CertifyFirst,
    /// The permissions of the encrypted document allow its users no form filling and no signing (table 22, bits 6 and 9).
    #[error("the permissions of the document (bits 6 and 9) allow only its owner to sign")]
    NoFilling,
    /// The permissions of the encrypted document allow its users to make no field (table 22, bits 4 and 6).
    #[error("the permissions of the document (bits 4 and 6) allow only its owner to add a field")]
    NoNewField,
    /// The field's seed value (12.7.5.5) demands what this signature does not have.
    #[error("the field {field} demands {demand}")]
    SeedValue {
        /// The field.
        field: String,
        /// What it demands.
        demand: Demand,
    },
}

/// Why a CMS could not be embedded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EmbedError {
    /// The CMS is longer than the room that was left for it.
    #[error("the signature has {length} bytes, and there is room for {room}")]
    TooLong {
        /// Its length.
        length: usize,
        /// The room.
        room: usize,
    },
    /// There are no bytes, or they are no CMS.
    #[error("the signature is no CMS")]
    NotCms,
    /// The field demands a timestamp (ISO 32000-2 table 237, TimeStamp), and the CMS has none.
    #[error("the field demands a timestamp (TimeStamp), and the signature has none")]
    Unstamped,
    /// The prepared bytes are not what they were.
    #[error("the prepared signature is damaged")]
    Damaged,
}
