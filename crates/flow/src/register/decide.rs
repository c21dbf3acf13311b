//! What a register permits.

use super::{
    EntryState, Fact, NomorPattern, Parts, Register, RegisterKey, RegisterRefusal, Tombstone,
};
use crate::{
    event::Event,
    id::{BlobId, NaskahId},
    jenis::JenisNaskah,
    klasifikasi::KodeKlasifikasi,
    nomor::Nomor,
    office::{Actor, Office},
    time::{CalendarDate, Timestamp},
};

/// What can be asked of a register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Open it. Opening the same register again changes nothing.
    Open {
        /// Which one.
        key: RegisterKey,
        /// How it writes numbers.
        pattern: NomorPattern,
    },
    /// Reserve a number. A letter that holds one here keeps it: no event, the same number.
    Reserve {
        /// For this letter.
        naskah: NaskahId,
        /// Of this kind.
        jenis: JenisNaskah,
        /// Classified so.
        klasifikasi: KodeKlasifikasi,
    },
    /// The letter that holds the number was signed for the first time.
    Issue {
        /// The letter.
        naskah: NaskahId,
        /// The date on it.
        date: CalendarDate,
    },
    /// Make the letter's number a tombstone.
    Cancel {
        /// The letter.
        naskah: NaskahId,
        /// Why.
        reason: Tombstone,
        /// Why, in free text.
        note: Option<BlobId>,
    },
}

/// The events a command leads to.
///
/// # Errors
/// The rule that forbids it.
pub fn decide(
    register: &Register,
    command: Command,
    actor: &Actor,
    office: &Office,
    now: Timestamp,
) -> Result<Vec<Event<Fact>>, RegisterRefusal> {
    let fact = match command {
        Command::Open { key, pattern } => open(register, key, pattern, office)?,
        Command::Reserve {
            naskah,
            jenis,
            klasifikasi,
        } => reserve(register, naskah, jenis, &klasifikasi, office, now)?,
        Command::Issue { naskah, date } => issue(register, naskah, date)?,
        Command::Cancel {
            naskah,
            reason,
            note,
        } => Some(cancel(register, naskah, reason, note, office, now)?),
    };
    Ok(fact
        .map(|fact| Event {
            at: now,
            by: *actor,
            fact,
        })
        .into_iter()
        .collect())
}

fn open(
    register: &Register,
    key: RegisterKey,
    pattern: NomorPattern,
    office: &Office,
) -> Result<Option<Fact>, RegisterRefusal> {
    match &register.book {
        Some(book) if book.key == key => Ok(None),
        Some(_) => Err(RegisterRefusal::OpenAlready),
        None if office.opd.contains_key(&key.opd) => Ok(Some(Fact::Opened { key, pattern })),
        None => Err(RegisterRefusal::UnknownOpd),
    }
}

fn reserve(
    register: &Register,
    naskah: NaskahId,
    jenis: JenisNaskah,
    klasifikasi: &KodeKlasifikasi,
    office: &Office,
    now: Timestamp,
) -> Result<Option<Fact>, RegisterRefusal> {
    let book = register.book.as_ref().ok_or(RegisterRefusal::NotOpen)?;
    let opd = office
        .opd
        .get(&book.key.opd)
        .ok_or(RegisterRefusal::UnknownOpd)?;
    if jenis.kelompok() != book.key.kelompok {
        return Err(RegisterRefusal::OtherKelompok);
    }
    let date = now.date_in(opd.zone);
    if date.year() != book.key.tahun {
        return Err(RegisterRefusal::OtherYear);
    }
    if register.live(naskah).is_some() {
        return Ok(None);
    }
    let urut = register.last.checked_add(1).ok_or(RegisterRefusal::Full)?;
    let text = book.pattern.write(Parts {
        klasifikasi,
        urut,
        kode_unit: &opd.kode_unit,
        date,
    });
    let nomor = Nomor::new(register.id, book.key.tahun, urut, text)
        .map_err(|_| RegisterRefusal::Pattern)?;
    Ok(Some(Fact::Reserved { naskah, nomor }))
}

fn issue(
    register: &Register,
    naskah: NaskahId,
    date: CalendarDate,
) -> Result<Option<Fact>, RegisterRefusal> {
    let book = register.book.as_ref().ok_or(RegisterRefusal::NotOpen)?;
    let (urut, entry) = register
        .live(naskah)
        .ok_or(RegisterRefusal::NoReservation)?;
    if date.year() != book.key.tahun {
        return Err(RegisterRefusal::OtherYear);
    }
    match entry.state {
        EntryState::Issued => Ok(None),
        EntryState::Reserved | EntryState::Cancelled { .. } => {
            Ok(Some(Fact::Issued { naskah, urut, date }))
        }
    }
}

fn cancel(
    register: &Register,
    naskah: NaskahId,
    reason: Tombstone,
    note: Option<BlobId>,
    office: &Office,
    now: Timestamp,
) -> Result<Fact, RegisterRefusal> {
    let book = register.book.as_ref().ok_or(RegisterRefusal::NotOpen)?;
    let (urut, entry) = register
        .live(naskah)
        .ok_or(RegisterRefusal::NoReservation)?;
    match reason {
        Tombstone::LetterCancelled | Tombstone::SignerRefused => {}
        Tombstone::YearEnded if entry.state == EntryState::Issued => {
            return Err(RegisterRefusal::Issued);
        }
        Tombstone::YearEnded => {
            if office.date_in(book.key.opd, now).year() <= book.key.tahun {
                return Err(RegisterRefusal::YearNotEnded);
            }
        }
    }
    Ok(Fact::Cancelled {
        naskah,
        urut,
        reason,
        note,
    })
}
