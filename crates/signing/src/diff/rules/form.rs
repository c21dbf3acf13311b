//! The form: a further signature in a field of its own, new or prepared (ISO 32000-2 12.7).

use std::collections::HashMap;

use super::{appended, fresh, has_only, only_differ_in, own_id, page, signature};
use crate::{
    diff::{
        fields::{self, FieldNode},
        level::Modification,
        step::Comparison,
    },
    pdf::{Located, ObjectId, ReadError},
};

/// What a first field may bring along when there was no form.
const NEW_FORM: &[&[u8]] = &[b"Fields", b"SigFlags", b"DA", b"DR"];
const GROWN_FORM: &[&[u8]] = &[b"Fields", b"SigFlags"];
/// What signing may set in a field that was prepared, and in its widget.
const SIGNED_FIELD: &[&[u8]] = &[b"V", b"AP", b"F", b"M", b"MK"];
const SIGNED_WIDGET: &[&[u8]] = &[b"AP", b"F", b"M", b"MK"];

pub(super) fn claim(
    comparison: &mut Comparison<'_>,
    before: &Located,
    after: &Located,
) -> Result<(), ReadError> {
    let old = comparison.old.entry(before, b"AcroForm")?;
    let Some(new) = comparison.new.entry(after, b"AcroForm")? else {
        if old.is_some() {
            comparison
                .step
                .note(Modification::Other, "the form was removed");
        }
        return Ok(());
    };
    let lawful = match &old {
        Some(old) => only_differ_in(old, &new, GROWN_FORM) && moved_or_same(comparison, old, &new),
        None => has_only(&new, NEW_FORM),
    };
    if !lawful {
        comparison
            .step
            .note(Modification::Other, "the form's own settings were changed");
        return Ok(());
    }
    if let Some(id) = own_id(&new) {
        comparison.claim(id.number);
    }
    if old.is_none()
        && let Some(resources) = new.dictionary().and_then(|form| form.entry(b"DR"))
    {
        comparison.claim_fresh(resources);
    }
    prepared_fields(comparison)?;
    let list_before = match &old {
        Some(old) => comparison.old.entry(old, b"Fields")?,
        None => None,
    };
    match comparison.new.entry(&new, b"Fields")? {
        Some(list) => new_fields(comparison, list_before.as_ref(), &list),
        None => Ok(()),
    }
}

/// A form that was part of the catalog may stay there, and one that was an object stays that object.
fn moved_or_same(comparison: &Comparison<'_>, old: &Located, new: &Located) -> bool {
    match (own_id(old), own_id(new)) {
        (None, None) => true,
        (Some(before), Some(after)) => before == after,
        (None, Some(after)) => comparison.fresh(after).is_some(),
        (Some(_), None) => false,
    }
}

/// Fields that stood there before: only an unsigned signature field may change, and only by being signed.
fn prepared_fields(comparison: &mut Comparison<'_>) -> Result<(), ReadError> {
    let known = fields::all(&comparison.old)?;
    let names: HashMap<u32, FieldNode> = known
        .into_iter()
        .filter_map(|field| Some((field.id?.number, field)))
        .filter(|(number, _)| comparison.changed.contains_key(number))
        .collect();
    let mut numbers: Vec<u32> = names.keys().copied().collect();
    numbers.sort_unstable();
    let mut signed_now: Vec<String> = Vec::new();
    // The field itself first, then widgets that are objects of their own.
    for named in [true, false] {
        for field in numbers.iter().filter_map(|number| names.get(number)) {
            if field.named != named {
                continue;
            }
            let Some(id) = field.id else { continue };
            let Some(after) = comparison.new.object(id)? else {
                continue;
            };
            let after = Located {
                node: after.node.clone(),
                object: after,
            };
            if named {
                if prepared_field(comparison, field, &after)? {
                    signed_now.push(field.name.clone());
                }
            } else if signed_now.contains(&field.name)
                && only_differ_in(&field.at, &after, SIGNED_WIDGET)
            {
                comparison.claim(id.number);
                appearance(comparison, &after);
            }
        }
    }
    Ok(())
}

