//! One contract, kept by both engines: tasks, lists, books, search, batches and proofs.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use flow::id::{
    ActivationId, AgendaId, BlobId, DisposisiId, IntentId, JabatanId, KeyId, NaskahId, OpdId,
    PejabatId,
};
use flow::office::Office;
use flow::opd::Opd;
use flow::sifat::{Keamanan, Sifat};
use flow::time::Zone;
use ring::signature::Ed25519KeyPair;
use store::audit::{CheckpointSigner, TlogProof, prove, sequence, speaks_of};
use store::model::{
    AgendaRow, BlobRow, BookFilter, BookKind, DeskRow, IntentState, KeyPurpose, Lease,
    LetterDetailRow, Level, ListFilter, ListPart, MailRole, Mandated, NaskahRow, NewActivation,
    NewIntent, NewKey, Preservation, PreservationRow, Reader, TaskKind, TaskRow, TextRow,
    VersionKind, VersionRow,
};
use store::{Store, StoreError, Tx};
use support::{Db, append, at, id, on_both_engines, sha, some_events, stream};

on_both_engines!(
    tasks_are_those_of_the_readers_positions_the_most_urgent_first,
    a_task_that_still_waits_keeps_since_when,
    a_delegation_shows_only_what_it_covers,
    a_list_shows_what_the_reader_may_see_and_pages_do_not_overlap,
    the_page_of_a_letter_has_its_key_and_its_evidence_beside_the_line_of_lists,
    a_letter_is_seen_through_the_office_of_that_moment,
    what_is_not_begun_answers_nothing,
    a_letter_is_read_with_its_entries_its_newest_version_and_the_office,
    both_engines_find_the_same_words,
    a_book_holds_its_own_period_in_order,
    agenda_numbers_run_per_opd_and_year_and_are_kept,
    mail_is_read_once_and_keeps_its_role,
    a_batch_tells_what_became_of_each_version,
    a_proof_leads_from_every_leaf_to_the_signed_head,
    a_version_and_a_code_are_found_by_what_people_hold,
);

fn naskah(n: u128) -> NaskahId {
    NaskahId::from_uuid(id(n))
}

fn jabatan(n: u128) -> JabatanId {
    JabatanId::from_uuid(id(100 + n))
}

fn opd(n: u128) -> OpdId {
    OpdId::from_uuid(id(200 + n))
}

fn agenda(n: u128) -> AgendaId {
    AgendaId::from_uuid(id(300 + n))
}

async fn put_letter(tx: &mut Tx, n: u128, of: OpdId, keamanan: Keamanan) {
    let row = NaskahRow {
        id: naskah(n),
        opd: of,
        jenis: "surat_dinas".to_owned(),
        tahap: "review".to_owned(),
        version: 1,
        content_digest: sha("content"),
        nomor: Some(format!("800/{n}")),
        code: Some(format!("code{n}")),
        typed_code: Some("AAAA-BBBB".to_owned()),
        batch: None,
        updated_at: at(i64::try_from(n).unwrap()),
    };
    tx.put_naskah(&row).await.unwrap();
    tx.put_desk(&desk(n, keamanan)).await.unwrap();
}

async fn put_opd(tx: &mut Tx, n: u128) {
    let row = Opd {
        id: opd(n),
        kode_unit: n.to_string(),
        name: format!("Badan {n}"),
        address: Vec::new(),
        zone: Zone::default(),
    };
    tx.insert_opd(&row).await.unwrap();
}

/// An entry of the first letter.
async fn put_entry(tx: &mut Tx, n: u128, received: i64) {
    let entry = AgendaRow {
        id: agenda(n),
        opd: opd(3),
        naskah: naskah(1),
        tahap: "open".to_owned(),
        version: 1,
        received_at: at(received),
        role: MailRole::Tembusan,
        read_at: None,
        urut: Some(7),
    };
    tx.put_agenda(&entry).await.unwrap();
}

