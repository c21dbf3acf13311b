//! Putting fields into the form and onto their pages, and listing those that are there.

use serde::{Deserialize, Serialize};

use super::{
    appearance,
    dictionary::{self, FieldParts},
    error::SignError,
    prepared::{Append, version_digest},
    request::{Appearance, Lock, NewField},
    restriction::{self, Restrictions, Visible},
    seed,
};
use crate::{
    access::Access,
    pdf::{
        Located, ObjectId, Pdf, ReadError, View,
        append::{AppendError, Update},
        crypt::Act,
        field,
        page::{Sight, Turn},
        text,
    },
    source::ByteSource,
    x509::digest::Digest,
};

/// A signature field of a document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldInfo {
    /// Its fully qualified name.
    pub name: String,
    /// The page its widget is on, counted from 0, when it is on one.
    pub page: Option<u32>,
    /// Left, bottom, width and height in points, as the page is seen; without width and height when it is hidden.
    pub rect: [f64; 4],
    /// Whether it holds a signature.
    pub signed: bool,
    /// What it locks when it is signed.
    pub lock: Option<Lock>,
    /// What it demands of its signature, as keys of its seed value (table 237).
    pub demands: Vec<String>,
}

/// Lists the signature fields of a document.
///
/// # Errors
/// When the document is locked, cannot be read, or is over budget.
pub fn fields(
    source: &dyn ByteSource,
    access: impl Into<Access>,
) -> Result<Vec<FieldInfo>, ReadError> {
    let pdf = Pdf::open(source, access)?;
    let view = pdf.newest();
    let found = field::form_fields(&view)?.signatures;
    let pages = if found.is_empty() {
        Vec::new()
    } else {
        field::pages(&view)?
    };
    found
        .into_iter()
        .map(|found| {
            let (field, widget) = (found.field.read(&view)?, found.widget.read(&view)?);
            let index = page_of(&view, &widget, &pages)?;
            let own = field::shown_rectangle(&view, &widget)?;
            let rect = match index.and_then(|index| pages.get(index)) {
                Some(page) if visibility(own).is_yes() => Sight::of(&view, page)?.to_seen(own),
                Some(_) | None => own,
            };
            Ok(FieldInfo {
                rect,
                page: index.and_then(|index| u32::try_from(index).ok()),
                signed: found.value.is_some(),
                lock: restriction::lock(&view, &field)?,
                demands: seed::demands(&view, &field)?,
                name: found.name,
            })
        })
        .collect()
}

/// Which of the pages a widget is on: the one it names, or one that has it among its annotations.
fn page_of(
    view: &View<'_>,
    widget: &Located,
    pages: &[Located],
) -> Result<Option<usize>, ReadError> {
    let named = widget.dictionary().and_then(|widget| widget.entry(b"P"));
    let named = named.and_then(crate::pdf::Node::as_reference);
    if let Some(index) = pages.iter().position(|at| Some(at.object.id) == named) {
        return Ok(Some(index));
    }
    let id = widget.object.id;
    for (index, page) in pages.iter().enumerate() {
        let annotations = view.entry(page, b"Annots")?;
        let items = annotations.as_ref().and_then(|items| items.node.as_array());
        if items.is_some_and(|items| items.iter().any(|at| at.as_reference() == Some(id))) {
            return Ok(Some(index));
        }
    }
    Ok(None)
}

/// Appends a revision with new, unsigned signature fields.
///
/// # Errors
/// When the document cannot be appended to, a name, page or rectangle is unusable, or an earlier signature forbids it.
pub fn place_fields(
    source: &dyn ByteSource,
    fields: &[NewField],
    access: impl Into<Access>,
) -> Result<Append, SignError> {
    let pdf = Pdf::open(source, access)?;
    let mut update = Update::new(&pdf)?;
    restriction::permitted(&pdf, Act::MakeField)?;
    let view = pdf.newest();
    let present = field::form_fields(&view)?;
    let restrictions = Restrictions::read(&view, &present.signatures)?;
    let mut names = present.top_level_names;
    for new in fields {
        check_name(&new.name, &names)?;
        restrictions.allow_empty_field(&new.name)?;
        let lock = match &new.lock {
            Some(lock) => Some(update.add(dictionary::lock(lock))?),
            None => None,
        };
        let place = Widget {
            name: &new.name,
            page: new.page,
            rect: new.rect,
            lock,
            value: None,
        };
        let seen = match visibility(new.rect) {
            Visible::Yes => &new.appearance,
            Visible::No => &Appearance::Transparent,
        };
        add_field(&mut update, &pdf, &place, Some(seen))?;
        names.push(new.name.clone());
    }
    let version = version_digest(source, Digest::Sha256)?;
    Ok(Append::new(update.finish(&version.finish())?.bytes))
}

