//! The form: fields filled in, and a further signature in a field of its own, new or prepared (ISO 32000-2 12.7).

use std::collections::HashMap;

use super::{
    added, defaults, fill, fresh, has_only, only_differ_in, own_id, page,
    signature::{self, Origin},
    widget,
};
use crate::{
    diff::{
        change::ChangeKind,
        fields::{self, FieldKind, FieldNode, Inherited},
        step::Comparison,
    },
    pdf::{IndirectObject, Located, ObjectId, ReadError},
};

/// What a first field may bring along when there was no form.
const NEW_FORM: &[&[u8]] = &[b"Fields", b"SigFlags", b"DA", b"DR"];
/// What signing may set in a field that was prepared, and in its widget.
const SIGNED_FIELD: &[&[u8]] = &[b"V", b"AP", b"AS", b"F", b"M", b"MK"];
const SIGNED_WIDGET: &[&[u8]] = &[b"AP", b"AS", b"F", b"M", b"MK"];

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
        Some(old) => {
            moved_or_same(comparison, old, &new) && defaults::claim(comparison, old, &new)?
        }
        None => has_only(&new, NEW_FORM),
    };
    // What its fields became is told all the same: they would be taken for something else.
    if !lawful {
        comparison.step.note(ChangeKind::FormChanged, "");
    }
    if let Some(id) = own_id(&new) {
        comparison.claim(id.number);
    }
    let resources = comparison.new.entry(&new, b"DR")?;
    let is_stream = |at: &Located| own_id(at).is_some() && at.object.stream_start.is_some();
    if resources.is_some_and(|resources| !is_stream(&resources))
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
        Some(list) => new_fields(
            comparison,
            list_before.as_ref(),
            &list,
            &Inherited::nothing(),
        ),
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
    let mut done: HashMap<u32, Done> = HashMap::new();
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
                done.extend(now.map(|now| (id.number, now)));
                continue;
            }
            let allowed = match field.parent.and_then(|parent| done.get(&parent.number)) {
                Some(Done::Signed) => SIGNED_WIDGET,
                Some(Done::Filled) => fill::FILLED_WIDGET,
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
    if is_of_the_document(after) {
        return Ok(None);
    }
    if field.kind == FieldKind::Signature {
        let unsigned = comparison.old.entry(&field.at, b"V")?.is_none();
        let signed = comparison.new.entry(after, b"V")?.is_some();
        if unsigned && signed && only_differ_in(&field.at, after, SIGNED_FIELD) {
            if !signature::claim(comparison, after, &field.name, Origin::Prepared)? {
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
/// What only a field says, and none of its widgets.
const OF_FIELD: &[&[u8]] = &[
    b"FT", b"T", b"TU", b"TM", b"Ff", b"V", b"DR", b"Lock", b"SV", b"Kids",
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
        || is_of_the_document(field)
        || !widget::is_nothing_else(&comparison.new, field)?
    {
        return Ok(false);
    }
    let list = comparison.new.entry(field, b"Kids")?;
    let kids = match &list {
        Some(list) => widgets(comparison, id, list)?,
        None => Some(Vec::new()),
    };
    let Some(kids) = kids else { return Ok(false) };
    if !signature::claim(comparison, field, &node.name, Origin::New)? {
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
    placed(comparison, id, field)?;
    for kid in &kids {
        comparison.claim(kid.object.id.number);
        placed(comparison, kid.object.id, kid)?;
    }
    if let Some(list) = list
        .as_ref()
        .and_then(own_id)
        .filter(|list| comparison.fresh(*list).is_some())
    {
        comparison.claim(list.number);
    }
    Ok(true)
}

/// The kids of a new signature field, when they are new widgets and nothing more: a kid with a name or a value would be a
/// field of its own, and nobody signed that.
fn widgets(
    comparison: &Comparison<'_>,
    field: ObjectId,
    list: &Located,
) -> Result<Option<Vec<Located>>, ReadError> {
    let mut widgets = Vec::new();
    for kid in list.node.as_array().unwrap_or_default() {
        let Some(kid) = kid.as_reference().and_then(|kid| fresh(comparison, kid)) else {
            return Ok(None);
        };
        let of_field = |kid: &Located| {
            kid.dictionary()
                .is_some_and(|kid| OF_FIELD.iter().any(|key| kid.entry(key).is_some()))
        };
        let kind = comparison.new.entry(&kid, b"Subtype")?;
        let is_widget = kind.is_some_and(|kind| kind.node.as_name() == Some(b"Widget"));
        let parent = kid.dictionary().and_then(|kid| kid.entry(b"Parent"));
        let is_own = parent.is_none_or(|parent| parent.as_reference() == Some(field));
        let is_taken = comparison.is_claimed(kid.object.id.number);
        if !is_widget || !has_only(&kid, FIELD) || of_field(&kid) || !is_own || is_taken {
            return Ok(None);
        }
        widgets.push(kid);
    }
    Ok(Some(widgets))
}

/// What the document is made of is no field, whatever else it says.
fn is_of_the_document(at: &Located) -> bool {
    at.dictionary().is_some_and(|of| {
        [b"Catalog".as_slice(), b"Pages", b"Page"]
            .iter()
            .any(|kind| of.is_type(kind))
    })
}

fn placed(comparison: &mut Comparison<'_>, id: ObjectId, at: &Located) -> Result<(), ReadError> {
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
