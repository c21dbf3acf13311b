//! A form field that was filled in (ISO 32000-2 12.7.5): its value and what it shows, together.

use super::{form::appearance, only_differ_in, widget};
use crate::{
    diff::{
        change::{Change, ChangeKind},
        compare::same_node,
        fields::{FieldKind, FieldNode, text},
        step::Comparison,
    },
    pdf::{Located, ReadError, Value, page::inherited},
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
    if !only_differ_in(&field.at, after, FILLED_FIELD) {
        return Ok(false);
    }
    let flags = inherited(&comparison.new, after, b"Ff")?;
    let flags = flags.map_or(0, |flags| flags.node.as_integer().unwrap_or(-1));
    // A push button holds no value (12.7.5.2.2), so nothing accounts for another picture on it.
    if flags & PUSH_BUTTON != 0 {
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
    // A stream may be drawn by whoever has the field for something else.
    let rich = comparison.new.entry(after, b"RV")?;
    if [&now, &rich]
        .into_iter()
        .flatten()
        .any(|value| value.object.stream_start.is_some())
    {
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
    let replaced = inherited(&comparison.old, &field.at, b"V")?.is_some_and(|before| says(&before));
    let kind = if flags & READ_ONLY != 0 {
        ChangeKind::ReadOnlyFieldChanged
    } else if replaced {
        ChangeKind::FieldValueReplaced
    } else {
        ChangeKind::FieldFilled
    };
    for place in widget::places(comparison, &drawn_anew(comparison, after)?)? {
        let change = Change::new(kind, &field.name).at(place).shown();
        comparison.step.changes.push(change);
    }
    Ok(true)
}

/// The field with those of its kids that this step changed; all of them where it changed none, for they show the value too.
fn drawn_anew(comparison: &Comparison<'_>, field: &Located) -> Result<Vec<Located>, ReadError> {
    let all = widget::of(&comparison.new, field)?;
    let is_changed = |widget: &&Located| {
        let number = widget.object.id.number;
        number != field.object.id.number && comparison.changed.contains_key(&number)
    };
    let kids: Vec<Located> = all.iter().filter(is_changed).cloned().collect();
    if kids.is_empty() {
        return Ok(all);
    }
    Ok(std::iter::once(field.clone()).chain(kids).collect())
}

/// Whether a value is more than the empty one of its kind; a button that is off is as empty as a text without letters.
fn says(value: &Located) -> bool {
    match &value.node.value {
        Value::Null => false,
        Value::String(_) => value
            .node
            .as_string()
            .is_none_or(|value| !text(value).is_empty()),
        Value::Name(_) => value.node.as_name() != Some(b"Off"),
        Value::Array(items) => !items.is_empty(),
        Value::Boolean(_)
        | Value::Integer(_)
        | Value::Real(_)
        | Value::Dictionary(_)
        | Value::Reference(_) => true,
    }
}

/// Flags of fields (tables 227 and 229).
const READ_ONLY: i64 = 1;
const PUSH_BUTTON: i64 = 1 << 16;