/// A signed version of a letter.
async fn put_version(tx: &mut Tx, letter: u128, no: u64) -> VersionRow {
    let blob = BlobRow {
        id: BlobId::from_uuid(id(100 * letter + u128::from(no))),
        naskah: Some(naskah(letter)),
        sealed_sha256: sha(&format!("sealed {letter}/{no}")),
        plain_sha256: sha("pdf"),
        length: 1,
        created: at(0),
    };
    tx.insert_blob(&blob).await.unwrap();
    let version = VersionRow {
        naskah: naskah(letter),
        no,
        kind: VersionKind::Signed,
        blob: blob.id,
        sha256: sha("pdf"),
        created: at(0),
    };
    tx.insert_version(&version).await.unwrap();
    version
}

fn desk(n: u128, keamanan: Keamanan) -> DeskRow {
    DeskRow {
        naskah: naskah(n),
        sifat: Sifat::Biasa,
        keamanan,
        drafter_jabatan: jabatan(1),
        drafter_pejabat: PejabatId::from_uuid(id(1)),
        dated: Some(20_261_124),
        signed_at: Some(at(i64::try_from(n).unwrap())),
        dispatched_at: None,
        version_sha256: Some(sha("pdf")),
    }
}

fn task(n: u128, kind: TaskKind, of: JabatanId, due: i64) -> TaskRow {
    TaskRow {
        id: id(400 + n),
        kind,
        jabatan: of,
        opd: opd(1),
        naskah: naskah(1),
        agenda: None,
        disposisi: None,
        from: jabatan(9),
        sifat: Sifat::Segera,
        since: at(0),
        due: at(due),
    }
}

fn reader(positions: &[JabatanId]) -> Reader {
    Reader {
        positions: positions.to_vec(),
        ..Reader::default()
    }
}

async fn tasks_are_those_of_the_readers_positions_the_most_urgent_first(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    put_letter(&mut tx, 1, opd(1), Keamanan::Biasa).await;
    let of_letter = [
        task(1, TaskKind::Paraf, jabatan(1), 20),
        task(2, TaskKind::Sign, jabatan(1), 10),
        task(3, TaskKind::Dispatch, jabatan(2), 30),
    ];
    tx.put_letter_tasks(naskah(1), &of_letter).await.unwrap();
    let of_entry = [TaskRow {
        agenda: Some(agenda(1)),
        disposisi: Some(DisposisiId::from_uuid(id(1))),
        ..task(4, TaskKind::ReadDisposisi, jabatan(1), 15)
    }];
    tx.put_entry_tasks(agenda(1), &of_entry).await.unwrap();
    let mine = reader(&[jabatan(1)]);
    let rows = tx.task_list(&mine, None, None, 10).await.unwrap();
    let kinds: Vec<TaskKind> = rows.iter().map(|row| row.task.kind).collect();
    let expected = [TaskKind::Sign, TaskKind::ReadDisposisi, TaskKind::Paraf];
    assert_eq!(kinds, expected);
    assert_eq!(rows[0].task, of_letter[1]);
    assert_eq!(rows[1].task, of_entry[0]);
    let after = Some((rows[0].task.due, rows[0].task.id));
    let rest = tx.task_list(&mine, None, after, 10).await.unwrap();
    assert_eq!(rest, rows[1..]);
    let kind = Some(TaskKind::Paraf);
    assert_eq!(tx.task_list(&mine, kind, None, 10).await.unwrap().len(), 1);
    let counts = tx.task_counts(&mine).await.unwrap();
    let counts: BTreeSet<(TaskKind, u64)> = counts.into_iter().collect();
    assert_eq!(counts, expected.into_iter().map(|kind| (kind, 1)).collect());
    let registry = Reader {
        registry: vec![opd(1)],
        ..Reader::default()
    };
    let rows = tx.task_list(&registry, None, None, 10).await.unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].task.kind, TaskKind::Dispatch);
    let nobody = Reader::default();
    assert_eq!(tx.task_counts(&nobody).await.unwrap(), []);
    // Each source replaces its own alone.
    tx.put_letter_tasks(naskah(1), &[]).await.unwrap();
    let left = tx.task_list(&mine, None, None, 10).await.unwrap();
    assert_eq!(left.len(), 1);
}

