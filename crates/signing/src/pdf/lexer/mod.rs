//! The lexical conventions of PDF (ISO 32000-2 7.2, 7.3) over a slice that may be a part of the file.

mod pass;
mod string;

use std::{ops::Range, sync::Arc};

use super::hex::hex;
use super::name::Name;
use super::object::{Dictionary, Entry, Node, ObjectId, Value};
use super::string::PdfString;

/// Why a value could not be read from the slice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LexError {
    /// The slice ended; the file goes on.
    NeedMore,
    /// Not PDF syntax, at this position of the slice.
    Syntax(usize, &'static str),
    /// Deeper or longer than the budget allows.
    Depth,
}

/// Reads tokens and values one after the other.
pub(crate) struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Whether nothing follows behind the slice.
    complete: bool,
    /// Entries of dictionaries that are not at their end yet, so that each gets exactly the room it needs.
    open: Vec<Entry>,
}

impl<'a> Lexer<'a> {
    pub(crate) fn new(bytes: &'a [u8], complete: bool) -> Self {
        Self {
            bytes,
            at: 0,
            complete,
            open: Vec::new(),
        }
    }

    pub(crate) fn starting_at(bytes: &'a [u8], at: usize) -> Self {
        Self {
            bytes,
            at,
            complete: true,
            open: Vec::new(),
        }
    }

    pub(crate) fn position(&self) -> usize {
        self.at
    }

    /// Passes white space and comments.
    pub(crate) fn skip_space(&mut self) -> Result<(), LexError> {
        loop {
            match self.peek()? {
                Some(byte) if is_space(byte) => self.at += 1,
                Some(b'%') => {
                    while self
                        .peek()?
                        .is_some_and(|byte| byte != b'\n' && byte != b'\r')
                    {
                        self.at += 1;
                    }
                }
                Some(_) | None => return Ok(()),
            }
        }
    }

    /// Takes a keyword if it stands next, as a whole token.
    pub(crate) fn keyword(&mut self, word: &[u8]) -> Result<bool, LexError> {
        self.skip_space()?;
        let end = self.at.saturating_add(word.len());
        let Some(found) = self.bytes.get(self.at..end) else {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            if !self.complete && word.starts_with(rest) {
                return Err(LexError::NeedMore);
            }
            return Ok(false);
        };
        if found != word {
            return Ok(false);
        }
        match self.bytes.get(end) {
            None if !self.complete => Err(LexError::NeedMore),
            Some(&byte) if is_regular(byte) => Ok(false),
            Some(_) | None => {
                self.at = end;
                Ok(true)
            }
        }
    }

    /// A non-negative integer that is a token of its own.
    pub(crate) fn unsigned(&mut self) -> Result<Option<u64>, LexError> {
        self.skip_space()?;
        let start = self.at;
        let token = self.regular()?;
        let number = decimal(token);
        if number.is_none() {
            self.at = start;
        }
        Ok(number)
    }

    /// An entry of a cross-reference table, if one stands next just as the standard has it (7.5.4): position, generation and
    /// kind.
    pub(crate) fn table_entry(&mut self) -> Result<Option<(u64, u64, u8)>, LexError> {
        self.skip_space()?;
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let Some((position, rest)) = rest.split_first_chunk::<10>() else {
            return Ok(None);
        };
        let Some([b' ', generation @ .., b' ', kind @ (b'n' | b'f'), after]) =
            rest.first_chunk::<9>()
        else {
            return Ok(None);
        };
        let entry = decimal(position).zip(decimal(generation));
        let entry = entry.filter(|_| !is_regular(*after));
        if entry.is_some() {
            self.at += 18;
        }
        Ok(entry.map(|(position, generation)| (position, generation, *kind)))
    }

