//! Putting a whole office into an empty database.

use std::collections::BTreeMap;

use custody::seal_server;
use flow::id::PejabatId;
use flow::office::Office;
use flow::office_event::{By, Fact};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::identity::{self, Identity};
use super::{digest_of, record};
use crate::transaction::transaction;
use crate::{App, ServiceError};

/// The NIK of each official, needed by remote signing services only.
pub type NikOf = BTreeMap<PejabatId, Zeroizing<String>>;

/// Stores the office in one transaction, each NIK sealed under the field key; does nothing if there is one already.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn install(
    app: &App,
    whose: &Identity,
    office: &Office,
    nik: &NikOf,
) -> Result<(), ServiceError> {
    let sealed = nik
        .iter()
        .map(|(id, nik)| {
            let envelope = seal_server(&app.field_key, &id.to_string(), nik.as_bytes(), &app.rng)?;
            Ok((*id, envelope))
        })
        .collect::<Result<BTreeMap<_, _>, ServiceError>>()?;
    transaction!(app.store, |tx| {
        if !tx.office().await?.opd.is_empty() {
            return Ok(());
        }
        identity::put(tx, whose).await?;
        for opd in office.opd.values() {
            tx.insert_opd(opd).await?;
        }
        for jabatan in office.jabatan.values() {
            tx.insert_jabatan(jabatan).await?;
        }
        for pejabat in office.pejabat.values() {
            let nik_sealed = sealed.get(&pejabat.id).map(String::as_str);
            tx.insert_pejabat(pejabat, nik_sealed).await?;
        }
        for holding in &office.holdings {
            tx.insert_holding(holding).await?;
        }
        for mandat in office.mandat.values() {
            tx.insert_mandat(mandat).await?;
        }
        let fact = Fact::OfficeInstalled {
            sha256: digest_of(office)?,
        };
        record(app, tx, By::Operator, Uuid::nil(), fact).await
    })
}