async fn a_task_that_still_waits_keeps_since_when(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    put_letter(&mut tx, 1, opd(1), Keamanan::Biasa).await;
    let first = task(1, TaskKind::Paraf, jabatan(1), 20);
    tx.put_letter_tasks(naskah(1), std::slice::from_ref(&first))
        .await
        .unwrap();
    let later = TaskRow {
        since: at(500),
        due: at(900),
        sifat: Sifat::Biasa,
        ..first.clone()
    };
    tx.put_letter_tasks(naskah(1), &[later]).await.unwrap();
    let rows = tx.task_list(&reader(&[jabatan(1)]), None, None, 10).await;
    let kept = rows.unwrap().remove(0).task;
    assert_eq!((kept.since, kept.due), (first.since, first.due));
    assert_eq!(kept.sifat, Sifat::Biasa);
}

async fn a_delegation_shows_only_what_it_covers(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    put_letter(&mut tx, 1, opd(1), Keamanan::Rahasia).await;
    let parts = BTreeSet::from([jabatan(1)]);
    tx.put_parts(naskah(1), naskah(1).uuid(), &parts)
        .await
        .unwrap();
    let waits = [task(1, TaskKind::Sign, jabatan(1), 10)];
    tx.put_letter_tasks(naskah(1), &waits).await.unwrap();
    for (kinds, of, seen) in [
        (vec![], None, 1),
        (vec!["surat_dinas"], Some(opd(1)), 1),
        (vec!["nota_dinas", "surat_dinas"], None, 1),
        (vec!["nota_dinas"], None, 0),
        (vec![], Some(opd(2)), 0),
    ] {
        let reader = Reader {
            mandated: vec![Mandated {
                jabatan: jabatan(1),
                kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect(),
                opd: of,
            }],
            ..Reader::default()
        };
        let tasks = tx.task_list(&reader, None, None, 10).await.unwrap();
        let letters = tx.letter_list(&reader, &all()).await.unwrap();
        assert_eq!(
            (tasks.len(), letters.len()),
            (seen, seen),
            "{kinds:?} {of:?}"
        );
    }
}

fn all() -> ListFilter {
    ListFilter {
        limit: 10,
        ..ListFilter::default()
    }
}

