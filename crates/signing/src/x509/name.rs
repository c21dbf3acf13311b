//! Names as RFC 5280 compares them (7.1): the type of a string, the case of its letters and how often a space is repeated
//! do not matter.

use unicode_normalization::UnicodeNormalization as _;

use super::legible::is_invisible;
use crate::cms::ber::{BerError, Reader, Tlv, tag};

/// A distinguished name, ready for comparison.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Name(Vec<RelativeName>);

/// One step of a distinguished name: its attributes in a fixed order.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct RelativeName(Vec<Attribute>);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Attribute {
    /// Content octets of its type.
    kind: Vec<u8>,
    value: AttributeValue,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum AttributeValue {
    /// Prepared for comparison.
    Text(String),
    /// No string, or none that can be decoded: as received.
    Other(Vec<u8>),
}

/// A name of any form (RFC 5280 4.2.1.6).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum GeneralName {
    /// `rfc822Name`: a mailbox.
    Email(String),
    /// `dNSName`.
    Dns(String),
    /// `uniformResourceIdentifier`.
    Uri(String),
    /// `directoryName`.
    Directory(Name),
    /// `iPAddress`: four or sixteen octets; in a constraint twice as many, address and mask.
    Ip(Vec<u8>),
    /// A form that is told from others by its tag alone.
    Other(u8),
}

impl Name {
    /// Reads the DER of a `Name`.
    pub(crate) fn read(der: &[u8]) -> Result<Self, BerError> {
        let steps = Reader::new(der)
            .expect(tag::SEQUENCE)?
            .reader()
            .all(MAX_STEPS)?;
        let steps = steps
            .into_iter()
            .map(|step| RelativeName::read(step.expect(tag::SET)?));
        Ok(Self(steps.collect::<Result<_, _>>()?))
    }

    /// Whether it has no step at all.
    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it is `above` or stands below it.
    pub(crate) fn within(&self, above: &Self) -> bool {
        self.0.starts_with(&above.0)
    }

    /// The name one step below this one.
    pub(crate) fn below(&self, step: &RelativeName) -> Self {
        let mut steps = self.0.clone();
        steps.push(step.clone());
        Self(steps)
    }

    /// Whether one of its attributes is of this type, given as the content octets, and says this.
    pub(crate) fn has(&self, kind: &[u8], text: &str) -> bool {
        let value = AttributeValue::Text(prepared(text));
        let mut attributes = self.0.iter().flat_map(|step| &step.0);
        attributes.any(|attribute| attribute.kind == kind && attribute.value == value)
    }

    /// The mailboxes that old certificates put into the name itself (4.1.2.6).
    pub(crate) fn emails(&self) -> impl Iterator<Item = &str> {
        let attributes = self.0.iter().flat_map(|step| &step.0);
        attributes.filter_map(|attribute| match &attribute.value {
            AttributeValue::Text(text) if attribute.kind == EMAIL_ADDRESS => Some(text.as_str()),
            AttributeValue::Text(_) | AttributeValue::Other(_) => None,
        })
    }
}

impl RelativeName {
    /// From a `RelativeDistinguishedName`, whichever tag its set goes under.
    pub(crate) fn read(set: Tlv<'_>) -> Result<Self, BerError> {
        let attributes = set.reader().all(MAX_STEPS)?;
        let mut attributes = attributes
            .into_iter()
            .map(Attribute::read)
            .collect::<Result<Vec<_>, _>>()?;
        attributes.sort();
        Ok(Self(attributes))
    }
}

impl Attribute {
    fn read(tlv: Tlv<'_>) -> Result<Self, BerError> {
        let mut parts = tlv.expect(tag::SEQUENCE)?.reader();
        let kind = parts.expect(tag::OID)?.value.to_vec();
        let value = parts.any()?;
        let value = match text(value) {
            Some(text) => AttributeValue::Text(prepared(&text)),
            None => AttributeValue::Other(value.raw.to_vec()),
        };
        Ok(Self { kind, value })
    }
}

