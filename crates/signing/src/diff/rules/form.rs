//! The form: fields filled in, and a further signature in a field of its own, new or prepared (ISO 32000-2 12.7).

use std::collections::HashMap;

use super::{added, fill, fresh, has_only, only_differ_in, own_id, page, signature};
use crate::{
    diff::{
        change::ChangeKind,
        compare::same_node,
        fields::{self, FieldKind, FieldNode, Inherited},
        step::Comparison,
    },
    pdf::{IndirectObject, Located, Node, ObjectId, ReadError},
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
            comparison.step.note(ChangeKind::FormChanged, "");
        }
        return Ok(());
    };
    let lawful = match &old {
        Some(old) => grown(old, &new) && moved_or_same(comparison, old, &new),
        None => has_only(&new, NEW_FORM),
    };
    if !lawful {
        comparison.step.note(ChangeKind::FormChanged, "");
        return Ok(());
    }
    if let Some(id) = own_id(&new) {
        comparison.claim(id.number);
    }
    if let Some(resources) = new.dictionary().and_then(|form| form.entry(b"DR")) {
        comparison.claim_fresh(resources);
    }
    prepared_fields(comparison)?;
    let list_before = match &old {
        Some(old) => comparison.old.entry(old, b"Fields")?,
        None => None,
    };
    match comparison.new.entry(&new, b"Fields")? {
        Some(list) => new_fields(
            comparison,
            list_before.as_ref(),
            &list,
            &Inherited::nothing(),
        ),
        None => Ok(()),
    }
}

/// The list of fields may grow, and so may the fonts that the form offers them.
fn grown(old: &Located, new: &Located) -> bool {
    let entry = |of: &Located, key: &[u8]| of.dictionary().and_then(|of| of.entry(key)).cloned();
    let mut allowed = GROWN_FORM.to_vec();
    if entry(old, b"DA").is_none() {
        allowed.push(b"DA");
    }
    let resources = (entry(old, b"DR"), entry(new, b"DR"));
    if resources_grow(resources.0.as_ref(), resources.1.as_ref(), 2) {
        allowed.push(b"DR");
    }
    only_differ_in(old, new, &allowed)
}

/// Whether everything that was named still means the same; `depth` is how many dictionaries deep names may be added.
fn resources_grow(old: Option<&Node>, new: Option<&Node>, depth: u8) -> bool {
    let (Some(old), Some(new)) = (old, new) else {
        return old.is_none();
    };
    if same_node(old, new) {
        return true;
    }
    let (Some(old), Some(new), Some(depth)) = (
        old.as_dictionary(),
        new.as_dictionary(),
        depth.checked_sub(1),
    ) else {
        return false;
    };
    !new.has_doubled_key()
        && old
            .entries()
            .iter()
            .all(|entry| resources_grow(Some(&entry.node), new.entry(&entry.key), depth))
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

/// Fields that stood there before: an unsigned signature field may be signed, any other may be filled in.
fn prepared_fields(comparison: &mut Comparison<'_>) -> Result<(), ReadError> {
    // Walking through every field for each of many signatures would cost the square of their number.
    if !comparison
        .changed
        .values()
        .any(|pair| pair.old.as_deref().is_some_and(may_be_field))
    {
        return Ok(());
    }
    let known = fields::all(&comparison.old)?;
    let names: HashMap<u32, FieldNode> = known
        .into_iter()
        .filter_map(|field| Some((field.id?.number, field)))
        .filter(|(number, _)| comparison.changed.contains_key(number))
        .collect();
    let mut numbers: Vec<u32> = names.keys().copied().collect();
    numbers.sort_unstable();
    let mut done: Vec<(String, Done)> = Vec::new();
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
                let now = prepared_field(comparison, field, &after)?;
                done.extend(now.map(|now| (field.name.clone(), now)));
                continue;
            }
            let allowed = match done.iter().find(|(name, _)| *name == field.name) {
                Some((_, Done::Signed)) => SIGNED_WIDGET,
                Some((_, Done::Filled)) => fill::FILLED_WIDGET,
                None => continue,
            };
            if only_differ_in(&field.at, &after, allowed) {
                comparison.claim(id.number);
                appearance(comparison, &after);
            }
        }
    }
    Ok(())
}

fn may_be_field(object: &IndirectObject) -> bool {
    object.node.as_dictionary().is_some_and(|dictionary| {
        let has = |key: &[u8]| dictionary.entry(key).is_some();
        has(b"T") || has(b"FT") || has(b"Rect") || (has(b"Kids") && !dictionary.is_type(b"Pages"))
    })
}

/// What was lawfully done to a field.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Done {
    Signed,
    Filled,
}

fn prepared_field(
    comparison: &mut Comparison<'_>,
    field: &FieldNode,
    after: &Located,
) -> Result<Option<Done>, ReadError> {
    let Some(id) = field.id else { return Ok(None) };
    if field.kind == FieldKind::Signature {
        let unsigned = comparison.old.entry(&field.at, b"V")?.is_none();
        let signed = comparison.new.entry(after, b"V")?.is_some();
        if unsigned && signed && only_differ_in(&field.at, after, SIGNED_FIELD) {
            if !signature::claim(comparison, after, &field.name)? {
                return Ok(None);
            }
            comparison.claim(id.number);
            appearance(comparison, after);
            return Ok(Some(Done::Signed));
        }
    } else if fill::claim(comparison, field, after)? {
        return Ok(Some(Done::Filled));
    }
    // A parent may get a new signature field below it.
    if only_differ_in(&field.at, after, &[b"Kids"]) {
        let before = comparison.old.entry(&field.at, b"Kids")?;
        if let Some(kids) = comparison.new.entry(after, b"Kids")? {
            new_fields(comparison, before.as_ref(), &kids, &field.passes_on())?;
            comparison.claim(id.number);
        }
    } else {
        comparison.step.fields.push(field.name.clone());
    }
    Ok(None)
}

/// Fields behind the old ones: each a new, signed signature field.
fn new_fields(
    comparison: &mut Comparison<'_>,
    before: Option<&Located>,
    list: &Located,
    parent: &Inherited,
) -> Result<(), ReadError> {
    let Some(more) = added(before, list) else {
        comparison.step.note(ChangeKind::FormChanged, "");
        return Ok(());
    };
    let more: Vec<Option<ObjectId>> = more
        .into_iter()
        .map(crate::pdf::Node::as_reference)
        .collect();
    if let Some(id) = own_id(list)
        && (comparison.fresh(id).is_some() || before.and_then(own_id) == Some(id))
    {
        comparison.claim(id.number);
    }
    for id in more {
        let added = id.and_then(|id| Some((id, fresh(comparison, id)?)));
        let claimed = match added {
            Some((id, field)) => new_field(comparison, id, field, parent)?,
            None => false,
        };
        if !claimed {
            comparison.step.note(ChangeKind::FieldAdded, "");
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
    field: Located,
    parent: &Inherited,
) -> Result<bool, ReadError> {
    let node = FieldNode::read(&comparison.new, field, Some(id), parent)?;
    if node.kind != FieldKind::Signature || !node.named {
        return Ok(false);
    }
    let field = &node.at;
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

/// Appearance streams, new or its own, with the new objects they use.
pub(super) fn appearance(comparison: &mut Comparison<'_>, widget: &Located) {
    if let Some(appearance) = widget
        .dictionary()
        .and_then(|widget| widget.entry(b"AP"))
        .cloned()
    {
        comparison.claim_owned(&appearance, Some(widget.object.id.number));
    }
}
