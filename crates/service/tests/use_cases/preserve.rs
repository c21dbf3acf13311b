//! Signed letters that carry their own evidence: added, waited for where a source fails, and renewed in time.

use flow::account::{Grant, Role};
use flow::id::NaskahId;
use service::verification::{self, Kind, Level as Reached};
use service::{desk, jobs};
use signing::validate::Report;
use store::model::{Level, Preservation, PreservationProblem, VersionKind};

use crate::support::authority::{Manner, Tsa};
use crate::support::{HEAD_A, HEAD_B, World, nota_dinas, on_both_engines, opd};

on_both_engines!(
    evidence_is_appended_as_a_later_version_and_suffices_by_itself,
    evidence_comes_after_the_last_of_several_signatures,
    what_a_source_does_not_give_is_visibly_waited_for,
    an_archive_is_renewed_before_its_timestamp_ends_and_outlives_it,
    what_another_run_added_is_not_added_again,
);

async fn office(world: &mut World, level: Level, days: i64) -> Tsa {
    let tsa = Tsa::start(&world.clock, days).await;
    world.want(level, &[&tsa]).await;
    world.issue_key(HEAD_A).await;
    tsa
}

async fn signed(world: &World) -> NaskahId {
    let (id, shown) = world.prepared(&nota_dinas(&[HEAD_A])).await;
    world.activate_and_sign(HEAD_A, id, shown).await;
    id
}

async fn outbox(world: &World) {
    jobs::run_due_outside(&world.app()).await.unwrap();
}

async fn state(world: &World, id: NaskahId) -> Preservation {
    let row = world.rows().await.preservation(id).await.unwrap();
    row.unwrap().state
}

async fn kinds(world: &World, id: NaskahId) -> Vec<VersionKind> {
    let versions = world.rows().await.versions(id).await.unwrap();
    versions.into_iter().map(|version| version.kind).collect()
}

/// The level of every signature of a person, when the file is intact by itself.
fn levels(report: &Report) -> Vec<Reached> {
    assert_eq!(report.headline.exit_code(), 0, "{report:#?}");
    let people = report.signatures.iter();
    people
        .filter(|one| one.kind == Kind::Signature)
        .map(|one| one.level.unwrap())
        .collect()
}

async fn evidence_is_appended_as_a_later_version_and_suffices_by_itself(mut world: World) {
    for (level, reached) in [
        (Level::BLt, Reached::PadesBLT),
        (Level::BLta, Reached::PadesBLTA),
    ] {
        let _tsa = office(&mut world, level, 3650).await;
        let id = signed(&world).await;
        let before = world.exported(id).await;
        assert_eq!(
            state(&world, id).await,
            Preservation::Waiting { problem: None }
        );
        outbox(&world).await;
        assert_eq!(
            kinds(&world, id).await,
            [
                VersionKind::Prepared,
                VersionKind::Signed,
                VersionKind::Extended
            ]
        );
        let after = world.exported(id).await;
        assert!(after.len() > before.len() && after.starts_with(&before));
        assert_eq!(levels(&world.judged_by_itself(after.clone())), [reached]);
        let Preservation::Kept { expires } = state(&world, id).await else {
            panic!("it is not kept");
        };
        assert_eq!(expires.is_some(), level == Level::BLta);
        assert_eq!(
            world.rows().await.open_preservation_count().await.unwrap(),
            0
        );

        // Whoever has the code gets the newest version, and the one before is known as well.
        let code = world.rows().await.naskah(id).await.unwrap().unwrap().code;
        let code = code.unwrap();
        let app = world.app();
        let download = verification::public_download(&app, &code).await.unwrap();
        assert_eq!(download.unwrap().pdf, after);
        let (found, verdict) = verification::compare(&app, &code, std::sync::Arc::new(before))
            .await
            .unwrap()
            .unwrap();
        assert!(!verdict.known.unwrap().newest, "{found:?}");
        world.assert_audit_is_clean().await;
        world.clock.advance(60);
    }
}