    /// The run of regular characters that stands here; empty before a delimiter or at the end.
    pub(crate) fn word(&mut self) -> &'a [u8] {
        self.regular().unwrap_or_default()
    }

    /// The line end behind `stream` (7.3.8.1); a lone carriage return is borne with.
    pub(crate) fn stream_line_end(&mut self) -> Result<(), LexError> {
        while matches!(self.peek()?, Some(b' ' | b'\t')) {
            self.at += 1;
        }
        if self.peek()? == Some(b'\r') {
            self.at += 1;
        }
        if self.peek()? == Some(b'\n') {
            self.at += 1;
        }
        Ok(())
    }

    /// One value, nested at most `depth` deep.
    pub(crate) fn value(&mut self, depth: u16) -> Result<Node, LexError> {
        self.skip_space()?;
        let start = self.at;
        let value = match self.peek()? {
            Some(b'/') => Value::Name(self.name()?),
            Some(b'(') => Value::String(self.literal_string()?.into()),
            Some(b'<') if self.peek_at(1)? == Some(b'<') => {
                Value::Dictionary(Arc::new(self.dictionary(depth)?))
            }
            Some(b'<') => Value::String(PdfString::of_digits(&self.hex_digits()?)),
            Some(b'[') => Value::Array(self.array(depth)?.into()),
            Some(b'0'..=b'9' | b'+' | b'-' | b'.') => self.number_or_reference()?,
            Some(_) => self.literal()?,
            None => return Err(LexError::Syntax(start, "a value is missing")),
        };
        Ok(Node {
            value,
            span: start..self.at,
        })
    }

    fn dictionary(&mut self, depth: u16) -> Result<Dictionary, LexError> {
        let first = self.open.len();
        if first == 0 {
            self.open.reserve(MOST_ENTRIES);
        }
        self.entries(depth, |lexer, key, key_span, depth| {
            let node = lexer.value(depth)?;
            lexer.open.push(Entry {
                key: name_of(key),
                key_span,
                node,
            });
            Ok(())
        })?;
        let entries = self.open.drain(first..).collect();
        Ok(Dictionary { entries })
    }

    /// Goes over the entries of the dictionary that begins here; what takes one reads its value. Keys come as they are
    /// written, without the slash.
    fn entries(
        &mut self,
        depth: u16,
        mut take: impl FnMut(&mut Self, &'a [u8], Range<usize>, u16) -> Result<(), LexError>,
    ) -> Result<(), LexError> {
        let depth = depth.checked_sub(1).ok_or(LexError::Depth)?;
        self.at += 2;
        loop {
            self.skip_space()?;
            match self.peek()? {
                Some(b'>') if self.peek_at(1)? == Some(b'>') => {
                    self.at += 2;
                    return Ok(());
                }
                Some(b'/') => {}
                Some(_) | None => {
                    return Err(LexError::Syntax(
                        self.at,
                        "a dictionary needs a key or its end",
                    ));
                }
            }
            let start = self.at;
            self.at += 1;
            let key = self.regular()?;
            take(self, key, start..self.at, depth)?;
        }
    }

    fn array(&mut self, depth: u16) -> Result<Vec<Node>, LexError> {
        let mut items = Vec::new();
        self.items(depth, |lexer, depth| {
            items.push(lexer.value(depth)?);
            Ok(())
        })?;
        Ok(items)
    }

    /// Goes over the items of the array that begins here; what takes one reads it.
    fn items(
        &mut self,
        depth: u16,
        mut take: impl FnMut(&mut Self, u16) -> Result<(), LexError>,
    ) -> Result<(), LexError> {
        let depth = depth.checked_sub(1).ok_or(LexError::Depth)?;
        self.at += 1;
        loop {
            self.skip_space()?;
            if self.peek()? == Some(b']') {
                self.at += 1;
                return Ok(());
            }
            take(self, depth)?;
        }
    }

    fn name(&mut self) -> Result<Name, LexError> {
        self.at += 1;
        self.regular().map(name_of)
    }

    fn number_or_reference(&mut self) -> Result<Value, LexError> {
        let start = self.at;
        let token = self.regular()?;
        // Readers cut a longer one, each at a place of its own.
        if token.len() > LONGEST_NUMBER {
            return Err(LexError::Syntax(start, "not a number"));
        }
        if let Some(number) = decimal(token).and_then(|number| i64::try_from(number).ok()) {
            return Ok(match self.rest_of_reference(number)? {
                Some(id) => Value::Reference(id),
                None => Value::Integer(number),
            });
        }
        let text = std::str::from_utf8(token).unwrap_or_default();
        if let Ok(number) = text.parse::<i64>() {
            return Ok(Value::Integer(number));
        }
        let plain = text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.'));
        match text.parse::<f64>() {
            Ok(number) if plain => Ok(Value::Real(number)),
            Ok(_) | Err(_) => Err(LexError::Syntax(start, "not a number")),
        }
    }

    /// After an integer: `G R`, or nothing is taken.
    fn rest_of_reference(&mut self, number: i64) -> Result<Option<ObjectId>, LexError> {
        let Ok(number) = u32::try_from(number) else {
            return Ok(None);
        };
        let after = self.at;
        // As nearly every reference is written.
        if let Some([b' ', b'0', b' ', b'R', next, ..]) = self.bytes.get(after..)
            && !is_regular(*next)
        {
            self.at += 4;
            return Ok(Some(ObjectId {
                number,
                generation: 0,
            }));
        }
        let generation = self
            .unsigned()?
            .and_then(|generation| u16::try_from(generation).ok());
        if let Some(generation) = generation
            && self.keyword(b"R")?
        {
            return Ok(Some(ObjectId { number, generation }));
        }
        self.at = after;
        Ok(None)
    }

    fn literal(&mut self) -> Result<Value, LexError> {
        let start = self.at;
        match self.regular()? {
            b"null" => Ok(Value::Null),
            b"true" => Ok(Value::Boolean(true)),
            b"false" => Ok(Value::Boolean(false)),
            _ => Err(LexError::Syntax(start, "not a value")),
        }
    }

    /// The longest run of regular characters.
    fn regular(&mut self) -> Result<&'a [u8], LexError> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|&byte| !is_regular(byte));
        let length = match length {
            Some(length) => length,
            None if self.complete => rest.len(),
            None => return Err(LexError::NeedMore),
        };
        self.at += length;
        Ok(rest.get(..length).unwrap_or_default())
    }

    fn peek(&self) -> Result<Option<u8>, LexError> {
        self.peek_at(0)
    }

    fn peek_at(&self, ahead: usize) -> Result<Option<u8>, LexError> {
        match self.bytes.get(self.at.saturating_add(ahead)) {
            Some(&byte) => Ok(Some(byte)),
            None if self.complete => Ok(None),
            None => Err(LexError::NeedMore),
        }
    }

    fn next_of(&mut self, what: &'static str, start: usize) -> Result<u8, LexError> {
        let byte = self.peek()?.ok_or(LexError::Syntax(start, what))?;
        self.at += 1;
        Ok(byte)
    }
}

