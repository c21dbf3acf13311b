//! Numbers and dates: given by *prepare*, kept over crashes and days, explained over the year's end.

use flow::naskah::Refusal;
use flow::time::{CalendarDate, Zone};
use service::ServiceError;
use service::clock::Clock as _;
use service::naskah;
use store::model::NomorState;

use crate::support::{HEAD_A, STAFF_B, Step, World, actor, nota_dinas, on_both_engines};

on_both_engines!(
    a_stranger_to_the_letter_has_no_number_reserved_for_it,
    a_number_reserved_before_a_failed_typesetting_is_the_letters_at_the_retry,
    a_letter_whose_day_moved_is_prepared_again_with_its_number_and_the_new_date,
    a_letter_left_over_new_year_gets_a_new_number_and_the_old_one_is_a_tombstone,
    a_number_whose_typesetting_failed_in_the_old_year_becomes_a_tombstone_too,
);

async fn a_stranger_to_the_letter_has_no_number_reserved_for_it(world: World) {
    let id = world.submitted(&nota_dinas(&[HEAD_A])).await;
    let refused = naskah::prepare(&world.app(), &actor(STAFF_B), id).await;
    assert!(
        matches!(refused, Err(ServiceError::Refused(Refusal::OtherOpd))),
        "{refused:?}"
    );
    assert!(world.numbers().await.is_empty());
}

async fn a_number_reserved_before_a_failed_typesetting_is_the_letters_at_the_retry(
    mut world: World,
) {
    let first = world.submitted(&nota_dinas(&[HEAD_A])).await;
    world.worker.break_next(Step::Typeset);
    world.prepare(first).await.unwrap_err();
    assert_eq!(world.tahap(first).await.word(), "ready");
    world.crash_and_restart().await;

    let (second, _) = world.prepared(&nota_dinas(&[HEAD_A])).await;
    world.prepare(first).await.unwrap();
    let holders: Vec<_> = world
        .numbers()
        .await
        .iter()
        .map(|row| (row.urut, row.naskah, row.state))
        .collect();
    let reserved = NomorState::Reserved;
    assert_eq!(
        holders,
        [(1, Some(first), reserved), (2, Some(second), reserved)]
    );
    assert_eq!(urut(&world, first).await, 1);
    world.assert_audit_is_clean().await;
}

async fn a_letter_whose_day_moved_is_prepared_again_with_its_number_and_the_new_date(world: World) {
    world.issue_key(HEAD_A).await;
    let midnight = date(2026, 11, 25).begins_in(Zone::Wib);
    world.clock.set(midnight.plus_seconds(-60));
    let (id, shown) = world.prepared(&nota_dinas(&[HEAD_A])).await;
    let activation = world.activate(HEAD_A, shown).await.unwrap();

    world.clock.set(midnight);
    let moved = world.sign(HEAD_A, id, activation).await;
    let day_moved = matches!(moved, Err(ServiceError::Refused(Refusal::DateMoved)));
    assert!(day_moved, "{moved:?}");
    let shown_now = world.prepare(id).await.unwrap();
    assert_ne!(shown_now, shown);
    let stale = world.sign(HEAD_A, id, activation).await;
    assert!(
        matches!(stale, Err(ServiceError::NotActivated(_))),
        "{stale:?}"
    );
    assert!(world.intents().await.is_empty());

    let signed = world.activate_and_sign(HEAD_A, id, shown_now).await;
    assert_eq!(signed.version, 3);
    let tahap = world.tahap(id).await;
    let prepared = tahap.prepared().unwrap();
    assert_eq!(prepared.date, date(2026, 11, 25));
    assert_eq!(prepared.nomor.urut(), 1);
    let numbers = world.numbers().await;
    assert_eq!(numbers.len(), 1);
    assert_eq!(numbers[0].state, NomorState::Issued);
    world.assert_audit_is_clean().await;
}

async fn a_letter_left_over_new_year_gets_a_new_number_and_the_old_one_is_a_tombstone(
    world: World,
) {
    over_new_year(&world, Outcome::Prepared).await;
}

async fn a_number_whose_typesetting_failed_in_the_old_year_becomes_a_tombstone_too(world: World) {
    over_new_year(&world, Outcome::Failed).await;
}

/// What came of *prepare* in the old year.
#[derive(PartialEq, Eq)]
enum Outcome {
    Prepared,
    Failed,
}

async fn over_new_year(world: &World, outcome: Outcome) {
    let new_year = date(2027, 1, 1).begins_in(Zone::Wib);
    world.clock.set(new_year.plus_seconds(-1));
    let id = world.submitted(&nota_dinas(&[HEAD_A])).await;
    match outcome {
        Outcome::Prepared => {
            world.prepare(id).await.unwrap();
        }
        Outcome::Failed => {
            world.worker.break_next(Step::Typeset);
            world.prepare(id).await.unwrap_err();
        }
    }
    world.clock.set(new_year);
    world.prepare(id).await.unwrap();
    let tahap = world.tahap(id).await;
    let prepared = tahap.prepared().unwrap();
    assert_eq!(prepared.nomor.tahun(), 2027);
    assert_eq!(prepared.date.year(), 2027);
    let numbers = world.numbers().await;
    let tombstones: Vec<_> = numbers
        .iter()
        .filter(|row| row.state == NomorState::Cancelled)
        .map(|row| row.reason.as_deref())
        .collect();
    assert_eq!((numbers.len(), tombstones), (2, vec![Some("year_ended")]));
    assert!(world.clock.now() >= new_year);
    world.assert_audit_is_clean().await;
}

async fn urut(world: &World, id: flow::id::NaskahId) -> u32 {
    let tahap = world.tahap(id).await;
    tahap.prepared().unwrap().nomor.urut()
}

fn date(year: u16, month: u8, day: u8) -> CalendarDate {
    CalendarDate::new(year, month, day).unwrap()
}
