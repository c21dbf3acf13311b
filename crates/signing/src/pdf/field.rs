//! The form's signature fields and the document's pages (ISO 32000-2 12.7, 7.7.3).

use std::{collections::HashSet, sync::Arc};

use super::{
    error::ReadError,
    object::{Dictionary, IndirectObject, Node, ObjectId},
    text,
    view::{Located, View},
};
use crate::budget::LimitError;

/// The form's fields, as far as signing asks about them.
#[derive(Debug, Default)]
pub struct FormFields {
    /// The names at the top, of fields of every kind.
    pub top_level_names: Vec<String>,
    /// Every signature field, in the order of the form.
    pub signatures: Vec<SignatureField>,
}

/// A signature field.
#[derive(Debug, Clone)]
pub struct SignatureField {
    /// Its fully qualified name (12.7.4.2).
    pub name: String,
    /// The field dictionary.
    pub field: Place,
    /// Its first widget: the field itself, or a kid.
    pub widget: Place,
    /// Its value, when it is signed.
    pub value: Option<SignatureValue>,
    /// Whether it may lock other fields when it is signed.
    pub has_lock: bool,
}

/// The value of a signed field.
#[derive(Debug, Clone)]
pub struct SignatureValue {
    /// The signature dictionary.
    pub at: Place,
    /// Whether the dictionary has signature references, which may restrict what comes later (12.8.1).
    pub has_references: bool,
}

/// Where a dictionary stands. It is read when it is asked for: of a hundred signed fields most are asked about nothing.
#[derive(Debug, Clone)]
pub enum Place {
    /// It is this object.
    Object(ObjectId),
    /// It was read with what it stands in.
    Read(Located),
}

impl Place {
    /// What stands there.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(&self, view: &View<'_>) -> Result<Located, ReadError> {
        match self {
            Self::Object(id) => {
                let object = view.object(*id)?.ok_or(ReadError::Misplaced(*id))?;
                Ok(Located {
                    node: object.node.clone(),
                    object,
                })
            }
            Self::Read(located) => Ok(located.clone()),
        }
    }
}

/// The fields of the form.
///
/// # Errors
/// When the form cannot be read or is over budget.
pub fn form_fields(view: &View<'_>) -> Result<FormFields, ReadError> {
    let mut walk = Walk {
        view: *view,
        found: FormFields::default(),
        seen: HashSet::new(),
    };
    let Some(form) = view.entry(&view.catalog()?, b"AcroForm")? else {
        return Ok(walk.found);
    };
    let Some(fields) = view.entry(&form, b"Fields")? else {
        return Ok(walk.found);
    };
    let depth = view.pdf().budget().nesting;
    for field in fields.node.as_array().unwrap_or_default() {
        if let Some(parts) = walk.parts(&fields.object, field)? {
            walk.found.top_level_names.extend(parts.partial.clone());
            walk.field(parts, "", &Inherited::default(), depth)?;
        }
    }
    Ok(walk.found)
}

#[derive(Clone, Default)]
struct Inherited {
    is_signature: bool,
    value: Option<SignatureValue>,
}

/// What a field dictionary says by itself.
struct Parts {
    at: Place,
    /// Its object, where it is one.
    id: Option<ObjectId>,
    partial: Option<String>,
    /// Whether it has a name of its own at all: a kid without one is a widget.
    is_named: bool,
    is_signature: Option<bool>,
    /// Whether it has a value of its own; `null` is one too.
    has_value: bool,
    value: Option<SignatureValue>,
    kids: Option<Located>,
    has_lock: bool,
}

struct Walk<'p> {
    view: View<'p>,
    found: FormFields,
    seen: HashSet<ObjectId>,
}

