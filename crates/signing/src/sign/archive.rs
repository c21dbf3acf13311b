//! Document timestamps (ISO 32000-2 12.8.5, EN 319 142-1 5.4.3): a time on the whole file as it is, evidence included.
//! No certification or lock forbids one.

use super::{
    ceremony::hold,
    dictionary,
    error::SignError,
    place::{Widget, add_field, free_name},
    prepared::ToBeSigned,
};
use crate::{
    access::Access,
    cms::timestamp::Imprint,
    pdf::{Pdf, append::Update, field},
    source::ByteSource,
    x509::signature::Digest,
};

/// Writes the revision of a document timestamp with its hole. What goes into the hole is a token on [`imprint`].
///
/// # Errors
/// When the document cannot be read or appended to.
pub fn prepare(
    source: &dyn ByteSource,
    access: impl Into<Access>,
) -> Result<ToBeSigned, SignError> {
    let pdf = Pdf::open(source, access)?;
    let mut update = Update::new(&pdf)?;
    let name = free_name(&field::form_fields(&pdf.newest())?.top_level_names);
    let timestamp = update.reserve();
    let widget = Widget {
        name: &name,
        page: 0,
        rect: [0.0; 4],
        lock: None,
        value: Some(timestamp),
    };
    // Nothing shows, and not even an empty appearance: validators take one for a form being filled in, which a
    // certification may forbid. PDF/A asks for none where the rectangle has no area (ISO 19005-2 6.3.3).
    add_field(&mut update, &pdf, &widget, None)?;
    let dictionary = dictionary::timestamp(CAPACITY);
    hold(update, &pdf, (name, timestamp), dictionary, Digest::Sha256)
}

/// What the time is put on.
pub fn imprint(prepared: &ToBeSigned) -> Imprint {
    Imprint {
        algorithm: prepared.digest(),
        value: prepared.message_digest().to_vec(),
    }
}

/// Room for a token with the whole chain of its authority, in bytes.
pub const CAPACITY: usize = 16 * 1024;
