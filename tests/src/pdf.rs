//! Documents that are made for tests, and signatures taken out of documents.

/// One page with a line of text.
pub fn plain() -> Vec<u8> {
    let content = "BT /F1 12 Tf 72 720 Td (Surat contoh) Tj ET";
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (number, object) in objects.iter().enumerate() {
        places.push(out.len());
        out.extend(format!("{} 0 obj\n{object}\nendobj\n", number + 1).bytes());
    }
    let table = out.len();
    out.extend(b"xref\n0 6\n0000000000 65535 f\r\n");
    for place in places {
        out.extend(format!("{place:010} 00000 n\r\n").bytes());
    }
    out.extend(format!("trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n").bytes());
    out
}

/// A signed [`plain`] whose page somebody replaced afterwards, by a later revision.
///
/// # Panics
/// If its newest revision has no cross-reference table.
pub fn with_another_page(signed: &[u8]) -> Vec<u8> {
    let text: String = signed.iter().map(|byte| char::from(byte & 0x7f)).collect();
    let number_behind = |mark: &str| {
        let (_, rest) = text.rsplit_once(mark).expect("a trailer");
        let digits = rest
            .trim_start()
            .split(|letter: char| !letter.is_ascii_digit());
        digits.map(str::to_owned).next().expect("a number")
    };
    let (previous, size) = (number_behind("startxref"), number_behind("/Size"));
    let content = "BT /F1 12 Tf 72 720 Td (Surat lain) Tj ET";
    let mut out = signed.to_vec();
    let place = out.len();
    let object = format!(
        "<< /Length {} >>\nstream\n{content}\nendstream",
        content.len()
    );
    out.extend(format!("4 0 obj\n{object}\nendobj\n").bytes());
    let table = out.len();
    out.extend(format!("xref\n4 1\n{place:010} 00000 n\r\n").bytes());
    let trailer = format!("<< /Size {size} /Root 1 0 R /Prev {previous} >>");
    out.extend(format!("trailer\n{trailer}\nstartxref\n{table}\n%%EOF\n").bytes());
    out
}

/// A signature as it lies in a file.
#[derive(Debug)]
pub struct Embedded {
    /// The CMS, without what fills its hole.
    pub cms: Vec<u8>,
    /// The bytes it covers.
    pub covered: Vec<u8>,
}

/// The newest signature of a file that Pena signed.
///
/// # Panics
/// If there is none.
pub fn newest_signature(file: &[u8]) -> Embedded {
    const RANGE: &str = "/ByteRange [";
    // Every byte becomes one character, so that places stay what they are.
    let text: String = file.iter().map(|byte| char::from(byte & 0x7f)).collect();
    let numbers = text
        .rsplit_once(RANGE)
        .and_then(|(_, behind)| behind.split_once(']'));
    let (numbers, _) = numbers.expect("the file is signed");
    let numbers: Vec<usize> = numbers
        .split_whitespace()
        .filter_map(|number| number.parse().ok())
        .collect();
    let &[_, start, end, rest] = numbers.as_slice() else {
        panic!("{numbers:?} is no byte range");
    };
    let mut cms = hex::decode(&text[start + 1..end - 1]).expect("the signature is hexadecimal");
    // DER with a length of two bytes, as any CMS of ours has.
    assert_eq!(cms[..2], [0x30, 0x82]);
    cms.truncate(4 + usize::from(u16::from_be_bytes([cms[2], cms[3]])));
    Embedded {
        cms,
        covered: [&file[..start], &file[end..end + rest]].concat(),
    }
}
