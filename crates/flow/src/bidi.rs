//! Characters that turn the direction of writing, so that a reader sees another order than the one that is there.

/// Whether it is one of the explicit bidirectional controls of Unicode (UAX #9, 2).
pub const fn turns_direction(found: char) -> bool {
    matches!(
        found,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_twelve_controls_turn_and_their_neighbours_do_not() {
        let turning = ('\0'..=char::MAX).filter(|found| turns_direction(*found));
        assert_eq!(turning.count(), 12);
        for plain in [
            '\u{61b}', '\u{200d}', '\u{2029}', '\u{202f}', '\u{2065}', '\u{206a}', 'ا',
        ] {
            assert!(!turns_direction(plain), "{plain:?}");
        }
    }
}
