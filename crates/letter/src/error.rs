//! Why a letter could not be typeset.

/// Why a letter could not be typeset. Each variant names the field or the part at fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LetterError {
    /// No such version of the template.
    #[error("template {template} has no version {version}; known: {known}")]
    UnknownTemplate {
        /// Kind of letter.
        template: &'static str,
        /// Version asked for.
        version: u16,
        /// Versions there are.
        known: &'static str,
    },
    /// A field holds more bytes than allowed.
    #[error("{field} is {actual} bytes long; the most is {most}")]
    TooLong {
        /// Name of the field in [`crate::LetterInput`].
        field: &'static str,
        /// Bytes found.
        actual: usize,
        /// Bytes allowed.
        most: usize,
    },
    /// A list has more entries than allowed, or the body more table rows.
    #[error("{field} has {actual} entries; the most is {most}")]
    TooMany {
        /// Name of the field or part.
        field: &'static str,
        /// Entries found.
        actual: usize,
        /// Entries allowed.
        most: usize,
    },
    /// A field that must be filled is empty.
    #[error("{field} is empty")]
    Empty {
        /// Name of the field.
        field: &'static str,
    },
    /// The date is not in the calendar.
    #[error("date {year:04}-{month:02}-{day:02} is not in the calendar")]
    Date {
        /// Year.
        year: u16,
        /// Month.
        month: u8,
        /// Day.
        day: u8,
    },
    /// Lists or quotes of the body lie too deep inside one another.
    #[error("body nests deeper than {most} levels")]
    Nesting {
        /// Levels allowed.
        most: usize,
    },
    /// The body refers to an image; images travel as attachments.
    #[error("body holds an image ({address}); images are attachments, not part of the body")]
    Image {
        /// Address the image pointed to, shortened.
        address: String,
    },
    /// A field holds a character no embedded font can show in an archive file.
    #[error("{field} holds {character}, which cannot be printed in an archive file")]
    Character {
        /// Name of the field.
        field: &'static str,
        /// The character as `U+XXXX`.
        character: String,
    },
    /// A picture cannot be used.
    #[error("the picture {0}")]
    Picture(&'static str),
    /// A stamp's side is out of bounds.
    #[error(
        "a signature block of {width} x {height} points is out of bounds; a side has 10 to 2000"
    )]
    StampSize {
        /// Width asked for.
        width: String,
        /// Height asked for.
        height: String,
    },
    /// The words of a stamp would be too small to read.
    #[error(
        "the words of the signature block do not fit into {width} x {height} points; \
         make the rectangle larger or the words fewer"
    )]
    NoRoom {
        /// Width asked for.
        width: String,
        /// Height asked for.
        height: String,
    },
    /// The verification address does not fit in a QR code.
    #[error("the verification address does not fit in a QR code")]
    Qr,
    /// The typesetter refused the letter.
    #[error("typesetting failed: {0}")]
    Typeset(String),
    /// The typesetter broke down; the letter is refused, the process lives on.
    #[error("the typesetter broke down on this letter")]
    Broken,
    /// A signature block is taller than a page, or the text before it does not end beside it.
    #[error(
        "the signature blocks do not fit on one page with the end of the text; \
         shorten the last paragraph or the lines of the signature blocks"
    )]
    Crowded,
    /// The page does not hold the signature blocks the input asked for.
    #[error("{found} signature blocks were found on the pages, {wanted} were asked for")]
    Anchors {
        /// Blocks asked for.
        wanted: usize,
        /// Blocks found.
        found: usize,
    },
}
