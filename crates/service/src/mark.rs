//! Marks on a database: small facts about the whole installation.

use crate::transaction::transaction;
use crate::{App, ServiceError};

/// Sets a mark.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn set(app: &App, name: &str, value: &str) -> Result<(), ServiceError> {
    transaction!(app.store, |tx| { Ok(tx.put_meta(name, value).await?) })
}

/// Reads a mark.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn read(app: &App, name: &str) -> Result<Option<String>, ServiceError> {
    Ok(app.store.snapshot().await?.meta(name).await?)
}
