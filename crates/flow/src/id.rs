//! Typed identifiers: UUIDv7 inside, a readable prefix at the edge, so that a wrong id does not
//! compile and a right one is recognised in a log.

use uuid::Uuid;

use crate::time::Timestamp;

/// Why a text is not an identifier of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier of the form {prefix}<32 hexadecimal digits>")]
pub struct IdError {
    prefix: &'static str,
}

macro_rules! typed_id {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// What the written form begins with.
            pub const PREFIX: &'static str = $prefix;

            /// A new identifier (RFC 9562 UUIDv7) from the time and randomness of the caller.
            pub fn new(at: Timestamp, random: [u8; 10]) -> Self {
                Self(v7(at, random))
            }

            /// The identifier with this UUID.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID inside.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}{}", Self::PREFIX, self.0.as_simple())
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(self, f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                parse(text, Self::PREFIX).map(Self)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}

typed_id! {
    /// An account somebody logs in with.
    AccountId = "acc_";
    /// An official's permission, by passphrase, to sign named versions.
    ActivationId = "act_";
    /// An entry in a receiver's agenda of incoming mail.
    AgendaId = "agd_";
    /// A key of an application.
    ApiKeyId = "apk_";
    /// A sealed blob: free text, content, PDF version, attachment.
    BlobId = "blb_";
    /// One attempt to tell a webhook something.
    DeliveryId = "dlv_";
    /// One node in the disposisi tree of an agenda entry.
    DisposisiId = "dsp_";
    /// A durable intent to use a key.
    IntentId = "int_";
    /// A position in an OPD.
    JabatanId = "jbt_";
    /// A signing key.
    KeyId = "key_";
    /// A delegation by SK.
    MandatId = "mdt_";
    /// A letter.
    NaskahId = "nsk_";
    /// An organisation of the regency.
    OpdId = "opd_";
    /// An official, a person.
    PejabatId = "pjb_";
    /// A number register.
    RegisterId = "reg_";
    /// A session of somebody who logged in.
    SessionId = "ses_";
    /// An address that is told of events.
    WebhookId = "whk_";
}

fn v7(at: Timestamp, random: [u8; 10]) -> Uuid {
    // Before 1970 no letter was electronic; UUIDv7 cannot say such a time.
    let millis = u64::try_from(at.micros() / 1_000).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

fn parse(text: &str, prefix: &'static str) -> Result<Uuid, IdError> {
    // One written form only: `Uuid` alone would take hyphens, braces and capitals as well.
    text.strip_prefix(prefix)
        .filter(|hex| hex.len() == 32)
        .filter(|hex| {
            hex.bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        })
        .and_then(|hex| Uuid::try_parse(hex).ok())
        .ok_or(IdError { prefix })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_what_it_writes_and_carries_its_time() {
        let id = NaskahId::new(Timestamp::from_micros(1_764_000_000_123_456), [7; 10]);
        let text = id.to_string();
        assert!(text.starts_with("nsk_019ab697e87b7"), "{text}");
        assert_eq!(text.parse(), Ok(id));
        assert_eq!(serde_json::to_string(&id).unwrap(), format!("\"{text}\""));
        assert_eq!(
            serde_json::from_str::<NaskahId>(&format!("\"{text}\"")).unwrap(),
            id
        );
        assert_eq!(NaskahId::from_uuid(id.uuid()), id);
    }

    #[test]
    fn an_id_of_another_kind_or_form_is_refused() {
        let id = NaskahId::new(Timestamp::from_micros(1_764_000_000_123_456), [7; 10]).to_string();
        assert!(id.parse::<OpdId>().is_err());
        assert!(id.to_uppercase().parse::<NaskahId>().is_err());
        assert!("nsk_".parse::<NaskahId>().is_err());
        assert!(
            "nsk_019abc1c-3ffb-7000-8000-000000000000"
                .parse::<NaskahId>()
                .is_err()
        );
    }

    #[test]
    fn later_ids_sort_after_earlier_ones() {
        let earlier = BlobId::new(Timestamp::from_micros(1_000_000), [255; 10]);
        let later = BlobId::new(Timestamp::from_micros(2_000_000), [0; 10]);
        assert!(earlier < later);
    }
}
