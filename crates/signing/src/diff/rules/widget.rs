//! A field's widgets: where they stand, and whether they show anything (ISO 32000-2 12.5.5, 12.5.6.19).

use crate::{
    diff::{
        change::{Place, Rectangle},
        step::Comparison,
    },
    pdf::{Dictionary, Located, ReadError, View, field::rectangle},
};

/// A field with its kids. Those that have no area are no widgets, or show nothing.
pub(super) fn of(view: &View<'_>, field: &Located) -> Result<Vec<Located>, ReadError> {
    let mut widgets = vec![field.clone()];
    if let Some(kids) = view.entry(field, b"Kids")? {
        widgets.extend(view.items(&kids)?);
    }
    Ok(widgets)
}

/// The page and the rectangle of each widget that has an area; without any, the field itself.
pub(super) fn places(
    comparison: &Comparison<'_>,
    widgets: &[Located],
) -> Result<Vec<Place>, ReadError> {
    let mut places = Vec::new();
    for widget in widgets {
        let [left, bottom, width, height] = rectangle(&comparison.new, widget)?;
        if width > 0.0 && height > 0.0 {
            let sides = [left, bottom, left + width, bottom + height];
            let rectangle = Rectangle::of_corners(sides);
            let on_pages = comparison.places_of(widget.object.id.number).into_iter();
            places.extend(on_pages.map(|place| Place { rectangle, ..place }));
        }
    }
    if places.is_empty() {
        places.extend(widgets.first().map(|field| Place {
            object: Some(field.object.id.number),
            ..Place::default()
        }));
    }
    Ok(places)
}

/// Whether a field that is new draws as a widget or not at all: of another kind of annotation viewers draw text and lines
/// by themselves.
pub(super) fn is_nothing_else(view: &View<'_>, field: &Located) -> Result<bool, ReadError> {
    let named = |key| -> Result<Option<Vec<u8>>, ReadError> {
        let value = view.entry(field, key)?;
        Ok(value.map(|value| value.node.as_name().unwrap_or_default().to_vec()))
    };
    let is_annotation = named(b"Type")?.is_none_or(|kind| kind == b"Annot");
    let has = |key: &[u8]| field.dictionary().is_some_and(|of| of.entry(key).is_some());
    Ok(is_annotation
        && match named(b"Subtype")? {
            Some(kind) => kind == b"Widget",
            None => !(has(b"Rect") || has(b"AP") || has(b"MK")),
        })
}

/// Whether a widget takes room on its page. A rectangle that is not four numbers is read in more than one way.
pub(super) fn has_area(view: &View<'_>, widget: &Located) -> Result<bool, ReadError> {
    let Some(rect) = view.entry(widget, b"Rect")? else {
        return Ok(false);
    };
    let mut sides = Vec::new();
    for side in rect.node.as_array().unwrap_or_default() {
        let side = view.resolve(&rect.object, side)?;
        sides.push(side.and_then(|side| side.node.as_number()));
    }
    Ok(match sides.as_slice() {
        &[Some(a), Some(b), Some(c), Some(d)] => (c - a).abs() > 0.0 && (d - b).abs() > 0.0,
        _ => true,
    })
}

/// Whether a widget draws something: an appearance that is not empty, or a background or a caption, over some area.
pub(super) fn shows(view: &View<'_>, widget: &Located) -> Result<bool, ReadError> {
    if !has_area(view, widget)? {
        return Ok(false);
    }
    Ok(has_characteristics(view, widget)? || has_picture(view, widget)?)
}

/// Whether a widget has an appearance that is not empty.
pub(super) fn has_picture(view: &View<'_>, widget: &Located) -> Result<bool, ReadError> {
    let Some(appearances) = view.entry(widget, b"AP")? else {
        return Ok(false);
    };
    for appearance in values(view, &appearances)? {
        if draws(view, &appearance)? {
            return Ok(true);
        }
        if is_stream(&appearance) {
            continue;
        }
        // One for each state; what is no stream there is none of this standard's.
        for state in values(view, &appearance)? {
            if !is_stream(&state) || draws(view, &state)? {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Whether a widget has a background, a border or a caption of its own (table 192).
pub(super) fn has_characteristics(view: &View<'_>, widget: &Located) -> Result<bool, ReadError> {
    let characteristics = view.entry(widget, b"MK")?;
    Ok(characteristics.is_some_and(|of| {
        of.dictionary()
            .is_none_or(|characteristics| !characteristics.entries().is_empty())
    }))
}

/// Whether there is a content stream, and something in it.
fn draws(view: &View<'_>, appearance: &Located) -> Result<bool, ReadError> {
    if !is_stream(appearance) {
        return Ok(false);
    }
    // What it draws may stand in another file (7.3.8.2, 8.10.4).
    let elsewhere = [
        view.entry(appearance, b"F")?,
        view.entry(appearance, b"Ref")?,
    ];
    let extent = view.stream_extent(&appearance.object)?;
    Ok(elsewhere.iter().any(Option::is_some) || extent.end > extent.start)
}

fn values(view: &View<'_>, of: &Located) -> Result<Vec<Located>, ReadError> {
    let mut values = Vec::new();
    for entry in of.dictionary().map(Dictionary::entries).unwrap_or_default() {
        values.extend(view.resolve(&of.object, &entry.node)?);
    }
    Ok(values)
}

fn is_stream(of: &Located) -> bool {
    of.node == of.object.node && of.object.stream_start.is_some()
}
