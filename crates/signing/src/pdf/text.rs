//! Text strings (ISO 32000-2 7.9.2.2), names and numbers as they are written.

/// Reads a text string: UTF-16 or UTF-8 behind their marks, else one byte per character (the part of PDFDocEncoding that
/// is Latin-1).
pub fn decode(bytes: &[u8]) -> String {
    if let Some(units) = bytes.strip_prefix(&[0xfe, 0xff]) {
        let units: Vec<u16> = units
            .chunks(2)
            .map(|pair| pair.iter().fold(0, |sum, &byte| sum << 8 | u16::from(byte)))
            .collect();
        return String::from_utf16_lossy(&units);
    }
    if let Some(text) = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]) {
        return String::from_utf8_lossy(text).into_owned();
    }
    bytes.iter().copied().map(char::from).collect()
}

/// Writes a text string: literal where it is printable ASCII, else UTF-16 in hexadecimal.
pub(crate) fn encode(text: &str) -> Vec<u8> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return literal(text.as_bytes());
    }
    let mut bytes = vec![0xfe, 0xff];
    bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    hexadecimal(&bytes)
}

/// Writes a literal string.
pub(crate) fn literal(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![b'('];
    for &byte in bytes {
        match byte {
            b'(' | b')' | b'\\' => out.extend([b'\\', byte]),
            b' '..=b'~' => out.push(byte),
            _ => out.extend(format!("\\{byte:03o}").bytes()),
        }
    }
    out.push(b')');
    out
}

/// Writes a hexadecimal string.
pub(crate) fn hexadecimal(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len().saturating_mul(2).saturating_add(2));
    out.push(b'<');
    out.extend(hex_digits(bytes));
    out.push(b'>');
    out
}

/// Two lower-case digits per byte.
pub(crate) fn hex_digits(bytes: &[u8]) -> impl Iterator<Item = u8> + '_ {
    let digit = |nibble: u8| {
        if nibble < 10 {
            b'0' + nibble
        } else {
            b'a' + nibble - 10
        }
    };
    bytes
        .iter()
        .flat_map(move |byte| [digit(byte >> 4), digit(byte & 15)])
}

/// Writes a number with at most four decimals.
pub(crate) fn number(value: f64) -> String {
    let text = format!("{value:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" {
        "0".to_owned()
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_strings_survive_a_round_trip() {
        for text in ["Disetujui (a\\b)", "Ditandatangani – sah", ""] {
            let written = encode(text);
            let node = crate::pdf::lexer::Lexer::new(&written, true)
                .value(4)
                .unwrap();
            assert_eq!(decode(node.as_string().unwrap()), text);
        }
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!(number(12.5), "12.5");
        assert_eq!(number(-0.000_001), "0");
        assert_eq!(number(100.0), "100");
    }
}
