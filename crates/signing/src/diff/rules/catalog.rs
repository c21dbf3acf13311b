//! Trailer and catalog: the same document before and after, with a form, a security store, an extension note or metadata
//! added.

use std::{collections::HashSet, sync::Arc};

use super::{description, only_differ_in, own_id};
use crate::{
    diff::{change::ChangeKind, references, step::Comparison},
    pdf::{IndirectObject, Located, Node, ObjectId, ReadError, View},
};

/// Keys of the catalog that other rules look into, or that say nothing about what is shown.
const CATALOG: &[&[u8]] = &[b"AcroForm", b"DSS", b"Extensions", b"Metadata", b"Version"];
/// Keys of the information dictionary that writers refresh.
const INFORMATION: &[&[u8]] = &[b"ModDate", b"Producer"];
/// The same where there was none before.
const NEW_INFORMATION: &[&[u8]] = &[b"ModDate", b"Producer", b"CreationDate", b"Creator"];

/// Whether both revisions speak of the same document; if not, nothing more can be accounted for.
pub(super) fn trailer(comparison: &mut Comparison<'_>) -> bool {
    if !same_encryption(comparison) {
        comparison.step.note(ChangeKind::TrailerChanged, "/Encrypt");
        return false;
    }
    for key in [b"Root".as_slice(), b"Info"] {
        let reference = |found: Option<Located>| found.and_then(|found| found.node.as_reference());
        let before = reference(comparison.old.trailer_entry(key));
        let after = reference(comparison.new.trailer_entry(key));
        // Catalog and information may move to an object of their own; what they say is compared elsewhere.
        let moved = after.is_some_and(|id| comparison.fresh(id).is_some());
        if before != after && !moved {
            let name = format!("/{}", String::from_utf8_lossy(key));
            comparison.step.note(ChangeKind::TrailerChanged, &name);
            return false;
        }
    }
    if holds_what_changed(comparison) {
        let what = "an unknown entry holds what was changed";
        comparison.step.note(ChangeKind::TrailerChanged, what);
    }
    information(comparison);
    true
}

/// Whether the newer trailer itself says of the encryption what the older one said (7.6.2): readers look no further. The
/// key is made from the first identifier too.
fn same_encryption(comparison: &Comparison<'_>) -> bool {
    let (old, new) = (comparison.old, comparison.new);
    let before = old.trailer_entry(b"Encrypt");
    let first = |view: &View<'_>| {
        let identifiers = view.trailer_entry(b"ID")?;
        identifiers.node.as_array()?.first().cloned()
    };
    match (before, new.own_trailer_entry(b"Encrypt")) {
        (None, None) => true,
        (Some(before), Some(after)) => {
            let identified = match (first(&old), first(&new)) {
                (Some(one), Some(other)) => super::same_node(&one, &other),
                (one, other) => one.is_none() && other.is_none(),
            };
            super::same_node(&before.node, after) && identified
        }
        (_, _) => false,
    }
}

/// What both an odd entry of a trailer and a changed object hold has a second meaning that no rule knows of.
fn holds_what_changed(comparison: &Comparison<'_>) -> bool {
    if comparison.references.odd().is_empty() {
        return false;
    }
    let before = comparison
        .changed
        .values()
        .filter_map(|pair| pair.old.as_ref());
    let held: HashSet<ObjectId> = before
        .flat_map(|object| references::of(&object.node).into_iter().chain([object.id]))
        .collect();
    let mut odd = comparison.references.odd().iter();
    odd.any(|id| held.contains(id) || comparison.changed.contains_key(&id.number))
}

fn information(comparison: &mut Comparison<'_>) {
    let entry = |found: Option<Located>| found.and_then(|found| found.node.as_reference());
    let Some(id) = entry(comparison.new.trailer_entry(b"Info")) else {
        return;
    };
    let Some(pair) = comparison.changed.get(&id.number) else {
        return;
    };
    let Some(new) = &pair.new else { return };
    let before = entry(comparison.old.trailer_entry(b"Info"));
    let lawful = match before.map(|id| comparison.old.object(id)) {
        Some(Ok(Some(old))) => only_differ_in(&whole(&old), &whole(new), INFORMATION),
        Some(Ok(None)) | None => super::has_only(&whole(new), NEW_INFORMATION),
        Some(Err(_)) => false,
    };
    if new.stream_start.is_none() && lawful && says_only_texts(new) {
        comparison.claim(id.number);
        comparison.step.note(ChangeKind::InformationRefreshed, "");
    }
}

