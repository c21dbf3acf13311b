//! What stands in the rectangle of a signature on a document that was not typeset here.

use serde::{Deserialize, Serialize};

use crate::{Picture, SignerBlock};

/// The look of one signature, set as a page of exactly this size.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stamp {
    /// Width and height in points.
    pub size: [f64; 2],
    /// What is shown.
    pub look: Look,
    /// Whether it is the real thing.
    pub standing: Standing,
}

/// What a stamp shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Look {
    /// The office's block, framed on white.
    Block(Box<Block>),
    /// A picture as large as fits, nothing behind it.
    Picture(Picture),
}

/// Whether a stamp is for a signature or for looking at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It goes with a signature.
    Signed,
    /// It has "pratinjau, belum ditandatangani" across it.
    Preview,
}

/// A signature block in words. Its text is as large as fits; what would be too small to read is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// The first line; empty leaves it out.
    pub heading: String,
    /// Position, name, and what stands below it.
    pub signer: SignerBlock,
    /// Small lines at the end.
    pub notes: Vec<String>,
    /// What the QR code at the right says: an address where the signature can be checked.
    pub qr: Option<String>,
    /// The picture at the left.
    pub logo: Option<Picture>,
}

impl Block {
    /// What offices write above the position.
    pub const HEADING: &str = "Ditandatangani secara elektronik oleh:";
}
