//! A font as far as the place of its characters goes: codes, widths, meanings (ISO 32000-2 9.6, 9.7).

use std::collections::HashMap;

use super::{cmap, numbers, standard_widths};
use crate::pdf::{
    error::ReadError,
    object::{Node, Value},
    view::{Located, View},
};

/// Fonts without widths of their own are the standard 14; of what their tables do not say, this is usual.
const USUAL_WIDTH: f64 = 0.556;
const FIXED_WIDTH: f64 = 0.6;
const MOST_WIDTHS: usize = 1 << 17;

pub(super) struct Font {
    /// Codes have two bytes, as those of composite fonts do.
    composite: bool,
    /// In text space, by code.
    widths: HashMap<u32, f64>,
    usual: f64,
    /// From `/ToUnicode`.
    unicode: HashMap<u32, char>,
    /// From `/Differences`.
    named: HashMap<u32, char>,
}

/// One shown character.
pub(super) struct Glyph {
    pub(super) code: u32,
    /// For a size of 1.
    pub(super) width: f64,
    /// Whether word spacing applies (9.3.3).
    pub(super) is_space: bool,
}

impl Font {
    pub(super) fn read(view: &View<'_>, font: &Located) -> Result<Self, ReadError> {
        let subtype = view.entry(font, b"Subtype")?;
        let subtype = subtype.and_then(|of| of.node.as_name().map(<[u8]>::to_vec));
        let composite = subtype.as_deref() == Some(b"Type0");
        let unicode = match view.entry(font, b"ToUnicode")? {
            // A map that cannot be read leaves the font's own encoding.
            Some(map) if map.object.stream_start.is_some() => match view.stream_data(&map.object) {
                Ok(data) => cmap::to_unicode(&data),
                Err(error @ ReadError::Limit(_)) => return Err(error),
                Err(_) => HashMap::new(),
            },
            Some(_) | None => HashMap::new(),
        };
        let mut read = Self {
            composite,
            widths: HashMap::new(),
            usual: USUAL_WIDTH,
            unicode,
            named: HashMap::new(),
        };
        if composite {
            read.composite_widths(view, font)?;
        } else {
            let scale = match view.entry(font, b"FontMatrix")? {
                Some(matrix) if subtype.as_deref() == Some(b"Type3") => {
                    numbers(view, &matrix)?.first().copied().unwrap_or(0.001)
                }
                Some(_) | None => 0.001,
            };
            read.simple_widths(view, font, scale)?;
            read.differences(view, font)?;
        }
        Ok(read)
    }

    /// The characters of a string.
    pub(super) fn glyphs<'a>(&'a self, bytes: &'a [u8]) -> impl Iterator<Item = Glyph> + 'a {
        let width = if self.composite { 2 } else { 1 };
        bytes.chunks(width).map(move |code| {
            let is_space = code == [b' '];
            let code = code
                .iter()
                .fold(0, |sum: u32, &byte| sum << 8 | u32::from(byte));
            Glyph {
                code,
                width: self.widths.get(&code).copied().unwrap_or(self.usual),
                is_space,
            }
        })
    }

    /// Whether a code stands for a character.
    pub(super) fn means(&self, code: u32, wanted: char) -> bool {
        if let Some(character) = self.unicode.get(&code) {
            return *character == wanted;
        }
        if let Some(character) = self.named.get(&code) {
            return *character == wanted;
        }
        // All encodings of simple fonts agree on the printable part of ASCII that matters here (annex D).
        !self.composite && code == u32::from(wanted)
    }

    fn simple_widths(
        &mut self,
        view: &View<'_>,
        font: &Located,
        scale: f64,
    ) -> Result<(), ReadError> {
        let base = view.entry(font, b"BaseFont")?;
        let base = base.as_ref().and_then(|base| base.node.as_name());
        if base.is_some_and(|base| base.windows(7).any(|part| part == b"Courier")) {
            self.usual = FIXED_WIDTH;
        } else if let Some(widths) = base.and_then(standard_widths::of) {
            let widths = (u32::from(b' ')..).zip(widths);
            self.widths
                .extend(widths.map(|(code, width)| (code, f64::from(*width) / 1000.0)));
        }
        if let Some(descriptor) = view.entry(font, b"FontDescriptor")?
            && let Some(missing) = view.entry(&descriptor, b"MissingWidth")?
        {
            self.usual = missing.node.as_number().unwrap_or(0.0) * scale;
        }
        let first = view.entry(font, b"FirstChar")?;
        let first = first.and_then(|first| first.node.as_integer()).unwrap_or(0);
        let Some(widths) = view.entry(font, b"Widths")? else {
            return Ok(());
        };
        let first = u32::try_from(first).unwrap_or(0);
        for (code, width) in (first..).zip(numbers(view, &widths)?).take(MOST_WIDTHS) {
            self.widths.insert(code, width * scale);
        }
        Ok(())
    }

