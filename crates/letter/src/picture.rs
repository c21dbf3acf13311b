//! A picture from outside, looked at before anything decodes it.

use serde::{Deserialize, Serialize};

use crate::LetterError;

/// A PNG, JPEG or SVG file of bearable size.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<u8>", into = "Vec<u8>")]
pub struct Picture {
    format: Format,
    bytes: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Png,
    Jpeg,
    Svg,
}

/// Bytes of a file.
const MOST_BYTES: usize = 4 << 20;
/// Pixels, which are four bytes each once they are decoded.
const MOST_PIXELS: u64 = 16_000_000;

impl Picture {
    /// Takes a file for a picture.
    ///
    /// # Errors
    /// [`LetterError::Picture`] when it is none of the three kinds, or too large.
    pub fn parse(bytes: Vec<u8>) -> Result<Self, LetterError> {
        if bytes.len() > MOST_BYTES {
            return Err(LetterError::Picture("is larger than 4 MiB"));
        }
        let (format, pixels) = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            (Format::Png, png_pixels(&bytes))
        } else if bytes.starts_with(&[0xff, 0xd8]) {
            let frame = jpeg_frame(&bytes);
            // An archive file holds such colours only with the profile of the press they are for.
            if frame.is_some_and(|frame| frame.components == CMYK) {
                return Err(LetterError::Picture(
                    "has the colours of a press (CMYK); save it in RGB",
                ));
            }
            (Format::Jpeg, frame.map(|frame| frame.pixels))
        } else if std::str::from_utf8(&bytes).is_ok_and(|text| text.contains("<svg")) {
            (Format::Svg, Some(0))
        } else {
            return Err(LetterError::Picture("is neither PNG nor JPEG nor SVG"));
        };
        match pixels {
            None => Err(LetterError::Picture("breaks off before it says its size")),
            Some(pixels) if pixels > MOST_PIXELS => {
                Err(LetterError::Picture("has more than 16 million pixels"))
            }
            Some(_) => Ok(Self { format, bytes }),
        }
    }

    /// The name that the typesetter has for its kind.
    pub(crate) const fn format(&self) -> &'static str {
        match self.format {
            Format::Png => "png",
            Format::Jpeg => "jpg",
            Format::Svg => "svg",
        }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture({:?}, {} bytes)", self.format, self.bytes.len())
    }
}

impl TryFrom<Vec<u8>> for Picture {
    type Error = LetterError;

    fn try_from(bytes: Vec<u8>) -> Result<Self, LetterError> {
        Self::parse(bytes)
    }
}

impl From<Picture> for Vec<u8> {
    fn from(picture: Picture) -> Self {
        picture.bytes
    }
}

/// From the first chunk, IHDR (PNG 11.2.2).
fn png_pixels(bytes: &[u8]) -> Option<u64> {
    let side = |at: usize| {
        let four = bytes.get(at..)?.first_chunk()?;
        Some(u64::from(u32::from_be_bytes(*four)))
    };
    side(16)?.checked_mul(side(20)?)
}

#[derive(Clone, Copy)]
struct Frame {
    pixels: u64,
    components: u8,
}

const CMYK: u8 = 4;

/// From the first frame header (ITU-T T.81 B.2.2).
fn jpeg_frame(bytes: &[u8]) -> Option<Frame> {
    let two = |at: usize| {
        let two = bytes.get(at..)?.first_chunk()?;
        Some(u16::from_be_bytes(*two))
    };
    let mut at = 2_usize;
    loop {
        let marker = two(at)?;
        match marker {
            // A fill byte before the marker.
            0xffff => at = at.checked_add(1)?,
            0xffc0..=0xffc3 | 0xffc5..=0xffc7 | 0xffc9..=0xffcb | 0xffcd..=0xffcf => {
                let (height, width) = (two(at.checked_add(5)?)?, two(at.checked_add(7)?)?);
                return Some(Frame {
                    pixels: u64::from(height) * u64::from(width),
                    components: *bytes.get(at.checked_add(9)?)?,
                });
            }
            0xff00..=0xfffe => {
                let length = usize::from(two(at.checked_add(2)?)?);
                at = at.checked_add(2)?.checked_add(length)?;
            }
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes
    }

    fn jpeg(width: u16, height: u16) -> Vec<u8> {
        let mut bytes = vec![
            0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xff, 0xc0, 0, 11, 8,
        ];
        bytes.extend(height.to_be_bytes());
        bytes.extend(width.to_be_bytes());
        bytes.push(3);
        bytes
    }

    #[test]
    fn a_picture_in_the_colours_of_a_press_is_refused_with_what_to_do() {
        let mut bytes = jpeg(10, 10);
        *bytes.last_mut().unwrap() = CMYK;
        let error = Picture::parse(bytes).unwrap_err().to_string();
        assert!(error.contains("RGB"), "{error}");
    }

    #[test]
    fn kinds_are_told_by_their_first_bytes_and_sizes_by_their_headers() {
        let kind = |bytes| Picture::parse(bytes).map(|picture| picture.format());
        assert_eq!(kind(png(4000, 4000)), Ok("png"));
        assert_eq!(kind(jpeg(4000, 4000)), Ok("jpg"));
        assert_eq!(kind(b"<?xml version='1.0'?><svg/>".to_vec()), Ok("svg"));
        let refused = |bytes| Picture::parse(bytes).is_err();
        assert!(refused(png(4001, 4000)));
        assert!(refused(png(u32::MAX, u32::MAX)));
        assert!(refused(jpeg(65_535, 65_535)));
        assert!(refused(png(1, 1)[..20].to_vec()));
        assert!(refused(jpeg(1, 1)[..12].to_vec()));
        assert!(refused(b"GIF89a".to_vec()));
        assert!(refused(vec![0; (4 << 20) + 1]));
    }
}
