//! One revision compared with the one before it: which objects differ, and which rules account for them.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{
    change::{Change, ChangeKind, Place},
    classify,
    compare::same_object,
    doubled::{self, Stray},
    level::Modification,
    orphan,
    references::{self, References},
    rules,
};
use crate::pdf::{IndirectObject, Node, ObjectId, Pdf, ReadError, Section, View, XrefEntry};

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
        Self {
            changes: vec![Change::new(ChangeKind::NotCompared, why)],
            fields: Vec::new(),
        }
    }

    pub(super) fn note(&mut self, kind: ChangeKind, subject: &str) {
        self.changes.push(Change::new(kind, subject));
    }
}

/// Compares a revision with the one before it. `known` holds the references of the revisions before; it comes back with
/// those of this one.
pub(crate) fn changes(
    pdf: &Pdf<'_>,
    newer: usize,
    known: &mut References,
) -> Result<Step, ReadError> {
    let older = newer.saturating_sub(1);
    let (old, new) = (pdf.at(older), pdf.at(newer));
    let (changed, unreadable) = changed(pdf, (older, newer), (&old, &new), known)?;
    for (number, pair) in &changed {
        if let Some(after) = &pair.new {
            known.take(&new, *number, &after.node);
        }
    }
    for section in appended_sections(pdf, older, newer) {
        known.take_trailer(&new, section);
    }
    let mut comparison = Comparison {
        changed,
        old,
        new,
        references: known,
        claimed: BTreeSet::new(),
        held: BTreeSet::new(),
        widgets: BTreeMap::new(),
        step: Step::default(),
    };
    if super::dangling(pdf, newer) {
        comparison.step.note(ChangeKind::PointsBehindItself, "");
    }
    for (number, pair) in &comparison.changed {
        if pair.old.is_none() && comparison.references.was_missing(*number) {
            let change = Change::about_object(ChangeKind::MissingObjectSupplied, *number);
            comparison.step.changes.push(change);
        }
    }
    let strays = doubled::objects(pdf, older, newer)?;
    let hidden = appended_sections(pdf, older, newer)
        .iter()
        .flat_map(|section| section.contradicted.iter().copied());
    comparison.step.changes.extend(two_faced(&strays, hidden));
    let hiding = doubled::hiding(pdf, older, newer)?;
    comparison
        .step
        .changes
        .extend(out_of_sight(&strays, &hiding));
    if appended_sections(pdf, older, newer)
        .iter()
        .any(|section| section.loose || section.trailer.entry(b"Root").is_none())
    {
        comparison.step.note(ChangeKind::LooseCrossReference, "");
    }
    for number in unreadable {
        let change = Change::about_object(ChangeKind::ObjectUnreadable, number);
        comparison.step.changes.push(change);
    }
    // What a rule cannot look into it does not claim; what the object is may still be told.
    if let Err(problem) = rules::run(&mut comparison) {
        let why = soft(problem)?.to_string();
        comparison.step.note(ChangeKind::NotCompared, &why);
    }
    let orphans = orphan::signatures(pdf, &comparison, &strays).or_else(|problem| {
        let why = soft(problem)?.to_string();
        comparison.step.note(ChangeKind::NotCompared, &why);
        Ok::<_, ReadError>(BTreeSet::new())
    })?;
    let orphaned = |number: &u32| Change::about_object(ChangeKind::SignatureOrphaned, *number);
    comparison.step.changes.extend(orphans.iter().map(orphaned));
    let Comparison {
        changed,
        claimed,
        mut step,
        ..
    } = comparison;
    let unused = unused(&changed, &claimed, known);
    for (number, pair) in &changed {
        if orphans.contains(number) {
            continue;
        }
        if unused.contains(number) {
            let kind = ChangeKind::UnusedObjectAdded;
            step.changes.push(Change::about_object(kind, *number));
        } else if !claimed.contains(number) {
            let place = known.place_of(&new, *number);
            let found = classify::unclaimed(&old, &new, known, *number, pair);
            let unlisted = |change: Change| change.at(place).unlisted();
            step.changes.extend(found.into_iter().map(unlisted));
        }
    }
    if step.changes.is_empty() {
        step.note(ChangeKind::NothingChanged, "");
    }
    let revision = u32::try_from(newer.saturating_add(1)).ok();
    for change in &mut step.changes {
        change.place.revision = revision;
    }
    Ok(step)
}

