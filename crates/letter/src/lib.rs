//! Letters as PDF/A: plain data and a Markdown body in, an archive-grade PDF out, with the place
//! of every signature block. And the blocks alone, for documents from elsewhere; and receipts of verifications.
//!
//! The typesetter works in a closed world: templates compiled into the program and one JSON value
//! are all it can read. There is no file system, network, package or clock behind it, and no part of
//! a letter is ever read as markup of the typesetter.
//!
//! Not done here: rules of the office (who signs with which words), numbering, signing.

mod body;
mod check;
mod data;
mod error;
mod input;
mod legible;
mod picture;
mod qr;
mod receipt;
mod receipt_data;
mod stamp;
mod typesetter;
mod world;

pub use error::LetterError;
pub use input::{Kop, LetterDate, LetterInput, Paper, SignerBlock, Template, Verification};

pub use picture::Picture;
pub use qr::qr_svg;
pub use receipt::{Language, Mark, Receipt, Row, Seal, Section};
pub use stamp::{Block, Look, Stamp, Standing};
pub use typesetter::Typesetter;

/// A typeset letter or receipt.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[must_use]
pub struct Typeset {
    /// The file: PDF/A-2b, tagged, with a classic cross-reference table.
    pub pdf: Vec<u8>,
    /// Number of pages.
    pub pages: u32,
    /// One per signer, in the order of [`LetterInput::signers`]; of a receipt, that of the seal.
    pub anchors: Vec<Anchor>,
}

/// Where a signer's block stands.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Anchor {
    /// Index into [`LetterInput::signers`].
    pub signer: usize,
    /// Page, counted from 0.
    pub page: u32,
    /// `[x, y, width, height]` in PDF points, origin at the page's bottom left.
    pub rect: [f64; 4],
}
