//! The dictionaries of a signature and of its field, as bytes (ISO 32000-2 12.7.5.5, 12.8.1; EN 319 142-1 5.3, 6.3).

use std::ops::Range;

use super::{
    error::SignError,
    request::{Lock, LockedFields, Permission, Request},
};
use crate::pdf::{ObjectId, text};

/// A signature dictionary with its two holes, as ranges of its bytes.
pub(super) struct SignatureDictionary {
    pub(super) bytes: Vec<u8>,
    /// What is between `[` and the end of the padding: the numbers go here.
    pub(super) byte_range: Range<usize>,
    /// The string, brackets included.
    pub(super) contents: Range<usize>,
}

/// Room for four numbers of up to 20 digits, their spaces and the closing bracket.
const BYTE_RANGE_ROOM: usize = 72;

pub(super) fn signature(
    request: &Request,
    lock: Option<&Lock>,
    permission: Option<Permission>,
    catalog: ObjectId,
    capacity: usize,
) -> Result<SignatureDictionary, SignError> {
    let time = request.claimed_time.to_pdf().ok_or(SignError::BadTime)?;
    let (mut bytes, byte_range, contents) = holes("/Type /Sig", "ETSI.CAdES.detached", capacity);
    bytes.extend(format!("\n/M ({time})").bytes());
    let texts = [
        (" /Name ", &request.name),
        (" /Reason ", &request.reason),
        (" /Location ", &request.location),
        (" /ContactInfo ", &request.contact),
    ];
    for (key, value) in texts {
        if let Some(value) = value {
            bytes.extend(key.bytes());
            bytes.extend(text::encode(value));
        }
    }
    bytes.extend(references(permission, lock, catalog));
    bytes.extend(b" >>");
    Ok(SignatureDictionary {
        bytes,
        byte_range,
        contents,
    })
}

/// The dictionary of a document timestamp (12.8.5): the time is in the token, so there is no `/M`.
pub(super) fn timestamp(capacity: usize) -> SignatureDictionary {
    let (mut bytes, byte_range, contents) = holes("/Type /DocTimeStamp", "ETSI.RFC3161", capacity);
    bytes.extend(b" >>");
    SignatureDictionary {
        bytes,
        byte_range,
        contents,
    }
}

/// The beginning of a signature dictionary up to its `/Contents`, and where its two holes are.
fn holes(kind: &str, form: &str, capacity: usize) -> (Vec<u8>, Range<usize>, Range<usize>) {
    let mut bytes =
        format!("<< {kind} /Filter /Adobe.PPKLite /SubFilter /{form}\n/ByteRange [").into_bytes();
    let byte_range = bytes.len()..bytes.len() + BYTE_RANGE_ROOM;
    bytes.extend(
        b"0 0 0 0]"
            .iter()
            .copied()
            .chain(std::iter::repeat(b' '))
            .take(BYTE_RANGE_ROOM),
    );
    bytes.extend(b"\n/Contents ");
    let start = bytes.len();
    bytes.push(b'<');
    bytes.extend(std::iter::repeat_n(b'0', capacity.saturating_mul(2)));
    bytes.push(b'>');
    let contents = start..bytes.len();
    (bytes, byte_range, contents)
}

/// The references of what may change afterwards and of the field's lock. DigestMethod and DigestValue, needed by no validator and
/// wrong in many, are left out.
fn references(permission: Option<Permission>, lock: Option<&Lock>, catalog: ObjectId) -> Vec<u8> {
    let mut each = Vec::new();
    if let Some(permission) = permission {
        let number = permission.number();
        each.push(
            format!(
                "<< /Type /SigRef /TransformMethod /DocMDP /TransformParams << /Type /TransformParams /V /1.2 /P {number} >> >>"
            )
            .into_bytes(),
        );
    }
    if let Some(lock) = lock {
        let mut reference = b"<< /Type /SigRef /TransformMethod /FieldMDP /TransformParams << /Type /TransformParams /V /1.2".to_vec();
        reference.extend(locked(&lock.fields));
        reference.extend(format!(" >> /Data {catalog} >>").bytes());
        each.push(reference);
    }
    if each.is_empty() {
        return Vec::new();
    }
    [
        b"\n/Reference [".as_slice(),
        &each.join(b"\n".as_slice()),
        b"]",
    ]
    .concat()
}

/// The dictionary of a lock.
pub(super) fn lock(lock: &Lock) -> Vec<u8> {
    let mut out = b"<< /Type /SigFieldLock".to_vec();
    out.extend(locked(&lock.fields));
    if let Some(permission) = lock.permission {
        out.extend(format!(" /P {}", permission.number()).bytes());
    }
    out.extend(b" >>");
    out
}

fn locked(fields: &LockedFields) -> Vec<u8> {
    let (action, names) = match fields {
        LockedFields::All => return b" /Action /All".to_vec(),
        LockedFields::Include(names) => (" /Action /Include /Fields [", names),
        LockedFields::Exclude(names) => (" /Action /Exclude /Fields [", names),
    };
    let mut out = action.as_bytes().to_vec();
    for name in names {
        out.extend(text::encode(name));
    }
    out.push(b']');
    out
}

/// What a new field and its only widget, in one dictionary, are made of.
pub(super) struct FieldParts<'a> {
    pub(super) name: &'a str,
    pub(super) page: ObjectId,
    pub(super) rect: [f64; 4],
    pub(super) appearance: Option<ObjectId>,
    pub(super) lock: Option<ObjectId>,
    pub(super) value: Option<ObjectId>,
}

pub(super) fn field(parts: &FieldParts<'_>) -> Vec<u8> {
    let [x, y, width, height] = parts.rect;
    let corners = [x, y, x + width, y + height].map(text::number).join(" ");
    let page = parts.page;
    let mut out = b"<< /Type /Annot /Subtype /Widget /FT /Sig /T ".to_vec();
    out.extend(text::encode(parts.name));
    // Print and Locked; PDF/A asks for the first (ISO 19005-2 6.3.2).
    out.extend(format!(" /F 132 /P {page} /Rect [{corners}]").bytes());
    if let Some(appearance) = parts.appearance {
        out.extend(format!(" /AP << /N {appearance} >>").bytes());
    }
    if let Some(lock) = parts.lock {
        out.extend(format!(" /Lock {lock}").bytes());
    }
    if let Some(value) = parts.value {
        out.extend(format!(" /V {value}").bytes());
    }
    out.extend(b" >>");
    out
}
