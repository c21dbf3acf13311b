//! A new person.

use custody::seal_server;
use flow::id::PejabatId;
use flow::office_event::Fact;
use flow::pejabat::{Nip, Pejabat};
use zeroize::Zeroizing;

use super::{administers, named, named_or_empty, record};
use crate::identity::{Confirmed, Subject};
use crate::transaction::transaction;
use crate::{App, ServiceError};

/// A person to be added.
#[derive(Clone, PartialEq, Eq)]
pub struct NewPejabat {
    /// Name without titles.
    pub name: String,
    /// Titles before the name; may be empty.
    pub gelar_depan: String,
    /// Titles behind the name; may be empty.
    pub gelar_belakang: String,
    /// Rank and grade.
    pub pangkat: Option<String>,
    /// NIP.
    pub nip: Option<Nip>,
    /// NIK, 16 digits, needed by remote signing services only; kept sealed.
    pub nik: Option<Zeroizing<String>>,
}

/// Adds a person, who holds nothing yet.
///
/// # Errors
/// [`ServiceError::Forbidden`], [`ServiceError::Stepup`], [`ServiceError::Invalid`]; [`ServiceError::Taken`] when
/// somebody has that NIP.
pub async fn add_pejabat(
    app: &App,
    by: &Subject,
    confirmed: &Confirmed,
    new: &NewPejabat,
) -> Result<PejabatId, ServiceError> {
    let by = administers(app, by, confirmed, None)?;
    let pangkat = new
        .pangkat
        .as_deref()
        .filter(|text| !text.trim().is_empty());
    let person = Pejabat {
        id: PejabatId::new(app.now(), app.random()?),
        name: named("name", &new.name)?,
        gelar_depan: named_or_empty("titles", &new.gelar_depan)?,
        gelar_belakang: named_or_empty("titles", &new.gelar_belakang)?,
        pangkat: pangkat.map(|text| named("rank", text)).transpose()?,
        nip: new.nip.clone(),
    };
    let nik = new.nik.as_ref().map(|nik| sealed(app, person.id, nik));
    let nik = nik.transpose()?;
    transaction!(app.store, |tx| {
        let office = tx.office().await?;
        let taken =
            person.nip.is_some() && office.pejabat.values().any(|other| other.nip == person.nip);
        if taken {
            return Err(ServiceError::Taken { what: "NIP" });
        }
        tx.insert_pejabat(&person, nik.as_deref()).await?;
        record(app, tx, by, person.id.uuid(), Fact::PejabatAdded).await
    })?;
    Ok(person.id)
}

fn sealed(app: &App, id: PejabatId, nik: &str) -> Result<String, ServiceError> {
    if nik.len() != 16 || !nik.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(ServiceError::Invalid { what: "NIK" });
    }
    Ok(seal_server(
        &app.field_key,
        &id.to_string(),
        nik.as_bytes(),
        &app.rng,
    )?)
}
