//! What people see: counters and tasks through the life of a letter, lists, search, and nothing of what is secret.

use std::collections::BTreeSet;

use flow::account::{Grant, Role};
use flow::agenda::Instruksi;
use flow::id::NaskahId;
use flow::jenis::JenisNaskah;
use flow::naskah::{Quorum, Stage, StageKind};
use flow::sifat::Keamanan;
use service::access::Action;
use service::agenda::{self, NewDisposisi};
use service::desk::{
    self, Counters, LetterQuery, NextStep, PageRequest, Tab, TaskFilter, TaskKind,
};
use service::identity::Subject;
use service::naskah::{self, NewLetter};
use service::{ServiceError, audit, jobs};

use crate::support::{
    HEAD_A, HEAD_B, SECRETARY_A, STAFF_A, STAFF_B, World, actor, letter, nota_dinas,
    on_both_engines, opd,
};

on_both_engines!(
    each_step_of_a_letter_waits_for_whose_turn_it_is_and_for_nobody_else,
    the_history_of_a_letter_names_its_places_in_the_log_as_soon_as_it_has_them,
    a_disposisi_waits_until_it_was_read_and_followed_up,
    lists_and_search_show_the_letters_of_the_own_opd_alone,
    a_secret_letter_is_in_no_search_and_shows_its_subject_to_nobody_but_its_people,
    the_lists_come_back_as_they_were_when_they_are_made_anew,
    pages_of_a_list_follow_each_other_without_gap_or_double,
);

async fn people(world: &World) {
    for (name, person, letter, role) in [
        ("kepala-a", HEAD_A, 'A', Role::Pejabat),
        ("sekretaris-a", SECRETARY_A, 'A', Role::Pejabat),
        ("konseptor-a", STAFF_A, 'A', Role::Konseptor),
        ("kepala-b", HEAD_B, 'B', Role::Pejabat),
        ("staf-b", STAFF_B, 'B', Role::Pejabat),
    ] {
        let grant = Grant {
            role,
            opd: Some(opd(letter)),
        };
        world.account(name, Some(person), &[grant]).await;
    }
    let auditor = Grant {
        role: Role::Auditor,
        opd: None,
    };
    world.account("auditor", None, &[auditor]).await;
}

fn with_paraf() -> NewLetter {
    let paraf = Stage {
        kind: StageKind::ParafHierarki,
        participants: vec![actor(SECRETARY_A).jabatan],
        quorum: Quorum::All,
    };
    letter(JenisNaskah::NotaDinas, &[HEAD_A], vec![paraf])
}

async fn kinds(world: &World, subject: &Subject) -> Vec<TaskKind> {
    let filter = TaskFilter::default();
    let page = desk::tasks(&world.app(), subject, &filter, PageRequest::default()).await;
    page.unwrap().items.iter().map(|item| item.kind).collect()
}

async fn each_step_of_a_letter_waits_for_whose_turn_it_is_and_for_nobody_else(world: World) {
    let app = world.app();
    people(&world).await;
    world.issue_key(HEAD_A).await;
    let drafter = world.subject("konseptor-a").await;
    let secretary = world.subject("sekretaris-a").await;
    let head = world.subject("kepala-a").await;
    let id = world.submitted(&with_paraf()).await;
    assert_eq!(kinds(&world, &secretary).await, [TaskKind::Paraf]);
    assert_eq!(kinds(&world, &drafter).await, []);

    let seen = desk::letter(&app, &secretary, id).await.unwrap();
    assert!(seen.may.contains(&Action::Paraf) && seen.may.contains(&Action::Return));
    assert!(!seen.may.contains(&Action::Sign) && !seen.may.contains(&Action::Edit));
    assert!(
        matches!(seen.next, NextStep::Paraf { .. }),
        "{:?}",
        seen.next
    );
    let position = actor(SECRETARY_A).jabatan;
    naskah::return_for_revision(&app, &actor(SECRETARY_A), id, position, "Sebut tempatnya.")
        .await
        .unwrap();
    assert_eq!(kinds(&world, &drafter).await, [TaskKind::Revise]);
    let seen = desk::letter(&app, &drafter, id).await.unwrap();
    let NextStep::Revise { note, .. } = &seen.next else {
        panic!("{:?}", seen.next);
    };
    assert_eq!(note.as_deref(), Some("Sebut tempatnya."));
    naskah::submit(&app, &actor(STAFF_A), id).await.unwrap();
    naskah::paraf(&app, &actor(SECRETARY_A), id, position, seen.content_digest)
        .await
        .unwrap();
    assert_eq!(kinds(&world, &secretary).await, []);
    assert_eq!(kinds(&world, &head).await, [TaskKind::Prepare]);
    let shown = world.prepare(id).await.unwrap();
    assert_eq!(kinds(&world, &head).await, [TaskKind::Sign]);
    let page = desk::picture(&app, &head, id, 0, 300).await.unwrap();
    assert!(page.png.starts_with(b"\x89PNG"));
    world.activate_and_sign(HEAD_A, id, shown).await;
    assert_eq!(kinds(&world, &drafter).await, [TaskKind::Dispatch]);
    naskah::dispatch(&app, &actor(STAFF_A), id).await.unwrap();
    jobs::run_due(&app).await.unwrap();
    assert_eq!(kinds(&world, &drafter).await, []);
    let receiver = world.subject("kepala-b").await;
    let counters = desk::counters(&app, &receiver).await.unwrap();
    let unread = Counters {
        unread_mail: 1,
        ..Counters::default()
    };
    assert_eq!(counters, unread);
    let seen = desk::letter(&app, &drafter, id).await.unwrap();
    assert_eq!((seen.versions.len(), seen.pages), (2, 1));
    assert_eq!(seen.history.len(), 8, "{:?}", seen.history);
    let recent = desk::recent(&app, &head, 10).await.unwrap();
    assert_eq!(recent.len(), 1, "{recent:?}");
    assert_eq!(recent[0].hal.as_deref(), Some("Undangan Rapat Contoh"));
}