async fn a_list_shows_what_the_reader_may_see_and_pages_do_not_overlap(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    put_letter(&mut tx, 1, opd(1), Keamanan::Biasa).await;
    put_letter(&mut tx, 2, opd(1), Keamanan::Rahasia).await;
    put_letter(&mut tx, 3, opd(2), Keamanan::Terbatas).await;
    let entry = AgendaRow {
        id: agenda(1),
        opd: opd(3),
        naskah: naskah(3),
        tahap: "received".to_owned(),
        version: 1,
        received_at: at(9),
        role: MailRole::Tembusan,
        read_at: None,
        urut: None,
    };
    tx.put_agenda(&entry).await.unwrap();
    let parts = BTreeSet::from([jabatan(5)]);
    tx.put_parts(naskah(2), naskah(2).uuid(), &parts)
        .await
        .unwrap();
    tx.put_parts(naskah(3), agenda(1).uuid(), &parts)
        .await
        .unwrap();
    let mut seen = async |reader: &Reader, part| {
        let filter = ListFilter { part, ..all() };
        let rows = tx.letter_list(reader, &filter).await.unwrap();
        let seen: Vec<NaskahId> = rows.iter().map(|row| row.row.id).collect();
        seen
    };
    let staff = Reader {
        opds: vec![opd(1)],
        ..Reader::default()
    };
    assert_eq!(seen(&staff, ListPart::All).await, [naskah(1)]);
    let auditor = Reader {
        audited: vec![opd(1), opd(2)],
        ..Reader::default()
    };
    assert_eq!(
        seen(&auditor, ListPart::All).await,
        [naskah(3), naskah(2), naskah(1)]
    );
    let registry = Reader {
        mail_opds: vec![opd(3)],
        ..Reader::default()
    };
    assert_eq!(seen(&registry, ListPart::All).await, [naskah(3)]);
    let copies = ListPart::Incoming(MailRole::Tembusan);
    assert_eq!(seen(&registry, copies).await, [naskah(3)]);
    assert_eq!(
        seen(&registry, ListPart::Incoming(MailRole::Addressed)).await,
        []
    );
    let person = reader(&[jabatan(5)]);
    assert_eq!(seen(&person, ListPart::All).await, [naskah(3), naskah(2)]);
    assert_eq!(seen(&person, ListPart::Outgoing).await, [naskah(2)]);
    assert_eq!(seen(&person, copies).await, [naskah(3)]);
    assert_eq!(seen(&person, ListPart::Filed).await, []);
    let one = ListFilter { limit: 1, ..all() };
    let first = tx.letter_list(&auditor, &one).await.unwrap().remove(0);
    assert_eq!(first.desk, desk(3, Keamanan::Terbatas));
    let second = ListFilter {
        after: Some((first.row.updated_at, first.row.id.uuid())),
        ..one
    };
    let second = tx.letter_list(&auditor, &second).await.unwrap().remove(0);
    assert_eq!(second.row.id, naskah(2));
    let of_entry = tx.list_row(&registry, naskah(3)).await.unwrap().unwrap();
    assert_eq!(of_entry.agenda, Some(agenda(1)));
}

async fn the_page_of_a_letter_has_its_key_and_its_evidence_beside_the_line_of_lists(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    put_letter(&mut tx, 1, opd(1), Keamanan::Biasa).await;
    let nobody = |_: &Office| Reader::default();
    assert_eq!(tx.letter_detail(naskah(2), nobody).await.unwrap(), None);
    let (letter, office) = tx.letter(naskah(1)).await.unwrap().unwrap();
    let list = tx.list_row(&Reader::default(), naskah(1)).await.unwrap();
    let bare = LetterDetailRow {
        letter,
        list: list.unwrap(),
        key: None,
        preservation: None,
        awaited: false,
    };
    let read = tx.letter_detail(naskah(1), nobody).await.unwrap();
    assert_eq!(read, Some((bare.clone(), Arc::clone(&office))));
    let preservation = PreservationRow {
        naskah: naskah(1),
        goal: Level::BLta,
        state: Preservation::Kept {
            expires: Some(at(99)),
        },
        changed: at(1),
    };
    tx.put_preservation(&preservation).await.unwrap();
    tx.insert_naskah_key(naskah(1), "sealed").await.unwrap();
    put_entry(&mut tx, 1, 8).await;
    put_entry(&mut tx, 2, 9).await;
    let (letter, _) = tx.letter(naskah(1)).await.unwrap().unwrap();
    assert_eq!(letter.entries.len(), 2);
    let whole = LetterDetailRow {
        key: Some("sealed".to_owned()),
        preservation: Some(preservation),
        letter,
        ..bare
    };
    let read = tx.letter_detail(naskah(1), nobody).await.unwrap();
    assert_eq!(read, Some((whole.clone(), office)));
    tx.commit().await.unwrap();
    // Without a transaction: at first, when no office is in memory, and then by one statement.
    for _ in 0..2 {
        let read = db.store.letter_detail(naskah(1), nobody).await.unwrap();
        assert_eq!(read.map(|(detail, _)| detail), Some(whole.clone()));
    }
    let none = db.store.letter_detail(naskah(2), nobody).await.unwrap();
    assert_eq!(none, None);
}

