//! The form's signature fields and the document's pages (ISO 32000-2 12.7, 7.7.3).

use std::{collections::HashSet, sync::Arc};

use super::{
    error::ReadError,
    object::{Node, ObjectId},
    text,
    view::{Located, View},
};
use crate::budget::LimitError;

/// A signature field.
#[derive(Debug, Clone)]
pub struct SignatureField {
    /// Its fully qualified name (12.7.4.2).
    pub name: String,
    /// The field dictionary.
    pub field: Located,
    /// Its first widget: the field itself, or a kid.
    pub widget: Located,
    /// Its value, when it is signed.
    pub value: Option<SignatureValue>,
}

/// The value of a signed field.
#[derive(Debug, Clone)]
pub struct SignatureValue {
    /// The signature dictionary, or a reference to it.
    pub at: Located,
    /// Whether the dictionary has signature references, which may restrict what comes later (12.8.1).
    pub has_references: bool,
}

/// Every signature field of the form, in the order of the form.
///
/// # Errors
/// When the form cannot be read or is over budget.
pub fn signature_fields(view: &View<'_>) -> Result<Vec<SignatureField>, ReadError> {
    let mut walk = Walk {
        view: *view,
        found: Vec::new(),
        seen: HashSet::new(),
    };
    let Some(form) = view.entry(&view.catalog()?, b"AcroForm")? else {
        return Ok(Vec::new());
    };
    let Some(fields) = view.entry(&form, b"Fields")? else {
        return Ok(Vec::new());
    };
    let depth = view.pdf().budget().nesting;
    for field in view.items(&fields)? {
        walk.field(&field, "", &Inherited::default(), depth)?;
    }
    Ok(walk.found)
}

#[derive(Clone, Default)]
struct Inherited {
    is_signature: bool,
    value: Option<SignatureValue>,
}

struct Walk<'p> {
    view: View<'p>,
    found: Vec<SignatureField>,
    seen: HashSet<ObjectId>,
}

impl Walk<'_> {
    fn field(
        &mut self,
        field: &Located,
        parent: &str,
        inherited: &Inherited,
        depth: u16,
    ) -> Result<(), ReadError> {
        let depth = depth.checked_sub(1).ok_or(LimitError::Nesting)?;
        // A field that is reached twice is one field; a circle ends here.
        if field.node.span == field.object.node.span && !self.seen.insert(field.object.id) {
            return Ok(());
        }
        let Some(dictionary) = field.dictionary() else {
            return Ok(());
        };
        let partial = self.view.entry(field, b"T")?;
        let partial = partial
            .as_ref()
            .and_then(|name| name.node.as_string())
            .map(text::decode);
        let name = match partial {
            Some(partial) if parent.is_empty() => partial,
            Some(partial) => format!("{parent}.{partial}"),
            None => parent.to_owned(),
        };
        let mut inherited = inherited.clone();
        if let Some(kind) = self.view.entry(field, b"FT")? {
            inherited.is_signature = kind.node.as_name() == Some(b"Sig");
        }
        if dictionary.entry(b"V").is_some() {
            inherited.value = self.value(field)?;
        }
        let kids = match self.view.entry(field, b"Kids")? {
            Some(kids) => self.view.items(&kids)?,
            None => Vec::new(),
        };
        let is_field = |kid: &Located| {
            kid.dictionary()
                .is_some_and(|kid| kid.entry(b"T").is_some())
        };
        let (children, widgets): (Vec<_>, Vec<_>) = kids.into_iter().partition(is_field);
        if children.is_empty() && inherited.is_signature {
            if self.found.len() >= usize::try_from(self.view.pdf().budget().signatures).unwrap_or(0)
            {
                return Err(LimitError::Signatures.into());
            }
            let widget = widgets.into_iter().next().unwrap_or_else(|| field.clone());
            let value = inherited.value.clone();
            self.found.push(SignatureField {
                name,
                field: field.clone(),
                widget,
                value,
            });
            return Ok(());
        }
        for child in children {
            self.field(&child, &name, &inherited, depth)?;
        }
        Ok(())
    }

    /// The value of a field; a dictionary of its own is only glanced at.
    fn value(&self, field: &Located) -> Result<Option<SignatureValue>, ReadError> {
        let node = field.dictionary().and_then(|field| field.entry(b"V"));
        if let Some((node, id)) = node.and_then(|node| Some((node, node.as_reference()?)))
            && let Some(has_references) = self.view.has_key(id, REFERENCES)?
        {
            let at = Located {
                object: Arc::clone(&field.object),
                node: node.clone(),
            };
            return Ok(Some(SignatureValue { at, has_references }));
        }
        let found = self.view.entry(field, b"V")?;
        Ok(found.map(|at| SignatureValue {
            has_references: at.node.has(REFERENCES).unwrap_or_default(),
            at,
        }))
    }
}

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
