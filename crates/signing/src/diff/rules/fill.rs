//! A form field that was filled in (ISO 32000-2 12.7.5): its value and what it shows, together.

use super::{form::appearance, only_differ_in};
use crate::{
    diff::{
        change::{Change, ChangeKind},
        compare::same_node,
        fields::{FieldKind, FieldNode},
        step::Comparison,
    },
    pdf::{Located, ReadError},
};

/// What filling in may set in a field, and in a widget of its own.
const FILLED_FIELD: &[&[u8]] = &[b"V", b"AP", b"AS", b"I", b"RV", b"M"];
pub(super) const FILLED_WIDGET: &[&[u8]] = &[b"AP", b"AS", b"M"];

/// Claims the field when its value is another one now. What it shows may change with its value, never by itself: that is
/// how a shadow attack lays other words over the page.
pub(super) fn claim(
    comparison: &mut Comparison<'_>,
    field: &FieldNode,
    after: &Located,
) -> Result<bool, ReadError> {
    let (Some(id), FieldKind::Fillable) = (field.id, field.kind) else {
        return Ok(false);
    };
    if !only_differ_in(&field.at, after, FILLED_FIELD) || is_push_button(comparison, after)? {
        return Ok(false);
    }
    let before = comparison.old.entry(&field.at, b"V")?;
    let now = comparison.new.entry(after, b"V")?;
    let same_value = match (&before, &now) {
        (None, None) => true,
        (Some(one), Some(other)) => {
            one.object.stream_start.is_none()
                && other.object.stream_start.is_none()
                && same_node(&one.node, &other.node)
        }
        (None, Some(_)) | (Some(_), None) => false,
    };
    if same_value {
        return Ok(false);
    }
    comparison.claim(id.number);
    for key in [b"V".as_slice(), b"RV"] {
        if let Some(value) = after
            .dictionary()
            .and_then(|after| after.entry(key))
            .cloned()
        {
            comparison.claim_fresh(&value);
        }
    }
    appearance(comparison, after);
    comparison.step.fields.push(field.name.clone());
    let place = comparison.place_of(id.number);
    let change = Change::new(ChangeKind::FieldFilled, &field.name).at(place);
    comparison.step.changes.push(change.shown());
    Ok(true)
}

/// A push button holds no value (12.7.5.2.2), so nothing accounts for another picture on it. Flags are inherited.
fn is_push_button(comparison: &Comparison<'_>, field: &Located) -> Result<bool, ReadError> {
    const PUSH_BUTTON: i64 = 1 << 16;
    let mut at = field.clone();
    for _ in 0..MAX_PARENTS {
        if let Some(flags) = comparison.new.entry(&at, b"Ff")? {
            return Ok(flags.node.as_integer().unwrap_or(-1) & PUSH_BUTTON != 0);
        }
        match comparison.new.entry(&at, b"Parent")? {
            Some(parent) => at = parent,
            None => return Ok(false),
        }
    }
    Ok(true)
}

const MAX_PARENTS: usize = 32;
