//! Mail from outside: registered, numbered, seen by the right people, disposed of.

use std::collections::BTreeSet;

use flow::account::{Grant, Role};
use flow::agenda::Instruksi;
use flow::id::AgendaId;
use flow::sifat::{Keamanan, Sifat};
use flow::time::CalendarDate;
use service::ServiceError;
use service::agenda::{self, NewDisposisi, NewMail};
use service::desk::{self, Book, BookQuery, LetterQuery, PageRequest, Tab, TaskFilter, TaskKind};
use service::identity::Subject;

use crate::support::{HEAD_A, HEAD_B, STAFF_A, STAFF_B, World, actor, on_both_engines, opd};

on_both_engines!(
    mail_from_outside_gets_the_next_number_and_waits_for_whom_it_is_addressed_to,
    nobody_registers_for_another_opd_or_without_sender_subject_and_pdf,
    secret_mail_is_read_by_its_addressee_alone_and_has_its_line_in_the_book,
    the_same_mail_sent_twice_is_registered_once,
);

const PDF: &[u8] = b"%PDF-1.7\nnot much of one";

async fn people(world: &World) {
    for (name, person, letter, role) in [
        ("tu-a", STAFF_A, 'A', Role::TataUsaha),
        ("kepala-a", HEAD_A, 'A', Role::Pejabat),
        ("kepala-b", HEAD_B, 'B', Role::Pejabat),
        ("tu-b", STAFF_B, 'B', Role::TataUsaha),
    ] {
        let grant = Grant {
            role,
            opd: Some(opd(letter)),
        };
        world.account(name, Some(person), &[grant]).await;
    }
}

fn mail() -> NewMail {
    NewMail {
        opd: opd('B'),
        to: actor(HEAD_B).jabatan,
        sender: "PT Andaian Jaya".to_owned(),
        nomor: "12/AJ/2026".to_owned(),
        date: CalendarDate::new(2026, 3, 2).ok(),
        hal: "Penawaran perangkat".to_owned(),
        sifat: Sifat::Segera,
        keamanan: Keamanan::Biasa,
        pdf: PDF.to_vec(),
        batch: None,
    }
}

async fn book_of_b(world: &World, reader: &Subject) -> Vec<desk::BookRow> {
    let app = world.app();
    let year = app.now().date_in(flow::time::Zone::default()).year();
    let query = BookQuery {
        opd: opd('B'),
        book: Book::Masuk,
        year,
        month: None,
    };
    let page = PageRequest::default();
    desk::book(&app, reader, &query, page).await.unwrap().items
}

async fn mail_from_outside_gets_the_next_number_and_waits_for_whom_it_is_addressed_to(
    world: World,
) {
    people(&world).await;
    let app = world.app();
    let registry = world.subject("tu-b").await;
    let first = agenda::receive(&app, &registry, mail()).await.unwrap();
    // The book is in the order of arrival, and the test's clock stands still by itself.
    world.clock.advance(1);
    let second = agenda::receive(&app, &registry, mail()).await.unwrap();
    assert_eq!((first.urut, second.urut), (Some(1), Some(2)));

    let lines = book_of_b(&world, &registry).await;
    let numbers: Vec<Option<u64>> = lines.iter().map(|line| line.urut).collect();
    assert_eq!(numbers, [Some(1), Some(2)]);
    assert_eq!(lines[0].from, "PT Andaian Jaya");
    assert_eq!(lines[0].nomor.as_deref(), Some("12/AJ/2026"));
    assert!(lines[0].may_open);

    let head = world.subject("kepala-b").await;
    let page = PageRequest::default();
    let tasks = desk::tasks(&app, &head, &TaskFilter::default(), page)
        .await
        .unwrap();
    assert_eq!(tasks.items.len(), 2);
    assert_eq!(tasks.items[0].kind, TaskKind::ReadMail);
    assert_eq!(tasks.items[0].from, "PT Andaian Jaya");

    let entry = desk::entry(&app, &head, first.id).await.unwrap();
    assert_eq!(entry.from, "PT Andaian Jaya");
    assert_eq!(entry.letter.hal.as_deref(), Some("Penawaran perangkat"));
    let outside = entry.outside.unwrap();
    assert_eq!(outside.headline, first.headline);
    let file = desk::outside_file(&app, &head, first.id).await.unwrap();
    assert_eq!(file, PDF);

    let new = NewDisposisi {
        from: actor(HEAD_B).jabatan,
        parent: None,
        to: vec![actor(STAFF_B).jabatan],
        instructions: BTreeSet::from([Instruksi::ProsesLebihLanjut]),
        note: "Tolong dijawab.".to_owned(),
        deadline: None,
    };
    agenda::dispose(&app, &actor(HEAD_B), first.id, &new)
        .await
        .unwrap();
    let entry = desk::entry(&app, &registry, first.id).await.unwrap();
    assert_eq!(entry.disposisi.len(), 1);
    assert_eq!(entry.disposisi[0].note.as_deref(), Some("Tolong dijawab."));

    // It came in, and is no letter that anybody here wrote.
    for (tab, expected) in [(Tab::Masuk, 2), (Tab::Keluar, 0), (Tab::Semua, 0)] {
        let query = LetterQuery {
            tab,
            ..LetterQuery::default()
        };
        let found = desk::letters(&app, &registry, &query, PageRequest::default())
            .await
            .unwrap();
        assert_eq!(found.items.len(), expected, "{tab:?}");
    }
    desk::rebuild(&app).await.unwrap();
    let tasks = desk::tasks(&app, &head, &TaskFilter::default(), PageRequest::default())
        .await
        .unwrap();
    assert_eq!(tasks.items.len(), 1, "the other one is disposed of");
    world.assert_audit_is_clean().await;
}

