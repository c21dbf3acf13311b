use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::{
    event::Event, id::BlobId, jenis::JenisNaskah, office::Office, testing, time::Timestamp,
};

fn opened(office: &Office) -> Register {
    apply(
        Register::new(testing::register()),
        open(2026),
        office,
        testing::NOW,
    )
    .unwrap()
}

fn open(tahun: u16) -> Command {
    Command::Open {
        key: RegisterKey {
            tahun,
            opd: testing::opd(1),
            kelompok: Kelompok::KorespondensiInternal,
        },
        pattern: "{klasifikasi}/{urut}/{kode_unit}/{bulan_romawi}/{tahun}"
            .parse()
            .unwrap(),
    }
}

fn reserve(naskah: u8) -> Command {
    Command::Reserve {
        naskah: testing::naskah(naskah),
        jenis: JenisNaskah::NotaDinas,
        klasifikasi: "000.1.2.3".parse().unwrap(),
    }
}

fn cancel(naskah: u8, reason: Tombstone) -> Command {
    Command::Cancel {
        naskah: testing::naskah(naskah),
        reason,
        note: None::<BlobId>,
    }
}

fn issue(naskah: u8) -> Command {
    Command::Issue {
        naskah: testing::naskah(naskah),
        date: "2026-11-24".parse().unwrap(),
    }
}

fn apply(
    register: Register,
    command: Command,
    office: &Office,
    now: Timestamp,
) -> Result<Register, RegisterRefusal> {
    let events = decide(&register, command, &testing::actor(1), office, now)?;
    Ok(events.iter().fold(register, evolve))
}

#[test]
fn a_retry_gets_the_number_the_letter_already_holds() {
    let office = testing::office();
    let once = apply(opened(&office), reserve(1), &office, testing::NOW).unwrap();
    let twice = apply(once.clone(), reserve(1), &office, testing::NOW).unwrap();
    assert_eq!(once, twice);
    let nomor = twice.nomor_of(testing::naskah(1)).unwrap();
    assert_eq!(nomor.text(), "000.1.2.3/1/OPD1/XI/2026");
}

#[test]
fn a_cancelled_number_stays_as_a_tombstone_and_the_next_one_is_new() {
    let office = testing::office();
    let mut register = opened(&office);
    for command in [
        reserve(1),
        cancel(1, Tombstone::LetterCancelled),
        reserve(1),
    ] {
        register = apply(register, command, &office, testing::NOW).unwrap();
    }
    assert_eq!(register.nomor_of(testing::naskah(1)).unwrap().urut(), 2);
    let first = &register.entries()[&1];
    assert_eq!(
        first.state,
        EntryState::Cancelled {
            reason: Tombstone::LetterCancelled
        }
    );
}

#[test]
fn the_year_turns_at_the_opds_own_midnight() {
    let office = testing::office();
    let before = Timestamp::from_micros(1_798_736_399_999_999);
    let after = Timestamp::from_micros(1_798_736_400_000_000);
    let register = apply(opened(&office), reserve(1), &office, before).unwrap();
    let early = cancel(1, Tombstone::YearEnded);
    assert_eq!(
        apply(register.clone(), early.clone(), &office, before),
        Err(RegisterRefusal::YearNotEnded)
    );
    assert_eq!(
        apply(register.clone(), reserve(2), &office, after),
        Err(RegisterRefusal::OtherYear)
    );
    let ended = apply(register, early, &office, after).unwrap();
    assert_eq!(ended.nomor_of(testing::naskah(1)), None);
}

#[test]
fn an_issued_number_survives_the_year_but_not_its_letters_cancellation() {
    let office = testing::office();
    let register = apply(opened(&office), reserve(1), &office, testing::NOW).unwrap();
    let register = apply(register, issue(1), &office, testing::NOW).unwrap();
    let later = testing::NOW.plus_seconds(86_400 * 60);
    assert_eq!(
        apply(
            register.clone(),
            cancel(1, Tombstone::YearEnded),
            &office,
            later
        ),
        Err(RegisterRefusal::Issued)
    );
    let register = apply(
        register,
        cancel(1, Tombstone::SignerRefused),
        &office,
        later,
    )
    .unwrap();
    assert_eq!(register.entries()[&1].state.word(), "cancelled");
}

#[test]
fn a_letter_of_another_group_or_without_a_number_is_refused() {
    let office = testing::office();
    let register = opened(&office);
    let other = Command::Reserve {
        naskah: testing::naskah(1),
        jenis: JenisNaskah::SuratDinas,
        klasifikasi: "000.1".parse().unwrap(),
    };
    let refused = |command| apply(register.clone(), command, &office, testing::NOW).unwrap_err();
    assert_eq!(refused(other), RegisterRefusal::OtherKelompok);
    assert_eq!(refused(issue(1)), RegisterRefusal::NoReservation);
    assert_eq!(
        refused(cancel(1, Tombstone::LetterCancelled)),
        RegisterRefusal::NoReservation
    );
    assert_eq!(refused(open(2027)), RegisterRefusal::OpenAlready);
}

proptest! {
    #[test]
    fn no_number_is_given_twice_and_no_gap_is_unexplained(
        steps in prop::collection::vec((0_u8..4, 0_u8..5, 0_i64..3), 0..60),
    ) {
        let office = testing::office();
        let mut register = opened(&office);
        let mut log: Vec<Event<Fact>> =
            decide(&Register::new(testing::register()), open(2026), &testing::actor(1), &office, testing::NOW).unwrap();
        for (kind, naskah, months) in steps {
            let command = match kind {
                0 => reserve(naskah),
                1 => issue(naskah),
                2 => cancel(naskah, Tombstone::LetterCancelled),
                _ => cancel(naskah, Tombstone::YearEnded),
            };
            let now = testing::NOW.plus_seconds(months * 86_400 * 30);
            let Ok(events) = decide(&register, command, &testing::actor(1), &office, now) else {
                continue;
            };
            for event in events {
                register = evolve(register, &event);
                log.push(event);
            }
        }
        let given: Vec<u32> = log
            .iter()
            .filter_map(|event| match &event.fact {
                Fact::Reserved { nomor, .. } => Some(nomor.urut()),
                Fact::Opened { .. } | Fact::Issued { .. } | Fact::Cancelled { .. } => None,
            })
            .collect();
        let dense: Vec<u32> = (1..=register.last()).collect();
        prop_assert_eq!(&given, &dense);
        prop_assert_eq!(register.entries().keys().copied().collect::<Vec<_>>(), dense);
        let live: Vec<NaskahId> = register
            .entries()
            .values()
            .filter(|entry| !matches!(entry.state, EntryState::Cancelled { .. }))
            .map(|entry| entry.naskah)
            .collect();
        prop_assert_eq!(live.iter().collect::<BTreeSet<_>>().len(), live.len());
        prop_assert_eq!(u64::try_from(log.len()).unwrap(), register.version());
        prop_assert_eq!(replay(testing::register(), &log), register);
    }
}
