//! Pages before and after a change.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

use std::fmt::Write as _;
use std::sync::Arc;

use worker::{Caller, ChangedPage, Done, InProcess, PageImage, PdfWorker, Task, WorkerError};

static PUBLIC: InProcess = InProcess::new(Caller::Public);

/// A document of one page for each of these words.
fn document(words: &[&str]) -> Vec<u8> {
    let kids: String = (0..words.len()).fold(String::new(), |mut kids, at| {
        write!(kids, "{} 0 R ", page_of(at)).unwrap();
        kids
    });
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!("<< /Type /Pages /Kids [{kids}] /Count {} >>", words.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    for (at, text) in words.iter().enumerate() {
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 400] /Contents {} 0 R \
             /Resources << /Font << /F1 3 0 R >> >> >>",
            content_of(at)
        ));
        objects.push(content(text));
    }
    let objects: Vec<(usize, String)> = (1..).zip(objects).collect();
    appended(b"%PDF-1.7\n".to_vec(), &objects, None)
}

fn page_of(at: usize) -> usize {
    4 + 2 * at
}

fn content_of(at: usize) -> usize {
    5 + 2 * at
}

fn content(text: &str) -> String {
    let text = format!("BT /F1 24 Tf 40 200 Td ({text}) Tj ET");
    format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len())
}

/// The document with these objects behind it, as a revision.
fn appended(mut file: Vec<u8>, objects: &[(usize, String)], previous: Option<usize>) -> Vec<u8> {
    let mut table = String::from("xref\n");
    for (number, object) in objects {
        writeln!(table, "{number} 1\n{:010} 00000 n\r", file.len()).unwrap();
        file.extend(format!("{number} 0 obj\n{object}\nendobj\n").bytes());
    }
    let start = file.len();
    let previous = previous.map_or_else(String::new, |at| format!(" /Prev {at}"));
    file.extend(table.bytes());
    let trailer = format!("trailer\n<< /Size 99 /Root 1 0 R{previous} >>");
    file.extend(format!("{trailer}\nstartxref\n{start}\n%%EOF\n").bytes());
    file
}

fn table_of(file: &[u8]) -> usize {
    let text = String::from_utf8_lossy(file);
    let (_, rest) = text.rsplit_once("startxref\n").unwrap();
    rest.lines().next().unwrap().parse().unwrap()
}

fn compared(file: &[u8], before: usize, pages: &[u32]) -> Result<Vec<ChangedPage>, WorkerError> {
    let task = Task::Compare {
        before: u64::try_from(before).unwrap(),
        pages: pages.to_vec(),
        width: 300,
    };
    let Done::Compare { changed } = PUBLIC.run(task, Arc::new(file.to_vec()))? else {
        unreachable!("another answer");
    };
    Ok(changed)
}

/// How many pixels of a picture are red, and the rows and columns they reach.
fn red(image: &PageImage) -> (usize, [u32; 4]) {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(&image.png));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut pixels).unwrap();
    let (mut count, mut area) = (0, [u32::MAX, u32::MAX, 0, 0]);
    for (place, pixel) in (0_u32..).zip(pixels.chunks_exact(3)) {
        if pixel[0] > 200 && pixel[1] < 40 && pixel[2] < 40 {
            let (x, y) = (place % image.width, place / image.width);
            area = [
                area[0].min(x),
                area[1].min(y),
                area[2].max(x),
                area[3].max(y),
            ];
            count += 1;
        }
    }
    (count, area)
}

#[test]
fn only_the_page_that_changed_is_shown_and_the_change_is_framed_in_both_pictures() {
    let first = document(&["satu", "dua", "tiga"]);
    let changed = appended(
        first.clone(),
        &[(content_of(1), content("dua belas"))],
        Some(table_of(&first)),
    );
    let shown = compared(&changed, first.len(), &[0, 1, 2]).unwrap();
    let [
        ChangedPage {
            page: 1,
            before,
            after,
        },
    ] = &shown[..]
    else {
        panic!("{} pages", shown.len());
    };
    assert_eq!((before.width, before.pages), (300, 3));
    let (count, area) = red(before);
    assert!(count > 100, "{count} red pixels");
    assert_eq!((count, area), red(after), "the frame is another one");
    // The words stand in the middle; "dua" is the same and lies left of the frame.
    let [left, top, right, bottom] = area;
    assert!(
        left > 70 && right < 200 && top > 150 && bottom < 230,
        "{area:?}"
    );
    assert_ne!(before.png, after.png);
}

#[test]
fn a_page_that_was_added_stands_beside_a_white_one() {
    let first = document(&["satu"]);
    let two = document(&["satu", "sisipan"]);
    let more = appended(
        first.clone(),
        &[
            (2, "<< /Type /Pages /Kids [4 0 R 6 0 R] /Count 2 >>".to_owned()),
            (6, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 400] /Contents 7 0 R /Resources << /Font << /F1 3 0 R >> >> >>".to_owned()),
            (7, content("sisipan")),
        ],
        Some(table_of(&first)),
    );
    let shown = compared(&more, first.len(), &[1]).unwrap();
    assert_eq!(shown.len(), 1);
    let lone = PUBLIC.render(Arc::new(two), 1, 300, None).unwrap();
    assert_eq!(shown[0].after.height, lone.height);
    assert!(red(&shown[0].before).0 > 100);
}

#[test]
fn pages_that_look_the_same_are_left_out_and_what_cannot_be_shown_is_refused() {
    let first = document(&["satu"]);
    let same = appended(
        first.clone(),
        &[(50, "(tak terlihat)".to_owned())],
        Some(table_of(&first)),
    );
    assert_eq!(compared(&same, first.len(), &[0]).unwrap(), []);
    let refused = compared(&same, first.len(), &[7]);
    assert!(
        matches!(refused, Err(WorkerError::Refused { .. })),
        "{refused:?}"
    );
    for before in [0, 40, same.len() + 1] {
        assert!(compared(&same, before, &[0]).is_err(), "{before}");
    }
}
