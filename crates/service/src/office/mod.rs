//! The office's own data: whose letters these are, OPD, positions, people, delegations.

mod add_jabatan;
mod add_official;
mod add_opd;
mod add_pejabat;
mod holding;
mod identity;
mod install;
mod mandat;
mod record;

pub use add_jabatan::{NewJabatan, add_jabatan};
pub use add_official::{NewOfficial, add_official};
pub use add_opd::{NewOpd, add_opd};
pub(crate) use add_opd::{insert as insert_opd, opd};
pub use add_pejabat::{NewPejabat, add_pejabat};
pub use holding::{end_holding, start_holding};
pub use identity::{Identity, OFFICE_MARK};
pub(crate) use identity::{identity, put as put_identity};
pub use install::{NikOf, install};
pub use mandat::{NewMandat, end_mandat, grant_mandat};
pub(crate) use record::{administers, record};

use std::sync::Arc;

use flow::digest::Sha256;
use serde::Serialize;

use crate::{App, ServiceError};

/// The whole office as it stands.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn current(app: &App) -> Result<Arc<flow::office::Office>, ServiceError> {
    Ok(app.store.snapshot().await?.office().await?)
}

/// Digest of the canonical JSON (RFC 8785) of a row, by which an event knows it.
fn digest_of(row: &impl Serialize) -> Result<Sha256, ServiceError> {
    let event = store::model::NewEvent::new("row", row)?;
    Ok(Sha256::of(event.body().as_bytes()))
}

/// A name that stands on letters: not empty, on one line, not endless.
pub(crate) fn named(what: &'static str, text: &str) -> Result<String, ServiceError> {
    let text = text.trim();
    let fits = (1..=200).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    if fits {
        Ok(text.to_owned())
    } else {
        Err(ServiceError::Invalid { what })
    }
}

/// A text that may be empty, otherwise a name.
fn named_or_empty(what: &'static str, text: &str) -> Result<String, ServiceError> {
    if text.trim().is_empty() {
        Ok(String::new())
    } else {
        named(what, text)
    }
}

fn unknown(what: &'static str, id: impl std::fmt::Display) -> ServiceError {
    ServiceError::NotFound {
        what,
        id: id.to_string(),
    }
}
