//! Numbers: reserved by *prepare*, issued by the first signature, made tombstones by cancellation.

use flow::id::{BlobId, NaskahId, OpdId, RegisterId};
use flow::jenis::JenisNaskah;
use flow::klasifikasi::KodeKlasifikasi;
use flow::nomor::Nomor;
use flow::office::{Actor, Office};
use flow::register::{
    Command, Fact, NomorPattern, Register, RegisterKey, RegisterRefusal, Tombstone, decide, evolve,
    replay,
};
use flow::time::{CalendarDate, Timestamp};
use store::Tx;
use store::model::{NomorRow, NomorState, RegisterRow, Stream, StreamKind};

use crate::stream::{append, load};
use crate::{App, ServiceError};

/// What a number is asked for.
pub(crate) struct Wanted<'a> {
    pub(crate) naskah: NaskahId,
    pub(crate) jenis: JenisNaskah,
    pub(crate) klasifikasi: &'a KodeKlasifikasi,
    pub(crate) opd: OpdId,
}

/// One command's circumstances.
pub(crate) struct Moment<'a> {
    pub(crate) app: &'a App,
    pub(crate) office: &'a Office,
    pub(crate) actor: &'a Actor,
    pub(crate) now: Timestamp,
}

/// Reserves a number in the register of the present year, opening it with its first number; a letter that holds one
/// there keeps it.
pub(crate) async fn reserve(
    moment: &Moment<'_>,
    tx: &mut Tx,
    wanted: &Wanted<'_>,
) -> Result<Nomor, ServiceError> {
    let key = RegisterKey {
        tahun: moment.office.date_in(wanted.opd, moment.now).year(),
        opd: wanted.opd,
        kelompok: wanted.jenis.kelompok(),
    };
    let mut register = open(moment, tx, key).await?;
    let command = Command::Reserve {
        naskah: wanted.naskah,
        jenis: wanted.jenis,
        klasifikasi: wanted.klasifikasi.clone(),
    };
    register = run(moment, tx, register, command).await?;
    let nomor = register
        .nomor_of(wanted.naskah)
        .ok_or(RegisterRefusal::NoReservation)?;
    Ok(nomor.clone())
}

/// Makes the number a letter holds a tombstone if it is of another year than `year`.
pub(crate) async fn end_year(
    moment: &Moment<'_>,
    tx: &mut Tx,
    naskah: NaskahId,
    year: u16,
) -> Result<(), ServiceError> {
    let Some(held) = tx.nomor_of(naskah).await? else {
        return Ok(());
    };
    let register = by_id(tx, held.register).await?;
    let is_of = register.nomor_of(naskah).map(Nomor::tahun);
    if is_of.is_some_and(|held| held != year) {
        cancel(moment, tx, naskah, Tombstone::YearEnded, None).await?;
    }
    Ok(())
}

/// Issues the number a letter holds: it stands on a signed letter from now on.
pub(crate) async fn issue(
    moment: &Moment<'_>,
    tx: &mut Tx,
    naskah: NaskahId,
    nomor: &Nomor,
    date: CalendarDate,
) -> Result<(), ServiceError> {
    let register = by_id(tx, nomor.register()).await?;
    run(moment, tx, register, Command::Issue { naskah, date }).await?;
    Ok(())
}

/// Makes the number a letter holds a tombstone, with the reason; does nothing when it holds none.
///
/// The rows are asked and not the letter, which does not know of a number whose preparation failed.
pub(crate) async fn cancel(
    moment: &Moment<'_>,
    tx: &mut Tx,
    naskah: NaskahId,
    reason: Tombstone,
    note: Option<BlobId>,
) -> Result<(), ServiceError> {
    let Some(held) = tx.nomor_of(naskah).await? else {
        return Ok(());
    };
    let register = by_id(tx, held.register).await?;
    let command = Command::Cancel {
        naskah,
        reason,
        note,
    };
    run(moment, tx, register, command).await?;
    Ok(())
}

async fn open(
    moment: &Moment<'_>,
    tx: &mut Tx,
    key: RegisterKey,
) -> Result<Register, ServiceError> {
    let kind_group = word(&key.kelompok)?;
    if let Some(id) = tx.register_for(key.tahun, key.opd, &kind_group).await? {
        return by_id(tx, id).await;
    }
    let id = RegisterId::new(moment.now, moment.app.random()?);
    tx.insert_register(&RegisterRow {
        id,
        year: key.tahun,
        opd: key.opd,
        kind_group,
    })
    .await?;
    let pattern: NomorPattern = PATTERN.parse().map_err(|_| RegisterRefusal::Pattern)?;
    run(
        moment,
        tx,
        Register::new(id),
        Command::Open { key, pattern },
    )
    .await
}

async fn by_id(tx: &mut Tx, id: RegisterId) -> Result<Register, ServiceError> {
    let events = load::<Fact>(tx, stream(id)).await?;
    Ok(replay(id, &events))
}

/// Decides, appends, and keeps the read model in step.
async fn run(
    moment: &Moment<'_>,
    tx: &mut Tx,
    register: Register,
    command: Command,
) -> Result<Register, ServiceError> {
    let events = decide(&register, command, moment.actor, moment.office, moment.now)?;
    let stream = stream(register.id());
    append(moment.app, tx, stream, register.version(), &events).await?;
    for event in &events {
        project(tx, register.id(), &event.fact).await?;
    }
    Ok(events.iter().fold(register, evolve))
}

async fn project(tx: &mut Tx, register: RegisterId, fact: &Fact) -> Result<(), ServiceError> {
    match fact {
        Fact::Opened { .. } => {}
        Fact::Reserved { naskah, nomor } => {
            tx.insert_nomor(&NomorRow {
                register,
                urut: u64::from(nomor.urut()),
                state: NomorState::Reserved,
                naskah: Some(*naskah),
                text: nomor.text().to_owned(),
                reason: None,
            })
            .await?;
        }
        Fact::Issued { urut, .. } => tx.issue_nomor(register, u64::from(*urut)).await?,
        Fact::Cancelled { urut, reason, .. } => {
            tx.cancel_nomor(register, u64::from(*urut), &word(reason)?)
                .await?;
        }
    }
    Ok(())
}

fn stream(id: RegisterId) -> Stream {
    Stream {
        kind: StreamKind::Register,
        id: id.uuid(),
    }
}

/// The stored word of an enum of `flow`.
pub(crate) fn word(value: &impl serde::Serialize) -> Result<String, ServiceError> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        Ok(_) | Err(_) => Err(ServiceError::Corrupt {
            what: "value",
            id: "of flow".to_owned(),
            why: "it is not stored as one word".to_owned(),
        }),
    }
}

/// Permendagri 83/2022: the classification begins the number. One pattern for all until an OPD sets its own.
const PATTERN: &str = "{klasifikasi}/{urut:3}/{kode_unit}/{bulan_romawi}/{tahun}";