impl GeneralName {
    /// Reads one.
    pub(crate) fn read(tlv: Tlv<'_>) -> Result<Self, BerError> {
        let ascii = || String::from_utf8_lossy(tlv.value).into_owned();
        Ok(match tlv.tag {
            0x81 => Self::Email(ascii()),
            0x82 => Self::Dns(ascii()),
            0x86 => Self::Uri(ascii()),
            0x87 => Self::Ip(tlv.value.to_vec()),
            0xa4 => Self::Directory(Name::read(tlv.value)?),
            other => Self::Other(other),
        })
    }

    /// Reads the content of a `GeneralNames`.
    pub(crate) fn read_all(list: Tlv<'_>) -> Result<Vec<Self>, BerError> {
        list.reader()
            .all(MAX_NAMES)?
            .into_iter()
            .map(Self::read)
            .collect()
    }
}

/// The string types of names (X.520), decoded.
fn text(value: Tlv<'_>) -> Option<String> {
    match value.tag {
        // UTF8String, NumericString, PrintableString, IA5String, VisibleString
        0x0c | 0x12 | 0x13 | 0x16 | 0x1a => {
            std::str::from_utf8(value.value).ok().map(str::to_owned)
        }
        // TeletexString: what is met in practice is Latin-1.
        0x14 => Some(value.value.iter().copied().map(char::from).collect()),
        // UniversalString
        0x1c => value
            .value
            .chunks(4)
            .map(|unit| char::from_u32(u32::from_be_bytes(unit.try_into().ok()?)))
            .collect(),
        // BMPString
        0x1e => {
            let units: Option<Vec<u16>> = value
                .value
                .chunks(2)
                .map(|unit| Some(u16::from_be_bytes(unit.try_into().ok()?)))
                .collect();
            String::from_utf16(&units?).ok()
        }
        _ => None,
    }
}

/// As RFC 4518 2 prepares them: what nobody sees is mapped to nothing, letters lose their case, and what is written in
/// another way (wide letters, accents apart from their letters) is made the same by NFKC.
fn prepared(text: &str) -> String {
    let seen: String = text.chars().filter(|c| !is_invisible(*c)).collect();
    let same: String = seen.to_lowercase().nfkc().collect();
    let words: Vec<&str> = same.split_whitespace().collect();
    words.join(" ")
}

const MAX_STEPS: usize = 64;
pub(crate) const MAX_NAMES: usize = 256;
/// Content octets of pkcs-9-emailAddress.
const EMAIL_ADDRESS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cms::write::wrap;

    fn name(kind: u8, text: &[u8]) -> Name {
        let common_name = [0x06, 3, 0x55, 4, 3];
        let attribute = wrap(tag::SEQUENCE, &[&common_name, &wrap(kind, &[text])]);
        let der = wrap(tag::SEQUENCE, &[&wrap(tag::SET, &[&attribute])]);
        Name::read(&der).unwrap()
    }

    #[test]
    fn case_spaces_and_string_types_do_not_matter() {
        let one = name(0x13, b"Dinas  Contoh ");
        assert_eq!(one, name(0x0c, b"dinas contoh"));
        assert_eq!(
            one,
            name(
                0x1e,
                &"DINAS CONTOH"
                    .encode_utf16()
                    .flat_map(u16::to_be_bytes)
                    .collect::<Vec<_>>()
            )
        );
        assert_eq!(one, name(0x0c, "Di\u{ad}nas\u{200b} Contoh".as_bytes()));
        assert_ne!(one, name(0x0c, "dinas contöh".as_bytes()));
        assert_eq!(one, name(0x0c, "Ｄｉｎａｓ　Ｃｏｎｔｏｈ".as_bytes()));
        let (composed, apart) = ("caf\u{e9}", "CAFE\u{301}");
        assert_eq!(
            name(0x0c, composed.as_bytes()),
            name(0x0c, apart.as_bytes())
        );
    }
}