/// A field to be added.
pub(super) struct Widget<'a> {
    pub(super) name: &'a str,
    pub(super) page: u32,
    pub(super) rect: [f64; 4],
    pub(super) lock: Option<ObjectId>,
    pub(super) value: Option<ObjectId>,
}

/// Where a widget stands.
pub(super) struct Spot {
    pub(super) page: ObjectId,
    /// In the page's own coordinates.
    pub(super) rect: [f64; 4],
    /// Width and height in points as seen.
    pub(super) size: (f64, f64),
    pub(super) turn: Turn,
}

impl Spot {
    /// From a page, counted from 0, and a rectangle as the page is seen.
    pub(super) fn find(view: &View<'_>, page: u32, rect: [f64; 4]) -> Result<Self, SignError> {
        let [x, y, width, height] = rect;
        let far = |number: f64| !number.is_finite() || number.abs() > 1e6;
        if rect.iter().any(|number| far(*number))
            || far(x + width)
            || far(y + height)
            || width < 0.0
            || height < 0.0
        {
            return Err(SignError::BadRectangle);
        }
        let page = field::page(view, page)?
            .filter(|page| page.dictionary().is_some())
            .ok_or(SignError::NoSuchPage(page))?;
        let (rect, turn) = match visibility(rect) {
            Visible::Yes => on_page(view, &page, rect)?,
            Visible::No => (rect, Turn::Upright),
        };
        Ok(Self {
            page: page.object.id,
            rect,
            size: (width, height),
            turn,
        })
    }

    /// Of a field that is there, with the number of its page; `None` when it is not seen.
    pub(super) fn of_widget(
        view: &View<'_>,
        widget: &Located,
    ) -> Result<Option<(Self, u32)>, ReadError> {
        let rect = field::shown_rectangle(view, widget)?;
        if !visibility(rect).is_yes() {
            return Ok(None);
        }
        let pages = field::pages(view)?;
        let number = page_of(view, widget, &pages)?;
        let Some((number, page)) = number.and_then(|at| Some((at, pages.get(at)?))) else {
            return Ok(None);
        };
        let sight = Sight::of(view, page)?;
        let [.., width, height] = sight.to_seen(rect);
        let spot = Self {
            page: page.object.id,
            rect,
            size: (width, height),
            turn: sight.turn(),
        };
        Ok(u32::try_from(number).ok().map(|number| (spot, number)))
    }
}

/// Writes field, widget and appearance, if it has one, and enters them in the page and in the form.
pub(super) fn add_field(
    update: &mut Update<'_>,
    pdf: &Pdf<'_>,
    widget: &Widget<'_>,
    seen: Option<&Appearance>,
) -> Result<(), SignError> {
    let Spot {
        page,
        rect,
        size,
        turn,
    } = Spot::find(&pdf.newest(), widget.page, widget.rect)?;
    let appearance = match seen {
        Some(seen) => Some(appearance::add(update, seen, size, turn)?),
        None => None,
    };
    let field = update.add(dictionary::field(&FieldParts {
        name: widget.name,
        page,
        rect,
        appearance,
        lock: widget.lock,
        value: widget.value,
    }))?;
    enter_in_page(update, page, field)?;
    enter_in_form(update, pdf, Some(field))
}

/// A rectangle as seen in the page's own coordinates, and how the page is turned.
fn on_page(view: &View<'_>, page: &Located, rect: [f64; 4]) -> Result<([f64; 4], Turn), SignError> {
    let sight = Sight::of(view, page)?;
    if !sight.holds(rect) {
        return Err(off_page(&sight));
    }
    Ok((sight.to_page(rect), sight.turn()))
}

pub(super) fn off_page(sight: &Sight) -> SignError {
    let (wide, high) = sight.size();
    let shown = format!("{} x {}", text::number(wide), text::number(high));
    SignError::OffPage { shown }
}

