//! What a change means that no rule accounts for, told by what the object is.

use super::{
    change::{Change, ChangeKind},
    compare::differing_keys,
    references::References,
    step::{Pair, object},
};
use crate::pdf::{Dictionary, IndirectObject, Node, Value, View};

/// At least one change for an object that differs.
pub(super) fn unclaimed(
    old: &View<'_>,
    new: &View<'_>,
    references: &References,
    number: u32,
    pair: &Pair,
) -> Vec<Change> {
    let subject = Subject {
        old,
        new,
        references,
        number,
        before: pair.old.as_deref(),
        after: pair.new.as_deref(),
    };
    let about = |kind| Change::about_object(kind, number);
    let Some(dictionary) = subject.dictionary() else {
        return vec![about(subject.otherwise())];
    };
    if let Some(change) = subject.field(dictionary) {
        return vec![change];
    }
    let mut kinds = subject.kinds(dictionary);
    if subject.brings_action() {
        kinds.push(ChangeKind::ActiveContentAdded);
    }
    kinds.sort_unstable();
    kinds.dedup();
    kinds.into_iter().map(about).collect()
}

struct Subject<'a, 'p> {
    old: &'a View<'p>,
    new: &'a View<'p>,
    references: &'a References,
    number: u32,
    before: Option<&'a IndirectObject>,
    after: Option<&'a IndirectObject>,
}

impl<'a> Subject<'a, '_> {
    fn dictionary(&self) -> Option<&'a Dictionary> {
        let object = self.before.or(self.after)?;
        object.node.as_dictionary()
    }

    fn otherwise(&self) -> ChangeKind {
        match (self.before, self.after) {
            (Some(_), Some(_)) => ChangeKind::ObjectChanged,
            (Some(_), None) => ChangeKind::ObjectRemoved,
            (None, _) => ChangeKind::ObjectAdded,
        }
    }

    /// The keys that differ; all of them for an object that came or went.
    fn keys(&self) -> Vec<&'a [u8]> {
        let empty: &Dictionary = &EMPTY;
        let of = |object: Option<&'a IndirectObject>| {
            object
                .and_then(|object| object.node.as_dictionary())
                .unwrap_or(empty)
        };
        differing_keys(of(self.before), of(self.after))
    }

    fn kinds(&self, dictionary: &Dictionary) -> Vec<ChangeKind> {
        let named = |key: &[u8]| dictionary.entry(key).and_then(Node::as_name);
        let kind = match (named(b"Type"), named(b"Subtype")) {
            (Some(b"Catalog"), _) => return self.catalog(),
            (Some(b"Page"), _) => return self.page(),
            (Some(b"Pages"), _) => ChangeKind::PagesChanged,
            (Some(b"Sig" | b"DocTimeStamp"), _) => ChangeKind::SignatureRewritten,
            (Some(b"Font" | b"FontDescriptor" | b"Encoding" | b"CMap"), _) => {
                ChangeKind::FontReplaced
            }
            (Some(b"OCG" | b"OCMD"), _) => ChangeKind::OptionalContentChanged,
            (Some(b"Outlines"), _) => ChangeKind::OutlinesChanged,
            (Some(b"Metadata"), _) => ChangeKind::MetadataChanged,
            (Some(b"StructTreeRoot" | b"StructElem"), _) => ChangeKind::StructureChanged,
            (_, Some(b"Form" | b"Image")) => ChangeKind::FormXobjectReplaced,
            (Some(b"Annot"), _) => self.annotation(),
            (_, Some(_)) if dictionary.entry(b"Rect").is_some() => self.annotation(),
            (_, _) if dictionary.entry(b"ByteRange").is_some() => ChangeKind::SignatureRewritten,
            (_, _)
                if dictionary.entry(b"Title").is_some()
                    && dictionary.entry(b"Parent").is_some() =>
            {
                ChangeKind::OutlinesChanged
            }
            (_, _) => return self.by_use(),
        };
        vec![kind]
    }

    fn annotation(&self) -> ChangeKind {
        if self.before.is_some() {
            ChangeKind::AnnotationChanged
        } else {
            ChangeKind::AnnotationAdded
        }
    }

    fn catalog(&self) -> Vec<ChangeKind> {
        let keys = self.keys();
        let mut kinds: Vec<ChangeKind> = keys
            .into_iter()
            .map(|key| match key {
                b"OpenAction" | b"AA" | b"URI" => ChangeKind::ActiveContentAdded,
                b"OCProperties" => ChangeKind::OptionalContentChanged,
                b"Outlines" => ChangeKind::OutlinesChanged,
                b"Metadata" => ChangeKind::MetadataChanged,
                b"Pages" => ChangeKind::PagesChanged,
                b"StructTreeRoot" | b"MarkInfo" => ChangeKind::StructureChanged,
                b"AcroForm" => ChangeKind::FormChanged,
                _ => ChangeKind::CatalogChanged,
            })
            .collect();
        if kinds.is_empty() {
            kinds.push(ChangeKind::CatalogChanged);
        }
        kinds
    }

    fn page(&self) -> Vec<ChangeKind> {
        if self.before.is_none() || self.after.is_none() {
            return vec![ChangeKind::PagesChanged];
        }
        let kinds = self.keys().into_iter().map(|key| match key {
            b"MediaBox" | b"CropBox" | b"BleedBox" | b"TrimBox" | b"ArtBox" | b"Rotate"
            | b"UserUnit" => ChangeKind::PageGeometryChanged,
            b"Annots" => ChangeKind::AnnotationChanged,
            b"AA" => ChangeKind::ActiveContentAdded,
            b"Parent" => ChangeKind::PagesChanged,
            b"StructParents" => ChangeKind::StructureChanged,
            _ => ChangeKind::PageContentChanged,
        });
        kinds.collect()
    }

    /// Streams and dictionaries without a type are told by who refers to them under which key.
    fn by_use(&self) -> Vec<ChangeKind> {
        let mut kinds = Vec::new();
        for (view, there) in [(self.old, self.before), (self.new, self.after)] {
            if there.is_none() {
                continue;
            }
            let uses = |keys: &[&[u8]]| {
                self.references.is_used_by(self.number, |from| {
                    let holder = object(view, from).ok().flatten();
                    let holder = holder
                        .as_ref()
                        .and_then(|holder| holder.node.as_dictionary());
                    holder.is_some_and(|holder| {
                        keys.iter().any(|key| {
                            holder.entry(key).is_some_and(|node| {
                                let targets = super::references::of(node);
                                targets.iter().any(|id| id.number == self.number)
                            })
                        })
                    })
                })
            };
            if uses(&[
                b"FontFile",
                b"FontFile2",
                b"FontFile3",
                b"ToUnicode",
                b"CharProcs",
                b"Encoding",
            ]) {
                kinds.push(ChangeKind::FontReplaced);
            }
            if uses(&[b"Contents", b"Resources"]) {
                kinds.push(ChangeKind::PageContentChanged);
            }
            if uses(&[b"OCProperties", b"OCGs"]) {
                kinds.push(ChangeKind::OptionalContentChanged);
            }
            if uses(&[b"AcroForm"]) {
                kinds.push(ChangeKind::FormChanged);
            }
            if uses(&[b"Info"]) {
                kinds.push(ChangeKind::MetadataChanged);
            }
            if uses(&[b"Annots"]) {
                kinds.push(ChangeKind::AnnotationChanged);
            }
        }
        if kinds.is_empty() {
            kinds.push(self.otherwise());
        }
        kinds
    }

    /// Whether a script or an action stands there that did not before.
    fn brings_action(&self) -> bool {
        let count =
            |object: Option<&IndirectObject>| object.map_or(0, |object| actions(&object.node));
        count(self.after) > count(self.before)
    }

    /// A field or its widget that was there before, by what differs.
    fn field(&self, dictionary: &Dictionary) -> Option<Change> {
        let (Some(_), Some(after)) = (self.before, self.after) else {
            return None;
        };
        let is_widget = dictionary.entry(b"Subtype").and_then(Node::as_name) == Some(b"Widget");
        if !is_widget && dictionary.entry(b"FT").is_none() {
            return None;
        }
        if self.brings_action() {
            return Some(Change::about_object(
                ChangeKind::ActiveContentAdded,
                self.number,
            ));
        }
        let keys = self.keys();
        let signed = dictionary.entry(b"FT").and_then(Node::as_name) == Some(b"Sig")
            && dictionary.entry(b"V").is_some();
        let only = |allowed: &[&[u8]]| keys.iter().all(|key| allowed.contains(key));
        let kind = if keys.iter().any(|key| matches!(*key, b"Ff" | b"F")) {
            ChangeKind::FieldFlagsChanged
        } else if only(&[b"AP", b"AS", b"M"]) && signed {
            ChangeKind::SignedAppearanceChanged
        } else if only(&[b"AP", b"AS", b"M"]) {
            ChangeKind::AppearanceReplaced
        } else {
            ChangeKind::FieldChanged
        };
        let name = after
            .node
            .as_dictionary()
            .and_then(|after| after.entry(b"T"));
        let name = name.and_then(Node::as_string).map(super::fields::text);
        let name = name.unwrap_or_else(|| format!("(objek {})", self.number));
        let mut change = Change::new(kind, &name);
        change.place.object = Some(self.number);
        Some(change)
    }
}

