//! The typesetter: checked input in, PDF and anchors out.

use std::panic::{AssertUnwindSafe, catch_unwind};

use typst::foundations::{Bytes, Datetime, NativeElement, Selector, Smart, Value};
use typst::introspection::{Introspector, MetadataElem};
use typst::text::Font;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::check::{check, check_stamp};
use crate::data::{page_data, stamp_data};
use crate::qr::qr_svg;
use crate::receipt_data::receipt_data;
use crate::world::{Closed, Fonts};
use crate::{Anchor, LetterDate, LetterError, LetterInput, Look, Receipt, Stamp, Typeset};

/// Turns letters into PDF files. Costly to make, cheap to share: build one and keep it.
pub struct Typesetter {
    fonts: Fonts,
}

impl Typesetter {
    /// A typesetter with the embedded fonts only.
    pub fn new() -> Self {
        Self::with_fonts(Vec::new())
    }

    /// A typesetter that prefers an office's own fonts; the embedded ones stay as fallback.
    ///
    /// Files that are no fonts are passed over, so check what an administrator uploads before.
    pub fn with_fonts(files: Vec<Vec<u8>>) -> Self {
        let own: Vec<Font> = files
            .into_iter()
            .flat_map(|file| Font::iter(Bytes::new(file)))
            .collect();
        Self {
            fonts: Fonts::new(own),
        }
    }

    /// Typesets one letter. Equal input gives equal bytes.
    ///
    /// # Errors
    /// [`LetterError`] names the field that is too large, empty, not printable or not understood.
    pub fn typeset(&self, letter: &LetterInput) -> Result<Typeset, LetterError> {
        let body = check(letter, &self.fonts)?;
        let date = timestamp(letter.date)?;
        let qr = qr_svg(&letter.verification.url)?;
        let data = page_data(letter, body, self.fonts.families())?;
        let world = Closed::letter(&self.fonts, letter.template, data, qr)?;
        guarded(|| lay_out(&world, letter, date))
    }

    /// Typesets one receipt, with the place of its seal. Equal input gives equal bytes.
    ///
    /// # Errors
    /// [`LetterError`] names the list that is too long; what stands in a text is never refused.
    pub fn receipt(&self, receipt: &Receipt) -> Result<Typeset, LetterError> {
        let date = timestamp(receipt.date)?;
        let data = receipt_data(receipt, &self.fonts)?;
        let qr = qr_svg(&receipt.seal.url)?;
        let world = Closed::receipt(&self.fonts, data, qr)?;
        guarded(|| {
            let document = compiled(&world)?;
            let found = blocks(&document, 1)?;
            export(&document, &receipt.ident, date, found)
        })
    }

    /// Sets the look of a signature as a PDF of one page of exactly its size: PDF/A-1b, and only where it shines through
    /// PDF/A-2b. Equal input gives equal bytes.
    ///
    /// # Errors
    /// [`LetterError`] names the field that is too large, empty, not printable or not understood, or says that the words
    /// would be too small to read.
    pub fn stamp(&self, stamp: &Stamp) -> Result<Vec<u8>, LetterError> {
        check_stamp(stamp, &self.fonts)?;
        let (qr, picture) = match &stamp.look {
            Look::Block(block) => {
                let qr = block.qr.as_deref().map(qr_svg).transpose()?;
                (qr, block.logo.as_ref())
            }
            Look::Picture(picture) => (None, Some(picture)),
        };
        let data = stamp_data(stamp, self.fonts.families())?;
        let world = Closed::stamp(&self.fonts, data, qr, picture)?;
        guarded(|| lay_out_stamp(&world, stamp))
    }
}

/// Known inputs can still trip assertions deep in layout or export; one of them must not take the process with it.
fn guarded<T>(work: impl FnOnce() -> Result<T, LetterError>) -> Result<T, LetterError> {
    let result = catch_unwind(AssertUnwindSafe(work));
    // After failures too: a failed run fills the cache as well as a good one.
    typst::comemo::evict(10);
    result.unwrap_or(Err(LetterError::Broken))
}

impl Default for Typesetter {
    fn default() -> Self {
        Self::new()
    }
}

fn lay_out(
    world: &Closed<'_>,
    letter: &LetterInput,
    date: Datetime,
) -> Result<Typeset, LetterError> {
    let document = compiled(world)?;
    let anchors = anchors(&document, letter.signers.len())?;
    export(&document, &letter.ident, date, anchors)
}

fn compiled(world: &Closed<'_>) -> Result<PagedDocument, LetterError> {
    typst::compile(world).output.map_err(|list| first(&list))
}

fn export(
    document: &PagedDocument,
    ident: &str,
    date: Datetime,
    anchors: Vec<Anchor>,
) -> Result<Typeset, LetterError> {
    let standards = PdfStandards::new(&[PdfStandard::A_2b])
        .map_err(|problem| LetterError::Typeset(problem.message().to_string()))?;
    let options = PdfOptions {
        ident: Smart::Custom(ident.to_owned()),
        creator: Smart::Custom(Some("Pena".to_owned())),
        timestamp: Some(Timestamp::new_utc(date)),
        standards,
        ..PdfOptions::default()
    };
    let pdf = typst_pdf::pdf(document, &options).map_err(|list| first(&list))?;
    let pages = u32::try_from(document.pages().len())
        .map_err(|_| LetterError::Typeset("too many pages".to_owned()))?;
    Ok(Typeset {
        pdf,
        pages,
        anchors,
    })
}

