//! The office's own data: whose letters these are, OPD, positions, people, delegations.

mod add_official;
mod identity;
mod install;

pub use add_official::{NewOfficial, add_official};
pub(crate) use identity::identity;
pub use identity::{Identity, OFFICE_MARK};
pub use install::{NikOf, install};

use crate::{App, ServiceError};

/// The whole office as it stands.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn current(app: &App) -> Result<flow::office::Office, ServiceError> {
    Ok(app.store.snapshot().await?.office().await?)
}
