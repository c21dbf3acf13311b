//! Where the block lands: on turned pages, on cut pages, over a marker in the text.

use std::fmt::Write as _;

use signing::{
    Budget, UtcTime,
    sign::{Appearance, Place, Request, SignError, fields, locate, sign},
};

use crate::support::{drawing, p256, pdf_of};

fn request(place: Place) -> Request {
    Request {
        appearance: Appearance::Drawn(drawing()),
        ..Request::new(place, UtcTime::from_unix(1_795_000_000))
    }
}

fn new(rect: [f64; 4]) -> Place {
    Place::New {
        name: None,
        page: 0,
        rect,
    }
}

fn marker(sign: char) -> Place {
    Place::Marker {
        name: None,
        sign,
        size: [80.0, 40.0],
    }
}

/// One page with these attributes, this content and these fonts.
fn page(attributes: &str, content: &str, fonts: &str) -> Vec<u8> {
    let page = format!(
        "<< /Type /Page /Parent 2 0 R {attributes} /Contents 4 0 R /Resources << /Font << /F1 {fonts} >> >> >>"
    );
    let content = format!(
        "<< /Length {} >>\nstream\n{content}\nendstream",
        content.len()
    );
    pdf_of(&[
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 600 800] >>",
        &page,
        &content,
        "<< /Type /Font /Subtype /Type1 /BaseFont /Courier /FirstChar 32 /LastChar 126 /Widths 6 0 R >>",
        &format!("[{}]", "600 ".repeat(95)),
    ])
}

/// The signed document's appended text, and its field's rectangle as seen.
fn placed(source: &[u8], place: Place) -> Result<(String, [f64; 4]), SignError> {
    let pki = p256("Penanda Tangan Uji");
    let append = sign(&source, request(place), &pki.signer, Budget::office())?;
    let result = [source, append.bytes()].concat();
    let seen = fields(&result, Budget::office()).unwrap()[0].rect;
    Ok((String::from_utf8_lossy(append.bytes()).into_owned(), seen))
}

fn assert_at(found: [f64; 4], expected: [f64; 4]) {
    let near = found
        .iter()
        .zip(expected)
        .all(|(a, b)| (a - b).abs() < 0.01);
    assert!(near, "{found:?}, not {expected:?}");
}

#[test]
fn a_block_stands_upright_where_it_is_seen_on_turned_pages() {
    let rect = [100.0, 50.0, 180.0, 60.0];
    for (turn, own, matrix) in [
        (0, "/Rect [100 50 280 110]", None),
        (
            90,
            "/Rect [490 100 550 280]",
            Some("/Matrix [0 1 -1 0 60 0]"),
        ),
        (
            180,
            "/Rect [320 690 500 750]",
            Some("/Matrix [-1 0 0 -1 180 60]"),
        ),
        (
            270,
            "/Rect [50 520 110 700]",
            Some("/Matrix [0 -1 1 0 0 180]"),
        ),
        (
            -90,
            "/Rect [50 520 110 700]",
            Some("/Matrix [0 -1 1 0 0 180]"),
        ),
    ] {
        let source = page(&format!("/Rotate {turn}"), "", "5 0 R");
        let (text, seen) = placed(&source, new(rect)).unwrap();
        assert!(text.contains(own), "{turn}: {text}");
        assert_eq!(text.contains("/Matrix"), matrix.is_some(), "{turn}");
        assert!(matrix.is_none_or(|matrix| text.contains(matrix)), "{turn}");
        assert!(text.contains("/BBox [0 0 180 60]"), "{turn}");
        assert_at(seen, rect);
    }
}

#[test]
fn a_crop_box_moves_the_corner_that_is_counted_from() {
    let source = page("/CropBox [100 200 500 700]", "", "5 0 R");
    let (text, seen) = placed(&source, new([10.0, 20.0, 100.0, 40.0])).unwrap();
    assert!(text.contains("/Rect [110 220 210 260]"), "{text}");
    assert_at(seen, [10.0, 20.0, 100.0, 40.0]);
}

#[test]
fn a_block_is_counted_in_points_on_a_page_of_larger_units() {
    let source = page(
        "/UserUnit 2.5",
        "BT /F1 10 Tf 100 300 Td (ab#) Tj ET",
        "5 0 R",
    );
    let rect = [50.0, 25.0, 200.0, 75.0];
    let (text, seen) = placed(&source, new(rect)).unwrap();
    assert!(text.contains("/Rect [20 10 100 40]"), "{text}");
    assert!(text.contains("/BBox [0 0 200 75]"), "{text}");
    assert_at(seen, rect);
    let (_, seen) = placed(&source, marker('#')).unwrap();
    assert_at(seen, [115.0 * 2.5 - 40.0, 303.5 * 2.5 - 20.0, 80.0, 40.0]);
}

