//! A document's password inside a message to the child that opens the document; nothing else writes it out.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use signing::Password;
use zeroize::Zeroizing;

#[expect(clippy::ref_option, reason = "the shape that serde calls")]
pub(crate) fn serialize<S: Serializer>(
    password: &Option<Password>,
    to: S,
) -> Result<S::Ok, S::Error> {
    password.as_ref().map(Password::reveal).serialize(to)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<Password>, D::Error> {
    let text = Option::<String>::deserialize(from)?;
    Ok(text.map(|text| Password::new(Zeroizing::new(text))))
}
