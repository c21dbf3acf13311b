//! Values of DER put together from parts that are DER already.

use der::asn1::ObjectIdentifier;

use super::ber::{tag, write_header};

/// A value around its parts.
pub(crate) fn wrap(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length = parts.iter().map(|part| part.len()).sum();
    let mut out = Vec::new();
    write_header(&mut out, tag, length);
    for part in parts {
        out.extend_from_slice(part);
    }
    out
}

/// An object identifier with its tag.
pub(crate) fn oid_der(oid: ObjectIdentifier) -> Vec<u8> {
    wrap(tag::OID, &[oid.as_bytes()])
}

/// The content octets of a number that is not negative, in their shortest form.
pub(crate) fn unsigned(bytes: &[u8]) -> Vec<u8> {
    let mut out: Vec<u8> = bytes
        .iter()
        .copied()
        .skip_while(|&byte| byte == 0)
        .collect();
    if out.first().is_none_or(|first| first & 0x80 != 0) {
        out.insert(0, 0);
    }
    out
}
