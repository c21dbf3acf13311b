//! Dispatch, the receivers' agendas, disposisi, and reasons that must be given.

use std::collections::BTreeSet;

use flow::agenda::{AgendaRefusal, Instruksi, State};
use flow::id::NaskahId;
use flow::jenis::JenisNaskah;
use flow::naskah::{Quorum, Stage, StageKind};
use service::agenda::{self, Entry, NewDisposisi};
use service::{ServiceError, jobs, naskah};

use crate::support::{
    HEAD_A, HEAD_B, SECRETARY_A, STAFF_A, STAFF_B, World, actor, letter, nota_dinas,
    on_both_engines, opd,
};

on_both_engines!(
    a_dispatched_letter_enters_each_receiving_agenda_once_however_often_jobs_run,
    a_disposisi_is_recalled_while_unread_and_not_once_it_was_read_or_followed_up,
    whoever_stops_a_letter_or_follows_up_says_why,
);

async fn a_dispatched_letter_enters_each_receiving_agenda_once_however_often_jobs_run(
    world: World,
) {
    let id = dispatched(&world).await;
    let app = world.app();
    assert!(entries(&world).await.is_empty(), "the outbox delivers");
    jobs::run_due(&app).await.unwrap();
    jobs::run_due(&app).await.unwrap();
    // Were the job given out again after a crash, nothing would come twice.
    world.clock.advance(3600);
    jobs::run_due(&app).await.unwrap();
    let entries = entries(&world).await;
    assert_eq!(entries.len(), 1, "addressee and copy are the same OPD");
    assert_eq!(entries[0].naskah, id);
    let own = agenda::entries_of(&app, opd('A')).await.unwrap();
    assert!(own.is_empty());
    assert_eq!(
        world.rows().await.open_job_count("naskah").await.unwrap(),
        0
    );
    world.assert_audit_is_clean().await;
}

async fn a_disposisi_is_recalled_while_unread_and_not_once_it_was_read_or_followed_up(
    world: World,
) {
    dispatched(&world).await;
    let app = world.app();
    jobs::run_due(&app).await.unwrap();
    let entry = entries(&world).await[0].agenda.id();
    let (head, staff) = (actor(HEAD_B), actor(STAFF_B));
    let new = NewDisposisi {
        from: head.jabatan,
        parent: None,
        to: vec![staff.jabatan],
        instructions: BTreeSet::from([Instruksi::ProsesLebihLanjut]),
        note: String::new(),
        deadline: None,
    };
    let first = agenda::dispose(&app, &head, entry, &new).await.unwrap()[0];
    agenda::recall(&app, &head, entry, first).await.unwrap();
    let late = agenda::follow_up(&app, &staff, entry, first, "Sudah.", None).await;
    assert_refused(&late, AgendaRefusal::Closed);

    let second = agenda::dispose(&app, &head, entry, &new).await.unwrap()[0];
    agenda::mark_read(&app, &staff, entry, second)
        .await
        .unwrap();
    // Opening it once more changes nothing.
    agenda::mark_read(&app, &staff, entry, second)
        .await
        .unwrap();
    let late = agenda::recall(&app, &head, entry, second).await;
    assert_refused(&late, AgendaRefusal::Read);
    let silent = agenda::follow_up(&app, &staff, entry, second, "  ", None).await;
    assert!(
        matches!(silent, Err(ServiceError::NoteMissing)),
        "{silent:?}"
    );
    agenda::follow_up(&app, &staff, entry, second, "Sudah dilaksanakan.", None)
        .await
        .unwrap();
    let late = agenda::recall(&app, &head, entry, second).await;
    assert_refused(&late, AgendaRefusal::Closed);
    agenda::complete(&app, &head, entry).await.unwrap();
    let entry = entries(&world).await.remove(0).agenda;
    assert_eq!(entry.tahap().word(), "completed");
    assert_eq!(entry.disposisi()[&first].state, State::Recalled);
    world.assert_audit_is_clean().await;
}

async fn whoever_stops_a_letter_or_follows_up_says_why(world: World) {
    let paraf = Stage {
        kind: StageKind::ParafHierarki,
        participants: vec![actor(SECRETARY_A).jabatan],
        quorum: Quorum::All,
    };
    let id = world
        .submitted(&letter(JenisNaskah::NotaDinas, &[HEAD_A], vec![paraf]))
        .await;
    let (app, secretary, staff) = (world.app(), actor(SECRETARY_A), actor(STAFF_A));
    let position = secretary.jabatan;
    let blank = " \n";
    let refused = [
        naskah::return_for_revision(&app, &secretary, id, position, blank).await,
        naskah::reject(&app, &secretary, id, position, blank).await,
        naskah::cancel(&app, &staff, id, staff.jabatan, blank).await,
    ];
    for outcome in refused {
        assert!(
            matches!(outcome, Err(ServiceError::NoteMissing)),
            "{outcome:?}"
        );
    }
    assert_eq!(world.tahap(id).await.word(), "review");
    naskah::return_for_revision(&app, &secretary, id, position, "Sebutkan tempatnya.")
        .await
        .unwrap();
    assert_eq!(world.tahap(id).await.word(), "returned");
    world.assert_audit_is_clean().await;
}

async fn dispatched(world: &World) -> NaskahId {
    world.issue_key(HEAD_A).await;
    let (id, shown) = world.prepared(&nota_dinas(&[HEAD_A])).await;
    world.activate_and_sign(HEAD_A, id, shown).await;
    naskah::dispatch(&world.app(), &actor(STAFF_A), id)
        .await
        .unwrap();
    id
}

async fn entries(world: &World) -> Vec<Entry> {
    agenda::entries_of(&world.app(), opd('B')).await.unwrap()
}

fn assert_refused(outcome: &Result<(), ServiceError>, why: AgendaRefusal) {
    let refused = matches!(outcome, Err(ServiceError::Agenda(refusal)) if *refusal == why);
    assert!(refused, "{outcome:?}");
}