async fn a_letter_is_seen_through_the_office_of_that_moment(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    put_letter(&mut tx, 1, opd(1), Keamanan::Biasa).await;
    put_opd(&mut tx, 1).await;
    tx.commit().await.unwrap();
    let offices = Mutex::new(Vec::new());
    let eyes = |office: &Office| {
        offices.lock().unwrap().push(office.opd.len());
        Reader::default()
    };
    let seen = async || {
        let read = db.store.letter_detail(naskah(1), eyes).await.unwrap();
        let asked = std::mem::take(&mut *offices.lock().unwrap());
        (asked, read.unwrap().1.opd.len())
    };
    assert_eq!(seen().await, (vec![1], 1));
    // This store's memory does not know of what another one writes.
    let other = Store::open(&db.location).await.unwrap();
    let mut tx = other.begin().await.unwrap();
    put_opd(&mut tx, 2).await;
    tx.commit().await.unwrap();
    assert_eq!(seen().await, (vec![1, 2], 2));
    assert_eq!(seen().await, (vec![2], 2));
}

async fn what_is_not_begun_answers_nothing(db: Db) {
    let mut tx = db.store.not_begun();
    let asked = tx.naskah(naskah(1)).await;
    assert!(matches!(asked, Err(StoreError::NotBegun)), "{asked:?}");
    let kept = tx.commit().await;
    assert!(matches!(kept, Err(StoreError::NotBegun)), "{kept:?}");
}

async fn a_letter_is_read_with_its_entries_its_newest_version_and_the_office(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    assert_eq!(tx.letter(naskah(1)).await.unwrap(), None);
    put_letter(&mut tx, 1, opd(1), Keamanan::Biasa).await;
    put_letter(&mut tx, 2, opd(1), Keamanan::Biasa).await;
    let (bare, office) = tx.letter(naskah(1)).await.unwrap().unwrap();
    assert_eq!(
        Some(&bare.row),
        tx.naskah(naskah(1)).await.unwrap().as_ref()
    );
    assert_eq!((bare.entries.len(), bare.newest), (0, None));
    assert_eq!(office, tx.office().await.unwrap());
    put_entry(&mut tx, 1, 9).await;
    put_entry(&mut tx, 2, 8).await;
    for no in [1, 2] {
        put_version(&mut tx, 1, no).await;
    }
    let (whole, _) = tx.letter(naskah(1)).await.unwrap().unwrap();
    assert_eq!(whole.row, bare.row);
    assert_eq!(whole.entries, tx.agenda_of(naskah(1)).await.unwrap());
    assert_eq!(whole.entries[0].id, agenda(2));
    assert_eq!(whole.newest, Some(2));
}

async fn both_engines_find_the_same_words(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    put_letter(&mut tx, 1, opd(1), Keamanan::Biasa).await;
    let text = |kata: &str| TextRow {
        asal: None,
        hal: "Undangan".to_owned(),
        tujuan: "Kepala Badan".to_owned(),
        kata: kata.to_owned(),
    };
    tx.put_text(naskah(1), Some(&text("undang rapat 800 2026 1e5")))
        .await
        .unwrap();
    let staff = Reader {
        opds: vec![opd(1)],
        ..Reader::default()
    };
    let mut found = async |words: &[&str]| {
        let filter = ListFilter {
            words: words.iter().map(|word| (*word).to_owned()).collect(),
            ..all()
        };
        tx.letter_list(&staff, &filter).await.unwrap().len()
    };
    for words in [
        &["undang"][..],
        &["und", "rap"],
        &["800"],
        &["1e5"],
        &["2026", "u"],
        &[],
    ] {
        assert_eq!(found(words).await, 1, "{words:?}");
    }
    for words in [
        &["lantik"][..],
        &["rapat", "lantik"],
        &["ndang"],
        &["NOT"],
        &["kepala"],
    ] {
        assert_eq!(found(words).await, 0, "{words:?}");
    }
    // What the engines would read as operators is left out.
    assert_eq!(found(&["rap\"at", "un*dang | :"]).await, 1);
    tx.put_text(naskah(1), Some(&text("lantik"))).await.unwrap();
    let mut words = ListFilter {
        words: vec!["rapat".to_owned()],
        ..all()
    };
    assert!(tx.letter_list(&staff, &words).await.unwrap().is_empty());
    words.words = vec!["lantik".to_owned()];
    assert_eq!(tx.letter_list(&staff, &words).await.unwrap().len(), 1);
    assert_eq!(tx.text_of(naskah(1)).await.unwrap(), Some(text("lantik")));
    tx.put_text(naskah(1), None).await.unwrap();
    assert!(tx.letter_list(&staff, &words).await.unwrap().is_empty());
    assert_eq!(tx.text_of(naskah(1)).await.unwrap(), None);
}

