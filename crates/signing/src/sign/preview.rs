//! How a signature would look, without one: the picture alone, as a stamp on the page.

use super::{
    appearance,
    error::SignError,
    marker,
    place::{Spot, enter_in_page, visibility},
    prepared::{Append, version_digest},
    request::{Appearance, Place},
    restriction::{self, Restrictions},
};
use crate::{
    access::Access,
    pdf::{
        Pdf,
        append::Update,
        crypt::Act,
        field::{self, SignatureField},
        text,
    },
    source::ByteSource,
    x509::digest::Digest,
};

/// What is to be put behind a document to look at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// The revision.
    pub append: Append,
    /// The page with the picture, counted from 0.
    pub page: u32,
}

/// Appends a revision with the picture where a signature would show it, as an annotation that is no field (ISO 32000-2
/// 12.5.6.12), so that nobody's program takes it for a signature.
///
/// # Errors
/// What signing there would refuse; and [`SignError::Unseen`] where nothing would be seen.
pub fn preview(
    source: &dyn ByteSource,
    place: &Place,
    look: &Appearance,
    access: impl Into<Access>,
) -> Result<Preview, SignError> {
    let pdf = Pdf::open(source, access)?;
    let mut update = Update::new(&pdf)?;
    let (spot, page) = spot(&pdf, place)?;
    if !visibility(spot.rect).is_yes() {
        return Err(SignError::Unseen);
    }
    let picture = appearance::add(&mut update, look, spot.size, spot.turn)?;
    let [x, y, width, height] = spot.rect;
    let corners = [x, y, x + width, y + height].map(text::number).join(" ");
    let stamp = update.add(
        format!(
            "<< /Type /Annot /Subtype /Stamp /F 4 /P {} /Rect [{corners}] /AP << /N {picture} >> >>",
            spot.page
        )
        .into_bytes(),
    )?;
    enter_in_page(&mut update, spot.page, stamp)?;
    let version = version_digest(source, Digest::Sha256)?;
    let append = Append::new(update.finish(&version.finish())?.bytes);
    Ok(Preview { append, page })
}

/// Where it is, if a signature is allowed there, and the number of its page.
fn spot(pdf: &Pdf<'_>, place: &Place) -> Result<(Spot, u32), SignError> {
    let view = pdf.newest();
    let present = field::form_fields(&view)?.signatures;
    let restrictions = Restrictions::read(&view, &present)?;
    let new = |page: u32, rect: [f64; 4], name: &Option<String>| {
        restriction::permitted(pdf, Act::MakeField)?;
        restrictions.allow_new_field(name.as_deref().unwrap_or_default(), visibility(rect))?;
        Ok((Spot::find(&view, page, rect)?, page))
    };
    match place {
        Place::Existing(name) => {
            restriction::permitted(pdf, Act::FillField)?;
            let field = empty(&present, name)?;
            restrictions.allow_signing(name)?;
            Spot::of_widget(&view, &field.widget.read(&view)?)?.ok_or(SignError::Unseen)
        }
        Place::New { name, page, rect } => new(*page, *rect, name),
        Place::Marker { name, sign, size } => {
            let marked = marker::place(&view, *sign, *size)?;
            new(marked.page, marked.rect, name)
        }
        Place::Invisible { .. } => Err(SignError::Unseen),
    }
}

fn empty<'a>(present: &'a [SignatureField], name: &str) -> Result<&'a SignatureField, SignError> {
    let field = present
        .iter()
        .find(|field| field.name == *name)
        .ok_or_else(|| SignError::NoSuchField(name.to_owned()))?;
    if field.value.is_some() {
        return Err(SignError::AlreadySigned(name.to_owned()));
    }
    Ok(field)
}
