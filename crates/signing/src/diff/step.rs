//! One revision compared with the one before it: which objects differ, and which rules account for them.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{
    compare::same_object,
    level::{Change, Modification},
    rules,
};
use crate::pdf::{IndirectObject, Node, ObjectId, Pdf, ReadError, Value, View, XrefEntry};

/// What one revision changed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Step {
    /// Each change with its class.
    pub(crate) changes: Vec<Change>,
    /// Fully qualified names of the fields it touched; document timestamps are not counted, nothing can lock them out.
    pub(crate) fields: Vec<String>,
}

impl Step {
    /// The worst class.
    pub(crate) fn modification(&self) -> Modification {
        self.changes
            .iter()
            .map(|change| change.class)
            .max()
            .unwrap_or(Modification::None)
    }

    /// A step that could not be looked into: anything may have happened.
    pub(crate) fn unknown(why: &str) -> Self {
        let what = format!("a later revision could not be compared: {why}");
        Self {
            changes: vec![Change::new(Modification::Other, what)],
            fields: Vec::new(),
        }
    }

    pub(super) fn note(&mut self, class: Modification, what: impl Into<String>) {
        self.changes.push(Change::new(class, what));
    }
}

/// Compares a revision with the one before it. `loose` are the references to nothing, of the revisions before; it comes back
/// with those of this one.
pub(crate) fn changes(
    pdf: &Pdf<'_>,
    newer: usize,
    loose: &mut LooseReferences,
) -> Result<Step, ReadError> {
    let older = newer.saturating_sub(1);
    let (old, new) = (pdf.at(older), pdf.at(newer));
    let mut comparison = Comparison {
        changed: changed(pdf, older, newer, &old, &new)?,
        old,
        new,
        claimed: BTreeSet::new(),
        step: Step::default(),
    };
    if super::dangling(pdf, newer) {
        comparison.step.note(
            Modification::Other,
            "the revision points at bytes behind its end",
        );
    }
    for (number, pair) in &comparison.changed {
        if pair.old.is_none() && loose.0.contains(number) {
            let what = format!("object {number}, to which the signed part refers, was added");
            comparison.step.note(Modification::Other, what);
        }
        if let Some(after) = &pair.new {
            loose.take(&new, &after.node);
        }
    }
    rules::run(&mut comparison)?;
    Ok(comparison.finish())
}

/// Numbers that objects refer to and that do not exist. Whoever adds such an object later decides what the older ones show.
#[derive(Debug, Default)]
pub(crate) struct LooseReferences(BTreeSet<u32>);

impl LooseReferences {
    /// Those of one revision. Objects that cannot be read refer to nothing.
    pub(crate) fn of(pdf: &Pdf<'_>, revision: usize) -> Result<Self, ReadError> {
        let mut loose = Self::default();
        let view = pdf.at(revision);
        for number in view.numbers() {
            match object(&view, number) {
                Ok(Some(found)) => loose.take(&view, &found.node),
                Err(error @ (ReadError::Limit(_) | ReadError::Source(_))) => return Err(error),
                Ok(None) | Err(_) => {}
            }
        }
        Ok(loose)
    }

    fn take(&mut self, view: &View<'_>, node: &Node) {
        let missing = |id: &ObjectId| matches!(view.place(id.number), None | Some(XrefEntry::Free));
        self.0.extend(
            references(node)
                .iter()
                .filter(|id| missing(id))
                .map(|id| id.number),
        );
    }
}

/// An object before and after.
#[derive(Debug, Clone)]
pub(super) struct Pair {
    pub(super) old: Option<Arc<IndirectObject>>,
    pub(super) new: Option<Arc<IndirectObject>>,
}

/// Two revisions side by side, and what the rules have claimed so far.
pub(super) struct Comparison<'p> {
    pub(super) old: View<'p>,
    pub(super) new: View<'p>,
    pub(super) changed: BTreeMap<u32, Pair>,
    claimed: BTreeSet<u32>,
    pub(super) step: Step,
}