/// Whether what writers refresh is text, as table 349 has it, and refers to nothing.
fn says_only_texts(information: &IndirectObject) -> bool {
    let dictionary = information.node.as_dictionary();
    NEW_INFORMATION.iter().all(|key| {
        let value = dictionary.and_then(|of| of.entry(key));
        value.is_none_or(|value| value.as_string().is_some())
    })
}

fn whole(object: &Arc<IndirectObject>) -> Located {
    Located {
        object: Arc::clone(object),
        node: object.node.clone(),
    }
}

/// XMP metadata of the document, new or rewritten (14.3.2): programs refresh it whenever they save.
pub(super) fn metadata(
    comparison: &mut Comparison<'_>,
    before: &Located,
    after: &Located,
) -> Result<(), ReadError> {
    let Some(new) = comparison.new.entry(after, b"Metadata")? else {
        if comparison.old.entry(before, b"Metadata")?.is_some() {
            comparison.step.note(ChangeKind::MetadataChanged, "-");
        }
        return Ok(());
    };
    let old = comparison.old.entry(before, b"Metadata")?;
    let id = new.object.id;
    let Some(pair) = comparison.changed.get(&id.number) else {
        return Ok(());
    };
    let lawful = |object: &Arc<IndirectObject>| {
        object.stream_start.is_some()
            && object.node.as_dictionary().is_some_and(|dictionary| {
                dictionary.is_type(b"Metadata")
                    && dictionary.entry(b"Subtype").and_then(Node::as_name) == Some(b"XML")
            })
    };
    // The very bytes may serve another purpose too.
    let catalogs = [before, after].into_iter().filter_map(own_id);
    let owners = catalogs.map(|catalog| catalog.number).collect();
    if own_id(&new) == Some(id)
        && pair.old.as_ref().is_none_or(lawful)
        && lawful(&new.object)
        && comparison.references.only_from(id.number, &owners)
    {
        let is_kept =
            description::is_kept((&comparison.old, old.as_ref()), (&comparison.new, &new))?;
        comparison.claim(id.number);
        let kind = if is_kept {
            ChangeKind::MetadataRefreshed
        } else {
            ChangeKind::DescriptionReplaced
        };
        comparison.step.note(kind, "");
    }
    Ok(())
}

pub(super) fn claim(comparison: &mut Comparison<'_>, before: &Located, after: &Located) {
    let Some(id) = own_id(after).filter(|id| comparison.changed.contains_key(&id.number)) else {
        return;
    };
    if (own_id(before) == Some(id) || comparison.fresh(id).is_some())
        && only_differ_in(before, after, CATALOG)
        && extensions_only_grow(before, after)
        && version_only_rises(before, after)
    {
        comparison.claim(id.number);
    }
}

/// A writer names the version whose features it uses (7.2.2): two digits and a point, so texts compare as numbers do.
fn version_only_rises(before: &Located, after: &Located) -> bool {
    let of = |catalog: &Located| {
        let version = catalog.dictionary()?.entry(b"Version")?;
        Some(version.as_name().map(<[u8]>::to_vec))
    };
    match (of(before), of(after)) {
        (None, None) => true,
        (None, Some(Some(new))) => is_version(&new),
        (Some(Some(old)), Some(Some(new))) => old == new || (is_version(&new) && old <= new),
        (Some(_), _) | (None, Some(None)) => false,
    }
}

fn is_version(name: &[u8]) -> bool {
    matches!(name, [major, b'.', minor] if major.is_ascii_digit() && minor.is_ascii_digit())
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
            kept && references::of_dictionary(new).is_empty()
        }
    }
}
