//! Bytes as hexadecimal text, a quarter of the size of a JSON array of numbers.

use serde::{Deserialize, Deserializer, Serializer, de::Error};

use crate::pdf::text::hex_digits;

pub(super) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(&String::from_utf8_lossy(
        &hex_digits(bytes).collect::<Vec<u8>>(),
    ))
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
    let text = String::deserialize(from)?;
    let pairs = text.as_bytes().chunks_exact(2);
    if !pairs.remainder().is_empty() {
        return Err(D::Error::custom("an odd number of hexadecimal digits"));
    }
    pairs
        .map(|pair| {
            let text = std::str::from_utf8(pair).map_err(D::Error::custom)?;
            u8::from_str_radix(text, 16).map_err(D::Error::custom)
        })
        .collect()
}