impl Comparison<'_> {
    pub(super) fn claim(&mut self, number: u32) {
        self.claimed.insert(number);
    }

    pub(super) fn is_claimed(&self, number: u32) -> bool {
        self.claimed.contains(&number)
    }

    /// The object, when it did not exist before.
    pub(super) fn fresh(&self, id: ObjectId) -> Option<&Arc<IndirectObject>> {
        match self.changed.get(&id.number) {
            Some(Pair {
                old: None,
                new: Some(object),
            }) if object.id == id => Some(object),
            Some(_) | None => None,
        }
    }

    /// Claims the new objects that can be reached from here through new objects only.
    pub(super) fn claim_fresh(&mut self, node: &Node) {
        let mut waiting = references(node);
        while let Some(id) = waiting.pop() {
            if self.is_claimed(id.number) {
                continue;
            }
            if let Some(object) = self.fresh(id) {
                let inner = references(&object.node);
                self.claim(id.number);
                waiting.extend(inner);
            }
        }
    }

    fn finish(mut self) -> Step {
        for (number, pair) in &self.changed {
            if self.claimed.contains(number) {
                continue;
            }
            let what = match (&pair.old, &pair.new) {
                (Some(_), Some(_)) => format!("object {number} was changed"),
                (Some(_), None) => format!("object {number} was removed"),
                (None, _) => format!("object {number} was added, for which no rule accounts"),
            };
            self.step.note(Modification::Other, what);
        }
        if self.step.changes.is_empty() {
            self.step.note(
                Modification::Ltv,
                "a revision was appended that changes nothing",
            );
        }
        self.step
    }
}

/// Every object the newer sections speak of whose content differs. Objects that only carry others, and the
/// cross-reference streams, mean nothing by themselves.
fn changed(
    pdf: &Pdf<'_>,
    older: usize,
    newer: usize,
    old: &View<'_>,
    new: &View<'_>,
) -> Result<BTreeMap<u32, Pair>, ReadError> {
    let section = |revision: usize| {
        pdf.revisions()
            .get(revision)
            .map_or(0, |found| found.section)
    };
    let sections = pdf
        .sections()
        .get(section(newer)..section(older))
        .unwrap_or_default();
    let numbers: BTreeSet<u32> = sections
        .iter()
        .flat_map(|section| section.entries().map(|(number, _)| number))
        .collect();
    let mut changed = BTreeMap::new();
    for number in numbers {
        if old.place(number) == new.place(number)
            && !matches!(new.place(number), Some(XrefEntry::Compressed { .. }))
        {
            continue;
        }
        let pair = Pair {
            old: object(old, number)?,
            new: object(new, number)?,
        };
        let same = match (&pair.old, &pair.new) {
            (None, None) => true,
            (Some(before), Some(after)) => {
                before.id == after.id && same_object((old, before), (new, after))?
            }
            (None, Some(after)) => is_container(after),
            (Some(_), None) => false,
        };
        if !same {
            changed.insert(number, pair);
        }
    }
    Ok(changed)
}

fn object(view: &View<'_>, number: u32) -> Result<Option<Arc<IndirectObject>>, ReadError> {
    let generation = match view.place(number) {
        None | Some(XrefEntry::Free) => return Ok(None),
        Some(XrefEntry::InUse { generation, .. }) => generation,
        Some(XrefEntry::Compressed { .. }) => 0,
    };
    view.object(ObjectId { number, generation })
}

fn is_container(object: &IndirectObject) -> bool {
    object.stream_start.is_some()
        && object
            .node
            .as_dictionary()
            .is_some_and(|dictionary| dictionary.is_type(b"ObjStm") || dictionary.is_type(b"XRef"))
}

/// Every reference inside a value.
pub(super) fn references(node: &Node) -> Vec<ObjectId> {
    let mut found = Vec::new();
    let mut waiting = vec![node];
    while let Some(node) = waiting.pop() {
        match &node.value {
            Value::Reference(id) => found.push(*id),
            Value::Array(items) => waiting.extend(items),
            Value::Dictionary(dictionary) => {
                waiting.extend(dictionary.entries().iter().map(|entry| &entry.node));
            }
            Value::Null
            | Value::Boolean(_)
            | Value::Integer(_)
            | Value::Real(_)
            | Value::Name(_)
            | Value::String(_) => {}
        }
    }
    found
}

/// Every reference inside a dictionary.
pub(super) fn references_in(dictionary: &crate::pdf::Dictionary) -> Vec<ObjectId> {
    dictionary
        .entries()
        .iter()
        .flat_map(|entry| references(&entry.node))
        .collect()
}
