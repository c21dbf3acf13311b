//! What a byte of a signed file is: a digit of a field of the CMS in `/Contents`, by its ASN.1 path, or a part of the file.

use std::ops::Range;

/// The place of a flipped byte between the delimiters of `/Contents`, delimiters included.
pub fn in_contents(before: &[u8], after: &[u8], gap: &Range<usize>, offset: usize) -> String {
    let (old, new) = (decoded(&before[gap.clone()]), decoded(&after[gap.clone()]));
    if old == new {
        return "the case of a digit of /Contents".to_owned();
    }
    let cms = decoded_length(&old);
    let at = (offset - gap.start - 1) / 2;
    if at >= cms {
        return "behind the CMS in /Contents".to_owned();
    }
    path(&old[..cms], at)
}

/// The place of a byte outside `/Contents`: by object, or by the part of the cross-references.
pub fn in_file(file: &[u8], offset: usize) -> String {
    let before = &file[..offset];
    let last = |word: &[u8]| before.windows(word.len()).rposition(|part| part == word);
    let kind = [
        (last(b" obj"), "an object"),
        (last(b"endobj"), "behind an object"),
        (last(b"\nxref"), "a cross-reference table"),
        (last(b"trailer"), "a trailer"),
        (last(b"startxref"), "startxref"),
        (last(b"%%EOF"), "behind %%EOF"),
    ];
    let (place, name) = kind.into_iter().max().unwrap();
    if name != "an object" {
        return name.to_owned();
    }
    let place = place.unwrap();
    let line = before[..place]
        .iter()
        .rposition(|byte| matches!(byte, b'\n' | b'\r'));
    let number = String::from_utf8_lossy(&before[line.map_or(0, |at| at + 1)..place]);
    let data = last(b"stream\n").max(last(b"stream\r\n")) > Some(place);
    let part = if data { "stream data" } else { "dictionary" };
    format!("{part} of object {number}")
}

/// The octets of a hexadecimal string with its delimiters (ISO 32000-2 7.3.4.3).
fn decoded(string: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = string
        .iter()
        .filter_map(|byte| char::from(*byte).to_digit(16))
        .map(|digit| u8::try_from(digit).unwrap())
        .collect();
    let octet = |pair: &[u8]| (pair[0] << 4) | pair.get(1).copied().unwrap_or(0);
    digits.chunks(2).map(octet).collect()
}

fn decoded_length(bytes: &[u8]) -> usize {
    header(bytes).map_or(0, |(header, length)| header + length)
}

/// Octets of tag and length, and of the value.
fn header(bytes: &[u8]) -> Option<(usize, usize)> {
    let first = usize::from(*bytes.get(1)?);
    if first < 0x80 {
        return Some((2, first));
    }
    let more = first & 0x7f;
    let length = bytes.get(2..2 + more)?;
    let length = length
        .iter()
        .fold(0, |sum, octet| (sum << 8) | usize::from(*octet));
    Some((2 + more, length))
}

/// Where in a `ContentInfo` (RFC 5652 3) an octet stands.
fn path(bytes: &[u8], at: usize) -> String {
    let mut names = Vec::new();
    let (mut bytes, mut at, mut kind) = (bytes, at, Kind::ContentInfo);
    while let Some((head, length)) = header(bytes) {
        if at < head {
            names.push(if at == 0 { "tag" } else { "length" }.to_owned());
            break;
        }
        let mut children = Vec::new();
        let mut from = head;
        if bytes[0] & 0x20 != 0 {
            while from < head + length {
                let size = decoded_length(&bytes[from..]);
                children.push(from..from + size);
                from += size;
            }
        }
        let Some(index) = children.iter().position(|child| child.contains(&at)) else {
            break;
        };
        let child = children[index].clone();
        let (name, next) = kind.child(index, bytes, &children);
        if !name.is_empty() {
            names.push(name);
        }
        (bytes, at, kind) = (&bytes[child.clone()], at - child.start, next);
        if next == Kind::Leaf {
            let (head, _) = header(bytes).unwrap();
            if at < head {
                names.push(if at == 0 { "tag" } else { "length" }.to_owned());
            }
            break;
        }
    }
    names.join(".")
}

/// What a value is, as far as its parts have names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    ContentInfo,
    Explicit,
    SignedData,
    Encapsulated,
    SignerInfos,
    SignerInfo,
    Sid,
    Algorithm,
    Attributes,
    Attribute,
    Values,
    Leaf,
}

impl Kind {
    /// The name of a part and what it is.
    fn child(self, index: usize, bytes: &[u8], children: &[Range<usize>]) -> (String, Self) {
        let child = &bytes[children[index].clone()];
        let named = |name: &str, kind| (name.to_owned(), kind);
        match (self, index, child[0]) {
            (Self::ContentInfo, 0, _) => named("contentType", Self::Leaf),
            (Self::ContentInfo, ..) => named("content", Self::Explicit),
            (Self::Explicit, ..) => named("", Self::SignedData),
            (Self::SignedData | Self::SignerInfo, 0, _) => named("version", Self::Leaf),
            (Self::SignedData, 1, _) => named("digestAlgorithms", Self::Leaf),
            (Self::SignedData, 2, _) => named("encapContentInfo", Self::Encapsulated),
            (Self::SignedData, _, 0xa0) => named("certificates", Self::Leaf),
            (Self::SignedData, _, 0xa1) => named("crls", Self::Leaf),
            (Self::SignedData, ..) => named("signerInfos", Self::SignerInfos),
            (Self::Encapsulated, 0, _) => named("eContentType", Self::Leaf),
            (Self::Encapsulated, ..) => named("eContent", Self::Leaf),
            (Self::SignerInfos, ..) => named("", Self::SignerInfo),
            (Self::SignerInfo, 1, _) => named("sid", Self::Sid),
            (Self::SignerInfo, 2, _) => named("digestAlgorithm", Self::Algorithm),
            (Self::SignerInfo, _, 0xa0) => named("signedAttrs", Self::Leaf),
            (Self::SignerInfo, _, 0xa1) => named("unsignedAttrs", Self::Attributes),
            (Self::SignerInfo, _, 0x04) => named("signature", Self::Leaf),
            (Self::SignerInfo, ..) => named("signatureAlgorithm", Self::Algorithm),
            (Self::Sid, 0, _) => named("issuer", Self::Leaf),
            (Self::Sid, ..) => named("serialNumber", Self::Leaf),
            (Self::Algorithm, 0, _) => named("algorithm", Self::Leaf),
            (Self::Algorithm, ..) => named("parameters", Self::Leaf),
            (Self::Attributes, ..) => named("attribute", Self::Attribute),
            (Self::Attribute, 0, _) => named("attrType", Self::Leaf),
            (Self::Attribute, ..) => named("attrValues", Self::Values),
            (Self::Values, ..) => named("token", Self::ContentInfo),
            (Self::Leaf, ..) => named("", Self::Leaf),
        }
    }
}
