//! A page before and after a change, side by side, with what differs framed.

use hayro::hayro_syntax::Pdf;
use hayro::vello_cpu::Pixmap;
use hayro::vello_cpu::color::PremulRgba8;
use signing::source::ByteSource;

use crate::{ChangedPage, PageImage, WorkerError, encode, render};

/// Both pictures of one page, counted from zero, each of this width, with a frame around the part whose pixels differ.
/// `None` when the page looks the same in both. A page that one of them lacks is white.
///
/// # Errors
/// When a document cannot be read or is too large, or neither has such a page.
pub fn side_by_side(
    before: &dyn ByteSource,
    after: &dyn ByteSource,
    page: u32,
    width: u32,
) -> Result<Option<PageImage>, WorkerError> {
    let two = Two {
        before: render::open(before)?,
        after: render::open(after)?,
    };
    let Some((one, other)) = two.framed(page, width)? else {
        return Ok(None);
    };
    Ok(Some(two.image(&joined(&one, &other))?))
}

/// Those of these pages, counted from zero, that look different in the first bytes of a document and in all of it.
///
/// # Errors
/// When the document cannot be read or is too large, or has no such page.
pub(crate) fn changed_pages(
    source: &dyn ByteSource,
    before: u64,
    pages: &[u32],
    width: u32,
) -> Result<Vec<ChangedPage>, WorkerError> {
    let two = Two {
        before: render::open_head(source, before)?,
        after: render::open(source)?,
    };
    let mut changed = Vec::new();
    for page in pages {
        if let Some((one, other)) = two.framed(*page, width)? {
            changed.push(ChangedPage {
                page: *page,
                before: two.image(&one)?,
                after: two.image(&other)?,
            });
        }
    }
    Ok(changed)
}

/// Two states of a document.
struct Two {
    before: Pdf,
    after: Pdf,
}

impl Two {
    /// Both pictures of a page with the frame; `None` where they look the same.
    fn framed(&self, page: u32, width: u32) -> Result<Option<(Pixmap, Pixmap)>, WorkerError> {
        let one = render::page(&self.before, page, width)?;
        let other = render::page(&self.after, page, width)?;
        let (mut one, mut other) = match (one, other) {
            (Some(one), Some(other)) => (one, other),
            (Some(one), None) => {
                let white = white_like(&one);
                (one, white)
            }
            (None, Some(other)) => (white_like(&other), other),
            (None, None) => return Err(render::absent(u64::from(page), self.pages())),
        };
        let Some(area) = Area::differing(&one, &other) else {
            return Ok(None);
        };
        area.frame(&mut one);
        area.frame(&mut other);
        Ok(Some((one, other)))
    }

    fn pages(&self) -> u32 {
        let most = self.before.pages().len().max(self.after.pages().len());
        u32::try_from(most).unwrap_or(u32::MAX)
    }

    fn image(&self, picture: &Pixmap) -> Result<PageImage, WorkerError> {
        Ok(PageImage {
            png: encode::png(picture)?,
            width: u32::from(picture.width()),
            height: u32::from(picture.height()),
            pages: self.pages(),
        })
    }
}

fn white_like(picture: &Pixmap) -> Pixmap {
    let mut white = Pixmap::new(picture.width(), picture.height());
    white.data_mut().fill(WHITE);
    white
}

/// In pixels, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Area {
    left: u16,
    top: u16,
    right: u16,
    bottom: u16,
}

impl Area {
    /// Around every pixel that differs by more than the renderer's rounding.
    fn differing(one: &Pixmap, other: &Pixmap) -> Option<Self> {
        let width = one.width().max(other.width());
        let height = one.height().max(other.height());
        let mut area: Option<Self> = None;
        for y in 0..height {
            for x in 0..width {
                if !differ(at(one, x, y), at(other, x, y)) {
                    continue;
                }
                let known = area.unwrap_or(Self {
                    left: x,
                    top: y,
                    right: x,
                    bottom: y,
                });
                area = Some(Self {
                    left: known.left.min(x),
                    top: known.top,
                    right: known.right.max(x),
                    bottom: y,
                });
            }
        }
        area
    }

    /// Draws a red frame just outside.
    fn frame(self, picture: &mut Pixmap) {
        let outer = |by: u16| Self {
            left: self.left.saturating_sub(by),
            top: self.top.saturating_sub(by),
            right: self.right.saturating_add(by),
            bottom: self.bottom.saturating_add(by),
        };
        for by in 2..=4 {
            let line = outer(by);
            for x in line.left..=line.right {
                set(picture, x, line.top);
                set(picture, x, line.bottom);
            }
            for y in line.top..=line.bottom {
                set(picture, line.left, y);
                set(picture, line.right, y);
            }
        }
    }
}

fn place(picture: &Pixmap, x: u16, y: u16) -> Option<usize> {
    (x < picture.width() && y < picture.height())
        .then(|| usize::from(y) * usize::from(picture.width()) + usize::from(x))
}

fn at(picture: &Pixmap, x: u16, y: u16) -> PremulRgba8 {
    place(picture, x, y)
        .and_then(|place| picture.data().get(place).copied())
        .unwrap_or(WHITE)
}

fn set(picture: &mut Pixmap, x: u16, y: u16) {
    let place = place(picture, x, y);
    if let Some(pixel) = place.and_then(|place| picture.data_mut().get_mut(place)) {
        *pixel = RED;
    }
}

fn differ(one: PremulRgba8, other: PremulRgba8) -> bool {
    const ROUNDING: u8 = 8;
    one.r.abs_diff(other.r) > ROUNDING
        || one.g.abs_diff(other.g) > ROUNDING
        || one.b.abs_diff(other.b) > ROUNDING
}

/// One beside the other, with a strip between.
fn joined(one: &Pixmap, other: &Pixmap) -> Pixmap {
    let width = one
        .width()
        .saturating_add(STRIP)
        .saturating_add(other.width());
    let height = one.height().max(other.height());
    let mut joined = Pixmap::new(width, height);
    let shift = one.width().saturating_add(STRIP);
    for y in 0..height {
        for x in 0..width {
            let pixel = if x < one.width() {
                at(one, x, y)
            } else if x < shift {
                GREY
            } else {
                at(other, x.saturating_sub(shift), y)
            };
            if let Some(place) = place(&joined, x, y)
                && let Some(slot) = joined.data_mut().get_mut(place)
            {
                *slot = pixel;
            }
        }
    }
    joined
}

const STRIP: u16 = 8;
const WHITE: PremulRgba8 = PremulRgba8 {
    r: 255,
    g: 255,
    b: 255,
    a: 255,
};
const GREY: PremulRgba8 = PremulRgba8 {
    r: 128,
    g: 128,
    b: 128,
    a: 255,
};
const RED: PremulRgba8 = PremulRgba8 {
    r: 220,
    g: 0,
    b: 0,
    a: 255,
};