fn lay_out_stamp(world: &Closed<'_>, stamp: &Stamp) -> Result<Vec<u8>, LetterError> {
    let document = compiled(world)?;
    let no_room = document
        .introspector()
        .query(&Selector::Elem(MetadataElem::ELEM, None));
    if !no_room.is_empty() || document.pages().len() != 1 {
        let [width, height] = stamp.size.map(|side| side.to_string());
        return Err(LetterError::NoRoom { width, height });
    }
    let opaque = export_stamp(&document, PdfStandard::A_1b);
    opaque.or_else(|_| export_stamp(&document, PdfStandard::A_2b))
}

fn export_stamp(document: &PagedDocument, standard: PdfStandard) -> Result<Vec<u8>, LetterError> {
    let standards = PdfStandards::new(&[standard])
        .map_err(|problem| LetterError::Typeset(problem.message().to_string()))?;
    // The file around the page is thrown away, but an archive file has to have a date.
    let date = Datetime::from_ymd_hms(2000, 1, 1, 0, 0, 0);
    let options = PdfOptions {
        ident: Smart::Custom("stamp".to_owned()),
        timestamp: date.map(Timestamp::new_utc),
        standards,
        tagged: false,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(document, &options).map_err(|list| first(&list))
}

fn first(list: &[typst::diag::SourceDiagnostic]) -> LetterError {
    LetterError::Typeset(
        list.first()
            .map_or_else(String::new, |found| found.message.to_string()),
    )
}

fn timestamp(date: LetterDate) -> Result<Datetime, LetterError> {
    Datetime::from_ymd_hms(i32::from(date.year), date.month, date.day, 0, 0, 0)
        .filter(|_| (1..=9999).contains(&date.year))
        .ok_or(LetterError::Date {
            year: date.year,
            month: date.month,
            day: date.day,
        })
}

/// The places of a letter's signature blocks, which stand where they may.
fn anchors(document: &PagedDocument, wanted: usize) -> Result<Vec<Anchor>, LetterError> {
    let found = blocks(document, wanted)?;
    let fits = |anchor: &Anchor| {
        let [_, bottom, _, height] = anchor.rect;
        let page = usize::try_from(anchor.page)
            .ok()
            .and_then(|page| document.pages().get(page));
        let top = page.map_or(0.0, |page| page.frame.height().to_pt() - bottom - height);
        // The first block never opens a page: the end of the text stands above it.
        bottom >= BOTTOM_MARGIN && (anchor.signer > 0 || top > TOP_MARGIN + 1.0)
    };
    if found.iter().all(fits) {
        Ok(found)
    } else {
        Err(LetterError::Crowded)
    }
}

/// The templates leave two marks per signature block: `2n` at its top left, `2n + 1` at its bottom
/// right. They come from the laid-out pages, so they hold whatever the text did.
fn blocks(document: &PagedDocument, wanted: usize) -> Result<Vec<Anchor>, LetterError> {
    let marks: Vec<(i64, u32, f64, f64)> = document
        .introspector()
        .query(&Selector::Elem(MetadataElem::ELEM, None))
        .iter()
        .filter_map(|content| mark(document, content))
        .collect();
    let find = |code: i64| marks.iter().find(|mark| mark.0 == code);
    let found: Vec<Anchor> = (0..wanted)
        .filter_map(|signer| {
            let code = i64::try_from(signer).ok()? * 2;
            let (start, end) = (find(code)?, find(code + 1)?);
            let page = document.pages().get(usize::try_from(start.1).ok()?)?;
            (start.1 == end.1).then(|| Anchor {
                signer,
                page: start.1,
                rect: [
                    start.2,
                    page.frame.height().to_pt() - end.3,
                    end.2 - start.2,
                    end.3 - start.3,
                ],
            })
        })
        .collect();
    if found.len() == wanted {
        Ok(found)
    } else {
        Err(LetterError::Anchors {
            wanted,
            found: found.len(),
        })
    }
}

/// Margins of the templates in points: 15 mm above, 27 mm below (a hair less against rounding).
const TOP_MARGIN: f64 = 42.52;
const BOTTOM_MARGIN: f64 = 76.5;

fn mark(
    document: &PagedDocument,
    content: &typst::foundations::Content,
) -> Option<(i64, u32, f64, f64)> {
    let Value::Int(code) = content.to_packed::<MetadataElem>()?.value else {
        return None;
    };
    let place = document.introspector().as_ref();
    let position = typst_layout::PagedIntrospector::position(place, content.location()?)?;
    let page = u32::try_from(position.page.get().checked_sub(1)?).ok()?;
    Some((
        code,
        page,
        position.point.x.to_pt(),
        position.point.y.to_pt(),
    ))
}
