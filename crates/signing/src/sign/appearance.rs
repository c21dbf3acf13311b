//! Appearance streams of signature widgets (ISO 32000-2 12.5.5).

use super::request::Appearance;
use crate::pdf::{page::Turn, text};

/// A form XObject of this width and height as seen, upright on a page that is turned.
pub(super) fn stream(appearance: &Appearance, (width, height): (f64, f64), turn: Turn) -> Vec<u8> {
    let (resources, content) = match appearance {
        Appearance::Transparent => ("<< >>", Vec::new()),
        Appearance::Block(lines) => (FONT, block(lines, width, height)),
    };
    let (w, h, length) = (text::number(width), text::number(height), content.len());
    let matrix = turn.matrix(width, height).map(|matrix| {
        let numbers = matrix.map(text::number).join(" ");
        format!(" /Matrix [{numbers}]")
    });
    let matrix = matrix.unwrap_or_default();
    let mut out = format!(
        "<< /Type /XObject /Subtype /Form /BBox [0 0 {w} {h}]{matrix} /Resources {resources} /Length {length} >>\nstream\n"
    )
    .into_bytes();
    out.extend(content);
    out.extend(b"\nendstream");
    out
}

const FONT: &str = "<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >> >> >>";
const MARGIN: f64 = 3.0;
const LARGEST: f64 = 10.0;
/// A line is this much higher than its letters.
const LEADING: f64 = 1.25;
/// Helvetica's letters are about half as wide as high; a little more keeps capitals inside.
const WIDTH_OF_LETTER: f64 = 0.58;

fn block(lines: &[String], width: f64, height: f64) -> Vec<u8> {
    let count = |number: usize| f64::from(u32::try_from(number).unwrap_or(u32::MAX).max(1));
    let longest = count(
        lines
            .iter()
            .map(|line| line.chars().count())
            .max()
            .unwrap_or(1),
    );
    let by_height = (height - 2.0 * MARGIN) / (count(lines.len()) * LEADING);
    let by_width = (width - 2.0 * MARGIN) / (longest * WIDTH_OF_LETTER);
    let size = by_height.min(by_width).clamp(1.0, LARGEST);
    let frame = [0.5, 0.5, width - 1.0, height - 1.0]
        .map(text::number)
        .join(" ");
    let first = text::number(height - MARGIN - size);
    let (margin, size, leading) = (
        text::number(MARGIN),
        text::number(size),
        text::number(size * LEADING),
    );
    let mut out =
        format!("q 0.5 w {frame} re S BT /F1 {size} Tf {leading} TL {margin} {first} Td\n")
            .into_bytes();
    for line in lines {
        out.extend(text::literal(&win_ansi(line)));
        out.extend(b" Tj T*\n");
    }
    out.extend(b"ET Q");
    out
}

/// Latin-1 and the few signs of WinAnsi that letters use; anything else is a question mark.
fn win_ansi(line: &str) -> Vec<u8> {
    line.chars()
        .map(|letter| match letter {
            ' '..='~' | '\u{a0}'..='\u{ff}' => u8::try_from(u32::from(letter)).unwrap_or(b'?'),
            '–' => 0x96,
            '—' => 0x97,
            '‘' => 0x91,
            '’' => 0x92,
            '“' => 0x93,
            '”' => 0x94,
            '…' => 0x85,
            '•' => 0x95,
            _ => b'?',
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_writes_its_lines_and_their_length() {
        let lines = vec![
            "Ditandatangani (sah)".to_owned(),
            "Bupati – Contoh".to_owned(),
        ];
        let stream = stream(&Appearance::Block(lines), (200.0, 50.0), Turn::Upright);
        let text = String::from_utf8_lossy(&stream);
        assert!(text.contains("(Ditandatangani \\(sah\\)) Tj"));
        assert!(text.contains("(Bupati \\226 Contoh) Tj"));
        let content = text
            .split("stream\n")
            .nth(1)
            .unwrap()
            .strip_suffix("\nendstream")
            .unwrap();
        assert!(text.contains(&format!("/Length {} ", content.len())));
    }
}
