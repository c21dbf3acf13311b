//! Trailer and catalog: the same document before and after, with a form, a security store or an extension note added.

use super::{only_differ_in, own_id};
use crate::{
    diff::{level::Modification, step::Comparison},
    pdf::{Located, Node},
};

/// Keys of the catalog that other rules look into, or that say nothing about what is shown.
const CATALOG: &[&[u8]] = &[b"AcroForm", b"DSS", b"Extensions"];
/// Keys of the information dictionary that writers refresh.
const INFORMATION: &[&[u8]] = &[b"ModDate", b"Producer"];

/// Whether both revisions speak of the same document; if not, nothing more can be accounted for.
pub(super) fn trailer(comparison: &mut Comparison<'_>) -> bool {
    for key in [b"Root".as_slice(), b"Encrypt", b"Info"] {
        let reference = |found: Option<Located>| found.and_then(|found| found.node.as_reference());
        let before = reference(comparison.old.trailer_entry(key));
        let after = reference(comparison.new.trailer_entry(key));
        if before != after {
            let name = String::from_utf8_lossy(key).into_owned();
            comparison.step.note(
                Modification::Other,
                format!("the trailer has another /{name}"),
            );
            return false;
        }
    }
    information(comparison);
    true
}

fn information(comparison: &mut Comparison<'_>) {
    let entry = |found: Option<Located>| found.and_then(|found| found.node.as_reference());
    let Some(id) = entry(comparison.new.trailer_entry(b"Info")) else {
        return;
    };
    let Some(pair) = comparison.changed.get(&id.number) else {
        return;
    };
    let (Some(old), Some(new)) = (&pair.old, &pair.new) else {
        return;
    };
    let whole = |object: &std::sync::Arc<crate::pdf::IndirectObject>| Located {
        object: std::sync::Arc::clone(object),
        node: object.node.clone(),
    };
    if new.stream_start.is_none() && only_differ_in(&whole(old), &whole(new), INFORMATION) {
        comparison.claim(id.number);
        comparison.step.note(
            Modification::Ltv,
            "the date and program in the document information",
        );
    }
}

pub(super) fn claim(comparison: &mut Comparison<'_>, before: &Located, after: &Located) {
    let Some(id) = own_id(after).filter(|id| comparison.changed.contains_key(&id.number)) else {
        return;
    };
    if own_id(before) == Some(id)
        && only_differ_in(before, after, CATALOG)
        && extensions_only_grow(before, after)
    {
        comparison.claim(id.number);
    }
}

/// Extension notes (7.12) are direct dictionaries of names and numbers.
fn extensions_only_grow(before: &Located, after: &Located) -> bool {
    let of = |catalog: &Located| {
        catalog
            .dictionary()
            .and_then(|catalog| catalog.entry(b"Extensions"))
            .cloned()
    };
    match (of(before), of(after)) {
        (None, None) => true,
        (Some(_), None) => false,
        (old, Some(new)) => {
            let Some(new) = new.as_dictionary() else {
                return old.is_some_and(|old| super::same_node(&old, &new));
            };
            let kept = match old.as_ref().map(Node::as_dictionary) {
                None => true,
                Some(None) => false,
                Some(Some(old)) => old.entries().iter().all(|entry| {
                    new.entry(&entry.key)
                        .is_some_and(|node| super::same_node(&entry.node, node))
                }),
            };
            kept && super::super::step::references_in(new).is_empty()
        }
    }
}
