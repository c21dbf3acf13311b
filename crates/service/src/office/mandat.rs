//! Delegations by SK.

use std::collections::BTreeSet;

use flow::digest::Sha256;
use flow::id::{JabatanId, MandatId, OpdId, PejabatId};
use flow::jenis::JenisNaskah;
use flow::mandat::{Kapasitas, Mandat, MandatRow};
use flow::office_event::Fact;
use flow::time::Timestamp;

use super::holding::opd_of;
use super::{administers, named, record, unknown};
use crate::identity::{Confirmed, Subject};
use crate::transaction::transaction;
use crate::{App, ServiceError};

/// A delegation to be given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMandat {
    /// Capacity.
    pub kapasitas: Kapasitas,
    /// The position acted for.
    pub of: JabatanId,
    /// Receiver of Plt., Plh., Pj., Pjs.
    pub pejabat: Option<PejabatId>,
    /// Receiving position of a.n. and u.b.
    pub jabatan: Option<JabatanId>,
    /// The a.n. position an u.b. stands under.
    pub through: Option<JabatanId>,
    /// Number of the SK.
    pub sk: String,
    /// Kinds of naskah it covers; none named means all.
    pub kinds: BTreeSet<JenisNaskah>,
    /// OPD whose letters it covers; none means any.
    pub opd: Option<OpdId>,
    /// First instant, which may lie ahead but not behind.
    pub from: Timestamp,
    /// First instant after it.
    pub until: Timestamp,
}

/// Gives a delegation.
///
/// # Errors
/// [`ServiceError::Forbidden`], [`ServiceError::Stepup`], [`ServiceError::NotFound`]; [`ServiceError::Impossible`] for one
/// that makes no sense or begins in the past.
pub async fn grant_mandat(
    app: &App,
    by: &Subject,
    confirmed: &Confirmed,
    new: &NewMandat,
) -> Result<MandatId, ServiceError> {
    let now = app.now();
    if new.from < now.plus_seconds(-60) {
        return Err(ServiceError::Impossible { rule: "past" });
    }
    let opd = opd_of(&*app.store.snapshot().await?.office().await?, new.of)?;
    let by = administers(app, by, confirmed, Some(opd))?;
    let sk = named("SK", &new.sk)?;
    let id = MandatId::new(now, app.random()?);
    let from = new.from.max(now);
    let mandat = Mandat::try_from(MandatRow {
        id,
        kapasitas: new.kapasitas,
        of: new.of,
        pejabat: new.pejabat,
        jabatan: new.jabatan,
        through: new.through,
        sk: sk.clone(),
        kinds: new.kinds.clone(),
        opd: new.opd,
        from,
        until: new.until,
    })
    .map_err(|_| ServiceError::Impossible { rule: "delegation" })?;
    let fact = Fact::MandatGranted {
        kapasitas: new.kapasitas,
        of: new.of,
        pejabat: new.pejabat,
        jabatan: new.jabatan,
        through: new.through,
        kinds: new.kinds.clone(),
        opd: new.opd,
        from,
        until: new.until,
        sk_sha256: Sha256::of(sk.as_bytes()),
    };
    transaction!(app.store, |tx| {
        let office = tx.office().await?;
        let positions = [new.jabatan, new.through].into_iter().flatten();
        if let Some(missing) = positions
            .into_iter()
            .find(|id| !office.jabatan.contains_key(id))
        {
            return Err(unknown("position", missing));
        }
        if let Some(missing) = new.pejabat.filter(|id| !office.pejabat.contains_key(id)) {
            return Err(unknown("official", missing));
        }
        if let Some(missing) = new.opd.filter(|id| !office.opd.contains_key(id)) {
            return Err(unknown("OPD", missing));
        }
        tx.insert_mandat(&mandat).await?;
        record(app, tx, by, id.uuid(), fact.clone()).await
    })?;
    Ok(id)
}

/// Ends a delegation now; one that has not begun is taken back.
///
/// # Errors
/// [`ServiceError::Forbidden`], [`ServiceError::Stepup`]; [`ServiceError::NotFound`] when there is none, or it is over.
pub async fn end_mandat(
    app: &App,
    by: &Subject,
    confirmed: &Confirmed,
    id: MandatId,
) -> Result<(), ServiceError> {
    let now = app.now();
    let office = app.store.snapshot().await?.office().await?;
    let gone = || unknown("delegation", id);
    let of = office.mandat.get(&id).map(Mandat::of).ok_or_else(gone)?;
    let by = administers(app, by, confirmed, Some(opd_of(&office, of)?))?;
    transaction!(app.store, |tx| {
        let office = tx.office().await?;
        let masa = office.mandat.get(&id).map(Mandat::masa).ok_or_else(gone)?;
        if masa.until().is_some_and(|until| until <= now) {
            return Err(gone());
        }
        if masa.from() < now {
            tx.end_mandat(id, now).await?;
        } else {
            tx.withdraw_mandat(id, now).await?;
        }
        record(app, tx, by, id.uuid(), Fact::MandatEnded { until: now }).await
    })
}
