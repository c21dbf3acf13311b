//! Hexadecimal digits as PDF writes them (ISO 32000-2 7.3.4.3).

use super::lexer::is_space;

/// An even number of digits and nothing else, as writers of signatures have it.
pub(super) fn hex_pairs(digits: &[u8]) -> Option<Vec<u8>> {
    let (pairs, rest) = digits.as_chunks::<2>();
    let mut seen = 0;
    let out = pairs
        .iter()
        .map(|&[high, low]| {
            let (high, low) = (nibble(high), nibble(low));
            seen |= high | low;
            high << 4 | low & 15
        })
        .collect();
    (rest.is_empty() && seen < 16).then_some(out)
}

pub(super) fn spaced_hex(digits: &[u8]) -> Option<Vec<u8>> {
    let nibbles: Vec<u8> = digits
        .iter()
        .filter(|&&byte| !is_space(byte))
        .map(|&byte| hex(byte))
        .collect::<Option<_>>()?;
    let pairs = nibbles.chunks(2);
    Some(
        pairs
            .map(|pair| pair.first().unwrap_or(&0) << 4 | pair.get(1).unwrap_or(&0))
            .collect(),
    )
}

pub(super) const fn hex(byte: u8) -> Option<u8> {
    match nibble(byte) {
        NO_DIGIT => None,
        value => Some(value),
    }
}

/// The value of a hexadecimal digit, or [`NO_DIGIT`]; without a branch, so that a loop over many runs at full speed.
const fn nibble(byte: u8) -> u8 {
    let decimal = byte.wrapping_sub(b'0');
    let letter = (byte | 0x20).wrapping_sub(b'a');
    if decimal < 10 {
        decimal
    } else if letter < 6 {
        letter + 10
    } else {
        NO_DIGIT
    }
}

const NO_DIGIT: u8 = 0xff;
