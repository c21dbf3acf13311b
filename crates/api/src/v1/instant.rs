//! Instants as programs write them: RFC 3339 with offset.

use std::borrow::Cow;

use flow::time::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};

use super::schema;

/// An instant, RFC 3339 with offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instant(pub Timestamp);

impl From<Timestamp> for Instant {
    fn from(at: Timestamp) -> Self {
        Self(at)
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = <Cow<'de, str>>::deserialize(from)?;
        let at = OffsetDateTime::parse(&text, &Rfc3339).map_err(serde::de::Error::custom)?;
        i64::try_from(at.unix_timestamp_nanos().div_euclid(1_000))
            .map(|micros| Self(Timestamp::from_micros(micros)))
            .map_err(serde::de::Error::custom)
    }
}

impl PartialSchema for Instant {
    fn schema() -> RefOr<Schema> {
        schema::Instant::schema()
    }
}

impl ToSchema for Instant {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Instant")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_with_any_offset_is_read_and_written_in_utc() {
        let at: Instant = serde_json::from_str("\"2026-11-24T09:15:00+07:00\"").unwrap();
        assert_eq!(at.0.micros(), 1_795_486_500_000_000);
        assert_eq!(
            serde_json::to_string(&at).unwrap(),
            "\"2026-11-24T02:15:00Z\""
        );
        assert!(serde_json::from_str::<Instant>("\"2026-11-24\"").is_err());
    }
}
