//! What XMP metadata says of a document that people read, such as its title (ISO 16684-1 8.3): viewers show that in place of
//! the file's name.

use std::collections::BTreeSet;

use roxmltree::{Document, Node, ParsingOptions};

use crate::{
    diff::{fields::text, step::soft},
    pdf::{Located, ReadError, View},
    x509::legible::one_line,
};

/// An item of a property: where it stands among the others, in which language, and its text.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Said {
    property: &'static str,
    place: usize,
    language: String,
    text: String,
}

/// Whether both metadata say the same to people. What the information dictionary said before may be said again. What
/// cannot be read may say anything.
pub(super) fn is_kept(
    (old, before): (&View<'_>, Option<&Located>),
    (new, after): (&View<'_>, &Located),
) -> Result<bool, ReadError> {
    let before = match before {
        Some(before) => said(old, before)?,
        None => Some(BTreeSet::new()),
    };
    let (Some(before), Some(after)) = (before, said(new, after)?) else {
        return Ok(false);
    };
    let known = information(old)?;
    let mut more = after.difference(&before);
    Ok(before.is_subset(&after)
        && more.all(|said| known.contains(&(said.property, said.text.clone()))))
}

fn said(view: &View<'_>, metadata: &Located) -> Result<Option<BTreeSet<Said>>, ReadError> {
    let data = match view.stream_data(&metadata.object) {
        Ok(data) => data,
        Err(problem) => return soft(problem).map(|_| None),
    };
    let options = ParsingOptions {
        nodes_limit: MAX_NODES,
        ..ParsingOptions::default()
    };
    let packet = std::str::from_utf8(&data).ok();
    let packet = packet.map(|packet| packet.trim_start_matches('\u{feff}'));
    let packet = packet.and_then(|packet| Document::parse_with_options(packet, options).ok());
    Ok(packet.map(|packet| properties(&packet)))
}

/// As elements or, of a simple one, as attributes (ISO 16684-1 7.5).
fn properties(packet: &Document<'_>) -> BTreeSet<Said> {
    let mut found = BTreeSet::new();
    for node in packet.descendants() {
        let known = |namespace: Option<&str>, name: &str| {
            let mut all = PROPERTIES.iter();
            let own = all.find(|(of, known)| namespace == Some(*of) && name == *known);
            own.map(|(_, known)| *known)
        };
        for attribute in node.attributes() {
            if let Some(property) = known(attribute.namespace(), attribute.name()) {
                found.insert(Said {
                    property,
                    place: 0,
                    language: String::new(),
                    text: one_line(attribute.value().trim()),
                });
            }
        }
        let name = node.tag_name();
        if let Some(property) = known(name.namespace(), name.name()) {
            let items = node.descendants().filter(is_leaf).enumerate();
            found.extend(items.map(|(place, item)| Said {
                property,
                place,
                language: item.attribute((XML, "lang")).unwrap_or_default().to_owned(),
                text: one_line(text_of(item).trim()),
            }));
        }
    }
    found
}

fn is_leaf(node: &Node<'_, '_>) -> bool {
    node.is_element() && !node.children().any(|child| child.is_element())
}

fn text_of(node: Node<'_, '_>) -> String {
    let texts = node.children().filter(Node::is_text);
    texts.filter_map(|text| text.text()).collect()
}

/// What the information dictionary says of the same (ISO 32000-2 table 349).
fn information(view: &View<'_>) -> Result<BTreeSet<(&'static str, String)>, ReadError> {
    let mut found = BTreeSet::new();
    let Some(reference) = view.trailer_entry(b"Info") else {
        return Ok(found);
    };
    let Some(information) = view.resolve(&reference.object, &reference.node)? else {
        return Ok(found);
    };
    for (key, name) in INFORMATION {
        let value = view.entry(&information, key)?;
        let value = value.as_ref().and_then(|value| value.node.as_string());
        found.extend(value.map(|value| (name, text(value).trim().to_owned())));
    }
    Ok(found)
}

const MAX_NODES: u32 = 200_000;
const XML: &str = "http://www.w3.org/XML/1998/namespace";
const DUBLIN_CORE: &str = "http://purl.org/dc/elements/1.1/";
const ADOBE_PDF: &str = "http://ns.adobe.com/pdf/1.3/";
const PROPERTIES: [(&str, &str); 8] = [
    (DUBLIN_CORE, "title"),
    (DUBLIN_CORE, "creator"),
    (DUBLIN_CORE, "subject"),
    (DUBLIN_CORE, "description"),
    (DUBLIN_CORE, "publisher"),
    (DUBLIN_CORE, "contributor"),
    (DUBLIN_CORE, "rights"),
    (ADOBE_PDF, "Keywords"),
];
const INFORMATION: [(&[u8], &str); 5] = [
    (b"Title", "title"),
    (b"Author", "creator"),
    (b"Subject", "description"),
    (b"Keywords", "Keywords"),
    (b"Keywords", "subject"),
];
