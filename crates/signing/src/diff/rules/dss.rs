//! The document security store (ISO 32000-2 12.8.4.3): certificates, lists and answers, which show nothing.

use std::collections::BTreeSet;

use super::{fresh, has_only, own_id};
use crate::{
    diff::{change::ChangeKind, references, step::Comparison},
    pdf::{Dictionary, Located, Node, ReadError},
};

const STORE: &[&[u8]] = &[b"Type", b"Certs", b"OCSPs", b"CRLs", b"VRI"];
const RECORD: &[&[u8]] = &[b"Type", b"Cert", b"OCSP", b"CRL", b"TU", b"TS"];
const LISTS: [&[u8]; 3] = [b"Certs", b"OCSPs", b"CRLs"];

/// Claims a store that is new or grew. What it held before may be listed again or not; streams that existed may not change,
/// which needs no rule: they are claimed only when new.
pub(super) fn claim(
    comparison: &mut Comparison<'_>,
    before: &Located,
    after: &Located,
) -> Result<(), ReadError> {
    let old = comparison.old.entry(before, b"DSS")?;
    let Some(new) = comparison.new.entry(after, b"DSS")? else {
        if old.is_some() {
            comparison.step.note(ChangeKind::CatalogChanged, "/DSS");
        }
        return Ok(());
    };
    let unchanged = old
        .as_ref()
        .is_some_and(|old| super::same_node(&old.node, &new.node));
    if !has_only(&new, STORE) || old.as_ref().is_some_and(|old| !has_only(old, STORE)) {
        if !unchanged {
            comparison.step.note(ChangeKind::CatalogChanged, "/DSS");
        }
        return Ok(());
    }
    let mut store = Store {
        owners: [before, after]
            .into_iter()
            .filter_map(own_id)
            .map(|catalog| catalog.number)
            .collect(),
    };
    let mut changed = store.claim_at(comparison, old.as_ref(), &new);
    for key in LISTS {
        let list_before = match &old {
            Some(old) => comparison.old.entry(old, key)?,
            None => None,
        };
        if let Some(list) = comparison.new.entry(&new, key)? {
            changed |= store.claim_at(comparison, list_before.as_ref(), &list);
            material(comparison, &list.node);
        }
    }
    changed |= store.records(comparison, old.as_ref(), &new)?;
    if changed || !unchanged {
        comparison.step.note(ChangeKind::EvidenceAdded, "");
    }
    Ok(())
}

/// The store underway.
struct Store {
    /// The catalog, and what of the store was seen: nobody else may refer to what changes in place.
    owners: BTreeSet<u32>,
}

impl Store {
    fn records(
        &mut self,
        comparison: &mut Comparison<'_>,
        old: Option<&Located>,
        new: &Located,
    ) -> Result<bool, ReadError> {
        let Some(records) = comparison.new.entry(new, b"VRI")? else {
            return Ok(false);
        };
        let before = match old {
            Some(old) => comparison.old.entry(old, b"VRI")?,
            None => None,
        };
        let Some(dictionary) = records.dictionary().cloned() else {
            return Ok(false);
        };
        let named_by_digest = |key: &[u8]| key == b"Type" || key.iter().all(u8::is_ascii_hexdigit);
        if !dictionary
            .entries()
            .iter()
            .all(|entry| named_by_digest(&entry.key))
        {
            return Ok(false);
        }
        let mut changed = self.claim_at(comparison, before.as_ref(), &records);
        for entry in dictionary.entries() {
            let Some(record) = comparison.new.resolve(&records.object, &entry.node)? else {
                continue;
            };
            if !has_only(&record, RECORD) {
                continue;
            }
            let record_before = match &before {
                Some(before) => comparison.old.entry(before, &entry.key)?,
                None => None,
            };
            if record_before
                .as_ref()
                .is_none_or(|old| has_only(old, RECORD))
            {
                changed |= self.claim_at(comparison, record_before.as_ref(), &record);
                let parts = record.dictionary().map(Dictionary::entries);
                for part in parts.unwrap_or_default() {
                    material(comparison, &part.node);
                }
            }
        }
        Ok(changed)
    }

    /// Claims the object a value is, when it is new, or stood at the same place before and belongs to the store alone.
    fn claim_at(
        &mut self,
        comparison: &mut Comparison<'_>,
        before: Option<&Located>,
        after: &Located,
    ) -> bool {
        let Some(id) = own_id(after) else {
            return false;
        };
        let stays = before.and_then(own_id) == Some(id);
        let owned = comparison.references.only_from(id.number, &self.owners);
        self.owners.insert(id.number);
        let allowed = comparison.fresh(id).is_some() || (stays && owned);
        let claimed = comparison.changed.contains_key(&id.number)
            && allowed
            && after.object.stream_start.is_none();
        if claimed {
            comparison.claim(id.number);
        }
        claimed
    }
}

/// Claims certificates, lists, answers and timestamps that are new: streams, named one by one or in an array.
fn material(comparison: &mut Comparison<'_>, node: &Node) {
    let named = match node.as_reference().and_then(|id| fresh(comparison, id)) {
        Some(list) if list.node.as_array().is_some() => {
            comparison.claim(list.object.id.number);
            references::of(&list.node)
        }
        Some(_) | None => references::of(node),
    };
    for id in named {
        if let Some(stream) = fresh(comparison, id)
            && stream.object.stream_start.is_some()
        {
            comparison.claim(id.number);
            length(comparison, &stream);
        }
    }
}

/// How long a stream is may stand in an object of its own (7.3.8.2).
fn length(comparison: &mut Comparison<'_>, stream: &Located) {
    let length = stream.dictionary().and_then(|of| of.entry(b"Length"));
    if let Some(length) = length
        .and_then(Node::as_reference)
        .and_then(|id| fresh(comparison, id))
        .filter(|length| length.node.as_integer().is_some())
    {
        comparison.claim(length.object.id.number);
    }
}