#[test]
fn a_block_over_a_marker_is_never_made_smaller_than_it_was_drawn() {
    let content = "BT /F1 10 Tf 10 10 Td (#) Tj ET";
    let narrow = page("/MediaBox [0 0 60 800]", content, "5 0 R");
    let error = placed(&narrow, marker('#')).unwrap_err();
    let shown = "60 x 800".to_owned();
    assert_eq!(error, SignError::OffPage { shown });
}

#[test]
fn a_hidden_field_is_signed_and_nothing_is_drawn_into_it() {
    for flags in [2, 6, 36] {
        let source = pdf_of(&[
            "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R] >> >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 600 800] >>",
            "<< /Type /Page /Parent 2 0 R /Annots [4 0 R] >>",
            &format!(
                "<< /Type /Annot /Subtype /Widget /FT /Sig /T (A) /F {flags} /Rect [9 9 99 59] /P 3 0 R >>"
            ),
        ]);
        let (text, seen) = placed(&source, Place::Existing("A".to_owned())).unwrap();
        assert!(!text.contains("/AP"), "{text}");
        assert_at(seen, [9.0, 9.0, 0.0, 0.0]);
    }
}

#[test]
fn what_would_not_be_seen_whole_is_refused() {
    let cut = page("/CropBox [100 200 500 700]", "", "5 0 R");
    let turned = page("/Rotate 90", "", "5 0 R");
    for (source, rect) in [
        (&cut, [350.0, 20.0, 100.0, 40.0]),
        (&cut, [10.0, 480.0, 100.0, 40.0]),
        (&turned, [10.0, 650.0, 100.0, 40.0]),
        (&turned, [-5.0, 10.0, 100.0, 40.0]),
    ] {
        let error = placed(source, new(rect)).unwrap_err();
        assert!(matches!(error, SignError::OffPage { .. }), "{error}");
    }
}

#[test]
fn a_marker_is_found_under_every_operator_that_shows_text() {
    // Courier of 10 points: each sign is 6 points wide. The # stands at 100 + 2 * 6, its middle 3 further, 3.5 up.
    for content in [
        "BT /F1 10 Tf 100 300 Td (ab#) Tj ET",
        "BT /F1 10 Tf 1 0 0 1 100 300 Tm [(a) -600 (#)] TJ ET",
        "BT /F1 10 Tf 14 TL 100 314 Td (ab#) ' ET",
        "BT /F1 10 Tf 14 TL 100 314 Td 0 0 (ab#) \" ET",
        "BT /F1 10 Tf 90 310 Td 10 -10 TD <616223> Tj ET",
        "q 2 0 0 2 0 0 cm BT /F1 5 Tf 50 150 Td (ab#) Tj ET Q",
        "q 1 0 0 1 7 7 cm Q BT /F1 10 Tf 100 300 Td (ab#) Tj ET",
        "BT /F1 10 Tf 6 Tw 100 300 Td ( #) Tj ET",
        "BT /F1 10 Tf 200 Tz 100 300 Td (#) Tj ET",
    ] {
        let (_, seen) = placed(&page("", content, "5 0 R"), marker('#')).unwrap();
        let middle = if content.contains("Tz") { 106.0 } else { 115.0 };
        let expected = [middle - 40.0, 303.5 - 20.0, 80.0, 40.0];
        assert_at(seen, expected);
    }
}

#[test]
fn a_marker_in_a_subset_font_is_found_by_its_map() {
    let map = "1 beginbfchar <0007> <0024> endbfchar";
    let map = format!("<< /Length {} >>\nstream\n{map}\nendstream", map.len());
    let source = pdf_of(&[
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 600 800] >>",
        "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        "<< /Length 46 >>\nstream\nBT /F1 10 Tf 100 300 Td <000500050007> Tj ET  \nendstream",
        "<< /Type /Font /Subtype /Type0 /Encoding /Identity-H /DescendantFonts [6 0 R] /ToUnicode 7 0 R >>",
        "<< /Type /Font /Subtype /CIDFontType2 /DW 1000 /W [5 [500] 7 7 400] >>",
        &map,
    ]);
    let (_, seen) = placed(&source, marker('$')).unwrap();
    let expected = [112.0 - 40.0, 303.5 - 20.0, 80.0, 40.0];
    assert_at(seen, expected);
}