async fn the_history_of_a_letter_names_its_places_in_the_log_as_soon_as_it_has_them(world: World) {
    let app = world.app();
    people(&world).await;
    let drafter = world.subject("konseptor-a").await;
    let id = world.submitted(&with_paraf()).await;
    let places = async || {
        let seen = desk::letter(&app, &drafter, id).await.unwrap();
        let leaves = seen.history.iter().map(|item| item.leaf);
        leaves.collect::<Vec<Option<u64>>>()
    };
    audit::sequence_all(&app).await.unwrap();
    let first = places().await;
    assert!(
        first.len() == 2 && first.iter().all(Option::is_some),
        "{first:?}"
    );
    let position = actor(SECRETARY_A).jabatan;
    naskah::return_for_revision(&app, &actor(SECRETARY_A), id, position, "Sebut tempatnya.")
        .await
        .unwrap();
    // Not there yet, asked twice: nothing of it is kept.
    for _ in 0..2 {
        assert_eq!(places().await, [first[0], first[1], None]);
    }
    audit::sequence_all(&app).await.unwrap();
    let all = places().await;
    assert_eq!(all[..2], first[..]);
    assert!(all[2] > first[1], "{all:?}");
    assert_eq!(places().await, all);
}

async fn a_disposisi_waits_until_it_was_read_and_followed_up(world: World) {
    let app = world.app();
    people(&world).await;
    dispatched(&world, &nota_dinas(&[HEAD_A])).await;
    let head = world.subject("kepala-b").await;
    let staff = world.subject("staf-b").await;
    let filter = TaskFilter::default();
    let page = desk::tasks(&app, &head, &filter, PageRequest::default())
        .await
        .unwrap();
    let entry = page.items[0].agenda.unwrap();
    let hidden = desk::entry(&app, &staff, entry).await;
    assert!(matches!(hidden, Err(ServiceError::NotFound { .. })));
    let seen = desk::entry(&app, &head, entry).await.unwrap();
    assert!(seen.may.contains(&Action::Dispose) && seen.read_at.is_some());
    assert_eq!(kinds(&world, &head).await, [TaskKind::FollowUpMail]);
    let new = NewDisposisi {
        from: actor(HEAD_B).jabatan,
        parent: None,
        to: vec![actor(STAFF_B).jabatan],
        instructions: BTreeSet::from([Instruksi::ProsesLebihLanjut]),
        note: "Siapkan bahan.".to_owned(),
        deadline: None,
    };
    let id = agenda::dispose(&app, &actor(HEAD_B), entry, &new)
        .await
        .unwrap()[0];
    assert_eq!(kinds(&world, &head).await, []);
    assert_eq!(kinds(&world, &staff).await, [TaskKind::ReadDisposisi]);
    agenda::mark_read(&app, &actor(STAFF_B), entry, id)
        .await
        .unwrap();
    assert_eq!(kinds(&world, &staff).await, [TaskKind::FollowUpDisposisi]);
    let seen = desk::entry(&app, &staff, entry).await.unwrap();
    assert_eq!(seen.disposisi[0].note.as_deref(), Some("Siapkan bahan."));
    assert!(seen.disposisi[0].may.contains(&Action::FollowUp));
    agenda::follow_up(&app, &actor(STAFF_B), entry, id, "Sudah.", None)
        .await
        .unwrap();
    assert_eq!(kinds(&world, &staff).await, []);
    assert_eq!(kinds(&world, &head).await, [TaskKind::FollowUpMail]);
    agenda::complete(&app, &actor(HEAD_B), entry).await.unwrap();
    assert_eq!(kinds(&world, &head).await, []);
}