async fn evidence_comes_after_the_last_of_several_signatures(mut world: World) {
    let _tsa = office(&mut world, Level::BLta, 3650).await;
    world.issue_key(HEAD_B).await;
    let (id, shown) = world.prepared(&nota_dinas(&[HEAD_A, HEAD_B])).await;
    let first = world.activate_and_sign(HEAD_A, id, shown).await;
    outbox(&world).await;
    assert_eq!(world.rows().await.preservation(id).await.unwrap(), None);
    world.activate_and_sign(HEAD_B, id, first.sha256).await;
    outbox(&world).await;
    let report = world.judged_by_itself(world.exported(id).await);
    assert_eq!(levels(&report), [Reached::PadesBLTA, Reached::PadesBLTA]);
}

async fn what_a_source_does_not_give_is_visibly_waited_for(mut world: World) {
    let tsa = office(&mut world, Level::BLta, 3650).await;
    let grant = Grant {
        role: Role::Pejabat,
        opd: Some(opd('A')),
    };
    world.account("kepala-a", Some(HEAD_A), &[grant]).await;
    let subject = world.subject("kepala-a").await;
    for (manner, problem) in [
        (Manner::NoList, PreservationProblem::Evidence),
        (Manner::Revoked, PreservationProblem::Timestamp),
        (Manner::Down, PreservationProblem::Timestamp),
        (Manner::OtherImprint, PreservationProblem::Timestamp),
    ] {
        let id = signed(&world).await;
        tsa.behave(manner);
        outbox(&world).await;
        let waiting = Preservation::Waiting {
            problem: Some(problem),
        };
        assert_eq!(state(&world, id).await, waiting, "{manner:?}");
        assert_eq!(
            kinds(&world, id).await.len(),
            2,
            "nothing half done is kept"
        );
        let view = desk::letter(&world.app(), &subject, id).await.unwrap();
        assert_eq!(view.preservation.unwrap().state, waiting);
        // The letter is signed and stands; nothing about it is lower than it was.
        let report = world.judged(world.exported(id).await);
        assert_eq!(levels(&report), [Reached::PadesBT]);
        tsa.behave(Manner::Honest);
        world.clock.advance(600);
        outbox(&world).await;
        assert!(matches!(state(&world, id).await, Preservation::Kept { .. }));
        let report = world.judged_by_itself(world.exported(id).await);
        assert_eq!(levels(&report), [Reached::PadesBLTA]);
    }
}

async fn an_archive_is_renewed_before_its_timestamp_ends_and_outlives_it(mut world: World) {
    let old = office(&mut world, Level::BLta, 120).await;
    let id = signed(&world).await;
    outbox(&world).await;
    let archived = world.exported(id).await;
    let asked = old.asked();

    // Nothing is due for half of what is left.
    world.clock.advance(58 * DAY);
    outbox(&world).await;
    assert_eq!((kinds(&world, id).await.len(), old.asked()), (3, asked));

    // Then another authority is asked, since the old one gives no more.
    let new = Tsa::start(&world.clock, 3650).await;
    old.behave(Manner::Down);
    world.want(Level::BLta, &[&old, &new]).await;
    world.clock.advance(3 * DAY);
    outbox(&world).await;
    assert_eq!(kinds(&world, id).await.len(), 4);
    let renewed = world.exported(id).await;
    assert!(renewed.starts_with(&archived));

    // When the old certificate is over, the file that was not renewed proves nothing any more.
    world.clock.advance(365 * DAY);
    assert_eq!(world.judged_by_itself(archived).headline.exit_code(), 3);
    assert_eq!(
        levels(&world.judged_by_itself(renewed)),
        [Reached::PadesBLTA]
    );
}

async fn what_another_run_added_is_not_added_again(mut world: World) {
    let tsa = office(&mut world, Level::BLta, 3650).await;
    let id = signed(&world).await;
    world.worker.break_next(crate::support::Step::KeepEvidence);
    outbox(&world).await;
    assert_eq!(kinds(&world, id).await.len(), 2);
    world.crash_and_restart().await;
    world.clock.advance(600);
    outbox(&world).await;
    let asked = tsa.asked();
    world.clock.advance(600);
    outbox(&world).await;
    assert_eq!((kinds(&world, id).await.len(), tsa.asked()), (3, asked));
}

const DAY: i64 = 86_400;
