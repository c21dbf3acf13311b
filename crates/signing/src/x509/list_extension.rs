//! The extensions of revocation lists and of their entries (RFC 5280 5.2 and 5.3).

use super::{
    distribution::Extent,
    name::{GeneralName, Name},
};
use crate::cms::ber::{BerError, Reader, Tlv, tag};

/// The extensions of a list (RFC 5280 5.2).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ListExtensions {
    pub(super) extent: Extent,
    pub(super) authority_key_id: Option<Vec<u8>>,
    /// Content octets of cRLNumber.
    pub(super) number: Option<Vec<u8>>,
    /// Content octets of deltaCRLIndicator: the list only amends one of at least this number.
    pub(super) base: Option<Vec<u8>>,
    /// Whether a critical one is not understood here.
    pub(super) unknown_critical: bool,
}

struct Extension<'a> {
    oid: &'a [u8],
    critical: bool,
    value: &'a [u8],
}

fn extensions(tlv: Tlv<'_>) -> Result<Vec<Extension<'_>>, BerError> {
    let all = tlv.reader().all(MAX_EXTENSIONS)?;
    all.into_iter()
        .map(|extension| {
            let mut parts = extension.expect(tag::SEQUENCE)?.reader();
            let oid = parts.expect(tag::OID)?.value;
            let critical = parts
                .optional(tag::BOOLEAN)?
                .is_some_and(|flag| flag.value != [0].as_slice());
            Ok(Extension {
                oid,
                critical,
                value: parts.expect(tag::OCTET_STRING)?.value,
            })
        })
        .collect()
}

impl ListExtensions {
    pub(super) fn read(explicit: Tlv<'_>) -> Result<Self, BerError> {
        let mut found = Self::default();
        for extension in extensions(explicit.reader().expect(tag::SEQUENCE)?)? {
            let value = extension.value;
            let number = || Ok(Reader::new(value).expect(tag::INTEGER)?.value.to_vec());
            match extension.oid {
                AUTHORITY_KEY_ID => found.authority_key_id = Some(value.to_vec()),
                CRL_NUMBER => found.number = Some(number()?),
                DELTA_INDICATOR => found.base = Some(number()?),
                ISSUING_DISTRIBUTION_POINT => found.extent = Extent::read(value)?,
                _ => found.unknown_critical |= extension.critical,
            }
        }
        Ok(found)
    }
}

/// The extensions of an entry (RFC 5280 5.3).
#[derive(Default)]
pub(super) struct EntryExtensions {
    pub(super) reason: Option<u8>,
    pub(super) issuer: Option<Name>,
    pub(super) unknown_critical: bool,
}

impl EntryExtensions {
    pub(super) fn read(list: Tlv<'_>) -> Result<Self, BerError> {
        let mut found = Self::default();
        for extension in extensions(list)? {
            match extension.oid {
                REASON_CODE => {
                    let code = Reader::new(extension.value).expect(tag::ENUMERATED)?.value;
                    found.reason = code.first().copied();
                }
                CERTIFICATE_ISSUER => {
                    let names = Reader::new(extension.value).expect(tag::SEQUENCE)?;
                    let mut names = GeneralName::read_all(names)?.into_iter();
                    found.issuer = names.find_map(|name| match name {
                        GeneralName::Directory(name) => Some(name),
                        GeneralName::Email(_)
                        | GeneralName::Dns(_)
                        | GeneralName::Uri(_)
                        | GeneralName::Ip(_)
                        | GeneralName::Other(_) => None,
                    });
                    found.unknown_critical |= found.issuer.is_none();
                }
                _ => found.unknown_critical |= extension.critical,
            }
        }
        Ok(found)
    }
}

const MAX_EXTENSIONS: usize = 32;
/// Content octets of id-ce 2.5.29.n.
const CRL_NUMBER: &[u8] = &[0x55, 0x1d, 20];
const REASON_CODE: &[u8] = &[0x55, 0x1d, 21];
const DELTA_INDICATOR: &[u8] = &[0x55, 0x1d, 27];
const ISSUING_DISTRIBUTION_POINT: &[u8] = &[0x55, 0x1d, 28];
const CERTIFICATE_ISSUER: &[u8] = &[0x55, 0x1d, 29];
const AUTHORITY_KEY_ID: &[u8] = &[0x55, 0x1d, 35];
