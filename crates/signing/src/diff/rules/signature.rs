//! A signature dictionary that came with a later revision (ISO 32000-2 12.8.1).

use super::{fresh, widget};
use crate::{
    diff::{
        change::{Change, ChangeKind},
        level::Modification,
        step::Comparison,
    },
    pdf::{Located, ReadError},
};

/// Whose field it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// It came with the signature.
    New,
    /// It was there, for somebody to sign in.
    Prepared,
}

/// Claims the signature that a new field holds, or a prepared one was given, when it is a new object, and says so in the
/// step; or that a new field waits for one.
pub(super) fn claim(
    comparison: &mut Comparison<'_>,
    field: &Located,
    name: &str,
    origin: Origin,
) -> Result<bool, ReadError> {
    let widgets = widget::of(&comparison.new, field)?;
    let value = field
        .dictionary()
        .and_then(|field| field.entry(b"V"))
        .cloned();
    if value.is_none() {
        // To be signed later. Nothing is signed yet, so there is nothing to show either.
        for widget in &widgets {
            if widget::has_picture(&comparison.new, widget)?
                || widget::has_characteristics(&comparison.new, widget)?
            {
                return Ok(false);
            }
        }
        let change = Change::new(ChangeKind::SignatureFieldAdded, name);
        shown(comparison, &widgets, &change, name)?;
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
    if added == ChangeKind::SignatureAdded {
        shown(comparison, &widgets, &change, name)?;
    } else if is_seen(comparison, &widgets, origin)? {
        // What has a place on a page is no mere evidence, whoever it is from.
        shown(
            comparison,
            &widgets,
            &change.of_class(Modification::Sign),
            name,
        )?;
    } else {
        comparison.step.changes.push(change);
    }
    Ok(true)
}

/// Whether a timestamp draws something, or took a place that was kept for a signature.
fn is_seen(
    comparison: &Comparison<'_>,
    widgets: &[Located],
    origin: Origin,
) -> Result<bool, ReadError> {
    for one in widgets {
        if widget::shows(&comparison.new, one)?
            || (origin == Origin::Prepared && widget::has_area(&comparison.new, one)?)
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The change, once for each place it is seen at.
fn shown(
    comparison: &mut Comparison<'_>,
    widgets: &[Located],
    change: &Change,
    name: &str,
) -> Result<(), ReadError> {
    comparison.step.fields.push(name.to_owned());
    for place in widget::places(comparison, widgets)? {
        let change = change.clone().at(place).shown();
        comparison.step.changes.push(change);
    }
    Ok(())
}
