//! A PDF as an old application of some office would write it: PDF 1.5, its objects in an object stream, its
//! cross-references in a stream. The letters that Pena typesets have a classic table, so this one shows that a
//! file from elsewhere is signed as it is.

use std::fmt::Write as _;

/// Writes a one-page A4 file with a heading and lines of text, and the mark where its signer's block goes (ASCII only).
pub fn imported_pdf(heading: &str, lines: &[&str], mark: &str) -> Vec<u8> {
    let content = page_content(heading, lines, mark);
    // Objects 1 to 4 travel inside object stream 5; 6 is the page's content, 7 the cross-reference stream.
    let inside = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 6 0 R \
         /Resources << /Font << /F1 4 0 R >> >> >>"
            .to_owned(),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
            .to_owned(),
    ];
    let (mut index, mut bodies) = (String::new(), String::new());
    for (number, body) in (1..).zip(&inside) {
        let _ = write!(index, "{number} {} ", bodies.len());
        bodies.push_str(body);
        bodies.push('\n');
    }

    let mut file = b"%PDF-1.5\n%\xE2\xE3\xCF\xD3\n".to_vec();
    let stream_5 = file.len();
    stream(
        &mut file,
        5,
        &format!("/Type /ObjStm /N {} /First {}", inside.len(), index.len()),
        format!("{index}{bodies}").as_bytes(),
    );
    let stream_6 = file.len();
    stream(&mut file, 6, "", content.as_bytes());
    let stream_7 = file.len();
    let mut rows = entry(0, 0, 255);
    for place in 0..inside.len() {
        rows.extend(entry(2, 5, place));
    }
    for offset in [stream_5, stream_6, stream_7] {
        rows.extend(entry(1, offset, 0));
    }
    stream(
        &mut file,
        7,
        "/Type /XRef /Size 8 /W [1 4 1] /Root 1 0 R",
        &rows,
    );
    file.extend_from_slice(format!("startxref\n{stream_7}\n%%EOF\n").as_bytes());
    file
}

fn page_content(heading: &str, lines: &[&str], mark: &str) -> String {
    let mut content = format!("BT /F1 16 Tf 72 760 Td ({}) Tj ET\n", escaped(heading));
    let mut y = 724;
    for line in lines {
        let _ = writeln!(content, "BT /F1 11 Tf 72 {y} Td ({}) Tj ET", escaped(line));
        y -= 18;
    }
    let below = y - 80;
    let _ = writeln!(
        content,
        "BT /F1 11 Tf 380 {below} Td ({}) Tj ET",
        escaped(mark)
    );
    content
}

fn escaped(text: &str) -> String {
    text.chars()
        .filter(char::is_ascii)
        .flat_map(|c| {
            matches!(c, '(' | ')' | '\\')
                .then_some('\\')
                .into_iter()
                .chain([c])
        })
        .collect()
}

fn stream(file: &mut Vec<u8>, number: usize, entries: &str, data: &[u8]) {
    let head = format!(
        "{number} 0 obj\n<< {entries} /Length {} >>\nstream\n",
        data.len()
    );
    file.extend_from_slice(head.as_bytes());
    file.extend_from_slice(data);
    file.extend_from_slice(b"\nendstream\nendobj\n");
}

/// One row of the cross-reference stream: kind, a four-byte field, a one-byte field (ISO 32000-2 7.5.8.3).
fn entry(kind: u8, second: usize, third: usize) -> Vec<u8> {
    let mut row = vec![kind];
    row.extend(u32::try_from(second).unwrap_or(u32::MAX).to_be_bytes());
    row.push(u8::try_from(third).unwrap_or(u8::MAX));
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_has_no_classic_table() {
        let file = imported_pdf("Judul (contoh)", &["Baris"], "${ttd1}");
        let text = String::from_utf8_lossy(&file);
        assert!(text.contains("/ObjStm") && text.contains("/XRef"));
        assert!(!text.contains("\nxref\n") && !text.contains("trailer"));
        assert!(text.contains("Judul \\(contoh\\)"));
    }
}
