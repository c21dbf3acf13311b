//! The form's fields as a validator needs them: every node of the tree, with what it inherits (ISO 32000-2 12.7.4).

use std::collections::HashSet;

use crate::{
    budget::LimitError,
    pdf::{Located, ObjectId, ReadError, View, text::decode},
    x509::legible::one_line,
};

/// One node of the field tree.
#[derive(Debug, Clone)]
pub(crate) struct FieldNode {
    /// Its dictionary.
    pub(crate) at: Located,
    /// The object it is, when it is one of its own.
    pub(crate) id: Option<ObjectId>,
    /// Fully qualified name, to the letter: what is shown of it is another matter.
    pub(crate) name: String,
    /// Its type, inherited or not.
    pub(crate) kind: FieldKind,
    /// Whether it has a partial name: a node without one is a widget of its parent.
    pub(crate) named: bool,
    /// The object of the node that lists it among its kids.
    pub(crate) parent: Option<ObjectId>,
}

/// The types of fields (12.7.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FieldKind {
    Signature,
    /// Text, choice or button: something to fill in.
    Fillable,
    /// None, or one that nobody knows.
    Unknown,
}

const MAX_DEPTH: u16 = 32;

/// Every node, parents first, in the order of the document.
pub(crate) fn all(view: &View<'_>) -> Result<Vec<FieldNode>, ReadError> {
    let Some(form) = view.entry(&view.catalog()?, b"AcroForm")? else {
        return Ok(Vec::new());
    };
    let Some(fields) = view.entry(&form, b"Fields")? else {
        return Ok(Vec::new());
    };
    let mut walk = Walk {
        view,
        seen: HashSet::new(),
        found: Vec::new(),
    };
    walk.children(&fields, &Inherited::nothing(), MAX_DEPTH)?;
    Ok(walk.found)
}

struct Walk<'v, 'p> {
    view: &'v View<'p>,
    seen: HashSet<ObjectId>,
    found: Vec<FieldNode>,
}

/// What a field takes over from those above it.
#[derive(Debug, Clone)]
pub(crate) struct Inherited {
    name: String,
    kind: FieldKind,
    from: Option<ObjectId>,
}

impl Inherited {
    /// At the top of the form.
    pub(crate) const fn nothing() -> Self {
        Self {
            name: String::new(),
            kind: FieldKind::Unknown,
            from: None,
        }
    }
}

impl FieldNode {
    /// Reads one node below `parent`.
    pub(crate) fn read(
        view: &View<'_>,
        at: Located,
        id: Option<ObjectId>,
        parent: &Inherited,
    ) -> Result<Self, ReadError> {
        let partial = view
            .entry(&at, b"T")?
            .and_then(|name| name.node.as_string().map(decode));
        let name = match &partial {
            Some(partial) if parent.name.is_empty() => partial.clone(),
            Some(partial) => format!("{}.{partial}", parent.name),
            None => parent.name.clone(),
        };
        let kind = match view.entry(&at, b"FT")? {
            Some(kind) => match kind.node.as_name() {
                Some(b"Sig") => FieldKind::Signature,
                Some(b"Tx" | b"Ch" | b"Btn") => FieldKind::Fillable,
                Some(_) | None => FieldKind::Unknown,
            },
            None => parent.kind,
        };
        Ok(Self {
            at,
            id,
            name,
            kind,
            named: partial.is_some(),
            parent: parent.from,
        })
    }

    /// What its kids take over from it.
    pub(crate) fn passes_on(&self) -> Inherited {
        Inherited {
            name: self.name.clone(),
            kind: self.kind,
            from: self.id,
        }
    }
}

impl Walk<'_, '_> {
    fn children(
        &mut self,
        list: &Located,
        parent: &Inherited,
        depth: u16,
    ) -> Result<(), ReadError> {
        let depth = depth.checked_sub(1).ok_or(LimitError::Nesting)?;
        for item in list.node.as_array().unwrap_or_default() {
            let id = item.as_reference();
            if id.is_some_and(|id| !self.seen.insert(id)) {
                continue;
            }
            let Some(at) = self.view.resolve(&list.object, item)? else {
                continue;
            };
            if at.dictionary().is_none() {
                continue;
            }
            self.node(at, id, parent, depth)?;
        }
        Ok(())
    }

    fn node(
        &mut self,
        at: Located,
        id: Option<ObjectId>,
        parent: &Inherited,
        depth: u16,
    ) -> Result<(), ReadError> {
        let node = FieldNode::read(self.view, at, id, parent)?;
        let (below, kids) = (node.passes_on(), self.view.entry(&node.at, b"Kids")?);
        self.found.push(node);
        match kids {
            Some(kids) => self.children(&kids, &below, depth),
            None => Ok(()),
        }
    }
}

/// A text string as people may be shown it.
pub(crate) fn text(bytes: &[u8]) -> String {
    one_line(&decode(bytes))
}
