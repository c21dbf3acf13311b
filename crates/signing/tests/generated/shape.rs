//! The forms that a document may have (ISO 32000-2 7.5), and a document of each.

use std::fmt::Write as _;

use proptest::prelude::*;

/// A document to be made.
#[derive(Debug, Clone)]
pub struct Shape {
    section: Section,
    /// Bytes before the header.
    junk: usize,
    line_end: &'static str,
    /// Depth of the tree above the page.
    depth: usize,
    /// The page's boxes stand in the root of the tree.
    inherits: bool,
    turn: u16,
    crops: bool,
    form: Form,
    annotations: Entry,
    /// Revisions behind the first, each with the page written anew.
    updates: usize,
    /// Something stands behind the last end mark.
    tail: &'static str,
}

/// How objects are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Section {
    Table,
    Stream,
    /// A stream, and all that is no stream in an object stream.
    Packed,
    /// A table whose packed objects are in a stream beside it.
    Hybrid,
}

#[derive(Debug, Clone, Copy)]
enum Form {
    None,
    Direct,
    /// With its fields in an array that is an object.
    Indirect,
}

#[derive(Debug, Clone, Copy)]
enum Entry {
    None,
    Direct,
    Indirect,
}

/// Any form.
pub fn any_shape() -> impl Strategy<Value = Shape> {
    let section = prop_oneof![
        Just(Section::Table),
        Just(Section::Stream),
        Just(Section::Packed),
        Just(Section::Hybrid)
    ];
    let form = prop_oneof![Just(Form::None), Just(Form::Direct), Just(Form::Indirect)];
    let entry = prop_oneof![
        Just(Entry::None),
        Just(Entry::Direct),
        Just(Entry::Indirect)
    ];
    let line_end = prop_oneof![Just("\n"), Just("\r\n"), Just("\r")];
    let turn = prop_oneof![Just(0_u16), Just(90), Just(180), Just(270)];
    let tail = prop_oneof![Just(""), Just("\n"), Just("\r\n\r\n"), Just("\0\0\0")];
    (
        (section, form, entry),
        (0..200_usize, line_end, tail),
        (0..4_usize, any::<bool>(), turn, any::<bool>()),
        0..3_usize,
    )
        .prop_map(
            |((section, form, annotations), (junk, line_end, tail), page, updates)| {
                let (depth, inherits, turn, crops) = page;
                Shape {
                    section,
                    junk,
                    line_end,
                    depth,
                    inherits,
                    turn,
                    crops,
                    form,
                    annotations,
                    updates,
                    tail,
                }
            },
        )
}

/// An object of a document: its number, and what it is.
struct Object {
    number: usize,
    body: String,
    is_stream: bool,
}

const CATALOG: usize = 1;
const PAGE: usize = 2;
const CONTENT: usize = 3;
const FONT: usize = 4;
const FORM: usize = 5;
const FIELDS: usize = 6;
const ANNOTATIONS: usize = 7;
const TREE: usize = 8;

impl Shape {
    /// The document, its only page with the marker `#` in its text.
    pub fn document(&self) -> Vec<u8> {
        let mut file = vec![b'%'; self.junk];
        if self.junk > 0 {
            file.push(b'\n');
        }
        let end = self.line_end;
        file.extend(format!("%PDF-1.7{end}%\u{e2}\u{e3}{end}").bytes());
        let mut previous = None;
        let objects = self.objects();
        previous = Some(self.revision(&mut file, &objects, previous));
        for _ in 0..self.updates {
            let page = [self.page()];
            previous = Some(self.revision(&mut file, &page, previous));
        }
        file.extend_from_slice(self.tail.as_bytes());
        file
    }

    fn objects(&self) -> Vec<Object> {
        let plain = |number, body: String| Object {
            number,
            body,
            is_stream: false,
        };
        let form = match self.form {
            Form::None => String::new(),
            Form::Direct => "/AcroForm << /Fields [] >>".to_owned(),
            Form::Indirect => format!("/AcroForm {FORM} 0 R"),
        };
        let mut objects = vec![
            plain(
                CATALOG,
                format!("<< /Type /Catalog /Pages {TREE} 0 R {form} >>"),
            ),
            self.page(),
            self.content(),
            plain(
                FONT,
                "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
            ),
        ];
        if let Form::Indirect = self.form {
            objects.push(plain(
                FORM,
                format!("<< /Fields {FIELDS} 0 R /SigFlags 0 >>"),
            ));
            objects.push(plain(FIELDS, "[]".to_owned()));
        }
        if let Entry::Indirect = self.annotations {
            objects.push(plain(ANNOTATIONS, "[]".to_owned()));
        }
        for level in 0..=self.depth {
            let number = TREE + level;
            let kid = if level == self.depth {
                PAGE
            } else {
                number + 1
            };
            let mut body = format!("<< /Type /Pages /Count 1 /Kids [{kid} 0 R]");
            if level > 0 {
                let _ = write!(body, " /Parent {} 0 R", number - 1);
            } else if self.inherits {
                body += &self.boxes();
            }
            objects.push(plain(number, body + " >>"));
        }
        objects
    }

    fn boxes(&self) -> String {
        let crop = if self.crops {
            " /CropBox [20 20 580 780]"
        } else {
            ""
        };
        format!(" /MediaBox [0 0 600 800]{crop} /Rotate {}", self.turn)
    }

