//! Hexadecimal digits as PDF writes them (ISO 32000-2 7.3.4.3).

/// How many digits stand at the front. Whole pieces are looked at without a branch, which is what makes it quick.
pub(super) fn digits_at_front(bytes: &[u8]) -> usize {
    const PIECE: usize = 64;
    let (pieces, _) = bytes.as_chunks::<PIECE>();
    let whole = pieces
        .iter()
        .take_while(|piece| {
            // Most of the room that is left for a signature is never used.
            piece.iter().fold(0, |other, &byte| other | byte ^ b'0') == 0
                || piece
                    .iter()
                    .fold(true, |all, &byte| all & (nibble(byte) != NO_DIGIT))
        })
        .count()
        .saturating_mul(PIECE);
    let rest = bytes.get(whole..).unwrap_or_default();
    let further = rest
        .iter()
        .take_while(|&&byte| nibble(byte) != NO_DIGIT)
        .count();
    whole.saturating_add(further)
}

/// What digits mean between which nothing stands; after the last of an odd number a zero is thought.
pub(super) fn pairs(digits: &[u8]) -> Vec<u8> {
    let (pairs, rest) = digits.as_chunks::<2>();
    let byte = |high, low| nibble(high) << 4 | nibble(low) & 15;
    let mut out: Vec<u8> = pairs.iter().map(|&[high, low]| byte(high, low)).collect();
    out.extend(rest.first().map(|&high| byte(high, b'0')));
    out
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_counted_up_to_the_first_that_is_none() {
        let digits = b"0123456789abcdefABCDEF".repeat(20);
        for end in 0..digits.len() {
            for other in [b'>', b' ', b'g', b'G', b'/', b':', b'@', b'`', 0, 0xff] {
                let mut text = digits.clone();
                text[end] = other;
                assert_eq!(digits_at_front(&text), end);
            }
        }
        assert_eq!(digits_at_front(&digits), digits.len());
    }
}
