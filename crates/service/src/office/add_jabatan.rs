//! A new position.

use flow::id::{JabatanId, OpdId};
use flow::jabatan::{Jabatan, Kedudukan};
use flow::office_event::Fact;

use super::{administers, digest_of, named, record, unknown};
use crate::identity::{Confirmed, Subject};
use crate::transaction::transaction;
use crate::{App, ServiceError};

/// A position to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJabatan {
    /// Its OPD.
    pub opd: OpdId,
    /// Its title, "Kepala Dinas Kesehatan".
    pub title: String,
    /// Its standing.
    pub kedudukan: Kedudukan,
    /// The position above it; none for the head of an OPD.
    pub superior: Option<JabatanId>,
}

/// Adds a position.
///
/// # Errors
/// [`ServiceError::Forbidden`], [`ServiceError::Stepup`], [`ServiceError::NotFound`], [`ServiceError::Invalid`];
/// [`ServiceError::Taken`] when the OPD has such a title, or a head already.
pub async fn add_jabatan(
    app: &App,
    by: &Subject,
    confirmed: &Confirmed,
    new: &NewJabatan,
) -> Result<JabatanId, ServiceError> {
    let by = administers(app, by, confirmed, Some(new.opd))?;
    let jabatan = Jabatan {
        id: JabatanId::new(app.now(), app.random()?),
        opd: new.opd,
        title: named("title", &new.title)?,
        kedudukan: new.kedudukan,
        superior: new.superior,
    };
    transaction!(app.store, |tx| {
        let office = tx.office().await?;
        if !office.opd.contains_key(&jabatan.opd) {
            return Err(unknown("OPD", jabatan.opd));
        }
        if let Some(above) = jabatan.superior
            && !office.jabatan.contains_key(&above)
        {
            return Err(unknown("position", above));
        }
        let taken = office.jabatan.values().any(|other| {
            let both_head = other.superior.is_none() && jabatan.superior.is_none();
            other.opd == jabatan.opd && (other.title == jabatan.title || both_head)
        });
        if taken {
            return Err(ServiceError::Taken { what: "position" });
        }
        tx.insert_jabatan(&jabatan).await?;
        let fact = Fact::JabatanAdded {
            opd: jabatan.opd,
            superior: jabatan.superior,
            sha256: digest_of(&jabatan)?,
        };
        record(app, tx, by, jabatan.id.uuid(), fact).await
    })?;
    Ok(jabatan.id)
}