fn prepared_field(
    comparison: &mut Comparison<'_>,
    field: &FieldNode,
    after: &Located,
) -> Result<bool, ReadError> {
    let Some(id) = field.id else { return Ok(false) };
    let unsigned = comparison.old.entry(&field.at, b"V")?.is_none();
    if field.signature && unsigned && only_differ_in(&field.at, after, SIGNED_FIELD) {
        if !signature::claim(comparison, after, &field.name)? {
            return Ok(false);
        }
        comparison.claim(id.number);
        appearance(comparison, after);
        return Ok(true);
    }
    // A parent may get a new signature field below it.
    if only_differ_in(&field.at, after, &[b"Kids"]) {
        let before = comparison.old.entry(&field.at, b"Kids")?;
        if let Some(kids) = comparison.new.entry(after, b"Kids")? {
            new_fields(comparison, before.as_ref(), &kids)?;
            comparison.claim(id.number);
        }
    } else {
        comparison.step.fields.push(field.name.clone());
        let what = format!("field {} was changed", field.name);
        comparison.step.note(Modification::Other, what);
    }
    Ok(false)
}

/// Fields behind the old ones: each a new, signed signature field.
fn new_fields(
    comparison: &mut Comparison<'_>,
    before: Option<&Located>,
    list: &Located,
) -> Result<(), ReadError> {
    let Some(more) = appended(before, list) else {
        comparison
            .step
            .note(Modification::Other, "the list of fields was rearranged");
        return Ok(());
    };
    let more: Vec<Option<ObjectId>> = more.iter().map(crate::pdf::Node::as_reference).collect();
    if let Some(id) = own_id(list)
        && (comparison.fresh(id).is_some() || before.and_then(own_id) == Some(id))
    {
        comparison.claim(id.number);
    }
    let names: HashMap<ObjectId, FieldNode> = fields::all(&comparison.new)?
        .into_iter()
        .filter_map(|field| Some((field.id?, field)))
        .collect();
    for id in more {
        let added = id.and_then(|id| Some((id, fresh(comparison, id)?)));
        let claimed = match added {
            Some((id, field)) => new_field(comparison, id, &field, names.get(&id))?,
            None => false,
        };
        if !claimed {
            let what = "a field was added that is not a signature of its own";
            comparison.step.note(Modification::Other, what);
        }
    }
    Ok(())
}

/// Everything a signature field with its widget may say; no actions among it.
const FIELD: &[&[u8]] = &[
    b"Type",
    b"Subtype",
    b"FT",
    b"T",
    b"TU",
    b"TM",
    b"F",
    b"Ff",
    b"Rect",
    b"P",
    b"V",
    b"AP",
    b"AS",
    b"MK",
    b"BS",
    b"Border",
    b"DA",
    b"DR",
    b"Q",
    b"H",
    b"Lock",
    b"SV",
    b"Parent",
    b"Kids",
    b"M",
    b"NM",
    b"Contents",
];

fn new_field(
    comparison: &mut Comparison<'_>,
    id: ObjectId,
    field: &Located,
    node: Option<&FieldNode>,
) -> Result<bool, ReadError> {
    let Some(node) = node.filter(|node| node.signature && node.named) else {
        return Ok(false);
    };
    if field.object.stream_start.is_some()
        || !has_only(field, FIELD)
        || !signature::claim(comparison, field, &node.name)?
    {
        return Ok(false);
    }
    comparison.claim(id.number);
    for key in [b"Lock".as_slice(), b"SV", b"MK", b"DR"] {
        if let Some(part) = field
            .dictionary()
            .and_then(|field| field.entry(key))
            .cloned()
        {
            comparison.claim_fresh(&part);
        }
    }
    widget(comparison, id, field)?;
    if let Some(kids) = comparison.new.entry(field, b"Kids")? {
        for kid in kids.node.as_array().unwrap_or_default() {
            let Some(kid_id) = kid.as_reference() else {
                return Ok(false);
            };
            let Some(kid) = fresh(comparison, kid_id).filter(|kid| has_only(kid, FIELD)) else {
                return Ok(false);
            };
            comparison.claim(kid_id.number);
            widget(comparison, kid_id, &kid)?;
        }
        if let Some(list) = own_id(&kids).filter(|list| comparison.fresh(*list).is_some()) {
            comparison.claim(list.number);
        }
    }
    Ok(true)
}

fn widget(comparison: &mut Comparison<'_>, id: ObjectId, at: &Located) -> Result<(), ReadError> {
    appearance(comparison, at);
    page::claim(comparison, id, at)
}

/// New appearance streams, with the new objects they use.
fn appearance(comparison: &mut Comparison<'_>, widget: &Located) {
    if let Some(appearance) = widget
        .dictionary()
        .and_then(|widget| widget.entry(b"AP"))
        .cloned()
    {
        comparison.claim_fresh(&appearance);
    }
}
