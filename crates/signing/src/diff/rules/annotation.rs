//! Markup laid over a page or taken from it: notes, stamps, lines (ISO 32000-2 12.5.6). It is claimed as what it is, an
//! annotation, which only the mildest certification permits.

use std::{collections::BTreeSet, sync::Arc};

use super::{form, fresh, more_than, only_differ_in, page};
use crate::{
    diff::{
        change::{Change, ChangeKind},
        compare::same_node,
        references,
        step::{self, Comparison},
    },
    pdf::{IndirectObject, Located, Node, ObjectId, ReadError},
};

/// Subtypes that only show something (table 171); none that plays, opens or runs.
const MARKUP: &[&[u8]] = &[
    b"Text",
    b"FreeText",
    b"Line",
    b"Square",
    b"Circle",
    b"Polygon",
    b"PolyLine",
    b"Highlight",
    b"Underline",
    b"Squiggly",
    b"StrikeOut",
    b"Caret",
    b"Stamp",
    b"Ink",
    b"Popup",
];

/// What an annotation says of its kind (tables 166, 172 and 175 to 185).
const OF_MARKUP: &[&[u8]] = &[
    b"AP",
    b"AS",
    b"BE",
    b"BS",
    b"Border",
    b"C",
    b"CA",
    b"CL",
    b"Contents",
    b"CreationDate",
    b"DA",
    b"DS",
    b"F",
    b"IC",
    b"InkList",
    b"IRT",
    b"IT",
    b"L",
    b"LE",
    b"M",
    b"Name",
    b"NM",
    b"Open",
    b"P",
    b"Parent",
    b"Popup",
    b"Q",
    b"QuadPoints",
    b"RC",
    b"RD",
    b"Rect",
    b"RT",
    b"State",
    b"StateModel",
    b"Subj",
    b"T",
    b"Vertices",
    b"ca",
];

/// Claims pages whose list of annotations differs by markup alone, with what came and went.
pub(super) fn claim(comparison: &mut Comparison<'_>) -> Result<(), ReadError> {
    for id in pages(comparison)? {
        if !comparison.is_claimed(id.number) {
            marked(comparison, id)?;
        }
    }
    edited(comparison);
    Ok(())
}

/// Pages that changed, and those of whose annotations the list changed.
fn pages(comparison: &Comparison<'_>) -> Result<BTreeSet<ObjectId>, ReadError> {
    let is_page = |object: &Arc<IndirectObject>| {
        let dictionary = object.node.as_dictionary();
        dictionary.is_some_and(|page| page.is_type(b"Page"))
    };
    let mut pages = BTreeSet::new();
    for object in comparison
        .changed
        .values()
        .filter_map(|pair| pair.new.as_ref())
    {
        if is_page(object) {
            pages.insert(object.id);
        }
        if object.node.as_array().is_none() {
            continue;
        }
        for referrer in comparison.references.referrers(object.id.number) {
            let found = step::object(&comparison.new, *referrer);
            let found = found.or_else(|problem| step::soft(problem).map(|_| None))?;
            pages.extend(found.filter(is_page).map(|page| page.id));
        }
    }
    Ok(pages)
}

/// Markup that was there and is markup still, whatever it says now.
fn edited(comparison: &mut Comparison<'_>) {
    let whole = |object: &Arc<IndirectObject>| Located {
        node: object.node.clone(),
        object: Arc::clone(object),
    };
    let changed: Vec<Located> = comparison
        .changed
        .values()
        .filter_map(|pair| Some((whole(pair.old.as_ref()?), whole(pair.new.as_ref()?))))
        .filter(|(before, after)| {
            is_markup(before) && is_markup(after) && only_differ_in(before, after, OF_MARKUP)
        })
        .map(|(_, after)| after)
        .collect();
    for after in changed {
        let number = after.object.id.number;
        if comparison.is_claimed(number) {
            continue;
        }
        comparison.claim(number);
        form::appearance(comparison, &after);
        for place in comparison.places_of(number) {
            let change = Change::about_object(ChangeKind::AnnotationChanged, number).at(place);
            comparison.step.changes.push(change.shown());
        }
    }
}

