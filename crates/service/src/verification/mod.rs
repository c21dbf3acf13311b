//! What anybody may ask without an account: whether a file is what it claims to be, and what the register knows of a
//! letter. Nothing of it is stored.

mod basis;
mod by_code;
mod carry;
mod compare;
mod examine;
mod pictures;
mod seal;
mod trust;

pub use basis::Basis;
pub use by_code::{
    PublicLetter, PublicSigner, PublicState, by_code, by_typed, public_download, public_picture,
};
pub use carry::{Examination, NotBelieved};
pub use compare::{Comparison, compare};
pub use examine::{KnownLetter, Verdict, examine, known, sha256_of};
pub use pictures::{Pictures, examine_and_show};
/// What a receipt is made of.
pub mod receipt {
    pub use letter::{Language, LetterDate, Mark, Receipt, Row, Seal, Section};
}
pub use seal::{Sealer, seal_receipt, sealer};
pub use signing::Password;
pub use signing::diff::{Change, Modification};
pub use signing::source::ByteSource;
pub use signing::validate::{
    Code, Finding, Headline, Kind, Language, Level, Particulars, Report, Revocation, Severity,
    SignatureReport, bsre,
};
pub use signing::x509::text::attribute;
pub(crate) use trust::Trust;
pub use worker::{ChangedPage, FileSource, PageImage};
