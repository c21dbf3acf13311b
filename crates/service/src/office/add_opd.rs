//! A new OPD.

use flow::id::OpdId;
use flow::office_event::{By, Fact};
use flow::opd::Opd;
use flow::time::Zone;
use store::Tx;

use super::{administers, digest_of, named, record};
use crate::identity::{Confirmed, Subject};
use crate::transaction::transaction;
use crate::{App, ServiceError};

/// An OPD to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOpd {
    /// Unit code inside letter numbers, which no other OPD has.
    pub kode_unit: String,
    /// Name without that of the regency.
    pub name: String,
    /// Address lines of the letterhead.
    pub address: Vec<String>,
    /// The zone whose midnight turns its days and years.
    pub zone: Zone,
}

/// Adds an OPD.
///
/// # Errors
/// [`ServiceError::Forbidden`], [`ServiceError::Stepup`], [`ServiceError::Invalid`]; [`ServiceError::Taken`] when its
/// unit code is.
pub async fn add_opd(
    app: &App,
    by: &Subject,
    confirmed: &Confirmed,
    new: &NewOpd,
) -> Result<OpdId, ServiceError> {
    let by = administers(app, by, confirmed, None)?;
    let opd = opd(app, new)?;
    transaction!(app.store, |tx| { insert(app, tx, by, &opd).await })?;
    Ok(opd.id)
}

/// The OPD as a row, if it makes sense.
pub(crate) fn opd(app: &App, new: &NewOpd) -> Result<Opd, ServiceError> {
    let address = new.address.iter().filter(|line| !line.trim().is_empty());
    let address: Vec<String> = address
        .map(|line| named("address", line))
        .collect::<Result<_, _>>()?;
    if !(1..=4).contains(&address.len()) {
        return Err(ServiceError::Invalid { what: "address" });
    }
    Ok(Opd {
        id: OpdId::new(app.now(), app.random()?),
        kode_unit: kode_unit(&new.kode_unit)?,
        name: named("name", &new.name)?,
        address,
        zone: new.zone,
    })
}

pub(crate) async fn insert(app: &App, tx: &mut Tx, by: By, opd: &Opd) -> Result<(), ServiceError> {
    let office = tx.office().await?;
    let taken = office
        .opd
        .values()
        .any(|other| other.kode_unit == opd.kode_unit);
    if taken {
        return Err(ServiceError::Taken { what: "unit code" });
    }
    tx.insert_opd(opd).await?;
    let fact = Fact::OpdAdded {
        sha256: digest_of(opd)?,
    };
    record(app, tx, by, opd.id.uuid(), fact).await
}

/// It stands between slashes in numbers.
fn kode_unit(text: &str) -> Result<String, ServiceError> {
    let text = text.trim();
    let fits = |char: char| char.is_ascii_alphanumeric() || ".-".contains(char);
    if (1..=20).contains(&text.len()) && text.chars().all(fits) {
        Ok(text.to_owned())
    } else {
        Err(ServiceError::Invalid { what: "unit code" })
    }
}
