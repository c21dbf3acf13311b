//! What signatures allow to happen later: DocMDP, FieldMDP and the default (ISO 32000-2 12.8.2.2, 12.8.2.4).

use super::{Modification, step::Step};
use crate::{
    pdf::{Located, ReadError, View, text::decode},
    x509::legible::one_line,
};

/// What one signature forbids from its revision on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Restriction {
    /// The strictest `P` among its DocMDP reference and its field's lock.
    pub(crate) permission: Option<u8>,
    /// Which fields it locks.
    locks: Vec<FieldLock>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum FieldLock {
    All,
    Include(Vec<String>),
    Exclude(Vec<String>),
}

impl Restriction {
    /// Reads the signature's references and the lock of its field.
    pub(crate) fn read(
        view: &View<'_>,
        signature: &Located,
        field: &Located,
    ) -> Result<Self, ReadError> {
        let mut restriction = Self::default();
        if let Some(references) = view.entry(signature, b"Reference")? {
            for reference in view.items(&references)? {
                let method = view.entry(&reference, b"TransformMethod")?;
                let parameters = view.entry(&reference, b"TransformParams")?;
                match method.as_ref().and_then(|method| method.node.as_name()) {
                    Some(b"DocMDP") => {
                        // The default is 2 (table 257).
                        let p = match &parameters {
                            Some(parameters) => permission(view, parameters)?.unwrap_or(2),
                            None => 2,
                        };
                        restriction.limit(p);
                    }
                    Some(b"FieldMDP") => match &parameters {
                        Some(parameters) => {
                            restriction.locks.push(FieldLock::read(view, parameters)?);
                        }
                        None => restriction.locks.push(FieldLock::All),
                    },
                    Some(_) | None => {}
                }
            }
        }
        if let Some(lock) = view.entry(field, b"Lock")? {
            restriction.locks.push(FieldLock::read(view, &lock)?);
            if let Some(p) = permission(view, &lock)? {
                restriction.limit(p);
            }
        }
        Ok(restriction)
    }

    fn limit(&mut self, p: u8) {
        self.permission = Some(self.permission.map_or(p, |known| known.min(p)));
    }

    fn locks(&self, field: &str) -> bool {
        self.locks.iter().any(|lock| lock.covers(field))
    }
}

impl FieldLock {
    fn read(view: &View<'_>, parameters: &Located) -> Result<Self, ReadError> {
        let names = match view.entry(parameters, b"Fields")? {
            Some(fields) => view
                .items(&fields)?
                .iter()
                .filter_map(|name| name.node.as_string().map(decode))
                .collect(),
            None => Vec::new(),
        };
        let action = view.entry(parameters, b"Action")?;
        Ok(
            match action.as_ref().and_then(|action| action.node.as_name()) {
                Some(b"Include") => Self::Include(names),
                Some(b"Exclude") => Self::Exclude(names),
                // An unknown action locks everything: the strict reading.
                Some(_) | None => Self::All,
            },
        )
    }

    /// A name stands for its field and everything below it. A field above a locked one is locked too: what it says, those
    /// below inherit (12.7.4.1).
    fn covers(&self, field: &str) -> bool {
        match self {
            Self::All => true,
            Self::Include(names) => names
                .iter()
                .any(|name| is_at_or_below(field, name) || is_at_or_below(name, field)),
            Self::Exclude(names) => !names.iter().any(|name| is_at_or_below(field, name)),
        }
    }
}

fn is_at_or_below(field: &str, name: &str) -> bool {
    field
        .strip_prefix(name)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Why a step is forbidden by the signatures that were there before it; `None` when it is permitted.
pub(crate) fn judge<'r>(
    step: &Step,
    before: impl Iterator<Item = (&'r str, &'r Restriction)>,
) -> Option<String> {
    let mut strictest: Option<(u8, &str)> = None;
    for (field, restriction) in before {
        if let Some(locked) = step.fields.iter().find(|name| restriction.locks(name)) {
            let locked = one_line(locked);
            return Some(format!(
                "field {locked} is locked by the signature in {field}"
            ));
        }
        if let Some(p) = restriction.permission
            && strictest.is_none_or(|(known, _)| p < known)
        {
            strictest = Some((p, field));
        }
    }
    let limit = match strictest {
        Some((0 | 1, _)) => Modification::Ltv,
        Some((2, _)) | None => Modification::Sign,
        Some((_, _)) => Modification::Annotate,
    };
    if step.modification() <= limit {
        return None;
    }
    Some(match strictest {
        Some((p, field)) => {
            format!("the signature in {field} (P={p}) does not permit what came later")
        }
        None => "what came later is more than a further signature".to_owned(),
    })
}

fn permission(view: &View<'_>, parameters: &Located) -> Result<Option<u8>, ReadError> {
    let p = view
        .entry(parameters, b"P")?
        .and_then(|p| p.node.as_integer());
    // A value that is no permission permits nothing.
    Ok(p.map(|p| {
        u8::try_from(p)
            .ok()
            .filter(|p| (1..=3).contains(p))
            .unwrap_or(1)
    }))
}