#[test]
fn a_marker_is_found_behind_signs_of_the_standard_fonts() {
    // The widths of W, i and # for a size of 1000.
    for (name, [capital, small, sign]) in [
        ("Helvetica", [944.0, 222.0, 556.0]),
        ("Helvetica-BoldOblique", [944.0, 278.0, 556.0]),
        ("Times-Roman", [944.0, 278.0, 500.0]),
        ("TimesNewRomanPS-ItalicMT", [833.0, 278.0, 500.0]),
        ("Courier", [600.0, 600.0, 600.0]),
    ] {
        let font = format!("<< /Type /Font /Subtype /Type1 /BaseFont /{name} >>");
        let content = "BT /F1 10 Tf 100 300 Td (Wi#) Tj ET";
        let (_, seen) = placed(&page("", content, &font), marker('#')).unwrap();
        let middle = 100.0 + (capital + small + sign / 2.0) / 100.0;
        assert_at(seen, [middle - 40.0, 303.5 - 20.0, 80.0, 40.0]);
    }
}

/// Content in hexadecimal digits of what a filter gives back.
fn filtered(filter: &str, data: &[u8]) -> Vec<u8> {
    let mut digits = String::new();
    for byte in data {
        let _ = write!(digits, "{byte:02x}");
    }
    pdf_of(&[
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 600 800] >>",
        "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Courier >> >> >> >>",
        &format!(
            "<< /Filter [/ASCIIHexDecode /{filter}] /Length {} >>\nstream\n{digits}>\nendstream",
            digits.len() + 1
        ),
    ])
}

#[test]
fn a_marker_is_found_behind_every_filter_of_text() {
    let content = b"BT /F1 10 Tf 100 300 Td (ab#) Tj ET";
    let mut runs = vec![u8::try_from(content.len() - 1).unwrap()];
    runs.extend(content);
    runs.push(128);
    let base85: Vec<u8> = content
        .chunks(4)
        .flat_map(|four| {
            let mut bytes = [0; 4];
            bytes[..four.len()].copy_from_slice(four);
            let value = u32::from_be_bytes(bytes);
            let digits = [52_200_625, 614_125, 7225, 85, 1].map(|by| value / by % 85);
            let digits: Vec<u8> = digits
                .iter()
                .map(|digit| u8::try_from(*digit).unwrap() + b'!')
                .collect();
            digits[..=four.len()].to_vec()
        })
        .chain(*b"~>")
        .collect();
    // Every byte as a code of its own, between the codes that clear and end.
    let codes: Vec<u16> = std::iter::once(256)
        .chain(content.iter().map(|byte| u16::from(*byte)))
        .chain([257])
        .collect();
    let bits: Vec<u16> = codes
        .iter()
        .flat_map(|code| (0..9).rev().map(move |bit| code >> bit & 1))
        .collect();
    let lzw: Vec<u8> = bits
        .chunks(8)
        .map(|eight| {
            let byte = eight.iter().fold(0, |sum, bit| sum << 1 | bit);
            u8::try_from(byte << (8 - eight.len())).unwrap()
        })
        .collect();
    for (filter, data) in [
        ("RunLengthDecode", runs),
        ("ASCII85Decode", base85),
        ("LZWDecode", lzw),
    ] {
        let (_, seen) = placed(&filtered(filter, &data), marker('#')).unwrap();
        assert_at(seen, [115.0 - 40.0, 303.5 - 20.0, 80.0, 40.0]);
    }
}

#[test]
fn words_are_located_in_pieces_and_one_that_is_missing_is_said() {
    let content = "BT /F1 10 Tf 100 300 Td (x ${tt) Tj [(d) 0 (2} ${) 50 (ttd) 0 (1}) ] TJ ET";
    let source = page("", content, "5 0 R");
    let texts = ["${ttd1}", "${ttd2}", "${ttd3}"].map(str::to_owned);
    let found = locate(&source, &texts, [60.0, 30.0], Budget::office()).unwrap();
    // Courier of 10 points: seven signs of 6 points, the second text two of them from the left.
    let at = |at: usize| found[at].unwrap().rect;
    assert_at(at(1), [112.0 + 21.0 - 30.0, 303.5 - 15.0, 60.0, 30.0]);
    assert_at(
        at(0),
        [160.0 - 0.25 + 21.0 - 30.0, 303.5 - 15.0, 60.0, 30.0],
    );
    assert_eq!(found[2], None);
}

#[test]
fn a_field_over_a_marker_near_the_edge_stays_on_the_page() {
    let content = "BT /F1 10 Tf 590 5 Td (^) Tj ET";
    let (_, seen) = placed(&page("", content, "5 0 R"), marker('^')).unwrap();
    assert_at(seen, [520.0, 0.0, 80.0, 40.0]);
}

#[test]
fn a_document_without_the_marker_says_so() {
    let content = "BT /F1 10 Tf 100 300 Td (tidak ada) Tj ET % #";
    let error = placed(&page("", content, "5 0 R"), marker('#')).unwrap_err();
    assert_eq!(error, SignError::NoMarker('#'));
}
