//! Every number ever given, with what became of it: for whoever audits the registers.

use std::collections::BTreeMap;

use flow::id::OpdId;
use store::model::{NomorRow, NomorState, RegisterRow};

use crate::access::{self, Action, Object};
use crate::identity::Subject;
use crate::{App, ServiceError};

/// A number of a register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    /// The year of its register.
    pub year: u16,
    /// Whose register.
    pub opd: OpdId,
    /// Which kinds of naskah share the register.
    pub kind_group: String,
    /// Its place.
    pub urut: u64,
    /// As it stands on the letter.
    pub text: String,
    /// What became of it.
    pub state: NomorState,
    /// Why it is not used, for one that is not.
    pub reason: Option<String>,
}

/// All numbers, by year, OPD, group and place.
///
/// # Errors
/// [`ServiceError::Forbidden`] for whoever may not read the audit.
pub async fn numbers(app: &App, subject: &Subject) -> Result<Vec<Number>, ServiceError> {
    access::require(app, subject, Action::ReadAudit, Object::Regency).await?;
    let mut tx = app.store.snapshot().await?;
    let registers: BTreeMap<_, RegisterRow> = tx
        .registers()
        .await?
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    let rows = tx.nomors().await?;
    let mut all: Vec<Number> = rows
        .into_iter()
        .filter_map(|row| Some(number(registers.get(&row.register)?, row)))
        .collect();
    all.sort_by(|one, other| key(one).cmp(&key(other)));
    Ok(all)
}

fn key(number: &Number) -> (u16, OpdId, &str, u64) {
    (
        number.year,
        number.opd,
        number.kind_group.as_str(),
        number.urut,
    )
}

fn number(register: &RegisterRow, row: NomorRow) -> Number {
    Number {
        year: register.year,
        opd: register.opd,
        kind_group: register.kind_group.clone(),
        urut: row.urut,
        text: row.text,
        state: row.state,
        reason: row.reason,
    }
}