fn marked(comparison: &mut Comparison<'_>, id: ObjectId) -> Result<(), ReadError> {
    let (Some(before), Some(after)) = (comparison.old.object(id)?, comparison.new.object(id)?)
    else {
        return Ok(());
    };
    let whole = |object: Arc<IndirectObject>| Located {
        node: object.node.clone(),
        object,
    };
    let (before, after) = (whole(before), whole(after));
    if !only_differ_in(&before, &after, &[b"Annots"]) {
        return Ok(());
    }
    let list_before = comparison.old.entry(&before, b"Annots")?;
    let Some(list) = comparison.new.entry(&after, b"Annots")? else {
        return Ok(());
    };
    let items = list_before.as_ref().and_then(|list| list.node.as_array());
    let (kept, gone): (Vec<Node>, Vec<Node>) = items
        .unwrap_or_default()
        .iter()
        .cloned()
        .partition(|old| has(&list, old));
    let Some(removed) = markup_before(comparison, &gone)? else {
        return Ok(());
    };
    let Some(more) = more_than(&kept, &list) else {
        return Ok(());
    };
    let more: Option<Vec<ObjectId>> = more.into_iter().map(Node::as_reference).collect();
    let Some(more) = more else { return Ok(()) };
    let (widgets, others): (Vec<ObjectId>, Vec<ObjectId>) = more
        .into_iter()
        .partition(|one| comparison.is_widget_of(*one, id));
    let markup: Option<Vec<Located>> = others
        .into_iter()
        .map(|one| fresh(comparison, one).filter(is_markup))
        .collect();
    let Some(markup) = markup else { return Ok(()) };
    page::grown(comparison, id, list_before.as_ref(), &list);
    for widget in widgets {
        comparison.found_on(widget.number, id);
    }
    for annotation in removed {
        take_away(comparison, &annotation);
    }
    for annotation in markup {
        let number = annotation.object.id.number;
        comparison.claim(number);
        for key in [b"AP".as_slice(), b"Popup", b"RC"] {
            let part = annotation.dictionary().and_then(|one| one.entry(key));
            if let Some(part) = part.cloned() {
                comparison.claim_fresh(&part);
            }
        }
        let place = comparison.place_of(number);
        let change = Change::about_object(ChangeKind::AnnotationAdded, number).at(place);
        comparison.step.changes.push(change.shown());
    }
    Ok(())
}

fn has(list: &Located, item: &Node) -> bool {
    let items = list.node.as_array().unwrap_or_default();
    items.iter().any(|other| same_node(item, other))
}

/// The annotations that these items of a list meant, when all of them were markup.
fn markup_before(
    comparison: &Comparison<'_>,
    items: &[Node],
) -> Result<Option<Vec<Located>>, ReadError> {
    let mut found = Vec::new();
    for item in items {
        let object = match item.as_reference() {
            Some(id) => comparison.old.object(id)?,
            None => None,
        };
        let annotation = object.map(|object| Located {
            node: object.node.clone(),
            object,
        });
        match annotation.filter(is_markup) {
            Some(annotation) => found.push(annotation),
            None => return Ok(None),
        }
    }
    Ok(Some(found))
}

/// Claims what is gone with markup that a page lists no more (table 257 has P=3 permit that too).
fn take_away(comparison: &mut Comparison<'_>, annotation: &Located) {
    let number = annotation.object.id.number;
    let is_gone = |comparison: &Comparison<'_>, number| {
        let pair = comparison.changed.get(&number);
        pair.is_some_and(|pair| pair.new.is_none())
    };
    if is_gone(comparison, number) {
        comparison.claim(number);
    }
    let shown = annotation.dictionary().and_then(|one| one.entry(b"AP"));
    let owner = BTreeSet::from([number]);
    for part in shown.map(references::of).unwrap_or_default() {
        if is_gone(comparison, part.number)
            && comparison.references.is_owned_by(part.number, &owner)
        {
            comparison.claim(part.number);
        }
    }
    let place = comparison.place_of(number);
    let change = Change::about_object(ChangeKind::AnnotationRemoved, number).at(place);
    comparison.step.changes.push(change.shown());
}

fn is_markup(annotation: &Located) -> bool {
    annotation.object.stream_start.is_none()
        && annotation.dictionary().is_some_and(|one| {
            let kind = one.entry(b"Subtype").and_then(Node::as_name);
            !one.has_doubled_key()
                && (one.entry(b"Type").is_none() || one.is_type(b"Annot"))
                && kind.is_some_and(|kind| MARKUP.contains(&kind))
                && one.entry(b"A").is_none()
                && one.entry(b"AA").is_none()
        })
}
