//! One's own account.

use super::Subject;
use super::account::{Account, find};
use crate::{App, ServiceError};

/// The account of whoever asks.
///
/// # Errors
/// [`ServiceError::NotFound`] if it is gone meanwhile.
pub async fn own_account(app: &App, subject: &Subject) -> Result<Account, ServiceError> {
    let mut tx = app.store.snapshot().await?;
    Ok(find(&mut tx, subject.account).await?.into())
}
