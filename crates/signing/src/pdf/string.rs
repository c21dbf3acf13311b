//! Strings (ISO 32000-2 7.3.4). What a long hexadecimal one says is found out when somebody asks: the `/Contents` of a
//! signature is read with its dictionary and, of all but one, passed over.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use super::hex;

/// A string; a clone costs next to nothing.
#[derive(Clone)]
pub struct PdfString(Form);

#[derive(Clone)]
enum Form {
    Bytes(Arc<[u8]>),
    Digits(Arc<Digits>),
}

/// Hexadecimal digits and nothing else.
struct Digits {
    written: Box<[u8]>,
    bytes: OnceLock<Vec<u8>>,
}

/// From how many digits on it is worth while to wait.
const LONG: usize = 512;

impl PdfString {
    /// From hexadecimal digits and nothing else.
    pub(super) fn of_digits(digits: &[u8]) -> Self {
        if digits.len() < LONG {
            return hex::pairs(digits).into();
        }
        Self(Form::Digits(Arc::new(Digits {
            written: digits.into(),
            bytes: OnceLock::new(),
        })))
    }

    /// What it says: escapes resolved, digits decoded.
    pub fn bytes(&self) -> &[u8] {
        match &self.0 {
            Form::Bytes(bytes) => bytes,
            Form::Digits(digits) => digits.bytes.get_or_init(|| hex::pairs(&digits.written)),
        }
    }
}

impl From<Vec<u8>> for PdfString {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Form::Bytes(bytes.into()))
    }
}

impl PartialEq for PdfString {
    fn eq(&self, other: &Self) -> bool {
        if let (Form::Digits(one), Form::Digits(another)) = (&self.0, &other.0)
            && (Arc::ptr_eq(one, another) || one.written == another.written)
        {
            return true;
        }
        self.bytes() == other.bytes()
    }
}

impl fmt::Debug for PdfString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.bytes().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_string_says_the_same_as_a_short_one() {
        for length in [LONG - 1, LONG, LONG + 1] {
            let digits = vec![b'a'; length];
            let mut said = vec![0xaa; length.div_ceil(2)];
            if length % 2 == 1 {
                said[length / 2] = 0xa0;
            }
            let string = PdfString::of_digits(&digits);
            assert_eq!(string.bytes(), said);
            assert_eq!(string, PdfString::from(said));
            assert_eq!(string, PdfString::of_digits(&vec![b'A'; length]));
        }
    }
}