    /// Names of characters that replace those of the encoding (9.6.5.1).
    fn differences(&mut self, view: &View<'_>, font: &Located) -> Result<(), ReadError> {
        let Some(encoding) = view.entry(font, b"Encoding")? else {
            return Ok(());
        };
        let Some(differences) = view.entry(&encoding, b"Differences")? else {
            return Ok(());
        };
        let mut code = 0_u32;
        for item in view.items(&differences)? {
            if let Some(number) = item.node.as_integer() {
                code = u32::try_from(number).unwrap_or(0);
            } else if let Some(name) = item.node.as_name() {
                // A name that is not known still means that the code is not what it was.
                let character = named(name).unwrap_or(char::REPLACEMENT_CHARACTER);
                self.named.insert(code, character);
                code = code.saturating_add(1);
            }
        }
        Ok(())
    }

    /// `/W` and `/DW` of the descendant (9.7.4.3); codes are taken for the numbers of glyphs, as under Identity-H.
    fn composite_widths(&mut self, view: &View<'_>, font: &Located) -> Result<(), ReadError> {
        self.usual = 1.0;
        let Some(descendants) = view.entry(font, b"DescendantFonts")? else {
            return Ok(());
        };
        let Some(descendant) = view.items(&descendants)?.into_iter().next() else {
            return Ok(());
        };
        if let Some(usual) = view.entry(&descendant, b"DW")? {
            self.usual = usual.node.as_number().unwrap_or(1000.0) / 1000.0;
        }
        let Some(widths) = view.entry(&descendant, b"W")? else {
            return Ok(());
        };
        let code = |node: &Node| node.as_integer().and_then(|code| u32::try_from(code).ok());
        let items = view.items(&widths)?;
        let mut rest = items.as_slice();
        while let [first, second, tail @ ..] = rest {
            let Some(low) = code(&first.node) else { break };
            if let Value::Array(_) = second.node.value {
                for (code, width) in (low..).zip(numbers(view, second)?) {
                    self.enter(code, width);
                }
                rest = tail;
            } else {
                let [width, tail @ ..] = tail else { break };
                let (Some(high), Some(width)) = (code(&second.node), width.node.as_number()) else {
                    break;
                };
                for code in (low..=high).take(MOST_WIDTHS) {
                    self.enter(code, width);
                }
                rest = tail;
            }
        }
        Ok(())
    }

    fn enter(&mut self, code: u32, width: f64) {
        if self.widths.len() < MOST_WIDTHS {
            self.widths.insert(code, width / 1000.0);
        }
    }
}

/// Names of characters that spell printable ASCII out, and those that give a number (Adobe Glyph List).
fn named(name: &[u8]) -> Option<char> {
    if let [letter] = name {
        return Some(char::from(*letter));
    }
    let known = NAMES.iter().find(|(_, known)| *known == name);
    if let Some((character, _)) = known {
        return Some(*character);
    }
    let digits = name
        .strip_prefix(b"uni")
        .or_else(|| name.strip_prefix(b"u"))?;
    let digits = std::str::from_utf8(digits).ok()?;
    char::from_u32(u32::from_str_radix(digits, 16).ok()?)
}

#[rustfmt::skip]
static NAMES: [(char, &[u8]); 43] = [
    (' ', b"space"), ('!', b"exclam"), ('"', b"quotedbl"), ('#', b"numbersign"), ('$', b"dollar"), ('%', b"percent"),
    ('&', b"ampersand"), ('\'', b"quotesingle"), ('(', b"parenleft"), (')', b"parenright"), ('*', b"asterisk"),
    ('+', b"plus"), (',', b"comma"), ('-', b"hyphen"), ('.', b"period"), ('/', b"slash"), ('0', b"zero"),
    ('1', b"one"), ('2', b"two"), ('3', b"three"), ('4', b"four"), ('5', b"five"), ('6', b"six"), ('7', b"seven"),
    ('8', b"eight"), ('9', b"nine"), (':', b"colon"), (';', b"semicolon"), ('<', b"less"), ('=', b"equal"),
    ('>', b"greater"), ('?', b"question"), ('@', b"at"), ('[', b"bracketleft"), ('\\', b"backslash"),
    (']', b"bracketright"), ('^', b"asciicircum"), ('_', b"underscore"), ('`', b"grave"), ('{', b"braceleft"),
    ('|', b"bar"), ('}', b"braceright"), ('~', b"asciitilde"),
];
