//! What is asked of a worker and what it answers.

use letter::{Anchor, LetterInput, Receipt, Stamp};
use serde::{Deserialize, Serialize};
use signing::sign::{FieldInfo, Marked, NewField, Request, SignatureAlgorithm, ToBeSigned};
use signing::validate::{Evidence, Need, Particulars, Policy, Report, SecondReading};
use signing::{Password, UtcTime};

use crate::{Mark, base64_bytes, password_text};

/// Work on one document.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "task", rename_all = "snake_case")]
pub enum Task {
    /// List the signature fields.
    Inspect,
    /// Add fields to be signed later.
    PlaceFields {
        /// In the order they are added.
        fields: Vec<NewField>,
    },
    /// Write a revision with room for a signature, and its digest.
    Prepare {
        /// Where the signature goes and what it says.
        request: Box<Request>,
        /// By which algorithm it will be signed, which decides the digest.
        algorithm: SignatureAlgorithm,
    },
    /// Put a finished signature into the revision prepared for it.
    Embed {
        /// The revision, prepared for the same source.
        to_be_signed: Box<ToBeSigned>,
        /// The signature, DER.
        #[serde(with = "base64_bytes")]
        cms: Vec<u8>,
    },
    /// Write a revision with room for a timestamp on the whole document, and its digest.
    PrepareTimestamp,
    /// Say what the signatures and timestamps lack to be checked by the file alone.
    Lacking {
        /// What is known beside the file.
        evidence: Evidence,
        /// Whom to trust.
        policy: Policy,
        /// The time to judge at.
        at: UtcTime,
    },
    /// Put certificates and revocation evidence of every signature and timestamp into the file.
    KeepEvidence {
        /// What is known beside the file.
        evidence: Evidence,
        /// Whom to trust.
        policy: Policy,
        /// The time to judge at.
        at: UtcTime,
    },
    /// Judge whatever the source holds.
    Validate {
        /// What is known beside the file.
        evidence: Evidence,
        /// Whom to trust and how much revocation matters.
        policy: Policy,
        /// The time to judge at.
        at: UtcTime,
    },
    /// Judge whatever the source holds, and say what fuller reports show of its signatures.
    Examine {
        /// What is known beside the file.
        evidence: Evidence,
        /// Whom to trust and how much revocation matters.
        policy: Policy,
        /// The time to judge at.
        at: UtcTime,
        /// What may open it.
        #[serde(with = "password_text")]
        password: Option<Password>,
    },
    /// Read the newest state by a second, independent reader, and compare.
    SecondReading,
    /// Set a letter; the source is not looked at.
    Typeset {
        /// What it shows.
        letter: Box<LetterInput>,
    },
    /// Set the receipt of a verification; the source is not looked at. The answer is that of `Typeset`.
    Receipt {
        /// What it shows.
        receipt: Box<Receipt>,
    },
    /// Look for texts on the pages.
    Locate {
        /// What is looked for.
        texts: Vec<String>,
        /// Width and height in points of the rectangle around each.
        size: [f64; 2],
    },
    /// Draw the look of a signature; the source is not looked at.
    Stamp {
        /// What it shows.
        stamp: Box<Stamp>,
    },
    /// Show a page as a picture.
    Render {
        /// Counted from zero.
        page: u32,
        /// In pixels; drawn narrower where it would pass the limits of a picture.
        width: u32,
        /// Words across it.
        mark: Option<Mark>,
    },
    /// Show pages as they were and as they are.
    Compare {
        /// How many bytes the earlier state has.
        before: u64,
        /// Counted from zero.
        pages: Vec<u32>,
        /// Of each picture, in pixels.
        width: u32,
    },
}

/// The answer to the task of the same name.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "done", rename_all = "snake_case")]
pub enum Done {
    /// The fields in the order of the form.
    Inspect {
        /// Signed ones included.
        fields: Vec<FieldInfo>,
    },
    /// The fields are placed.
    PlaceFields {
        /// What is to be put behind the source.
        #[serde(with = "base64_bytes")]
        append: Vec<u8>,
    },
    /// The revision waits for its signature or timestamp.
    Prepare {
        /// The revision and the digests a key is asked for.
        to_be_signed: Box<ToBeSigned>,
    },
    /// The signature stands.
    Embed {
        /// What is to be put behind the source.
        #[serde(with = "base64_bytes")]
        append: Vec<u8>,
    },
    /// What is lacking.
    Lacking {
        /// In the file, as far as the evidence at hand goes.
        lacking: Lacking,
    },
    /// The evidence stands.
    KeepEvidence {
        /// What is to be put behind the source; nothing where the file holds it all.
        #[serde(with = "base64_bytes")]
        append: Vec<u8>,
    },
    /// The judgement. Never an error: what cannot be read is a headline.
    Validate {
        /// About the file.
        report: Report,
    },
    /// The judgement, as of [`Done::Validate`].
    Examine {
        /// About the file.
        report: Report,
        /// One for each signature of the report; none of a file that cannot be read.
        particulars: Vec<Particulars>,
    },
    /// What the second reader sees.
    SecondReading {
        /// Beside what our own sees.
        reading: SecondReading,
    },
    /// The letter or receipt.
    Typeset {
        /// The file.
        #[serde(with = "base64_bytes")]
        pdf: Vec<u8>,
        /// Number of pages.
        pages: u32,
        /// Places of the signature blocks, in the order of the signers.
        anchors: Vec<Anchor>,
    },
    /// What was found.
    Locate {
        /// In the order of the texts; nothing for one that is on no page.
        found: Vec<Option<Marked>>,
    },
    /// The look.
    Stamp {
        /// A file of one page.
        #[serde(with = "base64_bytes")]
        pdf: Vec<u8>,
    },
    /// The picture.
    Render {
        /// Of the page that was asked for.
        image: PageImage,
    },
    /// The pictures.
    Compare {
        /// In the order they were asked for; pages that look the same are left out.
        changed: Vec<ChangedPage>,
    },
}

/// What a file lacks to be checked by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lacking {
    /// Whether timestamps prove of every signature when it existed.
    pub proven: bool,
    /// What is to be had from elsewhere.
    pub needs: Vec<Need>,
}

/// A page as a picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageImage {
    /// The picture, a PNG file.
    #[serde(with = "base64_bytes")]
    pub png: Vec<u8>,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// How many pages the document has.
    pub pages: u32,
}

/// A page that looks different, before and after, with a frame around the part that does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangedPage {
    /// Counted from zero.
    pub page: u32,
    /// As it was.
    pub before: PageImage,
    /// As it is.
    pub after: PageImage,
}
