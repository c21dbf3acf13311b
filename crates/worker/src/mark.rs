//! Words across a picture that must not be taken for the letter itself.

use serde::{Deserialize, Serialize};

/// What is written across a picture of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// The final bytes, before the first signature.
    Unsigned,
    /// A draft, set to be looked at.
    Draft,
    /// A cancelled letter.
    Void,
}

impl Mark {
    const fn words(self) -> &'static str {
        match self {
            Self::Unsigned => "BELUM DITANDATANGANI",
            Self::Draft => "KONSEP",
            Self::Void => "BATAL",
        }
    }
}

/// A PDF of one page of this size, in points, empty but for the words from corner to corner.
///
/// A page rather than drawn pixels, because the renderer that is here anyway knows glyphs and
/// transparency. Its cross-reference table is left out: our renderer then looks for the objects.
pub(crate) fn sheet(mark: Mark, width: u16, height: u16) -> Vec<u8> {
    let (across, up) = (f64::from(width), f64::from(height));
    let diagonal = across.hypot(up);
    let (cos, sin) = (across / diagonal, up / diagonal);
    // As large as fits the diagonal, but no taller than the shorter side allows.
    let size = (0.78 * diagonal / advance(mark.words())).min(0.28 * across.min(up));
    let half = size * advance(mark.words()) / 2.0;
    let drop = size * CAP_HEIGHT / 2.0;
    let x = across / 2.0 - half * cos + drop * sin;
    let y = up / 2.0 - half * sin - drop * cos;
    let words = mark.words();
    let content = format!(
        "/T gs 0.75 0.1 0.1 rg BT /F {size:.2} Tf {cos:.5} {sin:.5} {minus:.5} {cos:.5} {x:.2} {y:.2} Tm ({words}) Tj ET",
        minus = -sin,
    );
    format!(
        "%PDF-1.4\n\
         1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n\
         2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n\
         3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] /Contents 4 0 R /Resources << \
         /ExtGState << /T << /ca 0.22 >> >> \
         /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold >> >> >> >>\nendobj\n\
         4 0 obj\n<< /Length {length} >>\nstream\n{content}\nendstream\nendobj\n\
         trailer\n<< /Root 1 0 R /Size 5 >>\n%%EOF\n",
        length = content.len(),
    )
    .into_bytes()
}

/// The width of the words in Helvetica-Bold, in sizes of the font.
fn advance(words: &str) -> f64 {
    let thousandths: u32 = words.chars().map(glyph_width).sum();
    f64::from(thousandths) / 1000.0
}

/// From the font's published metrics; the letters that the marks use, and the usual width of a
/// capital for any other.
const fn glyph_width(letter: char) -> u32 {
    match letter {
        ' ' | 'I' => 278,
        'E' | 'P' | 'S' => 667,
        'G' | 'O' => 778,
        'L' | 'T' => 611,
        'M' => 833,
        _ => 722,
    }
}

/// The height of a capital, in sizes of the font.
const CAP_HEIGHT: f64 = 0.72;
