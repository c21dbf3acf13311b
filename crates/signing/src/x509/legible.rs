//! What of a stranger's text is shown, and how much of it.

/// Names come from strangers: nothing in them may break a line, move a cursor, turn the reading direction or be there
/// unseen. What is too long ends in an ellipsis.
pub(crate) fn one_line(text: &str) -> String {
    let seen = text.chars().filter(|c| !is_invisible(*c));
    let seen = seen.map(|c| if c.is_control() { ' ' } else { c });
    shortened(seen, 300)
}

/// At most this many characters.
pub(super) fn shortened(text: impl Iterator<Item = char>, most: usize) -> String {
    let mut text = text.fuse();
    let mut short: String = text.by_ref().take(most).collect();
    if text.next().is_some() {
        short.pop();
        short.push('…');
    }
    short
}

/// Separators of lines, marks of direction, and what is drawn as nothing (Default_Ignorable_Code_Point of Unicode 16).
pub(super) const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_from_a_stranger_stays_on_its_line() {
        assert_eq!(one_line("CN=A\nB\u{1b}[31m\u{202e}C"), "CN=A B [31mC");
        assert_eq!(one_line("Bu\u{ad}\u{61c}\u{2060}\u{e0041}di"), "Budi");
    }

    #[test]
    fn a_name_that_is_too_long_says_so() {
        assert_eq!(one_line(&"x".repeat(300)), "x".repeat(300));
        assert_eq!(one_line(&"x".repeat(301)), "x".repeat(299) + "…");
    }
}