async fn a_book_holds_its_own_period_in_order(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    for n in 1..=4 {
        put_letter(&mut tx, n, opd(1), Keamanan::Biasa).await;
    }
    let entry = AgendaRow {
        id: agenda(1),
        opd: opd(2),
        naskah: naskah(1),
        tahap: "disposed".to_owned(),
        version: 1,
        received_at: at(3),
        role: MailRole::Addressed,
        read_at: None,
        urut: None,
    };
    tx.put_agenda(&entry).await.unwrap();
    let book = BookFilter {
        opd: opd(1),
        book: BookKind::Outgoing,
        from: at(2),
        until: at(4),
        after: None,
        limit: 10,
    };
    let nobody = Reader::default();
    let rows = tx.book_list(&nobody, &book).await.unwrap();
    let ids: Vec<NaskahId> = rows.iter().map(|row| row.list.row.id).collect();
    assert_eq!(ids, [naskah(2), naskah(3)]);
    let rest = BookFilter {
        after: Some((rows[0].at, rows[0].id)),
        ..book
    };
    assert!(
        rows.iter().all(|row| !row.may_open),
        "a line, but no way in"
    );
    assert_eq!(tx.book_list(&nobody, &rest).await.unwrap(), rows[1..]);
    let incoming = BookFilter {
        opd: opd(2),
        book: BookKind::Incoming,
        ..book
    };
    let registry = Reader {
        mail_opds: vec![opd(2)],
        ..Reader::default()
    };
    let rows = tx.book_list(&registry, &incoming).await.unwrap();
    assert_eq!(rows.len(), 1);
    assert!(rows[0].may_open);
    assert_eq!(rows[0].list.agenda, Some(agenda(1)));
    assert_eq!(rows[0].entry_tahap.as_deref(), Some("disposed"));
    let sent = BookFilter {
        book: BookKind::Sent,
        ..book
    };
    assert_eq!(tx.book_list(&nobody, &sent).await.unwrap(), []);
    // A secret letter has its line, and only those with a part in it open it.
    tx.put_desk(&desk(1, Keamanan::Rahasia)).await.unwrap();
    let rows = tx.book_list(&registry, &incoming).await.unwrap();
    assert!(!rows[0].may_open);
    let parts = std::collections::BTreeSet::from([jabatan(1)]);
    tx.put_parts(naskah(1), agenda(1).uuid(), &parts)
        .await
        .unwrap();
    let asked = reader(&[jabatan(1)]);
    let rows = tx.book_list(&asked, &incoming).await.unwrap();
    assert!(rows[0].may_open);
}

async fn agenda_numbers_run_per_opd_and_year_and_are_kept(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    let mut given = Vec::new();
    for (place, year) in [(1, 2026), (1, 2026), (2, 2026), (1, 2027), (1, 2026)] {
        given.push(tx.next_agenda_urut(opd(place), year).await.unwrap());
    }
    assert_eq!(given, [1, 2, 1, 1, 3]);
    put_letter(&mut tx, 1, opd(1), Keamanan::Biasa).await;
    let entry = AgendaRow {
        id: agenda(1),
        opd: opd(1),
        naskah: naskah(1),
        tahap: "received".to_owned(),
        version: 1,
        received_at: at(3),
        role: MailRole::Addressed,
        read_at: None,
        urut: Some(3),
    };
    tx.put_agenda(&entry).await.unwrap();
    // Later events leave the number alone.
    let later = AgendaRow {
        version: 2,
        urut: None,
        ..entry
    };
    tx.put_agenda(&later).await.unwrap();
    let kept = tx.agenda(agenda(1)).await.unwrap().unwrap();
    assert_eq!(kept.urut, Some(3));
    drop(tx);
    // What was not committed was not given.
    let mut tx = db.store.begin().await.unwrap();
    assert_eq!(tx.next_agenda_urut(opd(1), 2026).await.unwrap(), 1);
}