/// New objects that nothing refers to but others of their kind. A catalog is none: readers that mend a file look for one.
fn unused(
    changed: &BTreeMap<u32, Pair>,
    claimed: &BTreeSet<u32>,
    known: &References,
) -> BTreeSet<u32> {
    let is_catalog = |pair: &Pair| {
        let dictionary = pair.new.as_ref().and_then(|new| new.node.as_dictionary());
        dictionary.is_some_and(|dictionary| dictionary.entry(b"Pages").is_some())
    };
    let mut unused: BTreeSet<u32> = changed
        .iter()
        .filter(|(number, pair)| {
            pair.old.is_none()
                && !claimed.contains(number)
                && !known.was_missing(**number)
                && !is_catalog(pair)
        })
        .map(|(number, _)| *number)
        .collect();
    let mut used: Vec<u32> = unused
        .iter()
        .copied()
        .filter(|number| !known.only_from(*number, &unused))
        .collect();
    // What a used object refers to is used.
    while let Some(number) = used.pop() {
        if unused.remove(&number)
            && let Some(object) = changed.get(&number).and_then(|pair| pair.new.as_ref())
        {
            used.extend(references::of(&object.node).into_iter().map(|id| id.number));
        }
    }
    unused
}

/// Objects of which two readers see two states: those that stand there twice, and those of two cross-references.
fn two_faced(strays: &[Stray], hidden: impl Iterator<Item = u32>) -> Vec<Change> {
    let about = |kind| move |number| Change::about_object(kind, number);
    let twice = strays.iter().filter(|stray| stray.doubled);
    let twice: BTreeSet<u32> = twice.filter_map(|stray| stray.number).collect();
    twice
        .into_iter()
        .map(about(ChangeKind::ObjectDefinedTwice))
        .chain(hidden.map(about(ChangeKind::HiddenCrossReference)))
        .collect()
}

/// Objects that readers see who look for them in the whole file, and no others.
fn out_of_sight(strays: &[Stray], hiding: &BTreeSet<u32>) -> Vec<Change> {
    let about = |number| Change::about_object(ChangeKind::HiddenObject, number);
    let broken = || Change::new(ChangeKind::HiddenObject, "?");
    let single = strays.iter().filter(|stray| !stray.doubled);
    single
        .map(|stray| stray.number.map_or_else(broken, about))
        .chain(hiding.iter().copied().map(about))
        .collect()
}

/// The cross-reference sections that came with the revisions after `older`, up to `newer`.
pub(super) fn appended_sections<'p>(
    pdf: &'p Pdf<'_>,
    older: usize,
    newer: usize,
) -> &'p [Arc<Section>] {
    let section = |revision: usize| {
        pdf.revisions()
            .get(revision)
            .map_or(0, |found| found.section)
    };
    pdf.sections()
        .get(section(newer)..section(older))
        .unwrap_or_default()
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
    pub(super) references: &'p References,
    claimed: BTreeSet<u32>,
    /// Signatures that a field was lawfully given.
    held: BTreeSet<u32>,
    /// New widgets of signature fields, and the page on which each was found.
    widgets: BTreeMap<u32, Option<u32>>,
    pub(super) step: Step,
}

impl Comparison<'_> {
    pub(super) fn claim(&mut self, number: u32) {
        self.claimed.insert(number);
    }

    /// Claims the signature of a field.
    pub(super) fn hold(&mut self, number: u32) {
        self.held.insert(number);
        self.claim(number);
    }

    /// Says that a new signature field is shown by this widget.
    pub(super) fn show_by(&mut self, widget: u32) {
        self.widgets.entry(widget).or_default();
    }

    /// Whether an annotation that a page has more than before is such a widget, on this page and no other.
    pub(super) fn is_widget_of(&self, annotation: ObjectId, page: ObjectId) -> bool {
        let named = self.fresh(annotation).and_then(|widget| {
            let own = widget.node.as_dictionary()?.entry(b"P")?;
            Some(own.as_reference() == Some(page))
        });
        let found = self.widgets.get(&annotation.number);
        self.fresh(annotation).is_some()
            && named != Some(false)
            && found.is_some_and(|found| found.is_none_or(|found| found == page.number))
    }

    /// Says that a widget was found on a page.
    pub(super) fn found_on(&mut self, widget: u32, page: ObjectId) {
        if let Some(found) = self.widgets.get_mut(&widget) {
            *found = Some(page.number);
        }
    }

    pub(super) fn is_held(&self, number: u32) -> bool {
        self.held.contains(&number)
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
        self.claim_owned(node, None);
    }

    /// The same, and with an owner also what was there before, changed in place, and nobody but the owner refers to.
    pub(super) fn claim_owned(&mut self, node: &Node, owner: Option<u32>) {
        let mut owners: BTreeSet<u32> = owner.into_iter().collect();
        let mut waiting = references::of(node);
        while let Some(id) = waiting.pop() {
            if self.is_claimed(id.number) {
                continue;
            }
            let Some(Pair {
                old,
                new: Some(object),
            }) = self.changed.get(&id.number)
            else {
                continue;
            };
            let owned = !owners.is_empty() && self.references.is_owned_by(id.number, &owners);
            // What it carries stands in no list of this revision, so a container is nobody's; nor is a part of the
            // document itself, wherever it hangs.
            let is_apart = is_container(object) || is_of_the_document(object);
            if object.id == id && (old.is_none() || owned) && !is_apart {
                waiting.extend(references::of(&object.node));
                owners.extend(owner.map(|_| id.number));
                self.claim(id.number);
            }
        }
    }

    /// Where a widget or another annotation stands.
    pub(super) fn place_of(&self, number: u32) -> Place {
        self.references.place_of(&self.new, number)
    }

    /// The same, once for each page that lists it.
    pub(super) fn places_of(&self, number: u32) -> Vec<Place> {
        let place = self.place_of(number);
        let pages = self.references.listed_on(&self.new, number);
        if pages.is_empty() {
            return vec![place];
        }
        let on = |page| Place {
            page: Some(page),
            ..place
        };
        pages.into_iter().map(on).collect()
    }
}

