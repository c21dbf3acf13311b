//! Signatures of a later revision that no field holds (ISO 32000-2 12.7.5.5 has each in the `/V` of its field): a reader lists
//! the signatures of fields, so such a one was taken out of sight, or waits to be brought into it.

use std::collections::BTreeSet;

use super::{
    doubled::Stray,
    fields::{self, FieldKind},
    step::{Comparison, soft},
};
use crate::pdf::{Dictionary, IndirectObject, Pdf, ReadError, View};

/// The numbers of the new signature dictionaries that no field holds: of `strays`, save those that stand there twice, and of
/// what the cross-references name.
pub(super) fn signatures(
    pdf: &Pdf<'_>,
    comparison: &Comparison<'_>,
    strays: &[Stray],
) -> Result<BTreeSet<u32>, ReadError> {
    let mut found = BTreeSet::new();
    for stray in strays.iter().filter(|stray| !stray.doubled) {
        let Some(number) = stray.number else { continue };
        match pdf.object_at(stray.at) {
            Ok(object) if is_signature(&object) => drop(found.insert(number)),
            Ok(_) => {}
            Err(problem) => drop(soft(problem)?),
        }
    }
    let mut listed: BTreeSet<u32> = comparison
        .changed
        .iter()
        .filter(|(number, pair)| {
            let is = |object: &Option<_>| object.as_deref().is_some_and(is_signature);
            is(&pair.new) && !is(&pair.old) && !comparison.is_held(**number)
        })
        .map(|(number, _)| *number)
        .collect();
    // A walk through every field for each of many further signatures would cost the square of their number.
    if !listed.is_empty() {
        for held in held(&comparison.new)? {
            listed.remove(&held);
        }
    }
    found.extend(listed);
    Ok(found)
}

/// What the signature fields hold.
fn held(view: &View<'_>) -> Result<Vec<u32>, ReadError> {
    let mut held = Vec::new();
    for field in fields::all(view)? {
        if field.kind == FieldKind::Signature
            && let Some(value) = view.entry(&field.at, b"V")?
        {
            held.push(value.object.id.number);
        }
    }
    Ok(held)
}

/// By its type, which may be left out, or by what no other dictionary has (ISO 32000-2 table 255).
fn is_signature(object: &IndirectObject) -> bool {
    object
        .node
        .as_dictionary()
        .is_some_and(|dictionary: &Dictionary| {
            let has = |key: &[u8]| dictionary.entry(key).is_some();
            dictionary.is_type(b"Sig")
                || dictionary.is_type(b"DocTimeStamp")
                || (has(b"ByteRange") && has(b"Contents"))
        })
}
