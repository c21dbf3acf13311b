//! A new official in a vacant position.

use flow::id::{JabatanId, PejabatId};
use flow::interval::Interval;
use flow::jabatan::Holding;
use flow::office_event::{By, Fact};
use flow::pejabat::{Nip, Pejabat};

use super::record;
use crate::transaction::transaction;
use crate::{App, ServiceError};

/// Who comes, and into which position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOfficial {
    /// Name without titles.
    pub name: String,
    /// Titles behind the name, empty if none.
    pub gelar_belakang: String,
    /// Rank and grade.
    pub pangkat: Option<String>,
    /// NIP.
    pub nip: Option<Nip>,
    /// The position, which nobody may hold now.
    pub jabatan: JabatanId,
}

/// Adds an official who holds the position from now on.
///
/// # Errors
/// [`ServiceError::NotFound`] if there is no such position, [`ServiceError::Occupied`] if somebody holds it.
pub async fn add_official(app: &App, new: &NewOfficial) -> Result<PejabatId, ServiceError> {
    let now = app.now();
    let official = Pejabat {
        id: PejabatId::new(now, app.random()?),
        name: new.name.clone(),
        gelar_depan: String::new(),
        gelar_belakang: new.gelar_belakang.clone(),
        pangkat: new.pangkat.clone(),
        nip: new.nip.clone(),
    };
    let interval = Interval::new(now, None).map_err(|error| ServiceError::Corrupt {
        what: "interval",
        id: now.to_string(),
        why: error.to_string(),
    })?;
    let holding = Holding {
        jabatan: new.jabatan,
        pejabat: official.id,
        interval,
    };
    transaction!(app.store, |tx| {
        let office = tx.office().await?;
        if !office.jabatan.contains_key(&new.jabatan) {
            return Err(ServiceError::NotFound {
                what: "position",
                id: new.jabatan.to_string(),
            });
        }
        if let Some(holder) = office.holder(new.jabatan, now) {
            return Err(ServiceError::Occupied {
                jabatan: new.jabatan,
                holder,
            });
        }
        tx.insert_pejabat(&official, None).await?;
        tx.insert_holding(&holding).await?;
        let (by, who) = (By::Operator, official.id);
        record(app, tx, by, who.uuid(), Fact::PejabatAdded).await?;
        let fact = Fact::HoldingStarted {
            pejabat: who,
            from: now,
        };
        record(app, tx, by, new.jabatan.uuid(), fact).await
    })?;
    Ok(official.id)
}