impl Walk<'_> {
    fn field(
        &mut self,
        field: Parts,
        parent: &str,
        inherited: &Inherited,
        depth: u16,
    ) -> Result<(), ReadError> {
        let depth = depth.checked_sub(1).ok_or(LimitError::Nesting)?;
        // A field that is reached twice is one field; a circle ends here.
        if field.id.is_some_and(|id| !self.seen.insert(id)) {
            return Ok(());
        }
        let name = match field.partial {
            Some(partial) if parent.is_empty() => partial,
            Some(partial) => format!("{parent}.{partial}"),
            None => parent.to_owned(),
        };
        let mut inherited = inherited.clone();
        if let Some(is_signature) = field.is_signature {
            inherited.is_signature = is_signature;
        }
        if field.has_value {
            inherited.value = field.value;
        }
        let (mut children, mut widget) = (Vec::new(), None);
        if let Some(kids) = &field.kids {
            for kid in kids.node.as_array().unwrap_or_default() {
                match self.parts(&kids.object, kid)? {
                    Some(child) if child.is_named => children.push(child),
                    Some(first) if widget.is_none() => widget = Some(first.at),
                    Some(_) | None => {}
                }
            }
        }
        if children.is_empty() && inherited.is_signature {
            let most = usize::try_from(self.view.pdf().budget().signatures).unwrap_or(0);
            if self.found.signatures.len() >= most {
                return Err(LimitError::Signatures.into());
            }
            self.found.signatures.push(SignatureField {
                name,
                widget: widget.unwrap_or_else(|| field.at.clone()),
                field: field.at,
                value: inherited.value,
                has_lock: field.has_lock,
            });
            return Ok(());
        }
        for child in children {
            self.field(child, &name, &inherited, depth)?;
        }
        Ok(())
    }

    /// What a field says; `None` when it is none.
    fn parts(
        &self,
        holder: &Arc<IndirectObject>,
        field: &Node,
    ) -> Result<Option<Parts>, ReadError> {
        if let Some(id) = field.as_reference()
            && let Some(parts) = self.at_a_glance(id)?
        {
            return Ok(Some(parts));
        }
        let field = self.view.resolve(holder, field)?;
        let Some(field) = field.filter(|field| field.dictionary().is_some()) else {
            return Ok(None);
        };
        let is_object = field.node.span == field.object.node.span;
        let entry = |key| self.view.entry(&field, key);
        let has = |key| {
            field
                .dictionary()
                .is_some_and(|of: &Dictionary| of.entry(key).is_some())
        };
        Ok(Some(Parts {
            id: is_object.then_some(field.object.id),
            partial: entry(b"T")?.and_then(|name| name.node.as_string().map(text::decode)),
            is_named: has(b"T"),
            is_signature: entry(b"FT")?.map(|kind| kind.node.as_name() == Some(SIGNATURE)),
            has_value: has(b"V"),
            value: self.value(&field)?,
            kids: entry(b"Kids")?,
            has_lock: has(b"Lock"),
            at: Place::Read(field),
        }))
    }

    /// The same of a field that is an object, as signatures as a rule are, with a value of its own and no kids.
    fn at_a_glance(&self, id: ObjectId) -> Result<Option<Parts>, ReadError> {
        let keys = [b"T".as_slice(), b"FT", b"V", b"Kids", b"Lock"];
        let Some([Some(name), Some(kind), Some(value), None, lock]) = self.view.glance(id, keys)?
        else {
            return Ok(None);
        };
        let (Some(name), Some(SIGNATURE), Some(value)) =
            (name.as_string(), kind.as_name(), value.as_reference())
        else {
            return Ok(None);
        };
        let Some([references]) = self.view.glance(value, [REFERENCES])? else {
            return Ok(None);
        };
        Ok(Some(Parts {
            at: Place::Object(id),
            id: Some(id),
            partial: Some(text::decode(name)),
            is_named: true,
            is_signature: Some(true),
            has_value: true,
            value: Some(SignatureValue {
                at: Place::Object(value),
                has_references: references.is_some(),
            }),
            kids: None,
            has_lock: lock.is_some(),
        }))
    }

    fn value(&self, field: &Located) -> Result<Option<SignatureValue>, ReadError> {
        let found = self.view.entry(field, b"V")?;
        Ok(found.map(|at| SignatureValue {
            has_references: at
                .dictionary()
                .is_some_and(|value| value.entry(REFERENCES).is_some()),
            at: Place::Read(at),
        }))
    }
}

