//! Bytes as printable characters (ISO 32000-2 7.4.2, 7.4.3).

use super::Output;
use crate::pdf::error::ReadError;

/// Digits in pairs (7.4.2).
pub(super) fn hex(data: &[u8]) -> Result<Vec<u8>, ReadError> {
    let digits: Vec<u8> = data
        .iter()
        .copied()
        .take_while(|&byte| byte != b'>')
        .filter(|byte| !byte.is_ascii_whitespace() && *byte != 0)
        .collect();
    digits
        .chunks(2)
        .map(|pair| {
            let text = std::str::from_utf8(pair).ok()?;
            let value = u8::from_str_radix(text, 16).ok()?;
            Some(if text.len() == 1 { value << 4 } else { value })
        })
        .collect::<Option<_>>()
        .ok_or(ReadError::Filter("the ASCIIHex data is damaged"))
}

/// Five digits to the base of 85 for four bytes (7.4.3).
pub(super) fn base85(data: &[u8], out: &mut Output<'_>) -> Result<(), ReadError> {
    let damaged = || ReadError::Filter("the ASCII85 data is damaged");
    let mut group = Vec::with_capacity(5);
    let data = data.strip_prefix(b"<~").unwrap_or(data);
    for &byte in data {
        match byte {
            b'~' => break,
            b'z' if group.is_empty() => out.extend([0; 4].into_iter())?,
            b'!'..=b'u' => group.push(byte - b'!'),
            0 => {}
            _ if byte.is_ascii_whitespace() => {}
            _ => return Err(damaged()),
        }
        if group.len() == 5 {
            let bytes = four_bytes(&group).ok_or_else(damaged)?;
            out.extend(bytes.into_iter())?;
            group.clear();
        }
    }
    match group.len() {
        0 => Ok(()),
        1 => Err(damaged()),
        // The last digits stand for one byte less than they are.
        digits => {
            group.resize(5, 84);
            let bytes = four_bytes(&group).ok_or_else(damaged)?;
            Ok(out.extend(bytes.into_iter().take(digits - 1))?)
        }
    }
}

fn four_bytes(digits: &[u8]) -> Option<[u8; 4]> {
    let value = digits.iter().try_fold(0_u32, |sum, digit| {
        sum.checked_mul(85)?.checked_add(u32::from(*digit))
    })?;
    Some(value.to_be_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::budget::Budget;

    fn decoded(data: &[u8]) -> Result<Vec<u8>, ReadError> {
        let mut budget = Budget::public();
        let mut out = Output::new(&mut budget);
        base85(data, &mut out)?;
        Ok(out.finish()?)
    }

    #[test]
    fn digits_and_an_odd_one_are_read() {
        assert_eq!(hex(b"48 65 6C 7>99").unwrap(), b"Help");
        assert!(hex(b"4x").is_err());
    }

    #[test]
    fn groups_of_five_a_short_one_and_the_sign_for_zeros_are_read() {
        assert_eq!(decoded(b"87cUR\nD]i,\"Ebo80~>").unwrap(), b"Hello World!");
        assert_eq!(decoded(b"<~z87cUR~>").unwrap(), b"\0\0\0\0Hell");
        assert_eq!(decoded(b"87cURDZ~>").unwrap(), b"Hello");
        for damaged in [b"8~>".as_slice(), b"87{UR", b"uuuuu", b"87z"] {
            assert!(decoded(damaged).is_err());
        }
    }
}