async fn nobody_registers_for_another_opd_or_without_sender_subject_and_pdf(world: World) {
    people(&world).await;
    let app = world.app();
    for name in ["tu-a", "kepala-a", "kepala-b"] {
        let other = world.subject(name).await;
        let refused = agenda::receive(&app, &other, mail()).await;
        assert!(
            matches!(refused, Err(ServiceError::Forbidden { .. })),
            "{name}: {refused:?}"
        );
    }
    let registry = world.subject("tu-b").await;
    let spoilt: [fn(&mut NewMail); 5] = [
        |mail| mail.sender = String::from("  "),
        |mail| mail.hal = String::new(),
        |mail| mail.hal = String::from("a\nb"),
        |mail| mail.nomor = "1".repeat(101),
        |mail| mail.pdf = b"PK".to_vec(),
    ];
    for spoil in spoilt {
        let mut mail = mail();
        spoil(&mut mail);
        let refused = agenda::receive(&app, &registry, mail).await;
        assert!(
            matches!(refused, Err(ServiceError::Invalid { .. })),
            "{refused:?}"
        );
    }
    let mut elsewhere = mail();
    elsewhere.to = actor(HEAD_A).jabatan;
    assert!(agenda::receive(&app, &registry, elsewhere).await.is_err());
    // What was refused has used no number.
    let done = agenda::receive(&app, &registry, mail()).await.unwrap();
    assert_eq!(done.urut, Some(1));
    let foreign = world.subject("tu-a").await;
    assert_hidden(&world, &foreign, done.id).await;
}

async fn secret_mail_is_read_by_its_addressee_alone_and_has_its_line_in_the_book(world: World) {
    people(&world).await;
    let app = world.app();
    let registry = world.subject("tu-b").await;
    let secret = NewMail {
        keamanan: Keamanan::Rahasia,
        ..mail()
    };
    let done = agenda::receive(&app, &registry, secret).await.unwrap();
    assert_hidden(&world, &registry, done.id).await;
    let lines = book_of_b(&world, &registry).await;
    assert_eq!(lines.len(), 1);
    assert!(!lines[0].may_open);
    assert_eq!(lines[0].hal, None);
    assert!(!lines[0].from.contains("Andaian"), "{}", lines[0].from);
    let head = world.subject("kepala-b").await;
    let entry = desk::entry(&app, &head, done.id).await.unwrap();
    assert_eq!(entry.letter.hal.as_deref(), Some("Penawaran perangkat"));
}

async fn the_same_mail_sent_twice_is_registered_once(world: World) {
    people(&world).await;
    let app = world.app();
    let registry = world.subject("tu-b").await;
    let marked = || NewMail {
        batch: Some("once".to_owned()),
        ..mail()
    };
    let first = agenda::receive(&app, &registry, marked()).await.unwrap();
    let again = agenda::receive(&app, &registry, marked()).await.unwrap();
    assert_eq!(first, again);
    assert_eq!(book_of_b(&world, &registry).await.len(), 1);
}

async fn assert_hidden(world: &World, subject: &Subject, id: AgendaId) {
    let app = world.app();
    let seen = desk::entry(&app, subject, id).await;
    assert!(
        matches!(seen, Err(ServiceError::NotFound { .. })),
        "{seen:?}"
    );
    let file = desk::outside_file(&app, subject, id).await;
    assert!(
        matches!(file, Err(ServiceError::NotFound { .. })),
        "{file:?}"
    );
}
