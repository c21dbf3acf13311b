//! A picture as a PNG file: small, because whoever opens a letter on a phone pays for it.

use std::collections::HashMap;

use hayro::vello_cpu::Pixmap;

use crate::WorkerError;

/// A page has few colours, so it is written with a palette of at most 256 that lie so near to its own that nobody sees
/// the difference; a page of photographs keeps all of them. Without the alpha channel: on white paper there is nothing
/// to see through.
pub(crate) fn png(picture: &Pixmap) -> Result<Vec<u8>, WorkerError> {
    let colours: Vec<Colour> = picture
        .data()
        .iter()
        .map(|pixel| [pixel.r, pixel.g, pixel.b])
        .collect();
    let reduced = [FINE, COARSE]
        .into_iter()
        .find_map(|bits| Reduced::of(&colours, bits));
    let broken = |error: png::EncodingError| WorkerError::broken(error.to_string());
    let mut out = Vec::new();
    let (width, height) = (u32::from(picture.width()), u32::from(picture.height()));
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Balanced);
    let data = if let Some(Reduced { palette, pixels }) = reduced {
        encoder.set_color(png::ColorType::Indexed);
        encoder.set_palette(palette);
        // Neighbours in a palette are not neighbours in colour.
        encoder.set_filter(png::Filter::NoFilter);
        pixels
    } else {
        encoder.set_color(png::ColorType::Rgb);
        colours.concat()
    };
    let mut writer = encoder.write_header().map_err(broken)?;
    writer.write_image_data(&data).map_err(broken)?;
    writer.finish().map_err(broken)?;
    Ok(out)
}

type Colour = [u8; 3];

/// Bits of each part of a colour that are kept.
const FINE: u32 = 5;
const COARSE: u32 = 4;

/// A picture by the numbers of its colours.
struct Reduced {
    palette: Vec<u8>,
    pixels: Vec<u8>,
}

impl Reduced {
    /// `None` when there are more colours than numbers.
    fn of(colours: &[Colour], bits: u32) -> Option<Self> {
        let mut numbers: HashMap<Colour, u8> = HashMap::new();
        let mut palette = Vec::new();
        let mut pixels = Vec::with_capacity(colours.len());
        let mut last = None;
        for colour in colours {
            // Most of a page is the same white over and over.
            if let Some((seen, number)) = last
                && seen == colour
            {
                pixels.push(number);
                continue;
            }
            let kept = colour.map(|part| nearest(part, bits));
            let number = if let Some(number) = numbers.get(&kept) {
                *number
            } else {
                let number = u8::try_from(numbers.len()).ok()?;
                palette.extend_from_slice(&kept);
                numbers.insert(kept, number);
                number
            };
            last = Some((colour, number));
            pixels.push(number);
        }
        Some(Self { palette, pixels })
    }
}

/// The nearest of the values that have so many bits; black stays black and white stays white.
fn nearest(part: u8, bits: u32) -> u8 {
    let high = part & (u8::MAX << (8 - bits));
    high | (high >> bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_become_near_ones_and_too_many_stay() {
        let photograph: Vec<Colour> = (0..=u8::MAX)
            .flat_map(|red| (0..=u8::MAX).map(move |green| [red, green, 0]))
            .collect();
        assert!(Reduced::of(&photograph, FINE).is_none());
        let many: Vec<Colour> = (0..=u8::MAX)
            .flat_map(|part| [[part; 3], [255, part, part]])
            .collect();
        let fine = Reduced::of(&many, FINE).unwrap();
        assert_eq!(fine.pixels.len(), many.len());
        for (pixel, colour) in fine.pixels.iter().zip(&many) {
            let shown = &fine.palette[usize::from(*pixel) * 3..][..3];
            for (shown, was) in shown.iter().zip(colour) {
                assert!(shown.abs_diff(*was) < 8, "{shown} for {was}");
            }
        }
    }

    #[test]
    fn paper_and_ink_stay_white_and_black() {
        for bits in [FINE, COARSE] {
            assert_eq!((nearest(0, bits), nearest(255, bits)), (0, 255));
        }
    }
}
