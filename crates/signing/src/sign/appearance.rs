//! Appearance streams of signature widgets (ISO 32000-2 12.5.5).

use super::{
    drawing::{self, Form},
    error::SignError,
    request::Appearance,
};
use crate::pdf::{ObjectId, append::Update, page::Turn};

/// Writes the appearance of a widget of this width and height as seen, upright on a page that is turned.
pub(super) fn add(
    update: &mut Update<'_>,
    appearance: &Appearance,
    size: (f64, f64),
    turn: Turn,
) -> Result<ObjectId, SignError> {
    let stream = match appearance {
        Appearance::Transparent => drawing::xobject(size, turn, " /Resources << >>", b""),
        Appearance::Drawn(drawing) => Form::copy(update, drawing)?.stream(size, turn),
    };
    Ok(update.add(stream)?)
}