async fn lists_and_search_show_the_letters_of_the_own_opd_alone(world: World) {
    people(&world).await;
    let id = world.submitted(&with_paraf()).await;
    let other = world.submitted(&nota_dinas(&[HEAD_A])).await;
    let drafter = world.subject("konseptor-a").await;
    let found: BTreeSet<NaskahId> = search(&world, &drafter, "").await.into_iter().collect();
    assert_eq!(found, BTreeSet::from([id, other]));
    // Another form of the same words, and the beginning of one.
    assert_eq!(search(&world, &drafter, "mengundang rapat").await.len(), 2);
    assert_eq!(search(&world, &drafter, "undang cont").await.len(), 2);
    for nothing in ["pelantikan", "\" OR 1=1 --", "rapat & !undangan:* zzz"] {
        assert_eq!(search(&world, &drafter, nothing).await, [], "{nothing}");
    }
    let stranger = world.subject("kepala-b").await;
    assert_eq!(search(&world, &stranger, "rapat").await, []);
    let auditor = world.subject("auditor").await;
    assert_eq!(search(&world, &auditor, "rapat").await.len(), 2);
    let participant = world.subject("sekretaris-a").await;
    assert_eq!(search(&world, &participant, "rapat").await, [id]);
}

async fn a_secret_letter_is_in_no_search_and_shows_its_subject_to_nobody_but_its_people(
    world: World,
) {
    let app = world.app();
    people(&world).await;
    let mut secret = with_paraf();
    secret.content.keamanan = Keamanan::Rahasia;
    let id = world.submitted(&secret).await;
    let drafter = world.subject("konseptor-a").await;
    assert_eq!(search(&world, &drafter, "rapat").await, []);
    let listed = list(&world, &drafter, "").await;
    assert_eq!((listed[0].id, &listed[0].hal), (id, &None));
    let seen = desk::letter(&app, &drafter, id).await.unwrap();
    assert_eq!(seen.item.hal.as_deref(), Some("Undangan Rapat Contoh"));
    let auditor = world.subject("auditor").await;
    let outline = desk::letter(&app, &auditor, id).await.unwrap();
    assert!(outline.content.is_none() && outline.item.hal.is_none());
    // A role in the OPD alone does not show that it is there.
    let grant = Grant {
        role: Role::TataUsaha,
        opd: Some(opd('A')),
    };
    world.account("tu-a", None, &[grant]).await;
    let registry = world.subject("tu-a").await;
    assert_eq!(search(&world, &registry, "").await, []);
    let hidden = desk::letter(&app, &registry, id).await;
    assert!(matches!(hidden, Err(ServiceError::NotFound { .. })));
}

async fn the_lists_come_back_as_they_were_when_they_are_made_anew(world: World) {
    let app = world.app();
    people(&world).await;
    dispatched(&world, &nota_dinas(&[HEAD_A])).await;
    world.submitted(&with_paraf()).await;
    let names = ["konseptor-a", "sekretaris-a", "kepala-b", "auditor"];
    let mut before = Vec::new();
    for name in names {
        let subject = world.subject(name).await;
        before.push(everything(&world, &subject).await);
    }
    desk::rebuild(&app).await.unwrap();
    for (name, before) in names.into_iter().zip(before) {
        let subject = world.subject(name).await;
        assert_eq!(everything(&world, &subject).await, before, "{name}");
    }
}

async fn pages_of_a_list_follow_each_other_without_gap_or_double(world: World) {
    let app = world.app();
    people(&world).await;
    let mut all = BTreeSet::new();
    for _ in 0..5 {
        all.insert(world.submitted(&with_paraf()).await);
        world.clock.advance(1);
    }
    let subject = world.subject("sekretaris-a").await;
    let mut page = PageRequest {
        after: None,
        limit: 2,
    };
    let mut seen = Vec::new();
    loop {
        let found = desk::tasks(&app, &subject, &TaskFilter::default(), page)
            .await
            .unwrap();
        seen.extend(found.items.iter().map(|item| item.naskah));
        let Some(next) = found.next else {
            break;
        };
        page.after = Some(next.to_string().parse().unwrap());
    }
    assert_eq!(seen.len(), 5);
    assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), all);
}

async fn everything(world: &World, subject: &Subject) -> String {
    let app = world.app();
    let filter = TaskFilter::default();
    let tasks = desk::tasks(&app, subject, &filter, PageRequest::default()).await;
    let letters = list(world, subject, "").await;
    format!("{:?} {letters:?}", tasks.unwrap())
}

async fn list(world: &World, subject: &Subject, q: &str) -> Vec<desk::LetterItem> {
    let query = LetterQuery {
        tab: Tab::Semua,
        q: Some(q.to_owned()),
        ..LetterQuery::default()
    };
    desk::letters(&world.app(), subject, &query, PageRequest::default())
        .await
        .unwrap()
        .items
}

async fn search(world: &World, subject: &Subject, q: &str) -> Vec<NaskahId> {
    let found = list(world, subject, q).await;
    found.iter().map(|item| item.id).collect()
}

async fn dispatched(world: &World, new: &NewLetter) -> NaskahId {
    world.issue_key(HEAD_A).await;
    let (id, shown) = world.prepared(new).await;
    world.activate_and_sign(HEAD_A, id, shown).await;
    naskah::dispatch(&world.app(), &actor(STAFF_A), id)
        .await
        .unwrap();
    jobs::run_due(&world.app()).await.unwrap();
    id
}