pub(super) fn enter_in_page(
    update: &mut Update<'_>,
    page: ObjectId,
    field: ObjectId,
) -> Result<(), SignError> {
    let page = update.object(page)?.ok_or(ReadError::Misplaced(page))?;
    append_reference(update, &page, b"Annots", field)
}

/// Makes the form if there is none, enters a field, and says that signatures exist and the file may only be appended to.
pub(super) fn enter_in_form(
    update: &mut Update<'_>,
    pdf: &Pdf<'_>,
    field: Option<ObjectId>,
) -> Result<(), SignError> {
    let id = pdf.newest().catalog()?.object.id;
    let catalog = update.object(id)?.ok_or(ReadError::Missing("catalog"))?;
    let Some(form) = form(update, &catalog)? else {
        let fields = field.map(|field| field.to_string()).unwrap_or_default();
        let form = update.add(format!("<< /Fields [{fields}] /SigFlags 3 >>").into_bytes())?;
        update.set_entries(&catalog, &[(b"AcroForm", form.to_string().into_bytes())])?;
        return Ok(());
    };
    if let Some(field) = field {
        append_reference(update, &form, b"Fields", field)?;
    }
    // The form may have been written anew just now.
    let catalog = update.object(id)?.ok_or(ReadError::Missing("catalog"))?;
    let Some(form) = self::form(update, &catalog)? else {
        return Ok(());
    };
    let flags = update
        .entry(&form, b"SigFlags")?
        .and_then(|flags| flags.node.as_integer());
    let wanted = flags.unwrap_or(0) | 3;
    if flags != Some(wanted) {
        update.set_entries(&form, &[(b"SigFlags", wanted.to_string().into_bytes())])?;
    }
    Ok(())
}

fn form(update: &Update<'_>, catalog: &Located) -> Result<Option<Located>, AppendError> {
    Ok(update
        .entry(catalog, b"AcroForm")?
        .filter(|form| form.dictionary().is_some()))
}

fn append_reference(
    update: &mut Update<'_>,
    of: &Located,
    key: &[u8],
    item: ObjectId,
) -> Result<(), SignError> {
    let item = item.to_string();
    match update
        .entry(of, key)?
        .filter(|array| array.node.as_array().is_some())
    {
        Some(array) => update.push_item(&array, item.as_bytes())?,
        None => update.set_entries(of, &[(key, format!("[{item}]").into_bytes())])?,
    }
    Ok(())
}

pub(super) fn visibility([_, _, width, height]: [f64; 4]) -> Visible {
    if width > 0.0 && height > 0.0 {
        Visible::Yes
    } else {
        Visible::No
    }
}

pub(super) fn check_name(name: &str, taken: &[String]) -> Result<(), SignError> {
    if name.is_empty() || name.contains('.') {
        return Err(SignError::BadName(name.to_owned()));
    }
    if taken.iter().any(|other| other == name) {
        return Err(SignError::NameTaken(name.to_owned()));
    }
    Ok(())
}

/// The first of the names `Signature1`, `Signature2` and so on that is not taken.
pub(super) fn free_name(taken: &[String]) -> String {
    let mut numbers: Vec<u64> = taken.iter().filter_map(|name| counted(name)).collect();
    numbers.sort_unstable();
    let mut free = 1_u64;
    for number in numbers {
        if number == free {
            free = free.saturating_add(1);
        }
    }
    format!("Signature{free}")
}

/// The number in a name as [`free_name`] writes it.
fn counted(name: &str) -> Option<u64> {
    let digits = name.strip_prefix("Signature")?;
    let plain = !digits.starts_with(['0', '+']);
    digits.parse().ok().filter(|_| plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_free_number_is_found_among_names_of_all_kinds() {
        let free = |taken: &[&str]| {
            let taken: Vec<String> = taken.iter().copied().map(str::to_owned).collect();
            free_name(&taken)
        };
        assert_eq!(free(&[]), "Signature1");
        assert_eq!(
            free(&["Signature2", "Signature1", "Signature2"]),
            "Signature3"
        );
        assert_eq!(free(&["Signature3", "Signature1", "Nama"]), "Signature2");
        assert_eq!(
            free(&["Signature01", "Signature+1", "Signature"]),
            "Signature1"
        );
    }
}
