//! ASN.1 as it was received: a cursor over tag-length-value triples that keeps every source slice, and the pre-pass that
//! turns BER with indefinite lengths (X.690 8.1.3.6) into definite lengths.

use std::borrow::Cow;

/// Tags of the universal types and of the context, as the one octet they take.
pub(crate) mod tag {
    pub(crate) const BOOLEAN: u8 = 0x01;
    pub(crate) const INTEGER: u8 = 0x02;
    pub(crate) const BIT_STRING: u8 = 0x03;
    pub(crate) const OCTET_STRING: u8 = 0x04;
    pub(crate) const OID: u8 = 0x06;
    pub(crate) const ENUMERATED: u8 = 0x0a;
    pub(crate) const UTC_TIME: u8 = 0x17;
    pub(crate) const GENERALIZED_TIME: u8 = 0x18;
    pub(crate) const SEQUENCE: u8 = 0x30;
    pub(crate) const SET: u8 = 0x31;
    /// `[n]`, primitive.
    pub(crate) const fn implicit(number: u8) -> u8 {
        0x80 | number
    }
    /// `[n]`, constructed.
    pub(crate) const fn context(number: u8) -> u8 {
        0xa0 | number
    }
}

/// Why bytes are no usable ASN.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BerError {
    /// The bytes end inside a value.
    #[error("the ASN.1 ends in the middle of a value")]
    Truncated,
    /// A length octet is of no known form.
    #[error("the ASN.1 has a length that cannot be read")]
    Length,
    /// Another tag stands where one was required.
    #[error("the ASN.1 has tag {found:#04x} where {expected:#04x} belongs")]
    Tag {
        /// The tag the standard asks for.
        expected: u8,
        /// The tag found.
        found: u8,
    },
    /// A value of the right type has a content that its type does not allow.
    #[error("the ASN.1 has a malformed {0}")]
    Value(&'static str),
    /// More nesting or more values than a signature ever needs.
    #[error("the ASN.1 is nested or repeated beyond its budget")]
    Budget,
}

/// One value with its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tlv<'a> {
    pub(crate) tag: u8,
    pub(crate) value: &'a [u8],
    pub(crate) raw: &'a [u8],
}

impl<'a> Tlv<'a> {
    pub(crate) fn reader(self) -> Reader<'a> {
        Reader::new(self.value)
    }

    pub(crate) fn expect(self, tag: u8) -> Result<Self, BerError> {
        if self.tag == tag {
            Ok(self)
        } else {
            Err(BerError::Tag {
                expected: tag,
                found: self.tag,
            })
        }
    }
}

/// Reads values of definite length one after the other.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(crate) fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    pub(crate) fn any(&mut self) -> Result<Tlv<'a>, BerError> {
        let (tag, length, header) = header(self.rest)?;
        let length = length.ok_or(BerError::Length)?;
        let end = header.checked_add(length).ok_or(BerError::Length)?;
        let (raw, rest) = self.rest.split_at_checked(end).ok_or(BerError::Truncated)?;
        self.rest = rest;
        let value = raw.get(header..).ok_or(BerError::Truncated)?;
        Ok(Tlv { tag, value, raw })
    }

    pub(crate) fn expect(&mut self, tag: u8) -> Result<Tlv<'a>, BerError> {
        self.any()?.expect(tag)
    }

    pub(crate) fn optional(&mut self, tag: u8) -> Result<Option<Tlv<'a>>, BerError> {
        if self.peek() == Some(tag) {
            self.any().map(Some)
        } else {
            Ok(None)
        }
    }

    /// Every remaining value, at most `most` of them.
    pub(crate) fn all(mut self, most: usize) -> Result<Vec<Tlv<'a>>, BerError> {
        let mut values = Vec::new();
        while !self.is_empty() {
            if values.len() >= most {
                return Err(BerError::Budget);
            }
            values.push(self.any()?);
        }
        Ok(values)
    }
}

/// The first value of a `/Contents` string as DER with definite lengths, and the octets behind it (padding).
///
/// # Errors
/// When the bytes are no BER, or nested or repeated beyond the budget.
pub(crate) fn first_value(bytes: &[u8]) -> Result<(Cow<'_, [u8]>, &[u8]), BerError> {
    let mut nodes = MAX_NODES;
    let mut rewritten = Vec::new();
    let used = definite(bytes, &mut rewritten, MAX_DEPTH, &mut nodes)?;
    let (raw, rest) = bytes
        .split_at_checked(used.length)
        .ok_or(BerError::Truncated)?;
    if used.verbatim {
        Ok((Cow::Borrowed(raw), rest))
    } else {
        Ok((Cow::Owned(rewritten), rest))
    }
}

const MAX_DEPTH: u8 = 48;
const MAX_NODES: u32 = 200_000;

struct Used {
    length: usize,
    verbatim: bool,
}

