//! Whether two objects are the same by content, wherever they stand.

use std::sync::Arc;

use crate::pdf::{Dictionary, IndirectObject, Node, Pdf, ReadError, Value, View, XrefEntry};

/// Whether both mean the same to a reader; of dictionaries the order of keys does not matter.
pub(super) fn same_node(one: &Node, other: &Node) -> bool {
    match (&one.value, &other.value) {
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| same_node(a, b))
        }
        (Value::Dictionary(a), Value::Dictionary(b)) => differing_keys(a, b).is_empty(),
        (Value::Integer(_), Value::Real(_)) | (Value::Real(_), Value::Integer(_)) => {
            one.as_number().is_some() && one.as_number() == other.as_number()
        }
        (a, b) => a == b,
    }
}

/// The keys whose values differ. Doubled keys mean different things to different readers, so they always differ.
pub(super) fn differing_keys<'d>(one: &'d Dictionary, other: &'d Dictionary) -> Vec<&'d [u8]> {
    let mut keys: Vec<&[u8]> = one
        .entries()
        .iter()
        .chain(other.entries())
        .map(|entry| &*entry.key)
        .collect();
    keys.sort_unstable();
    keys.dedup();
    let doubled = one.has_doubled_key() || other.has_doubled_key();
    keys.retain(|key| match (one.entry(key), other.entry(key)) {
        (Some(a), Some(b)) => doubled || !same_node(a, b),
        (Some(only), None) | (None, Some(only)) => only.value != Value::Null,
        (None, None) => false,
    });
    keys
}

/// Whether both objects are the same, stream data included.
pub(super) fn same_object(
    old: (&View<'_>, &Arc<IndirectObject>),
    new: (&View<'_>, &Arc<IndirectObject>),
) -> Result<bool, ReadError> {
    if !same_node(&old.1.node, &new.1.node) {
        return Ok(false);
    }
    match (old.1.stream_start, new.1.stream_start) {
        (None, None) => Ok(true),
        (Some(one), Some(other)) if one == other => Ok(true),
        (Some(_), Some(_)) => {
            let (one, other) = (old.0.stream_extent(old.1)?, new.0.stream_extent(new.1)?);
            let length = one.end.saturating_sub(one.start);
            if length != other.end.saturating_sub(other.start) {
                return Ok(false);
            }
            let pdf = new.0.pdf();
            Ok(pdf.bytes(one.start, length)? == pdf.bytes(other.start, length)?)
        }
        (Some(_), None) | (None, Some(_)) => Ok(false),
    }
}

/// Whether a cross-reference section up to this revision points at bytes behind the revision's end: those were not there
/// when it was signed, and whoever appended them chose what stands there.
pub(crate) fn dangling(pdf: &Pdf<'_>, revision: usize) -> bool {
    let older = revision
        .checked_sub(1)
        .and_then(|older| pdf.revisions().get(older));
    let Some(own) = pdf.revisions().get(revision) else {
        return false;
    };
    let until = older.map_or(pdf.sections().len(), |older| older.section);
    let sections = pdf.sections().get(own.section..until).unwrap_or_default();
    sections
        .iter()
        .flat_map(|section| section.entries())
        .any(|(_, entry)| match entry {
            XrefEntry::InUse { offset, .. } => {
                let at = pdf.base().saturating_add(offset);
                at >= own.end && at < pdf.len()
            }
            XrefEntry::Free | XrefEntry::Compressed { .. } => false,
        })
}
