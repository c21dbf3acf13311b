//! Secrets in bodies: wiped after use, and never in anything that is logged.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use service::custody::Passphrase;
use zeroize::Zeroizing;

/// A secret that somebody sent, or that is shown to them once.
pub(crate) struct Secret(pub(crate) Zeroizing<String>);

impl Secret {
    /// The secret as the use cases take it.
    pub(super) fn passphrase(&self) -> Passphrase {
        Passphrase::new(self.0.to_string())
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(|text| Self(Zeroizing::new(text)))
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0)
    }
}
