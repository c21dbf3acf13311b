//! The newest state of a file read a second time, by lopdf, which shares no code with our own reader: whoever makes a file that
//! two readers see differently has to find two that err alike.
//!
//! lopdf holds the file and all of its objects in memory at once, so it gets small files only, in a process that may end.

use lopdf::{Document, LoadOptions, Object};
use signing::{
    budget::Budget,
    pdf::ObjectId,
    source::ByteSource,
    validate::{Plain, Reading, SecondReading, Seen},
};

/// Reads the file once more and compares. What cannot be compared is said, never an error.
pub fn second_reading(source: &dyn ByteSource, budget: Budget) -> SecondReading {
    read(source, budget).unwrap_or_else(|why| SecondReading::NotMade { why })
}

fn read(source: &dyn ByteSource, budget: Budget) -> Result<SecondReading, String> {
    if source.len() > MOST_BYTES {
        return Err(format!("the file has more than {} MiB", MOST_BYTES >> 20));
    }
    let ours = Reading::of(source, budget, MOST_OBJECTS).map_err(|why| why.to_string())?;
    let mut bytes = vec![0; usize::try_from(source.len()).unwrap_or_default()];
    source
        .read_at(0, &mut bytes)
        .map_err(|why| why.to_string())?;
    let theirs = theirs(&bytes).map_err(|why| format!("the second reader fails: {why}"))?;
    Ok(ours.compare(&theirs))
}

fn theirs(bytes: &[u8]) -> Result<Reading, lopdf::Error> {
    let options = LoadOptions {
        max_decompressed_size: Some(MOST_DECODED),
        ..LoadOptions::default()
    };
    let document = Document::load_mem_with_options(bytes, options)?;
    let root = document.trailer.get(b"Root").map_or(Plain::Null, plain);
    let objects = document.objects.iter();
    Ok(Reading::new(
        root,
        objects.map(|(at, object)| (id(*at), seen(object))),
    ))
}

fn seen(object: &Object) -> Seen {
    if let Object::Stream(stream) = object {
        return Seen::stream(dictionary(&stream.dict), &stream.content);
    }
    Seen::value(plain(object))
}

fn plain(object: &Object) -> Plain {
    match object {
        // A stream stands by itself only (ISO 32000-2 7.3.8.1).
        Object::Null | Object::Stream(_) => Plain::Null,
        Object::Boolean(value) => Plain::Boolean(*value),
        Object::Integer(number) => Plain::Integer(*number),
        Object::Real(number) => Plain::Real(*number),
        Object::Name(name) => Plain::Name(name.clone()),
        Object::String(string, _) => Plain::String(string.clone()),
        Object::Array(items) => Plain::Array(items.iter().map(plain).collect()),
        Object::Dictionary(entries) => dictionary(entries),
        Object::Reference(at) => Plain::Reference(id(*at)),
    }
}

fn dictionary(entries: &lopdf::Dictionary) -> Plain {
    let entries = entries.iter();
    Plain::dictionary(entries.map(|(key, value)| (key.clone(), plain(value))))
}

const fn id((number, generation): lopdf::ObjectId) -> ObjectId {
    ObjectId { number, generation }
}

