//! Names (ISO 32000-2 7.3.5). A document is full of them and most are short, so these are kept without an allocation.

use std::{fmt, ops::Deref, sync::Arc};

/// A name without its slash, `#xx` resolved.
#[derive(Clone)]
pub struct Name(Form);

#[derive(Clone)]
enum Form {
    Short { length: u8, bytes: [u8; SHORT] },
    Long(Arc<[u8]>),
}

/// As many as fit beside the length where a long one takes a pointer.
const SHORT: usize = 22;

impl From<&[u8]> for Name {
    fn from(name: &[u8]) -> Self {
        let mut bytes = [0; SHORT];
        match (bytes.get_mut(..name.len()), u8::try_from(name.len())) {
            (Some(room), Ok(length)) => {
                room.copy_from_slice(name);
                Self(Form::Short { length, bytes })
            }
            (_, _) => Self(Form::Long(name.into())),
        }
    }
}

impl Deref for Name {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match &self.0 {
            Form::Short { length, bytes } => bytes.get(..usize::from(*length)).unwrap_or_default(),
            Form::Long(bytes) => bytes,
        }
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Name {}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_any_length_is_what_it_was_made_of() {
        for length in [0, 1, SHORT - 1, SHORT, SHORT + 1, 300] {
            let bytes = vec![b'N'; length];
            let name = Name::from(bytes.as_slice());
            assert_eq!(*name, bytes);
            assert_eq!(name, name.clone());
            assert_ne!(
                name,
                Name::from([bytes.as_slice(), b"N"].concat().as_slice())
            );
        }
    }
}
