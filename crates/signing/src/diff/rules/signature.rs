//! A signature dictionary that came with a later revision (ISO 32000-2 12.8.1).

use super::fresh;
use crate::{
    diff::{
        change::{Change, ChangeKind, Place, Rectangle},
        step::Comparison,
    },
    pdf::{Located, ReadError, field::rectangle},
};

/// Claims the signature that a new field holds, or a prepared one was given, when it is a new object, and says so in the
/// step; or that a new field waits for one.
pub(super) fn claim(
    comparison: &mut Comparison<'_>,
    field: &Located,
    name: &str,
) -> Result<bool, ReadError> {
    let value = field
        .dictionary()
        .and_then(|field| field.entry(b"V"))
        .cloned();
    if value.is_none() {
        // To be signed later. Nothing is signed yet, so there is nothing to show either.
        if comparison.new.entry(field, b"AP")?.is_some() {
            return Ok(false);
        }
        let change = Change::new(ChangeKind::SignatureFieldAdded, name);
        comparison.step.fields.push(name.to_owned());
        let place = place(comparison, field)?;
        comparison.step.changes.push(change.at(place).shown());
        return Ok(true);
    }
    let Some(signature) = value
        .as_ref()
        .and_then(crate::pdf::Node::as_reference)
        .and_then(|id| fresh(comparison, id))
        .filter(|signature| signature.object.stream_start.is_none())
    else {
        return Ok(false);
    };
    let entry = |key: &[u8]| comparison.new.entry(&signature, key);
    let kind = entry(b"Type")?;
    let kind = kind.as_ref().and_then(|kind| kind.node.as_name());
    if entry(b"ByteRange")?.is_none() || entry(b"Contents")?.is_none() {
        return Ok(false);
    }
    let sub_filter = entry(b"SubFilter")?;
    let timestamp = sub_filter.as_ref().and_then(|form| form.node.as_name())
        == Some(b"ETSI.RFC3161".as_slice());
    let added = match (kind, timestamp) {
        // Some writers call every signature `Sig`; what it is, its form says.
        (Some(b"DocTimeStamp" | b"Sig") | None, true) => ChangeKind::DocumentTimestampAdded,
        (Some(b"Sig") | None, false) => ChangeKind::SignatureAdded,
        (_, _) => return Ok(false),
    };
    let node = signature.node.clone();
    comparison.hold(signature.object.id.number);
    comparison.claim_fresh(&node);
    let change = Change::new(added, name);
    if added == ChangeKind::DocumentTimestampAdded {
        comparison.step.changes.push(change);
    } else {
        comparison.step.fields.push(name.to_owned());
        let place = place(comparison, field)?;
        comparison.step.changes.push(change.at(place).shown());
    }
    Ok(true)
}

/// Where the first of a field's widgets that has an area stands, or the field itself.
fn place(comparison: &Comparison<'_>, field: &Located) -> Result<Place, ReadError> {
    let mut widgets = vec![field.clone()];
    if let Some(kids) = comparison.new.entry(field, b"Kids")? {
        widgets.extend(comparison.new.items(&kids)?);
    }
    for widget in widgets {
        let [left, bottom, width, height] = rectangle(&comparison.new, &widget)?;
        if width > 0.0 && height > 0.0 {
            let sides = [left, bottom, left + width, bottom + height];
            let place = comparison.place_of(widget.object.id.number);
            return Ok(Place {
                rectangle: Rectangle::of_corners(sides),
                ..place
            });
        }
    }
    Ok(Place {
        object: Some(field.object.id.number),
        ..Place::default()
    })
}