/// The largest file that is read twice.
const MOST_BYTES: u64 = 16 << 20;
/// The most objects of one.
const MOST_OBJECTS: usize = 20_000;
/// The most that a stream of objects or cross-references may hold.
const MOST_DECODED: usize = 16 << 20;

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    fn read_again(file: &[u8]) -> SecondReading {
        second_reading(&file.to_vec(), Budget::public())
    }

    /// A page that says a word.
    fn page(word: &str) -> [String; 4] {
        let text = format!("BT /F1 12 Tf 72 720 Td ({word}) Tj ET");
        [
            "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>".to_owned(),
            stream("", text.as_bytes()),
        ]
    }

    fn stream(entries: &str, data: &[u8]) -> String {
        let data = String::from_utf8_lossy(data);
        format!(
            "<< /Length {}{entries} >>\nstream\n{data}\nendstream",
            data.len()
        )
    }

    /// The objects behind each other, numbered from `first`, with their table and a trailer.
    fn append(mut file: Vec<u8>, first: usize, objects: &[String], trailer: &str) -> Vec<u8> {
        let mut table = format!("xref\n{first} {}\n", objects.len());
        for (at, body) in objects.iter().enumerate() {
            writeln!(table, "{:010} 00000 n ", file.len()).unwrap();
            file.extend_from_slice(format!("{} 0 obj\n{body}\nendobj\n", first + at).as_bytes());
        }
        let start = file.len();
        let end = format!(
            "{table}trailer\n<< /Size 9 /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n"
        );
        file.extend_from_slice(end.as_bytes());
        file
    }

    fn letter() -> Vec<u8> {
        append(b"%PDF-1.5\n".to_vec(), 1, &page("Asli"), "")
    }

    fn start(file: &[u8]) -> usize {
        let text = String::from_utf8_lossy(file);
        let behind = text.rsplit("startxref\n").next().unwrap();
        behind.lines().next().unwrap().parse().unwrap()
    }

    /// The letter with another page in a later revision.
    fn revised(trailer: &str) -> Vec<u8> {
        let first = letter();
        let trailer = format!("/Prev {} {trailer}", start(&first));
        append(first, 1, &page("Lain"), &trailer)
    }

    #[test]
    fn two_readers_see_the_same_newest_revision() {
        assert_eq!(read_again(&letter()), SecondReading::Agrees);
        assert_eq!(read_again(&revised("")), SecondReading::Agrees);
    }

    #[test]
    fn a_stream_that_is_shorter_than_it_says_is_read_in_two_ways() {
        let file = revised("");
        let text = String::from_utf8(file).unwrap();
        let place = text.rfind("/Length 35").unwrap();
        let mut file = text.into_bytes();
        file[place..place + "/Length 99".len()].copy_from_slice(b"/Length 99");
        let places = vec!["object 4".to_owned()];
        assert_eq!(read_again(&file), SecondReading::Differs { places });
    }

    #[test]
    fn what_stands_behind_an_empty_table_is_read_in_two_ways() {
        let first = letter();
        let mut file = append(first.clone(), 4, &page("Lain")[3..], "");
        let table = file.windows(4).rposition(|part| part == b"xref").unwrap();
        file.truncate(table - b"start".len());
        let table = file.windows(4).rposition(|part| part == b"xref").unwrap();
        file.truncate(table);
        let end = format!("xref\ntrailer\n<< /Root 1 0 R >>\nstartxref\n{table} %\n");
        file.extend_from_slice(end.as_bytes());
        let places = vec!["object 4".to_owned()];
        assert_eq!(read_again(&file), SecondReading::Differs { places });
    }

    #[test]
    fn what_is_too_large_or_locked_is_not_read_twice() {
        let mut large = letter();
        large.resize(usize::try_from(MOST_BYTES).unwrap() + 1, b'\n');
        let locked = revised("/Encrypt << /Filter /Lain >>");
        for file in [large, locked, b"no PDF".to_vec()] {
            let reading = read_again(&file);
            assert!(
                matches!(reading, SecondReading::NotMade { .. }),
                "{reading:?}"
            );
        }
    }

    #[test]
    fn a_stream_of_objects_that_inflates_beyond_the_limit_is_not_read_on() {
        // Each pair of octets stands for 128 spaces (ISO 32000-2 7.4.5); nothing refers to the stream.
        let pairs = [0x81, b' '].repeat(MOST_DECODED / 128 + 1);
        let entries = " /Type /ObjStm /N 1 /First 4 /Filter [/ASCIIHexDecode /RunLengthDecode]";
        let hexadecimal = pairs.iter().fold(String::new(), |mut digits, octet| {
            write!(digits, "{octet:02x}").unwrap();
            digits
        });
        let first = letter();
        let trailer = format!("/Prev {}", start(&first));
        let bomb = [stream(entries, hexadecimal.as_bytes())];
        let reading = read_again(&append(first, 5, &bomb, &trailer));
        let SecondReading::NotMade { why } = reading else {
            panic!("{reading:?}")
        };
        assert!(why.starts_with("the second reader fails"), "{why}");
    }
}