/// Appends the first value of `bytes` to `out` with definite lengths; what is definite throughout goes in as it came.
fn definite(bytes: &[u8], out: &mut Vec<u8>, depth: u8, nodes: &mut u32) -> Result<Used, BerError> {
    let depth = depth.checked_sub(1).ok_or(BerError::Budget)?;
    *nodes = nodes.checked_sub(1).ok_or(BerError::Budget)?;
    let (tag, length, header) = header(bytes)?;
    let constructed = tag & 0x20 != 0;
    let body = match length {
        Some(length) => {
            let end = header.checked_add(length).ok_or(BerError::Length)?;
            bytes.get(header..end).ok_or(BerError::Truncated)?
        }
        None if constructed => bytes.get(header..).ok_or(BerError::Truncated)?,
        None => return Err(BerError::Length),
    };
    if !constructed {
        let end = header.saturating_add(body.len());
        out.extend_from_slice(bytes.get(..end).ok_or(BerError::Truncated)?);
        return Ok(Used {
            length: end,
            verbatim: true,
        });
    }
    // A constructed OCTET STRING is the concatenation of its parts (X.690 8.7.3).
    let string = tag == tag::OCTET_STRING | 0x20;
    let mut inner = Vec::new();
    let mut verbatim = length.is_some() && !string;
    let mut at = 0_usize;
    loop {
        let rest = body.get(at..).ok_or(BerError::Truncated)?;
        if length.is_none() && rest.starts_with(&[0, 0]) {
            at = at.saturating_add(2);
            break;
        }
        if rest.is_empty() {
            if length.is_none() {
                return Err(BerError::Truncated);
            }
            break;
        }
        let start = inner.len();
        let used = definite(rest, &mut inner, depth, nodes)?;
        verbatim &= used.verbatim;
        at = at.checked_add(used.length).ok_or(BerError::Length)?;
        if string {
            let part = inner.split_off(start);
            inner.extend_from_slice(Reader::new(&part).expect(tag::OCTET_STRING)?.value);
        }
    }
    let total = header.saturating_add(at);
    if verbatim {
        out.extend_from_slice(bytes.get(..total).ok_or(BerError::Truncated)?);
    } else {
        let tag = if string { tag::OCTET_STRING } else { tag };
        write_header(out, tag, inner.len());
        out.extend_from_slice(&inner);
    }
    Ok(Used {
        length: total,
        verbatim,
    })
}

/// Tag, length (`None`: indefinite) and octets of both together.
fn header(bytes: &[u8]) -> Result<(u8, Option<usize>, usize), BerError> {
    let (&tag, rest) = bytes.split_first().ok_or(BerError::Truncated)?;
    if tag & 0x1f == 0x1f {
        return Err(BerError::Value("tag"));
    }
    let (&first, rest) = rest.split_first().ok_or(BerError::Truncated)?;
    match first {
        0..=0x7f => Ok((tag, Some(usize::from(first)), 2)),
        0x80 => Ok((tag, None, 2)),
        0x81..=0x88 => {
            let count = usize::from(first & 0x7f);
            let octets = rest.get(..count).ok_or(BerError::Truncated)?;
            let length = octets
                .iter()
                .fold(0_u64, |sum, &octet| (sum << 8) | u64::from(octet));
            let length = usize::try_from(length).map_err(|_| BerError::Length)?;
            Ok((tag, Some(length), count.saturating_add(2)))
        }
        0x89..=0xff => Err(BerError::Length),
    }
}

/// Appends a tag and the shortest definite length.
pub(crate) fn write_header(out: &mut Vec<u8>, tag: u8, length: usize) {
    out.push(tag);
    let octets = length.to_be_bytes();
    let significant = octets.iter().skip_while(|&&octet| octet == 0).count();
    match u8::try_from(length) {
        Ok(short) if short < 0x80 => out.push(short),
        Ok(_) | Err(_) => {
            out.push(0x80 | u8::try_from(significant).unwrap_or(8));
            out.extend(octets.iter().skip(octets.len().saturating_sub(significant)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indefinite_lengths_become_definite_and_definite_parts_stay_as_received() {
        // SEQUENCE (indefinite) { INTEGER 5 with a long-form length, OCTET STRING in two parts }
        let ber = [
            0x30, 0x80, 0x02, 0x81, 0x01, 0x05, 0x24, 0x80, 0x04, 0x01, 0xaa, 0x04, 0x01, 0xbb, 0,
            0, 0, 0, 0, 0,
        ];
        let (der, rest) = first_value(&ber).unwrap();
        assert_eq!(
            der.as_ref(),
            [0x30, 0x08, 0x02, 0x81, 0x01, 0x05, 0x04, 0x02, 0xaa, 0xbb]
        );
        assert_eq!(rest, [0, 0]);
    }

    #[test]
    fn a_definite_value_is_borrowed_and_its_padding_is_handed_back() {
        let bytes = [0x30, 0x03, 0x02, 0x01, 0x05, 0, 0, 0];
        let (der, rest) = first_value(&bytes).unwrap();
        assert!(matches!(der, Cow::Borrowed([0x30, 0x03, 0x02, 0x01, 0x05])));
        assert_eq!(rest, [0, 0, 0]);
    }

    #[test]
    fn nesting_without_end_is_a_budget_error() {
        let bytes = [0x30, 0x80].repeat(10_000);
        assert_eq!(first_value(&bytes).unwrap_err(), BerError::Budget);
    }

    #[test]
    fn long_lengths_are_written_in_their_shortest_form() {
        let mut out = Vec::new();
        write_header(&mut out, 0x30, 127);
        write_header(&mut out, 0x30, 128);
        write_header(&mut out, 0x30, 300);
        assert_eq!(out, [0x30, 0x7f, 0x30, 0x81, 0x80, 0x30, 0x82, 0x01, 0x2c]);
    }

    #[test]
    fn truncations_are_errors_and_never_panics() {
        let ber = [
            0x30, 0x80, 0x02, 0x01, 0x05, 0x24, 0x80, 0x04, 0x01, 0xaa, 0, 0, 0, 0,
        ];
        for end in 0..ber.len() {
            assert!(first_value(&ber[..end]).is_err());
        }
    }
}