/// A problem of the file, which is data; those of the budget and the medium end the work.
pub(super) fn soft(problem: ReadError) -> Result<ReadError, ReadError> {
    match problem {
        ReadError::Limit(_) | ReadError::Source(_) => Err(problem),
        ReadError::NotPdf
        | ReadError::Syntax { .. }
        | ReadError::Xref(_)
        | ReadError::Misplaced(_)
        | ReadError::Missing(_)
        | ReadError::Filter(_)
        | ReadError::Locked
        | ReadError::Encryption(_) => Ok(problem),
    }
}

/// Every object the newer sections speak of whose content differs, and the numbers of those that cannot be read. Objects
/// that only carry others, and the cross-reference streams, mean nothing by themselves.
fn changed(
    pdf: &Pdf<'_>,
    (older, newer): (usize, usize),
    (old, new): (&View<'_>, &View<'_>),
    known: &References,
) -> Result<(BTreeMap<u32, Pair>, Vec<u32>), ReadError> {
    let sections = appended_sections(pdf, older, newer);
    let mut numbers: BTreeSet<u32> = sections
        .iter()
        .flat_map(|section| section.entries().map(|(number, _)| number))
        .collect();
    // A container that is another one now carries other objects, also such as only older sections place in it.
    let carried: Vec<u32> = numbers
        .iter()
        .filter(|number| old.place(**number) != new.place(**number))
        .flat_map(|number| pdf.carried_by(*number))
        .copied()
        .collect();
    numbers.extend(carried);
    let (mut changed, mut unreadable) = (BTreeMap::new(), Vec::new());
    for number in numbers {
        if old.place(number) == new.place(number)
            && !matches!(new.place(number), Some(XrefEntry::Compressed { .. }))
        {
            continue;
        }
        let mut read = |view: &View<'_>| match object(view, number) {
            Ok(found) => Ok(found),
            Err(problem) => {
                soft(problem)?;
                unreadable.push(number);
                Ok::<_, ReadError>(None)
            }
        };
        let pair = Pair {
            old: read(old)?,
            new: read(new)?,
        };
        let same = match (&pair.old, &pair.new) {
            (None, None) => true,
            (Some(before), Some(after)) if before.id == after.id => {
                match same_object((old, before), (new, after)) {
                    Ok(same) => same,
                    Err(problem) => soft(problem).map(|_| false)?,
                }
            }
            // By itself it means nothing; but what somebody refers to is shown, whatever it calls itself.
            (None, Some(after)) => is_container(after) && !known.is_referred_to(number),
            (Some(_), Some(_) | None) => false,
        };
        if !same {
            changed.insert(number, pair);
        }
    }
    unreadable.dedup();
    Ok((changed, unreadable))
}

/// The object of this number, whatever its generation.
pub(crate) fn object(
    view: &View<'_>,
    number: u32,
) -> Result<Option<Arc<IndirectObject>>, ReadError> {
    let generation = match view.place(number) {
        None | Some(XrefEntry::Free) => return Ok(None),
        Some(XrefEntry::InUse { generation, .. }) => generation,
        Some(XrefEntry::Compressed { .. }) => 0,
    };
    view.object(ObjectId { number, generation })
}

/// A catalog, pages, or an annotation other than the window of a note: these show something by being listed.
fn is_of_the_document(object: &IndirectObject) -> bool {
    object.node.as_dictionary().is_some_and(|dictionary| {
        let is = |kind: &[u8]| dictionary.is_type(kind);
        let is_window =
            dictionary.entry(b"Subtype").and_then(Node::as_name) == Some(b"Popup".as_slice());
        dictionary.entry(b"Pages").is_some()
            || dictionary.entry(b"Kids").is_some()
            || is(b"Catalog")
            || is(b"Pages")
            || is(b"Page")
            || (is(b"Annot") && !is_window)
    })
}

fn is_container(object: &IndirectObject) -> bool {
    object.stream_start.is_some()
        && object
            .node
            .as_dictionary()
            .is_some_and(|dictionary| dictionary.is_type(b"ObjStm") || dictionary.is_type(b"XRef"))
}