/// In characters, zeros included.
const LONGEST_NUMBER: usize = 127;
/// What most dictionaries do not have more of.
const MOST_ENTRIES: usize = 12;

/// The name that is written so, without its slash (7.3.5).
fn name_of(token: &[u8]) -> Name {
    if !token.contains(&b'#') {
        return token.into();
    }
    let mut name = Vec::with_capacity(token.len());
    let mut rest = token;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        let escaped = if byte == b'#' {
            tail.first_chunk::<2>()
        } else {
            None
        };
        match escaped.and_then(|&[high, low]| Some(hex(high)? << 4 | hex(low)?)) {
            Some(decoded) => {
                name.push(decoded);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => name.push(byte),
        }
    }
    name.as_slice().into()
}

/// The number that digits and nothing else make, if it is not too large.
fn decimal(token: &[u8]) -> Option<u64> {
    let (first, rest) = token.split_first()?;
    let digit = |byte: u8| char::from(byte).to_digit(10).map(u64::from);
    rest.iter().try_fold(digit(*first)?, |sum, &byte| {
        sum.checked_mul(10)?.checked_add(digit(byte)?)
    })
}

/// White space of PDF (table 1).
pub(crate) const fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
}

fn is_regular(byte: u8) -> bool {
    REGULAR.get(usize::from(byte)).copied().unwrap_or_default()
}

/// Which bytes are neither white space nor delimiters (7.2.3). Every byte of a name or a number is looked up, which is
/// quicker than asking for each what it is not.
const REGULAR: [bool; 256] = {
    let mut regular = [false; 256];
    let (mut byte, mut rest): (u8, &mut [bool]) = (0, &mut regular);
    while let Some((place, others)) = rest.split_first_mut() {
        *place = !is_space(byte) && !is_delimiter(byte);
        byte = byte.wrapping_add(1);
        rest = others;
    }
    regular
};

/// Table 2.
const fn is_delimiter(byte: u8) -> bool {
    matches!(
        byte,
        b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Result<Value, LexError> {
        Lexer::new(text, true).value(16).map(|node| node.value)
    }

    #[test]
    fn a_reference_is_told_from_numbers() {
        let node = Lexer::new(b"[1 0 R 2 3 -4 .5 1 0 Rx]", true).value(16);
        assert!(node.is_err());
        let node = Lexer::new(b"[1 0 R 2 3 -4 .5]", true).value(16).unwrap();
        let kinds: Vec<_> = node
            .as_array()
            .unwrap()
            .iter()
            .map(|item| &item.value)
            .collect();
        assert_eq!(kinds.len(), 5);
        assert_eq!(
            *kinds[0],
            Value::Reference(ObjectId {
                number: 1,
                generation: 0
            })
        );
        assert_eq!(*kinds[4], Value::Real(0.5));
    }

    #[test]
    fn spans_are_the_source_of_each_value() {
        let text = b"<< /A#42 (x)  /C [ 1.500 ] >>";
        let node = Lexer::new(text, true).value(16).unwrap();
        let value = node.as_dictionary().unwrap().entry(b"AB").unwrap();
        assert_eq!(&text[value.span.clone()], b"(x)");
        let array = node.as_dictionary().unwrap().entry(b"C").unwrap();
        assert_eq!(&text[array.span.clone()], b"[ 1.500 ]");
    }

    #[test]
    fn a_slice_that_ends_early_asks_for_more_and_never_guesses() {
        let text = b"<< /Length 12 0 R /Name /Value >> ";
        for end in 0..text.len() - 1 {
            assert_eq!(
                Lexer::new(&text[..end], false).value(16).unwrap_err(),
                LexError::NeedMore
            );
        }
    }

    #[test]
    fn nesting_beyond_the_depth_is_refused() {
        assert_eq!(read(&[b'['; 1000]).unwrap_err(), LexError::Depth);
    }

    #[test]
    fn a_table_entry_is_told_from_what_only_resembles_one() {
        let entry = |text: &[u8]| Lexer::new(text, true).table_entry();
        assert_eq!(entry(b"\n0000000017 00001 n\r\n"), Ok(Some((17, 1, b'n'))));
        for other in [
            "0000000017 00001 nx\n",
            "000000017 00001 n \r\n",
            "0000000017 0000x n\r\n",
        ] {
            assert_eq!(entry(other.as_bytes()), Ok(None));
        }
    }
}
