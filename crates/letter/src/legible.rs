//! Text of strangers, made fit to be signed by an institution (threat T25).

use crate::world::Fonts;

/// The text on one line of at most so many characters. What could mislead a reader, or what no embedded font can show,
/// is named by its code point; a text that is cut ends in an ellipsis.
///
/// Shown are letters and signs of left-to-right alphabets only: no marks that pile up over other lines, nothing that turns
/// the order of reading around, nothing that cannot be seen.
pub(crate) fn legible(text: &str, most: usize, fonts: &Fonts) -> String {
    let mut out = String::new();
    let mut length = 0_usize;
    for word in text.split_whitespace() {
        if length > 0 {
            out.push(' ');
            length += 1;
        }
        for character in word.chars() {
            if length >= most {
                out.push('…');
                return out;
            }
            if is_plain(character) && fonts.cover(character) {
                out.push(character);
                length += 1;
            } else {
                let named = format!("[U+{:04X}]", u32::from(character));
                length += named.len();
                out.push_str(&named);
            }
        }
    }
    out
}

/// ASCII, the letters of Latin, Greek and Cyrillic, and the usual punctuation.
const fn is_plain(character: char) -> bool {
    matches!(
        character,
        '!'..='~'
            | '\u{a1}'..='\u{ac}'
            | '\u{ae}'..='\u{24f}'
            | '\u{391}'..='\u{3a9}'
            | '\u{3b1}'..='\u{3c9}'
            | '\u{400}'..='\u{45f}'
            | '\u{1e00}'..='\u{1eff}'
            | '\u{2013}'..='\u{2014}'
            | '\u{2018}'..='\u{201e}'
            | '\u{2022}'
            | '\u{2026}'
            | '\u{20ac}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, most: usize) -> String {
        legible(text, most, &Fonts::new(Vec::new()))
    }

    #[test]
    fn names_of_people_pass_as_they_are() {
        for name in [
            "Dr. Contoh Wibawa, S.Kom.",
            "Ærøskøbing Ł.",
            "Пётр",
            "“a” – b",
        ] {
            assert_eq!(shown(name, 100), name);
        }
    }

    #[test]
    fn what_misleads_or_cannot_be_shown_is_named() {
        assert_eq!(shown("gnp\u{202e}fdp.exe", 100), "gnp[U+202E]fdp.exe");
        assert_eq!(shown("a\u{200b}b\u{301}", 100), "a[U+200B]b[U+0301]");
        assert_eq!(shown("中\u{0}", 100), "[U+4E2D][U+0000]");
        assert_eq!(shown("  satu\r\n\tdua  ", 100), "satu dua");
    }

    #[test]
    fn a_long_text_ends_in_an_ellipsis() {
        assert_eq!(shown("abcdef", 6), "abcdef");
        assert_eq!(shown("abcdefg", 6), "abcdef…");
        let evil = shown(&"\u{202e}".repeat(10_000), 100);
        assert!(evil.len() < 120, "{evil}");
    }
}