static EMPTY: Dictionary = Dictionary {
    entries: Vec::new(),
};

/// How many actions a value holds that run, open or send something (ISO 32000-2 12.6.4).
fn actions(node: &Node) -> usize {
    const ACTIVE: &[&[u8]] = &[
        b"JavaScript",
        b"Launch",
        b"URI",
        b"SubmitForm",
        b"ImportData",
        b"GoToR",
        b"GoToE",
        b"Rendition",
        b"RichMediaExecute",
        b"Sound",
        b"Movie",
        b"Hide",
        b"Named",
        b"SetOCGState",
        b"ResetForm",
    ];
    let mut count = 0_usize;
    let mut waiting = vec![node];
    while let Some(node) = waiting.pop() {
        match &node.value {
            Value::Array(items) => waiting.extend(items.iter()),
            Value::Dictionary(dictionary) => {
                let kind = dictionary.entry(b"S").and_then(Node::as_name);
                let acts = kind.is_some_and(|kind| ACTIVE.contains(&kind))
                    || dictionary.entry(b"AA").is_some()
                    || dictionary.entry(b"OpenAction").is_some()
                    || dictionary.entry(b"JavaScript").is_some();
                count = count.saturating_add(usize::from(acts));
                waiting.extend(dictionary.entries().iter().map(|entry| &entry.node));
            }
            Value::Null
            | Value::Boolean(_)
            | Value::Integer(_)
            | Value::Real(_)
            | Value::Name(_)
            | Value::String(_)
            | Value::Reference(_) => {}
        }
    }
    count
}