    fn page(&self) -> Object {
        let annotations = match self.annotations {
            Entry::None => String::new(),
            Entry::Direct => "/Annots []".to_owned(),
            Entry::Indirect => format!("/Annots {ANNOTATIONS} 0 R"),
        };
        let boxes = if self.inherits {
            String::new()
        } else {
            self.boxes()
        };
        let parent = TREE + self.depth;
        Object {
            number: PAGE,
            body: format!(
                "<< /Type /Page /Parent {parent} 0 R{boxes} /Contents {CONTENT} 0 R {annotations} \
                 /Resources << /Font << /F1 {FONT} 0 R >> >> >>"
            ),
            is_stream: false,
        }
    }

    fn content(&self) -> Object {
        let text = "BT /F1 12 Tf 200 400 Td (Tanda tangan #) Tj ET";
        let end = self.line_end;
        // Behind the word `stream` a carriage return alone is no line end (7.3.8.1).
        let open = if end == "\r" { "\n" } else { end };
        Object {
            number: CONTENT,
            body: format!(
                "<< /Length {} >>{end}stream{open}{text}{end}endstream",
                text.len()
            ),
            is_stream: true,
        }
    }

    /// Writes a revision; gives the place of its cross-reference section, counted from the header.
    fn revision(&self, file: &mut Vec<u8>, objects: &[Object], previous: Option<usize>) -> usize {
        let packs = matches!(self.section, Section::Packed | Section::Hybrid);
        let (packed, loose): (Vec<&Object>, Vec<&Object>) = objects
            .iter()
            .partition(|object| packs && !object.is_stream);
        let end = self.line_end;
        // The header stands behind the junk and its line end.
        let base = if self.junk > 0 { self.junk + 1 } else { 0 };
        let mut places = Vec::new();
        for object in loose {
            places.push((object.number, Place::At(file.len() - base)));
            let (number, body) = (object.number, &object.body);
            file.extend(format!("{number} 0 obj{end}{body}{end}endobj{end}").bytes());
        }
        // Numbers of their own for each revision, behind those of the document.
        let spare = 100 + file.len();
        if !packed.is_empty() {
            places.push((spare, Place::At(file.len() - base)));
            for (index, object) in packed.iter().enumerate() {
                let stream = spare;
                places.push((object.number, Place::In { stream, index }));
            }
            file.extend(object_stream(spare, &packed).bytes());
        }
        places.sort_by_key(|(number, _)| *number);
        let trailer = format!(
            "/Size {} /Root {CATALOG} 0 R{}",
            spare + 3,
            previous.map_or_else(String::new, |at| format!(" /Prev {at}"))
        );
        let start = match self.section {
            Section::Table => {
                let start = file.len() - base;
                file.extend(table(&places, &trailer).bytes());
                start
            }
            Section::Stream | Section::Packed => {
                let start = file.len() - base;
                places.push((spare + 1, Place::At(start)));
                file.extend(stream(spare + 1, &places, &trailer));
                start
            }
            Section::Hybrid => {
                let beside = file.len() - base;
                let inside = |place: &Place| matches!(place, Place::In { .. });
                let (hidden, open): (Vec<_>, Vec<_>) =
                    places.into_iter().partition(|(_, place)| inside(place));
                file.extend(stream(spare + 2, &hidden, &format!("/Size {}", spare + 3)));
                let start = file.len() - base;
                let trailer = format!("{trailer} /XRefStm {beside}");
                file.extend(table(&open, &trailer).bytes());
                start
            }
        };
        file.extend(format!("startxref{end}{start}{end}%%EOF").bytes());
        start
    }
}

/// Where an object stands.
#[derive(Clone, Copy)]
enum Place {
    At(usize),
    In { stream: usize, index: usize },
}

fn object_stream(number: usize, objects: &[&Object]) -> String {
    let (mut head, mut bodies) = (String::new(), String::new());
    for object in objects {
        let _ = write!(head, "{} {} ", object.number, bodies.len());
        bodies += &object.body;
        bodies += "\n";
    }
    format!(
        "{number} 0 obj\n<< /Type /ObjStm /N {} /First {} /Length {} >>\nstream\n{head}{bodies}\nendstream\nendobj\n",
        objects.len(),
        head.len(),
        head.len() + bodies.len()
    )
}

fn table(places: &[(usize, Place)], trailer: &str) -> String {
    let mut out = "xref\n0 1\n0000000000 65535 f\r\n".to_owned();
    for (number, place) in places {
        if let Place::At(at) = place {
            let _ = write!(out, "{number} 1\n{at:010} 00000 n\r\n");
        }
    }
    out + &format!("trailer\n<< {trailer} >>\n")
}

fn stream(number: usize, places: &[(usize, Place)], entries: &str) -> Vec<u8> {
    let (mut index, mut rows) = (String::new(), Vec::new());
    for (number, place) in places {
        let _ = write!(index, "{number} 1 ");
        let (kind, second, third) = match *place {
            Place::At(at) => (1, at, 0),
            Place::In { stream, index } => (2, stream, index),
        };
        rows.push(kind);
        rows.extend(u32::try_from(second).unwrap().to_be_bytes());
        rows.push(u8::try_from(third).unwrap());
    }
    let mut out = format!(
        "{number} 0 obj\n<< /Type /XRef {entries} /W [1 4 1] /Index [{index}] /Length {} >>\nstream\n",
        rows.len()
    )
    .into_bytes();
    out.extend(rows);
    out.extend(b"\nendstream\nendobj\n");
    out
}
