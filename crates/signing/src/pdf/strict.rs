//! Whether a cross-reference section is written to the letter (ISO 32000-2 7.5.4, 7.5.5, 7.5.8). One that is not is
//! understood here all the same; other readers take it for broken, look for objects in the whole file, and find those that
//! no cross-reference names.

use super::{lexer::is_space, xref::XrefEntry};
use crate::num::{to_u64, to_usize};

/// Whether a table is, up to the last byte of `trailer`. White space that leads to a part of it leads nobody astray.
pub(super) fn is_table(bytes: &[u8]) -> bool {
    let Some(rest) = behind_space(bytes).strip_prefix(b"xref") else {
        return false;
    };
    let Some(mut rest) = behind_line(rest) else {
        return false;
    };
    let mut subsections = 0_u32;
    while rest != b"trailer" {
        let Some(behind) = behind_subsection(rest) else {
            return false;
        };
        rest = behind_space(behind);
        subsections = subsections.saturating_add(1);
    }
    subsections > 0
}

/// Whether nothing but white space parts the words of `N G obj`.
pub(super) fn is_object_header(bytes: &[u8]) -> bool {
    let behind = |bytes| {
        let (_, rest) = digits(bytes)?;
        Some(behind_space(rest)).filter(|behind| behind.len() < rest.len())
    };
    behind(behind_space(bytes))
        .and_then(behind)
        .is_some_and(|rest| rest.starts_with(b"obj"))
}

/// Whether the `startxref` at a place stands on a line by itself, and so does the number behind it (7.5.5).
pub(super) fn is_start(bytes: &[u8], at: usize) -> bool {
    let (before, rest) = bytes.split_at_checked(at).unwrap_or_default();
    let behind = rest.strip_prefix(b"startxref").and_then(behind_line);
    let behind = behind.and_then(digits).map(|(_, rest)| rest);
    before.last().is_none_or(|&byte| is_space(byte))
        && behind.is_some_and(|rest| rest.first().is_some_and(|&byte| is_space(byte)))
}

/// Whether `/Size` is there and above every number that the section speaks of.
pub(super) fn is_sized(size: Option<u64>, entries: &[(u32, XrefEntry)]) -> bool {
    let highest = entries.last().map(|(number, _)| u64::from(*number));
    size.is_some_and(|size| size <= MOST_OBJECTS && highest.is_none_or(|highest| highest < size))
}

fn behind_subsection(bytes: &[u8]) -> Option<&[u8]> {
    let (first, rest) = digits(bytes)?;
    let (count, rest) = digits(rest.strip_prefix(b" ")?)?;
    let rest = behind_line(rest)?;
    if first.checked_add(count)? > MOST_OBJECTS {
        return None;
    }
    let length = count.checked_mul(to_u64(ENTRY)).map(to_usize)?;
    let (entries, rest) = rest.split_at_checked(length)?;
    entries.chunks_exact(ENTRY).all(is_entry).then_some(rest)
}

const ENTRY: usize = 20;
/// Readers give up above the most objects that a document may have (ISO 32000-1 annex C).
const MOST_OBJECTS: u64 = 8_388_608;

fn is_entry(entry: &[u8]) -> bool {
    let Some((position, rest)) = entry.split_first_chunk::<10>() else {
        return false;
    };
    let [
        b' ',
        generation @ ..,
        b' ',
        b'n' | b'f',
        b' ' | b'\r',
        b'\r' | b'\n',
    ] = rest
    else {
        return false;
    };
    let mut all = position.iter().chain(generation);
    // Of five digits, these are the highest generation.
    all.all(u8::is_ascii_digit) && generation <= b"65535".as_slice()
}

fn digits(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let count = bytes
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let (digits, rest) = bytes.split_at_checked(count)?;
    let number = std::str::from_utf8(digits).ok()?.parse().ok()?;
    Some((number, rest))
}

fn behind_space(bytes: &[u8]) -> &[u8] {
    let spaces = bytes.iter().take_while(|&&byte| is_space(byte)).count();
    bytes.get(spaces..).unwrap_or_default()
}

/// What follows the end of this line, before which spaces may stand.
fn behind_line(bytes: &[u8]) -> Option<&[u8]> {
    let spaces = bytes.iter().take_while(|&&byte| byte == b' ').count();
    match bytes.get(spaces..)? {
        [b'\r', b'\n', rest @ ..] | [b'\r' | b'\n', rest @ ..] => Some(rest),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_to_the_letter_or_not() {
        let entry = "0000000017 00000 n \n";
        for (table, right) in [
            (format!("xref\n0 1\n{entry}trailer"), true),
            (
                format!("xref \r\n0 1\r\n{entry}7 2 \n{entry}{entry}trailer"),
                true,
            ),
            (
                "xref\r\n0 1\r\n0000000017 00000 n\r\ntrailer".to_owned(),
                true,
            ),
            ("xref 0 1 0 65535 f trailer".to_owned(), false),
            ("xref\n0 1\n0000000017 00000 n\ntrailer".to_owned(), false),
            (format!("\nxref\n0 1\n{entry}\ntrailer"), true),
            (format!("%\nxref\n0 1\n{entry}trailer"), false),
            (format!("xref\n0 1\n{entry}%\ntrailer"), false),
            (
                format!("xref\n0 18446744073709551615\n{entry}trailer"),
                false,
            ),
            ("xref\ntrailer".to_owned(), false),
        ] {
            assert_eq!(is_table(table.as_bytes()), right, "{table}");
        }
    }

    #[test]
    fn a_header_is_to_the_letter_or_not() {
        assert!(is_object_header(b"12 0 obj<<"));
        assert!(is_object_header(b"12 0\nobj\n<<"));
        assert!(is_object_header(b"\n12 0 obj<<"));
        for other in [
            &b"12%\n0 obj"[..],
            b"%\n12 0 obj",
            b"12 %\n0 obj",
            b"12 obj",
            b"",
        ] {
            assert!(!is_object_header(other));
        }
    }
}