async fn mail_is_read_once_and_keeps_its_role(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    let entry = AgendaRow {
        id: agenda(1),
        opd: opd(2),
        naskah: naskah(1),
        tahap: "received".to_owned(),
        version: 1,
        received_at: at(3),
        role: MailRole::Tembusan,
        read_at: None,
        urut: None,
    };
    tx.put_agenda(&entry).await.unwrap();
    assert!(tx.mark_mail_read(agenda(1), at(5)).await.unwrap());
    assert!(!tx.mark_mail_read(agenda(1), at(6)).await.unwrap());
    let later = AgendaRow {
        version: 2,
        ..entry.clone()
    };
    tx.put_agenda(&later).await.unwrap();
    let stored = tx.agenda(agenda(1)).await.unwrap().unwrap();
    assert_eq!(
        (stored.role, stored.read_at),
        (MailRole::Tembusan, Some(at(5)))
    );
    tx.set_mail_role(agenda(1), MailRole::Addressed)
        .await
        .unwrap();
    let stored = tx.agenda_of(naskah(1)).await.unwrap().remove(0);
    assert_eq!(stored.role, MailRole::Addressed);
}

async fn a_batch_tells_what_became_of_each_version(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    let key = KeyId::from_uuid(id(1));
    let new = NewKey {
        id: key,
        pejabat: Some(PejabatId::from_uuid(id(1))),
        purpose: KeyPurpose::Official,
        envelope: "sealed".to_owned(),
        created: at(0),
    };
    tx.insert_key(&new).await.unwrap();
    let activation = ActivationId::from_uuid(id(2));
    let versions = [sha("a"), sha("b"), sha("c")];
    tx.insert_activation(&NewActivation {
        id: activation,
        key,
        pejabat: PejabatId::from_uuid(id(1)),
        versions: versions.to_vec(),
        created: at(0),
        expires: at(300),
        node: "n".to_owned(),
        epoch: "e".to_owned(),
    })
    .await
    .unwrap();
    assert_eq!(tx.batch_rows(activation).await.unwrap(), []);
    let named = [
        (versions[0], naskah(1)),
        (versions[1], naskah(2)),
        (versions[2], naskah(3)),
    ];
    tx.name_batch(activation, &named).await.unwrap();
    tx.fail_in_batch(activation, versions[1], "date")
        .await
        .unwrap();
    let blob = |n| BlobRow {
        id: BlobId::from_uuid(id(n)),
        naskah: Some(naskah(1)),
        sealed_sha256: sha("sealed"),
        plain_sha256: sha("plain"),
        length: 1,
        created: at(0),
    };
    tx.insert_blob(&blob(50)).await.unwrap();
    let intent = NewIntent {
        id: IntentId::from_uuid(id(60)),
        naskah: naskah(1),
        step: 0,
        jabatan: jabatan(1),
        pejabat: PejabatId::from_uuid(id(1)),
        key,
        activation,
        version_sha256: versions[0],
        message_digest: vec![7; 32],
        tbs_blob: blob(50).id,
        nomor: "1".to_owned(),
        level: Level::BB,
        lease: Lease {
            node: "n".to_owned(),
            epoch: "e".to_owned(),
            renewed: at(0),
        },
        created: at(0),
    };
    tx.insert_intent(&intent).await.unwrap();
    let rows = tx.batch_rows(activation).await.unwrap();
    assert_eq!(rows.len(), 3);
    assert_eq!(rows[0].state, Some(IntentState::Intended));
    assert_eq!(
        (rows[0].signed, rows[1].failure.as_deref()),
        (None, Some("date"))
    );
    assert_eq!((rows[2].state, rows[2].failure.as_ref()), (None, None));
    tx.insert_blob(&blob(60)).await.unwrap();
    let version = VersionRow {
        naskah: naskah(1),
        no: 2,
        kind: VersionKind::Signed,
        blob: blob(60).id,
        sha256: sha("signed"),
        created: at(1),
    };
    tx.insert_version(&version).await.unwrap();
    let rows = tx.batch_rows(activation).await.unwrap();
    assert_eq!(rows[0].signed, Some((2, sha("signed"))));
    let stray = tx.fail_in_batch(activation, sha("z"), "date").await;
    assert!(stray.is_err());
}

