//! Who holds a position from when on, and until when.

use flow::id::{JabatanId, OpdId, PejabatId};
use flow::interval::Interval;
use flow::jabatan::Holding;
use flow::office::Office;
use flow::office_event::Fact;
use flow::time::Timestamp;
use store::StoreError;

use super::{administers, record, unknown};
use crate::identity::{Confirmed, Subject};
use crate::transaction::transaction;
use crate::{App, ServiceError};

/// A person holds a position from `from` on, which may lie ahead but not behind: what was signed stays as it was.
///
/// # Errors
/// [`ServiceError::Forbidden`], [`ServiceError::Stepup`], [`ServiceError::NotFound`]; [`ServiceError::Occupied`] while
/// somebody holds it; [`ServiceError::Impossible`] for a beginning in the past.
pub async fn start_holding(
    app: &App,
    by: &Subject,
    confirmed: &Confirmed,
    jabatan: JabatanId,
    pejabat: PejabatId,
    from: Timestamp,
) -> Result<(), ServiceError> {
    // An entry for "now" takes a moment to arrive.
    let now = app.now();
    if from < now.plus_seconds(-60) {
        return Err(ServiceError::Impossible { rule: "past" });
    }
    let interval = Interval::new(from.max(now), None)
        .map_err(|_| ServiceError::Impossible { rule: "past" })?;
    let holding = Holding {
        jabatan,
        pejabat,
        interval,
    };
    let opd = opd_of(&*app.store.snapshot().await?.office().await?, jabatan)?;
    let by = administers(app, by, confirmed, Some(opd))?;
    transaction!(app.store, |tx| {
        let office = tx.office().await?;
        if !office.pejabat.contains_key(&pejabat) {
            return Err(unknown("official", pejabat));
        }
        let still = office.holdings.iter().find(|row| {
            row.jabatan == jabatan
                && row
                    .interval
                    .until()
                    .is_none_or(|until| until > interval.from())
        });
        if let Some(row) = still {
            return Err(ServiceError::Occupied {
                jabatan,
                holder: row.pejabat,
            });
        }
        tx.insert_holding(&holding).await?;
        let fact = Fact::HoldingStarted {
            pejabat,
            from: interval.from(),
        };
        record(app, tx, by, jabatan.uuid(), fact).await
    })
}

/// A person does not hold a position any more from now on.
///
/// # Errors
/// [`ServiceError::Forbidden`], [`ServiceError::Stepup`]; [`ServiceError::NotFound`] when they do not hold it.
pub async fn end_holding(
    app: &App,
    by: &Subject,
    confirmed: &Confirmed,
    jabatan: JabatanId,
    pejabat: PejabatId,
) -> Result<(), ServiceError> {
    let until = app.now();
    let opd = opd_of(&*app.store.snapshot().await?.office().await?, jabatan)?;
    let by = administers(app, by, confirmed, Some(opd))?;
    transaction!(app.store, |tx| {
        match tx.end_holding(jabatan, pejabat, until).await {
            Ok(()) => {}
            Err(StoreError::Stale { .. }) => return Err(unknown("holding of", jabatan)),
            Err(error) => return Err(error.into()),
        }
        let fact = Fact::HoldingEnded { pejabat, until };
        record(app, tx, by, jabatan.uuid(), fact).await
    })
}

/// The OPD of a position.
pub(super) fn opd_of(office: &Office, jabatan: JabatanId) -> Result<OpdId, ServiceError> {
    office
        .jabatan
        .get(&jabatan)
        .map(|jabatan| jabatan.opd)
        .ok_or_else(|| unknown("position", jabatan))
}
