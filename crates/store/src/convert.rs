//! Between columns and values.

use flow::digest::Sha256;

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
