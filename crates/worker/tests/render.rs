//! Pages as pictures.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

use std::sync::Arc;

use letter::Template;
use worker::{Caller, InProcess, Mark, PageImage, PdfWorker, WorkerError};

#[path = "../../letter/tests/sample/mod.rs"]
mod sample;

static OFFICE: InProcess = InProcess::new(Caller::Office);

fn letter() -> Arc<Vec<u8>> {
    Arc::new(
        OFFICE
            .typeset(sample::letter(Template::NotaDinas))
            .unwrap()
            .pdf,
    )
}

/// The pixels of a picture, three bytes each.
fn pixels(image: &PageImage) -> Vec<u8> {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(&image.png));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    assert_eq!((info.width, info.height), (image.width, image.height));
    assert_eq!(info.color_type, png::ColorType::Rgb);
    pixels
}

fn share(pixels: &[u8], is: impl Fn(&[u8]) -> bool) -> f64 {
    let all = pixels.chunks_exact(3);
    let total = all.len();
    let count = all.filter(|pixel| is(pixel)).count();
    f64::from(u32::try_from(count).unwrap()) / f64::from(u32::try_from(total).unwrap())
}

fn reddish(pixel: &[u8]) -> bool {
    pixel[0] > pixel[1].saturating_add(20) && pixel[0] > pixel[2].saturating_add(20)
}

#[test]
fn a_page_is_shown_in_black_on_white_at_the_width_that_was_asked_for() {
    let image = OFFICE.render(letter(), 0, 800, None).unwrap();
    assert_eq!(image.width, 800);
    assert!(image.height > 1_000, "{}", image.height);
    let pixels = pixels(&image);
    let dark = share(&pixels, |pixel| pixel.iter().all(|part| *part < 100));
    let white = share(&pixels, |pixel| *pixel == [255; 3]);
    assert!(dark > 0.005 && white > 0.7, "{dark} {white}");
    assert!(share(&pixels, reddish) < 0.001);
}

#[test]
fn the_picture_of_a_page_is_small_with_and_without_a_mark() {
    for mark in [None, Some(Mark::Unsigned)] {
        let image = OFFICE.render(letter(), 0, 900, mark).unwrap();
        assert!(image.png.len() < 90_000, "{mark:?}: {}", image.png.len());
    }
}

#[test]
fn a_mark_lies_across_the_page_and_leaves_it_readable() {
    let letter = letter();
    for mark in [Mark::Unsigned, Mark::Draft, Mark::Void] {
        let image = OFFICE.render(letter.clone(), 0, 800, Some(mark)).unwrap();
        if let Some(directory) = std::env::var_os("PENA_SHOW_PICTURES") {
            let path = std::path::Path::new(&directory).join(format!("{mark:?}.png"));
            std::fs::write(path, &image.png).unwrap();
        }
        let pixels = pixels(&image);
        let red = share(&pixels, reddish);
        assert!((0.01..0.25).contains(&red), "{mark:?}: {red}");
        let dark = share(&pixels, |pixel| pixel.iter().all(|part| *part < 100));
        assert!(dark > 0.004, "{mark:?}: {dark}");
    }
}

#[test]
fn a_page_that_is_not_there_is_refused_and_a_picture_has_bounds() {
    let letter = letter();
    let pages = OFFICE.render(letter.clone(), 0, 0, None).unwrap();
    assert_eq!(pages.width, 50);
    let error = OFFICE
        .render(letter.clone(), pages.pages, 800, None)
        .unwrap_err();
    assert!(matches!(error, WorkerError::Refused { .. }), "{error:?}");

    let image = OFFICE.render(letter, 0, u32::MAX, None).unwrap();
    assert_eq!(image.width, 2_000);
}

/// A page of these sides that shows nothing.
fn empty(width: &str, height: &str) -> Arc<Vec<u8>> {
    let file = format!(
        "%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n\
         2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n\
         3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] >>\nendobj\n\
         trailer\n<< /Root 1 0 R /Size 4 >>\n%%EOF\n"
    );
    Arc::new(file.into_bytes())
}

#[test]
fn a_strip_or_a_sheet_beyond_all_measure_stays_within_eight_million_pixels() {
    for (width, height) in [("10", "14000"), ("14000", "10"), ("14400", "14400")] {
        let image = OFFICE.render(empty(width, height), 0, 2_000, None).unwrap();
        assert!(u64::from(image.width) * u64::from(image.height) <= 8_100_000);
    }
    let error = OFFICE
        .render(empty("20000", "20000"), 0, 2_000, None)
        .unwrap_err();
    assert!(matches!(error, WorkerError::Limit { .. }), "{error:?}");
}

#[test]
fn bytes_that_are_no_pdf_have_no_picture() {
    for bytes in [Vec::new(), b"<html>".to_vec(), vec![0; 4096]] {
        let error = OFFICE.render(Arc::new(bytes), 0, 800, None).unwrap_err();
        assert!(matches!(error, WorkerError::Unreadable { .. }), "{error:?}");
    }
}
