//! What anybody may ask without an account: whether a file is what it claims to be, and what the register knows of a
//! letter. Nothing of it is stored.

mod by_code;
mod compare;
mod examine;
mod pictures;
mod trust;

pub use by_code::{
    PublicLetter, PublicSigner, PublicState, by_code, by_typed, public_download, public_picture,
};
pub use compare::{Comparison, compare};
pub use examine::{KnownLetter, Verdict, examine, sha256_of};
pub use pictures::{Pictures, examine_and_show};
pub use signing::Password;
pub use signing::diff::{Change, Modification};
pub use signing::source::ByteSource;
pub use signing::validate::{
    Code, Finding, Headline, Kind, Language, Level, Particulars, Report, Revocation, Severity,
    SignatureReport, bsre,
};
pub(crate) use trust::Trust;
pub use worker::{ChangedPage, FileSource, PageImage};