async fn a_proof_leads_from_every_leaf_to_the_signed_head(db: Db) {
    let document = Ed25519KeyPair::generate_pkcs8(&ring::rand::SystemRandom::new()).unwrap();
    let key = Ed25519KeyPair::from_pkcs8(document.as_ref()).unwrap();
    let signer = CheckpointSigner::new("log.example/audit", key).unwrap();
    // Across the edge of a tile, so that full and open tiles are read.
    for n in 0..6 {
        append(&db.store, &some_events(stream(n), 0, 50))
            .await
            .unwrap();
    }
    let mut tx = db.store.begin().await.unwrap();
    let checkpoint = sequence(&mut tx, 1_000, &signer).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    assert_eq!(checkpoint.size, 300);
    let mut tx = db.store.snapshot().await.unwrap();
    let mut indices = BTreeSet::new();
    for n in 0..6 {
        let events = tx.events(stream(n)).await.unwrap();
        for (event, leaf) in events.iter().zip(tx.leaves_of(stream(n)).await.unwrap()) {
            let index = leaf.index.unwrap();
            indices.insert(index);
            let proof = prove(&mut tx, index, &checkpoint).await.unwrap();
            let proof: TlogProof = proof.to_string().parse().unwrap();
            assert!(proof.holds(&leaf.body, checkpoint.size, checkpoint.root));
            assert!(!proof.holds("another leaf", checkpoint.size, checkpoint.root));
            assert!(speaks_of(&leaf.body, event));
            let mut forged = event.clone();
            forged.body.push(' ');
            assert!(!speaks_of(&leaf.body, &forged));
        }
    }
    assert_eq!(indices.len(), 300);
    let verifier = signer.verifier();
    let again = store::audit::CheckpointVerifier::from_vkey(&verifier.vkey()).unwrap();
    assert_eq!(again, verifier);
    let wrong = verifier.vkey().replace("log.example", "log.examplo");
    assert!(store::audit::CheckpointVerifier::from_vkey(&wrong).is_err());
}

async fn a_version_and_a_code_are_found_by_what_people_hold(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    put_letter(&mut tx, 1, opd(1), Keamanan::Biasa).await;
    let version = put_version(&mut tx, 1, 1).await;
    let found = tx.version_of_digest(sha("pdf")).await.unwrap();
    assert_eq!(found, Some(version));
    assert_eq!(tx.version_of_digest(sha("other")).await.unwrap(), None);
    let code = tx.code_of_typed("800/1", "AAAA-BBBB").await.unwrap();
    assert_eq!(code.as_deref(), Some("code1"));
    assert_eq!(tx.code_of_typed("800/2", "AAAA-BBBB").await.unwrap(), None);
    tx.commit().await.unwrap();
    append(&db.store, &some_events(stream(1), 0, 3))
        .await
        .unwrap();
    let mut tx = db.store.snapshot().await.unwrap();
    let actor = tx.events(stream(1)).await.unwrap()[0].actor;
    let done = tx.events_by(&actor, 2).await.unwrap();
    let versions: Vec<u64> = done.iter().map(|event| event.version).collect();
    assert_eq!(versions, [3, 2]);
    assert_eq!(tx.events_by(&[9; 32], 2).await.unwrap(), []);
}
