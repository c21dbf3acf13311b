//! What earlier signatures, certifications and locks of a document forbid.

use super::{
    error::Rule,
    request::{Lock, LockedFields, Permission},
};
use crate::pdf::{Located, Pdf, ReadError, View, crypt::Act, field::SignatureField, text};

/// Whether the permissions of an encrypted document allow an act to whoever opened it (7.6.4.2).
pub(super) fn permitted(pdf: &Pdf<'_>, act: Act) -> Result<(), Rule> {
    if pdf.allows(act) {
        return Ok(());
    }
    Err(match act {
        Act::FillField => Rule::NoFilling,
        Act::MakeField => Rule::NoNewField,
    })
}

/// Restrictions in force.
pub(super) struct Restrictions {
    signed: bool,
    strictest: Option<Permission>,
    locked: Vec<LockedFields>,
}

impl Restrictions {
    pub(super) fn read(view: &View<'_>, fields: &[SignatureField]) -> Result<Self, ReadError> {
        let mut found = Self {
            signed: false,
            strictest: None,
            locked: Vec::new(),
        };
        if let Some(perms) = view.entry(&view.catalog()?, b"Perms")?
            && let Some(certification) = view.entry(&perms, b"DocMDP")?
        {
            found.signature(view, &certification)?;
        }
        for field in fields {
            let Some(value) = &field.value else { continue };
            found.signed = true;
            if value.has_references {
                found.signature(view, &value.at.read(view)?)?;
            }
            if field.has_lock
                && let Some(lock) = lock(view, &field.field.read(view)?)?
            {
                found.tighten(lock.permission);
                found.locked.push(lock.fields);
            }
        }
        Ok(found)
    }

    /// Whether the document holds a signature.
    pub(super) fn allow_certification(&self) -> Result<(), Rule> {
        if self.signed {
            Err(Rule::CertifyFirst)
        } else {
            Ok(())
        }
    }

    pub(super) fn allow_signing(&self, name: &str) -> Result<(), Rule> {
        if self.strictest == Some(Permission::P1) {
            return Err(Rule::Closed);
        }
        if self.locked.iter().any(|locked| locked.cover(name)) {
            return Err(Rule::LockedField(name.to_owned()));
        }
        Ok(())
    }

    pub(super) fn allow_new_field(&self, name: &str, visible: Visible) -> Result<(), Rule> {
        self.allow_signing(name)?;
        match (visible, self.strictest) {
            (Visible::Yes, Some(_)) => Err(Rule::NewField),
            (Visible::Yes | Visible::No, _) => Ok(()),
        }
    }

    /// A field that nobody signs in the same revision is a change to whoever signed before, seen or not: also P=2 speaks
    /// of signing and not of what is prepared for it (ISO 32000-2, table 257).
    pub(super) fn allow_empty_field(&self, name: &str) -> Result<(), Rule> {
        self.allow_new_field(name, Visible::Yes)?;
        if self.signed {
            return Err(Rule::EmptyField);
        }
        Ok(())
    }

    fn signature(&mut self, view: &View<'_>, value: &Located) -> Result<(), ReadError> {
        self.signed = true;
        let Some(references) = view.entry(value, b"Reference")? else {
            return Ok(());
        };
        for reference in view.items(&references)? {
            let method = view.entry(&reference, b"TransformMethod")?;
            let parameters = view.entry(&reference, b"TransformParams")?;
            match method.as_ref().and_then(|method| method.node.as_name()) {
                Some(b"DocMDP") => {
                    let number = match &parameters {
                        Some(parameters) => view.entry(parameters, b"P")?,
                        None => None,
                    };
                    // P=2 is the default (table 257).
                    let number = number
                        .and_then(|number| number.node.as_integer())
                        .unwrap_or(2);
                    self.tighten(Permission::from_number(number));
                }
                Some(b"FieldMDP") => {
                    if let Some(parameters) = &parameters {
                        self.locked.extend(locked_fields(view, parameters)?);
                    }
                }
                Some(_) | None => {}
            }
        }
        Ok(())
    }

    fn tighten(&mut self, permission: Option<Permission>) {
        self.strictest = match (self.strictest, permission) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (one, other) => one.or(other),
        };
    }
}

/// Whether a new field is seen.
#[derive(Clone, Copy)]
pub(super) enum Visible {
    Yes,
    No,
}

impl Visible {
    pub(super) fn is_yes(self) -> bool {
        matches!(self, Self::Yes)
    }
}

/// The lock of a field.
pub(super) fn lock(view: &View<'_>, field: &Located) -> Result<Option<Lock>, ReadError> {
    let Some(lock) = view.entry(field, b"Lock")? else {
        return Ok(None);
    };
    let Some(fields) = locked_fields(view, &lock)? else {
        return Ok(None);
    };
    let permission = view
        .entry(&lock, b"P")?
        .and_then(|number| number.node.as_integer());
    Ok(Some(Lock {
        fields,
        permission: permission.and_then(Permission::from_number),
    }))
}

fn locked_fields(view: &View<'_>, of: &Located) -> Result<Option<LockedFields>, ReadError> {
    let mut names = Vec::new();
    if let Some(fields) = view.entry(of, b"Fields")? {
        for name in view.items(&fields)? {
            names.extend(name.node.as_string().map(text::decode));
        }
    }
    let action = view.entry(of, b"Action")?;
    Ok(
        match action.as_ref().and_then(|action| action.node.as_name()) {
            Some(b"All") => Some(LockedFields::All),
            Some(b"Include") => Some(LockedFields::Include(names)),
            Some(b"Exclude") => Some(LockedFields::Exclude(names)),
            Some(_) | None => None,
        },
    )
}
