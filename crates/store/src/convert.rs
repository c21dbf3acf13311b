//! Between columns and values.

use flow::digest::Sha256;
use serde::Serialize;
use serde::de::{DeserializeOwned, IntoDeserializer};

use crate::StoreError;

/// A count or version as the column keeps it.
pub(crate) fn to_column(what: &'static str, value: u64) -> Result<i64, StoreError> {
    i64::try_from(value).map_err(|_| StoreError::Range { what })
}

/// A count or version as the column kept it.
pub(crate) fn from_column(
    table: &'static str,
    id: impl std::fmt::Display,
    value: i64,
) -> Result<u64, StoreError> {
    u64::try_from(value).map_err(|_| StoreError::corrupt(table, id, format!("{value} is negative")))
}

/// A fixed number of bytes as the column kept them.
pub(crate) fn bytes<const N: usize>(
    table: &'static str,
    id: impl std::fmt::Display,
    value: &[u8],
) -> Result<[u8; N], StoreError> {
    value.try_into().map_err(|_| {
        StoreError::corrupt(table, id, format!("{} bytes instead of {N}", value.len()))
    })
}

/// A digest as the column kept it.
pub(crate) fn digest(
    table: &'static str,
    id: impl std::fmt::Display,
    value: &[u8],
) -> Result<Sha256, StoreError> {
    bytes(table, id, value).map(Sha256)
}

/// One row changed, or the row was not in the state the change needs.
pub(crate) fn changed_one(
    table: &'static str,
    id: impl std::fmt::Display,
    rows: u64,
) -> Result<(), StoreError> {
    if rows == 1 {
        Ok(())
    } else {
        Err(StoreError::Stale {
            table,
            id: id.to_string(),
        })
    }
}

/// An enum of `flow` as the word it is serialised to.
pub(crate) fn to_word(value: &impl Serialize) -> Result<String, StoreError> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        Ok(_) | Err(_) => Err(StoreError::Range { what: "the word" }),
    }
}

/// A value of `flow` from the word it was serialised to.
pub(crate) fn of_word<T: DeserializeOwned>(
    table: &'static str,
    id: impl std::fmt::Display,
    word: &str,
) -> Result<T, StoreError> {
    T::deserialize(word.into_deserializer())
        .map_err(|error: serde::de::value::Error| StoreError::corrupt(table, id, error.to_string()))
}

/// A list as opaque JSON.
pub(crate) fn to_json(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::Range { what: "the list" })
}

/// A list from opaque JSON.
pub(crate) fn of_json<T: DeserializeOwned>(
    table: &'static str,
    id: impl std::fmt::Display,
    text: &str,
) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::corrupt(table, id, error.to_string()))
}

/// Every row as a value, or the first that is corrupt.
pub(crate) fn all<R, T>(
    rows: Vec<R>,
    convert: impl Fn(R) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    rows.into_iter().map(convert).collect()
}
