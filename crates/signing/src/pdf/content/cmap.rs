//! What characters codes stand for: the maps in `/ToUnicode` (ISO 32000-2 9.10.3).

use std::collections::HashMap;

use crate::pdf::{
    lexer::Lexer,
    object::{Node, Value},
};

/// More mappings than any font has glyphs.
const MOST: usize = 1 << 17;
const DEPTH: u16 = 4;

/// The first character that each code stands for.
pub(super) fn to_unicode(data: &[u8]) -> HashMap<u32, char> {
    let mut map = HashMap::new();
    let mut lexer = Lexer::new(data, true);
    let mut held: Vec<Node> = Vec::new();
    loop {
        if lexer.skip_space().is_err() {
            return map;
        }
        let at = lexer.position();
        let Some(first) = data.get(at) else {
            return map;
        };
        if matches!(first, b'<' | b'[' | b'/' | b'(' | b'0'..=b'9' | b'-') {
            match lexer.value(DEPTH) {
                Ok(node) => held.push(node),
                Err(_) => lexer = Lexer::starting_at(data, at.saturating_add(1)),
            }
            continue;
        }
        match lexer.word() {
            b"" => lexer = Lexer::starting_at(data, at.saturating_add(1)),
            b"endbfchar" => {
                for pair in held.chunks_exact(2) {
                    if let [code, text] = pair {
                        enter(&mut map, code.as_string().map(number), character(text));
                    }
                }
                held.clear();
            }
            b"endbfrange" => {
                for three in held.chunks_exact(3) {
                    if let [low, high, text] = three {
                        range(&mut map, low, high, text);
                    }
                }
                held.clear();
            }
            _ => held.clear(),
        }
    }
}

fn range(map: &mut HashMap<u32, char>, low: &Node, high: &Node, text: &Node) {
    let (Some(low), Some(high)) = (low.as_string().map(number), high.as_string().map(number))
    else {
        return;
    };
    if let Value::Array(items) = &text.value {
        for (code, item) in (low..=high).zip(items.iter()) {
            enter(map, Some(code), character(item));
        }
        return;
    }
    let Some(first) = character(text) else { return };
    for (ahead, code) in (low..=high).enumerate().take(MOST) {
        let ahead = u32::try_from(ahead).unwrap_or(u32::MAX);
        let character = u32::from(first).checked_add(ahead).and_then(char::from_u32);
        enter(map, Some(code), character);
    }
}

fn enter(map: &mut HashMap<u32, char>, code: Option<u32>, character: Option<char>) {
    if let (Some(code), Some(character), true) = (code, character, map.len() < MOST) {
        map.insert(code, character);
    }
}

/// UTF-16, big end first; of a ligature the first.
fn character(node: &Node) -> Option<char> {
    let units = node.as_string()?.chunks(2).map(|pair| {
        pair.iter()
            .fold(0_u16, |sum, &byte| sum << 8 | u16::from(byte))
    });
    char::decode_utf16(units).next()?.ok()
}

fn number(bytes: &[u8]) -> u32 {
    bytes
        .iter()
        .take(4)
        .fold(0, |sum, &byte| sum << 8 | u32::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_codes_ranges_and_lists_are_mapped() {
        let map = to_unicode(
            b"1 begincodespacerange <0000> <ffff> endcodespacerange\n\
              1 beginbfchar <0003> <0024> endbfchar\n\
              2 beginbfrange <0010> <0012> <0041> <0020> <0021> [<0023> <007E>] endbfrange",
        );
        assert_eq!(map.get(&3), Some(&'$'));
        assert_eq!(map.get(&0x12), Some(&'C'));
        assert_eq!(map.get(&0x21), Some(&'~'));
    }
}
