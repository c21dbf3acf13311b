//! A field over a sign or a word in the text.

use serde::{Deserialize, Serialize};

use super::{error::SignError, place::off_page};
use crate::{
    access::Access,
    pdf::{Pdf, View, content, field, page::Sight},
    source::ByteSource,
};

/// A rectangle on a page.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Marked {
    /// The page, counted from 0.
    pub page: u32,
    /// Left, bottom, width and height in points as the page is seen.
    pub rect: [f64; 4],
}

/// For each of these texts, a rectangle of this width and height around its first occurrence, the pages read in order.
///
/// Signs are compared by what they mean, so a text may be written in pieces, but not across pages.
///
/// # Errors
/// When the document cannot be read, or is over budget.
pub fn locate(
    source: &dyn ByteSource,
    texts: &[String],
    size: [f64; 2],
    access: impl Into<Access>,
) -> Result<Vec<Option<Marked>>, SignError> {
    let pdf = Pdf::open(source, access)?;
    let view = pdf.newest();
    let marked = |text: &String| Ok(around(&view, text, size)?.map(|(marked, _)| marked));
    texts.iter().map(marked).collect()
}

/// The rectangle around the first occurrence of a sign.
pub(super) fn place(view: &View<'_>, sign: char, size: [f64; 2]) -> Result<Marked, SignError> {
    let found = around(view, sign.encode_utf8(&mut [0; 4]), size)?;
    let (marked, sight) = found.ok_or(SignError::NoMarker(sign))?;
    let [width, height] = size;
    // What is shown there was drawn for this size; made smaller, its words might be too small to read.
    if !sight.holds([0.0, 0.0, width, height]) {
        return Err(off_page(&sight));
    }
    Ok(marked)
}

/// The middle of the rectangle is that of the text, as far as the page has room; with what is seen of the page.
fn around(
    view: &View<'_>,
    text: &str,
    [width, height]: [f64; 2],
) -> Result<Option<(Marked, Sight)>, SignError> {
    for (index, page) in (0..).zip(field::pages(view)?) {
        let Some((x, y)) = content::find(view, &page, text)? else {
            continue;
        };
        let sight = Sight::of(view, &page)?;
        let (wide, high) = sight.size();
        let [x, y, ..] = sight.to_seen([x, y, 0.0, 0.0]);
        let (width, height) = (width.min(wide), height.min(high));
        let within = |middle: f64, length: f64, room: f64| {
            (middle - length / 2.0).min(room - length).max(0.0)
        };
        let rect = [
            within(x, width, wide),
            within(y, height, high),
            width,
            height,
        ];
        return Ok(Some((Marked { page: index, rect }, sight)));
    }
    Ok(None)
}
