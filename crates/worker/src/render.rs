//! A page as a picture.

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::{DecryptionError, LoadPdfError, Pdf, page::Page};
use hayro::vello_cpu::Pixmap;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{RenderCache, RenderSettings};
use signing::source::ByteSource;

use crate::mark::{self, Mark};
use crate::{PageImage, WorkerError, encode};

/// Sets one page as a picture of this width, or of the widest that is within the limits.
///
/// # Errors
/// When the document cannot be read, is too large, or has no such page.
pub(crate) fn render(
    source: &dyn ByteSource,
    page: u32,
    width: u32,
    mark: Option<Mark>,
) -> Result<PageImage, WorkerError> {
    let pdf = open(source)?;
    let count = u32::try_from(pdf.pages().len()).unwrap_or(u32::MAX);
    let mut picture =
        self::page(&pdf, page, width)?.ok_or_else(|| absent(u64::from(page), count))?;
    if let Some(mark) = mark {
        stamp(&mut picture, mark)?;
    }
    Ok(PageImage {
        png: encode::png(&picture)?,
        width: u32::from(picture.width()),
        height: u32::from(picture.height()),
        pages: count,
    })
}

/// Opens a document for the renderer.
pub(crate) fn open(source: &dyn ByteSource) -> Result<Pdf, WorkerError> {
    open_head(source, source.len())
}

/// Opens an earlier state of a document: its first bytes.
pub(crate) fn open_head(source: &dyn ByteSource, length: u64) -> Result<Pdf, WorkerError> {
    Pdf::new(head(source, length)?).map_err(unreadable)
}

/// The picture of one page; `None` where there is no such page.
pub(crate) fn page(pdf: &Pdf, page: u32, width: u32) -> Result<Option<Pixmap>, WorkerError> {
    let asked = usize::try_from(page).unwrap_or(usize::MAX);
    let Some(page) = pdf.pages().get(asked) else {
        return Ok(None);
    };
    let scale = Scale::of(page, width)?;
    Ok(Some(picture(page, scale)))
}

/// How large a page becomes.
#[derive(Clone, Copy)]
struct Scale {
    factor: f32,
    width: u16,
    height: u16,
}

impl Scale {
    fn of(page: &Page<'_>, wanted: u32) -> Result<Self, WorkerError> {
        let (width, height) = page.render_dimensions();
        let usable = |side: f32| side.is_finite() && (SIDE_MIN..=SIDE_MAX).contains(&side);
        if !usable(width) || !usable(height) {
            return Err(WorkerError::Limit {
                reason: format!("a page of {width} by {height} points is not shown as a picture"),
            });
        }
        let (width, height) = (f64::from(width), f64::from(height));
        let wanted = f64::from(wanted.clamp(WIDTH_MIN, WIDTH_MAX));
        // A strip of a page keeps within the area by being drawn smaller than was asked for.
        let widest = (PIXELS_MAX * width / height).sqrt();
        let tallest = f64::from(u16::MAX) * width / height;
        let pixels = wanted.min(widest).min(tallest).max(1.0);
        let factor = pixels / width;
        Ok(Self {
            factor: narrowed(factor),
            width: whole_pixels(pixels),
            height: whole_pixels(height * factor),
        })
    }
}

fn picture(page: &Page<'_>, scale: Scale) -> Pixmap {
    let settings = RenderSettings {
        x_scale: scale.factor,
        y_scale: scale.factor,
        width: Some(scale.width),
        height: Some(scale.height),
        bg_color: WHITE,
    };
    hayro::render(
        page,
        &RenderCache::new(),
        &InterpreterSettings::default(),
        &settings,
    )
}

/// Lays the mark, set as a page of the same size, over the picture.
fn stamp(picture: &mut Pixmap, mark: Mark) -> Result<(), WorkerError> {
    let (width, height) = (picture.width(), picture.height());
    let sheet = Pdf::new(mark::sheet(mark, width, height))
        .map_err(|_| WorkerError::broken("the mark is no page"))?;
    let Some(page) = sheet.pages().first() else {
        return Err(WorkerError::broken("the mark has no page"));
    };
    let settings = RenderSettings {
        width: Some(width),
        height: Some(height),
        ..RenderSettings::default()
    };
    let over = hayro::render(
        page,
        &RenderCache::new(),
        &InterpreterSettings::default(),
        &settings,
    );
    for (under, over) in picture.data_mut().iter_mut().zip(over.data()) {
        // Both are premultiplied, and the page is opaque.
        let rest = u16::from(u8::MAX - over.a);
        let blend = |under: u8, over: u8| {
            let shown = u16::from(under) * rest / u16::from(u8::MAX);
            over.saturating_add(u8::try_from(shown).unwrap_or(u8::MAX))
        };
        under.r = blend(under.r, over.r);
        under.g = blend(under.g, over.g);
        under.b = blend(under.b, over.b);
        under.a = u8::MAX;
    }
    Ok(())
}

fn head(source: &dyn ByteSource, length: u64) -> Result<Vec<u8>, WorkerError> {
    if length > DOCUMENT_MAX {
        return Err(WorkerError::Limit {
            reason: format!("a document of {length} bytes is not shown as pictures"),
        });
    }
    let mut bytes = vec![0; usize::try_from(length).unwrap_or_default()];
    source
        .read_at(0, &mut bytes)
        .map_err(|error| WorkerError::broken(error.to_string()))?;
    Ok(bytes)
}

fn unreadable(error: LoadPdfError) -> WorkerError {
    let reason = match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => "it is locked",
        LoadPdfError::Decryption(_) => "it is encrypted in a way that is not supported",
        LoadPdfError::Invalid => "it is no PDF, or has no pages",
    };
    WorkerError::Unreadable {
        reason: reason.to_owned(),
    }
}

pub(crate) fn absent(page: u64, count: u32) -> WorkerError {
    WorkerError::Refused {
        reason: format!("there is no page {} in {count}", page + 1),
    }
}

/// The renderer calculates in single precision, which is exact enough for pixels.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the factor lies between the bounds of the sides, far inside the range of f32"
)]
const fn narrowed(factor: f64) -> f32 {
    factor as f32
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the range of u16 before"
)]
fn whole_pixels(length: f64) -> u16 {
    length.round().clamp(1.0, f64::from(u16::MAX)) as u16
}

const WIDTH_MIN: u32 = 50;
const WIDTH_MAX: u32 = 2_000;
const PIXELS_MAX: f64 = 8_000_000.0;
/// In points. ISO 32000-2 annex C names 3 and 14,400 as the usual bounds of a page's sides.
const SIDE_MIN: f32 = 1.0;
const SIDE_MAX: f32 = 14_400.0;
/// The renderer holds the whole document.
const DOCUMENT_MAX: u64 = 100 << 20;
