//! A field over a sign in the text.

use super::error::SignError;
use crate::pdf::{View, content, field, page::Sight};

/// The page, counted from 0, and the rectangle as seen around the first occurrence of a sign.
pub(super) fn place(
    view: &View<'_>,
    sign: char,
    [width, height]: [f64; 2],
) -> Result<(u32, [f64; 4]), SignError> {
    for (index, page) in (0..).zip(field::pages(view)?) {
        let Some((x, y)) = content::find(view, &page, sign)? else {
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
        return Ok((index, rect));
    }
    Err(SignError::NoMarker(sign))
}