const SIGNATURE: &[u8] = b"Sig";
const REFERENCES: &[u8] = b"Reference";

/// The page of an index, counted from 0.
///
/// # Errors
/// When the page tree cannot be read or is over budget.
pub fn page(view: &View<'_>, index: u32) -> Result<Option<Located>, ReadError> {
    let mut left = u64::from(index);
    let mut level = match view.entry(&view.catalog()?, b"Pages")? {
        Some(root) => vec![root],
        None => return Ok(None),
    };
    for _ in 0..view.pdf().budget().nesting {
        let mut below = None;
        for node in level {
            if !is_tree_node(&node) {
                if left == 0 {
                    return Ok(Some(node));
                }
                left -= 1;
                continue;
            }
            let count = view
                .entry(&node, b"Count")?
                .and_then(|count| count.node.as_integer());
            match count.and_then(|count| u64::try_from(count).ok()) {
                Some(count) if count <= left => left -= count,
                Some(_) | None => {
                    below = view.entry(&node, b"Kids")?;
                    break;
                }
            }
        }
        match below {
            Some(kids) => level = children(view, &kids)?,
            None => return Ok(None),
        }
    }
    Err(LimitError::Nesting.into())
}

/// The identities of all pages in order.
///
/// # Errors
/// When the page tree cannot be read or is over budget.
pub fn pages(view: &View<'_>) -> Result<Vec<Located>, ReadError> {
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    let root = view.entry(&view.catalog()?, b"Pages")?;
    let mut open: Vec<Located> = root.into_iter().collect();
    while let Some(node) = open.pop() {
        if !seen.insert(node.object.id) {
            continue;
        }
        if !is_tree_node(&node) {
            found.push(node);
            continue;
        }
        if let Some(kids) = view.entry(&node, b"Kids")? {
            let mut kids = view.items(&kids)?;
            kids.reverse();
            open.append(&mut kids);
        }
    }
    Ok(found)
}

fn is_tree_node(node: &Located) -> bool {
    node.dictionary()
        .is_some_and(|of| of.entry(b"Kids").is_some() && !of.is_type(b"Page"))
}

/// The kids of a tree node; a page has to be an indirect object (7.7.3.2).
fn children(view: &View<'_>, kids: &Located) -> Result<Vec<Located>, ReadError> {
    let references = kids.node.as_array().unwrap_or_default();
    let mut found = Vec::new();
    for kid in references.iter().filter(|kid| kid.as_reference().is_some()) {
        found.extend(view.resolve(&kids.object, kid)?);
    }
    Ok(found)
}

/// The rectangle of a widget as far as it is shown on a screen: a hidden one has no width and no height (12.5.3).
///
/// # Errors
/// When the widget cannot be read.
pub(crate) fn shown_rectangle(view: &View<'_>, widget: &Located) -> Result<[f64; 4], ReadError> {
    let [left, bottom, width, height] = rectangle(view, widget)?;
    let flags = view.entry(widget, b"F")?;
    let flags = flags.and_then(|flags| flags.node.as_integer()).unwrap_or(0);
    if flags & (HIDDEN | NO_VIEW) == 0 {
        return Ok([left, bottom, width, height]);
    }
    Ok([left, bottom, 0.0, 0.0])
}

const HIDDEN: i64 = 1 << 1;
const NO_VIEW: i64 = 1 << 5;

/// Four numbers of a rectangle as left, bottom, width and height.
pub(crate) fn rectangle(view: &View<'_>, of: &Located) -> Result<[f64; 4], ReadError> {
    let Some(rect) = view.entry(of, b"Rect")? else {
        return Ok([0.0; 4]);
    };
    let items = view.items(&rect)?;
    let numbers: Vec<f64> = items
        .iter()
        .filter_map(|item| Node::as_number(&item.node))
        .collect();
    let &[a, b, c, d] = numbers.as_slice() else {
        return Ok([0.0; 4]);
    };
    Ok([a.min(c), b.min(d), (c - a).abs(), (d - b).abs()])
}
