//! What a caller asks for: where the signature goes, what it says, what it allows afterwards.

use serde::{Deserialize, Serialize};

use super::{archive, drawing::Drawing, signer::CertificateDer};
use crate::time::UtcTime;

/// A signature to be made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// The field it goes into.
    pub place: Place,
    /// The time the signer claims; it goes into `/M` (EN 319 142-1 6.3).
    pub claimed_time: UtcTime,
    /// `/Reason`
    pub reason: Option<String>,
    /// `/Location`
    pub location: Option<String>,
    /// `/Name`
    pub name: Option<String>,
    /// `/ContactInfo`
    pub contact: Option<String>,
    /// What may still change, when this signature certifies the document (12.8.2.2).
    pub certify: Option<Permission>,
    /// What is seen in the widget.
    pub appearance: Appearance,
    /// Room for the CMS.
    pub room: Room,
}

impl Request {
    /// A request with nothing but its place and time.
    pub fn new(place: Place, claimed_time: UtcTime) -> Self {
        Self {
            place,
            claimed_time,
            reason: None,
            location: None,
            name: None,
            contact: None,
            certify: None,
            appearance: Appearance::Transparent,
            room: Room::Signature,
        }
    }
}

/// How much room the CMS gets: it is not made yet when the bytes around it are hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Room {
    /// What a B-B signature takes.
    Signature,
    /// What that takes, and a timestamp with the whole chain of its authority.
    Stamped,
    /// So many bytes of DER.
    Bytes(usize),
}

impl Room {
    /// In bytes of DER, for the certificates that will go into it, if they are known.
    pub(super) fn bytes(self, chain: Option<&[CertificateDer]>) -> usize {
        let signature = chain.map_or(UNKNOWN_CHAIN, |chain| {
            // The issuer's name and the serial number of the first certificate stand beside it once more.
            chain
                .iter()
                .chain(chain.first())
                .map(|certificate| certificate.0.len())
                .fold(BESIDE_CERTIFICATES, usize::saturating_add)
        });
        match self {
            Self::Signature => signature,
            Self::Stamped => signature.saturating_add(archive::CAPACITY),
            Self::Bytes(bytes) => bytes,
        }
    }
}

/// The value of an RSA-4096 key takes 512 bytes, the attributes and everything else some 400. Room that is not used stays in
/// the file, twice as long in digits, and whoever reads the file reads it.
const BESIDE_CERTIFICATES: usize = 1024;
/// For a chain of a few certificates.
const UNKNOWN_CHAIN: usize = 16 * 1024;

/// The field a signature goes into.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// The field of this fully qualified name.
    Existing(String),
    /// A new field with a widget on a page.
    New {
        /// Its name; without one, the first of Signature1, Signature2, … that is free.
        name: Option<String>,
        /// The page, counted from 0.
        page: u32,
        /// Left, bottom, width and height in points, from the lower left corner of the page as it is seen: turned by its
        /// `/Rotate`, cut by its crop box.
        rect: [f64; 4],
    },
    /// A new field over the first occurrence of a sign in the text of the document.
    Marker {
        /// Its name, as above.
        name: Option<String>,
        /// The sign, such as `#`, `$`, `^` or `~`.
        sign: char,
        /// Width and height in points; the middle of the field is that of the sign, as far as the page has room.
        size: [f64; 2],
    },
    /// A new field that is not seen.
    Invisible {
        /// Its name, as above.
        name: Option<String>,
    },
}

/// What may change after a signature (table 257).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// P=1: nothing but validation data and timestamps.
    P1,
    /// P=2: forms may be filled and signed as well.
    P2,
    /// P=3: annotations may be made as well.
    P3,
}

impl Permission {
    /// The number in `/P`.
    pub const fn number(self) -> u8 {
        match self {
            Self::P1 => 1,
            Self::P2 => 2,
            Self::P3 => 3,
        }
    }

    pub(crate) const fn from_number(number: i64) -> Option<Self> {
        match number {
            1 => Some(Self::P1),
            2 => Some(Self::P2),
            3 => Some(Self::P3),
            _ => None,
        }
    }
}

/// What is seen in the widget of a signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Appearance {
    /// Nothing: the page already shows the signature block.
    Transparent,
    /// This picture, for documents from elsewhere.
    Drawn(Drawing),
}

/// A field that is made now and signed later.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewField {
    /// Its name; a dot would make it a child of another field and is refused.
    pub name: String,
    /// The page, counted from 0.
    pub page: u32,
    /// Left, bottom, width and height in points as the page is seen.
    pub rect: [f64; 4],
    /// What is seen there, before it is signed and afterwards.
    pub appearance: Appearance,
    /// What the field locks when it is signed.
    pub lock: Option<Lock>,
}

/// What signing a field locks (table 236).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lock {
    /// Which fields are locked.
    pub fields: LockedFields,
    /// What may change in the document afterwards.
    pub permission: Option<Permission>,
}

impl Lock {
    /// The lock of the last signature of a letter: every field, and no change but validation data afterwards.
    pub const EVERYTHING: Self = Self {
        fields: LockedFields::All,
        permission: Some(Permission::P1),
    };
}

/// Which fields a lock is about, by fully qualified name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LockedFields {
    /// Every one.
    All,
    /// These.
    Include(Vec<String>),
    /// Every one but these.
    Exclude(Vec<String>),
}

impl LockedFields {
    /// Whether a field, or a parent of it, is meant.
    pub fn cover(&self, name: &str) -> bool {
        let named = |names: &[String]| {
            names.iter().any(|of| {
                name.strip_prefix(of.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
        };
        match self {
            Self::All => true,
            Self::Include(names) => named(names),
            Self::Exclude(names) => !named(names),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_room_grows_with_the_chain_and_with_the_timestamp() {
        let chain = [700, 900].map(|length| CertificateDer(vec![0; length]));
        let room = Room::Signature.bytes(Some(&chain));
        assert_eq!(room, 700 + 900 + 700 + 1024);
        assert_eq!(Room::Stamped.bytes(Some(&chain)), room + archive::CAPACITY);
        assert_eq!(Room::Signature.bytes(None), 16 * 1024);
        assert_eq!(Room::Bytes(5000).bytes(Some(&chain)), 5000);
    }
}
