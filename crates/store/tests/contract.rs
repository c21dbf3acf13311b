//! One contract, kept by both engines: events, letters, registers, the office, the outbox, preservation.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use flow::id::{AgendaId, BlobId, JabatanId, MandatId, NaskahId, OpdId, PejabatId, RegisterId};
use flow::interval::Interval;
use flow::jabatan::{Holding, Jabatan, Kedudukan};
use flow::mandat::{Kapasitas, Mandat, MandatRow};
use flow::opd::Opd;
use flow::pejabat::Pejabat;
use flow::time::Zone;
use store::StoreError;
use store::model::{
    AgendaRow, BlobRow, Level, NaskahFilter, NaskahRow, NewJob, NomorRow, NomorState, Preservation,
    PreservationProblem, PreservationRow, RegisterRow, StreamKind, VersionKind, VersionRow,
};
use support::{Db, append, at, id, on_both_engines, sha, some_events, stream};

on_both_engines!(
    a_transaction_that_is_dropped_never_happened,
    a_snapshot_does_not_see_what_is_committed_after_it,
    a_snapshot_cannot_write,
    events_come_back_in_order_and_only_of_their_stream,
    the_newest_event_of_any_stream_and_the_engine_are_told,
    of_two_commands_on_one_version_only_one_wins,
    racing_commands_lose_nothing_and_skip_nothing,
    an_office_reads_back_as_it_was_written,
    a_position_of_no_opd_is_refused,
    blobs_and_data_keys_read_back,
    the_read_model_of_a_letter_never_goes_back,
    letters_are_listed_by_what_is_asked,
    a_version_number_is_taken_once,
    an_agenda_entry_never_goes_back,
    a_letter_holds_one_number_and_a_number_one_state,
    jobs_are_claimed_once_and_come_back_when_the_lease_ends,
    many_workers_never_hold_the_same_job,
    the_evidence_of_a_letter_is_waited_for_and_then_kept,
    an_unknown_word_in_a_row_is_named_corrupt,
);

async fn a_transaction_that_is_dropped_never_happened(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    tx.put_meta("node", "a").await.unwrap();
    drop(tx);
    let mut tx = db.store.begin().await.unwrap();
    assert_eq!(tx.meta("node").await.unwrap(), None);
    tx.put_meta("node", "b").await.unwrap();
    tx.put_meta("node", "c").await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = db.store.snapshot().await.unwrap();
    assert_eq!(tx.meta("node").await.unwrap().as_deref(), Some("c"));
}

async fn a_snapshot_does_not_see_what_is_committed_after_it(db: Db) {
    let mut before = db.store.snapshot().await.unwrap();
    assert_eq!(before.version_of(stream(1)).await.unwrap(), 0);
    append(&db.store, &some_events(stream(1), 0, 2))
        .await
        .unwrap();
    assert_eq!(before.version_of(stream(1)).await.unwrap(), 0);
    let mut after = db.store.snapshot().await.unwrap();
    assert_eq!(after.version_of(stream(1)).await.unwrap(), 2);
}

async fn a_snapshot_cannot_write(db: Db) {
    let mut tx = db.store.snapshot().await.unwrap();
    assert!(tx.put_meta("node", "a").await.is_err());
}

async fn events_come_back_in_order_and_only_of_their_stream(db: Db) {
    let new = some_events(stream(1), 0, 12);
    append(&db.store, &new).await.unwrap();
    append(&db.store, &some_events(stream(2), 0, 1))
        .await
        .unwrap();
    let mut tx = db.store.snapshot().await.unwrap();
    let events = tx.events(stream(1)).await.unwrap();
    let versions: Vec<u64> = events.iter().map(|event| event.version).collect();
    assert_eq!(versions, (1..=12).collect::<Vec<u64>>());
    for (stored, sent) in events.iter().zip(&new.events) {
        assert_eq!(
            (stored.kind.as_str(), stored.body.as_str()),
            (sent.kind(), sent.body())
        );
        assert_eq!(
            (stored.at, stored.actor, stored.stream),
            (new.at, new.actor, new.stream)
        );
    }
    let streams = tx.all_streams(StreamKind::Naskah).await.unwrap();
    assert_eq!(streams, [stream(1), stream(2)]);
    assert!(tx.all_streams(StreamKind::Agenda).await.unwrap().is_empty());
}

async fn the_newest_event_of_any_stream_and_the_engine_are_told(db: Db) {
    let mut tx = db.store.snapshot().await.unwrap();
    assert_eq!(tx.newest_event().await.unwrap(), None);
    drop(tx);
    let mut old = some_events(stream(1), 0, 1);
    let new = some_events(stream(2), 0, 1);
    old.at = new.at.plus_seconds(-60);
    append(&db.store, &new).await.unwrap();
    append(&db.store, &old).await.unwrap();
    let mut tx = db.store.snapshot().await.unwrap();
    assert_eq!(tx.newest_event().await.unwrap(), Some(new.at));

    let about = db.store.about().await.unwrap();
    assert!(["SQLite", "PostgreSQL"].contains(&about.engine));
    assert!(
        about
            .version
            .starts_with(|first: char| first.is_ascii_digit())
    );
    assert!(about.schema >= 1);
}

async fn of_two_commands_on_one_version_only_one_wins(db: Db) {
    append(&db.store, &some_events(stream(1), 0, 2))
        .await
        .unwrap();
    for stale in [0, 1, 3] {
        let refused = append(&db.store, &some_events(stream(1), stale, 1))
            .await
            .unwrap_err();
        let StoreError::Conflict {
            stream: named,
            version,
        } = refused
        else {
            panic!("{refused}");
        };
        assert_eq!((named, version), (stream(1), stale + 1));
    }
    append(&db.store, &some_events(stream(1), 2, 1))
        .await
        .unwrap();
}

async fn racing_commands_lose_nothing_and_skip_nothing(db: Db) {
    let mut racers = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let store = db.store.clone();
        racers.spawn(async move {
            let mut won = 0;
            while won < 5 {
                let mut tx = store.begin().await.unwrap();
                let version = tx.version_of(stream(1)).await.unwrap();
                match tx.append(&some_events(stream(1), version, 1)).await {
                    Ok(()) => {
                        tx.commit().await.unwrap();
                        won += 1;
                    }
                    Err(StoreError::Conflict { .. } | StoreError::Retry(_)) => {}
                    Err(error) => panic!("{error}"),
                }
            }
        });
    }
    racers.join_all().await;
    let mut tx = db.store.snapshot().await.unwrap();
    let events = tx.events(stream(1)).await.unwrap();
    let versions: Vec<u64> = events.iter().map(|event| event.version).collect();
    assert_eq!(versions, (1..=40).collect::<Vec<u64>>());
}

fn opd(n: u128) -> Opd {
    Opd {
        id: OpdId::from_uuid(id(n)),
        kode_unit: format!("UNIT-{n}"),
        name: format!("Dinas {n}"),
        address: vec!["Jalan Contoh 1".to_owned(), "Kabupaten Contoh".to_owned()],
        zone: Zone::Wita,
    }
}

fn jabatan(n: u128, opd: u128, superior: Option<u128>) -> Jabatan {
    Jabatan {
        id: JabatanId::from_uuid(id(n)),
        opd: OpdId::from_uuid(id(opd)),
        title: format!("Kepala {n}"),
        kedudukan: Kedudukan::Lainnya,
        superior: superior.map(|n| JabatanId::from_uuid(id(n))),
    }
}

async fn an_office_reads_back_as_it_was_written(db: Db) {
    let pejabat = Pejabat {
        id: PejabatId::from_uuid(id(30)),
        name: "Orang Contoh".to_owned(),
        gelar_depan: "Dr.".to_owned(),
        gelar_belakang: String::new(),
        pangkat: None,
        nip: Some("190001011920011001".parse().unwrap()),
    };
    let holding = Holding {
        jabatan: JabatanId::from_uuid(id(20)),
        pejabat: pejabat.id,
        interval: Interval::new(at(0), None).unwrap(),
    };
    let mandat = Mandat::try_from(MandatRow {
        id: MandatId::from_uuid(id(40)),
        kapasitas: Kapasitas::Plh,
        of: JabatanId::from_uuid(id(21)),
        pejabat: Some(pejabat.id),
        jabatan: None,
        through: None,
        sk: "800/1/2026".to_owned(),
        kinds: BTreeSet::new(),
        opd: Some(OpdId::from_uuid(id(10))),
        from: at(0),
        until: at(9),
    })
    .unwrap();
    let mut tx = db.store.begin().await.unwrap();
    tx.insert_opd(&opd(10)).await.unwrap();
    tx.insert_jabatan(&jabatan(20, 10, Some(21))).await.unwrap();
    tx.insert_jabatan(&jabatan(21, 10, None)).await.unwrap();
    tx.insert_pejabat(&pejabat, Some("sealed")).await.unwrap();
    tx.insert_holding(&holding).await.unwrap();
    tx.insert_mandat(&mandat).await.unwrap();
    tx.commit().await.unwrap();

    let mut tx = db.store.begin().await.unwrap();
    let office = tx.office().await.unwrap();
    assert_eq!(office.opd, BTreeMap::from([(opd(10).id, opd(10))]));
    assert_eq!(
        office.jabatan[&jabatan(20, 10, Some(21)).id],
        jabatan(20, 10, Some(21))
    );
    assert_eq!(office.jabatan.len(), 2);
    assert_eq!(office.holdings, [holding]);
    assert_eq!(office.mandat[&mandat.id()], mandat);
    assert_eq!(office.pejabat[&pejabat.id], pejabat);
    assert_eq!(
        tx.nik_sealed(pejabat.id).await.unwrap().as_deref(),
        Some("sealed")
    );

    tx.end_holding(holding.jabatan, pejabat.id, at(5))
        .await
        .unwrap();
    let again = tx.end_holding(holding.jabatan, pejabat.id, at(6)).await;
    assert!(matches!(
        again,
        Err(StoreError::Stale {
            table: "holding",
            ..
        })
    ));
    let office = tx.office().await.unwrap();
    assert_eq!(office.holdings[0].interval.until(), Some(at(5)));
}

async fn a_position_of_no_opd_is_refused(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    let refused = tx.insert_jabatan(&jabatan(20, 99, None)).await;
    assert!(matches!(
        refused,
        Err(StoreError::Dangling { table: "jabatan" })
    ));
}

fn blob(n: u128) -> BlobRow {
    BlobRow {
        id: BlobId::from_uuid(id(n)),
        naskah: n.is_multiple_of(2).then(|| NaskahId::from_uuid(id(1))),
        sealed_sha256: sha("sealed"),
        plain_sha256: sha("plain"),
        length: 1 << 40,
        created: at(1),
    }
}

async fn blobs_and_data_keys_read_back(db: Db) {
    let naskah = NaskahId::from_uuid(id(1));
    let mut tx = db.store.begin().await.unwrap();
    tx.insert_blob(&blob(1)).await.unwrap();
    tx.insert_blob(&blob(2)).await.unwrap();
    assert_eq!(tx.blob(blob(1).id).await.unwrap(), Some(blob(1)));
    assert_eq!(tx.blob(blob(3).id).await.unwrap(), None);
    assert_eq!(tx.blobs().await.unwrap(), [blob(1), blob(2)]);
    tx.insert_naskah_key(naskah, "{}").await.unwrap();
    assert_eq!(tx.naskah_key(naskah).await.unwrap().as_deref(), Some("{}"));
    let again = tx.insert_naskah_key(naskah, "{}").await;
    assert!(matches!(
        again,
        Err(StoreError::Exists {
            table: "naskah_key"
        })
    ));
}

fn naskah(n: u128, version: u64, tahap: &str) -> NaskahRow {
    NaskahRow {
        id: NaskahId::from_uuid(id(n)),
        opd: OpdId::from_uuid(id(10 + n % 2)),
        jenis: "nota_dinas".to_owned(),
        tahap: tahap.to_owned(),
        version,
        content_digest: sha(tahap),
        nomor: None,
        code: Some(format!("code-{n}")),
        typed_code: Some("ABCD".to_owned()),
        batch: (n > 2).then(|| "b1".to_owned()),
        updated_at: at(i64::try_from(version).unwrap()),
    }
}

async fn the_read_model_of_a_letter_never_goes_back(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    tx.put_naskah(&naskah(1, 3, "draft")).await.unwrap();
    tx.put_naskah(&naskah(1, 4, "review")).await.unwrap();
    for old in [3, 4] {
        let refused = tx.put_naskah(&naskah(1, old, "draft")).await;
        assert!(matches!(
            refused,
            Err(StoreError::Stale {
                table: "naskah",
                ..
            })
        ));
    }
    let found = tx.naskah_by_code("code-1").await.unwrap();
    assert_eq!(found, Some(naskah(1, 4, "review")));
    assert_eq!(tx.naskah_by_code("code-2").await.unwrap(), None);
    assert_eq!(tx.naskah(naskah(1, 4, "review").id).await.unwrap(), found);
    let stolen = NaskahRow {
        code: Some("code-1".to_owned()),
        ..naskah(2, 1, "draft")
    };
    let refused = tx.put_naskah(&stolen).await;
    assert!(matches!(
        refused,
        Err(StoreError::Exists { table: "naskah" })
    ));
}

async fn letters_are_listed_by_what_is_asked(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    for (n, tahap) in [(1, "draft"), (2, "review"), (3, "draft"), (4, "signed")] {
        tx.put_naskah(&naskah(n, 1, tahap)).await.unwrap();
    }
    let opd = Some(OpdId::from_uuid(id(11)));
    let tahap = Some("draft".to_owned());
    let batch = Some("b1".to_owned());
    let none = NaskahFilter::default();
    for (filter, expected) in [
        (none.clone(), vec![1, 2, 3, 4]),
        (
            NaskahFilter {
                opd,
                ..none.clone()
            },
            vec![1, 3],
        ),
        (
            NaskahFilter {
                tahap: tahap.clone(),
                ..none.clone()
            },
            vec![1, 3],
        ),
        (
            NaskahFilter {
                batch: batch.clone(),
                ..none
            },
            vec![3, 4],
        ),
        (NaskahFilter { opd, tahap, batch }, vec![3]),
    ] {
        let found = tx.naskah_list(&filter).await.unwrap();
        let found: Vec<NaskahId> = found.iter().map(|row| row.id).collect();
        let expected: Vec<NaskahId> = expected
            .into_iter()
            .map(|n| NaskahId::from_uuid(id(n)))
            .collect();
        assert_eq!(found, expected, "{filter:?}");
    }
}

async fn a_version_number_is_taken_once(db: Db) {
    let version = |no, kind| VersionRow {
        naskah: NaskahId::from_uuid(id(1)),
        no,
        kind,
        blob: blob(1).id,
        sha256: sha("pdf"),
        created: at(1),
    };
    let mut tx = db.store.begin().await.unwrap();
    tx.insert_blob(&blob(1)).await.unwrap();
    let naskah = NaskahId::from_uuid(id(1));
    assert_eq!(tx.newest_version(naskah).await.unwrap(), None);
    let all = [
        version(1, VersionKind::Prepared),
        version(2, VersionKind::Signed),
    ];
    for row in &all {
        tx.insert_version(row).await.unwrap();
    }
    assert_eq!(tx.versions(naskah).await.unwrap(), all);
    assert_eq!(tx.newest_version(naskah).await.unwrap(), Some(all[1]));
    tx.commit().await.unwrap();

    let mut tx = db.store.begin().await.unwrap();
    let refused = tx.insert_version(&version(2, VersionKind::Extended)).await;
    assert!(matches!(
        refused,
        Err(StoreError::Exists {
            table: "naskah_version"
        })
    ));
    drop(tx);
    let mut tx = db.store.begin().await.unwrap();
    let nowhere = VersionRow {
        blob: blob(9).id,
        ..version(3, VersionKind::Replaced)
    };
    let refused = tx.insert_version(&nowhere).await;
    let Err(error) = refused else {
        panic!("a version without a blob was taken")
    };
    assert!(
        matches!(
            error,
            StoreError::Dangling {
                table: "naskah_version"
            }
        ),
        "{error}"
    );
}

async fn an_agenda_entry_never_goes_back(db: Db) {
    let entry = |version, tahap: &str| AgendaRow {
        id: AgendaId::from_uuid(id(50)),
        opd: OpdId::from_uuid(id(10)),
        naskah: NaskahId::from_uuid(id(1)),
        tahap: tahap.to_owned(),
        version,
        received_at: at(2),
        role: store::model::MailRole::Addressed,
        read_at: None,
        urut: None,
    };
    let mut tx = db.store.begin().await.unwrap();
    tx.put_agenda(&entry(1, "received")).await.unwrap();
    tx.put_agenda(&entry(2, "disposed")).await.unwrap();
    let refused = tx.put_agenda(&entry(2, "received")).await;
    assert!(matches!(
        refused,
        Err(StoreError::Stale {
            table: "agenda",
            ..
        })
    ));
    let expected = entry(2, "disposed");
    assert_eq!(
        tx.agenda(expected.id).await.unwrap(),
        Some(expected.clone())
    );
    assert_eq!(
        tx.agenda_list(None).await.unwrap(),
        std::slice::from_ref(&expected)
    );
    let of_letter = tx.agenda_of(expected.naskah).await.unwrap();
    assert_eq!(of_letter, std::slice::from_ref(&expected));
    let of_another = tx.agenda_of(NaskahId::from_uuid(id(2))).await.unwrap();
    assert!(of_another.is_empty());
    assert_eq!(
        tx.agenda_list(Some(expected.opd)).await.unwrap(),
        [expected]
    );
    let other = OpdId::from_uuid(id(11));
    assert!(tx.agenda_list(Some(other)).await.unwrap().is_empty());
}

async fn a_letter_holds_one_number_and_a_number_one_state(db: Db) {
    let register = RegisterRow {
        id: RegisterId::from_uuid(id(60)),
        year: 2026,
        opd: OpdId::from_uuid(id(10)),
        kind_group: "korespondensi".to_owned(),
    };
    let nomor = |urut, naskah| NomorRow {
        register: register.id,
        urut,
        state: NomorState::Reserved,
        naskah: Some(NaskahId::from_uuid(id(naskah))),
        text: format!("000.1/{urut}/2026"),
        reason: None,
    };
    let mut tx = db.store.begin().await.unwrap();
    tx.insert_register(&register).await.unwrap();
    tx.insert_nomor(&nomor(1, 1)).await.unwrap();
    tx.insert_nomor(&nomor(2, 2)).await.unwrap();
    tx.commit().await.unwrap();

    for taken in [nomor(2, 3), nomor(3, 1)] {
        let mut tx = db.store.begin().await.unwrap();
        let refused = tx.insert_nomor(&taken).await;
        assert!(
            matches!(refused, Err(StoreError::Exists { table: "nomor" })),
            "{taken:?}"
        );
    }
    let mut tx = db.store.begin().await.unwrap();
    let second = RegisterRow {
        id: RegisterId::from_uuid(id(61)),
        ..register.clone()
    };
    let refused = tx.insert_register(&second).await;
    assert!(matches!(
        refused,
        Err(StoreError::Exists { table: "register" })
    ));
    drop(tx);

    let mut tx = db.store.begin().await.unwrap();
    tx.issue_nomor(register.id, 1).await.unwrap();
    tx.cancel_nomor(register.id, 2, "naskah_dibatalkan")
        .await
        .unwrap();
    for refused in [
        tx.issue_nomor(register.id, 2).await,
        tx.cancel_nomor(register.id, 2, "x").await,
        tx.issue_nomor(register.id, 9).await,
    ] {
        assert!(matches!(
            refused,
            Err(StoreError::Stale { table: "nomor", .. })
        ));
    }
    // The tombstone does not keep its letter from getting a new number.
    tx.insert_nomor(&nomor(3, 2)).await.unwrap();
    let held = tx.nomor_of(NaskahId::from_uuid(id(2))).await.unwrap();
    assert_eq!(held, Some(nomor(3, 2)));
    assert_eq!(tx.nomor_of(NaskahId::from_uuid(id(7))).await.unwrap(), None);
    let all = tx.nomors().await.unwrap();
    let states: Vec<NomorState> = all.iter().map(|row| row.state).collect();
    assert_eq!(
        states,
        [
            NomorState::Issued,
            NomorState::Cancelled,
            NomorState::Reserved
        ]
    );
    assert_eq!(all[0].text, "000.1/1/2026");
    assert_eq!(all[1].reason.as_deref(), Some("naskah_dibatalkan"));
    assert_eq!(
        tx.registers().await.unwrap(),
        std::slice::from_ref(&register)
    );
    let found = tx
        .register_for(2026, register.opd, "korespondensi")
        .await
        .unwrap();
    assert_eq!(found, Some(register.id));
    assert_eq!(
        tx.register_for(2027, register.opd, "korespondensi")
            .await
            .unwrap(),
        None
    );
}

fn job(n: u128) -> NewJob {
    NewJob {
        id: id(n),
        topic: "settle".to_owned(),
        body: format!("{{\"n\":{n}}}"),
        run_at: at(0),
    }
}

async fn jobs_are_claimed_once_and_come_back_when_the_lease_ends(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    tx.put_job(&job(1)).await.unwrap();
    tx.put_job(&NewJob {
        run_at: at(100),
        ..job(2)
    })
    .await
    .unwrap();
    assert_eq!(tx.open_job_count("settle").await.unwrap(), 2);
    let other = tx.claim_jobs("other", 10, at(1), at(31)).await.unwrap();
    assert!(other.is_empty() && tx.open_job_count("other").await.unwrap() == 0);
    let first = tx.claim_jobs("settle", 10, at(1), at(31)).await.unwrap();
    assert_eq!(first.len(), 1);
    assert_eq!((first[0].id, first[0].attempts), (id(1), 1));
    assert_eq!(
        (first[0].topic.as_str(), first[0].body.as_str()),
        ("settle", "{\"n\":1}")
    );
    assert!(
        tx.claim_jobs("settle", 10, at(30), at(60))
            .await
            .unwrap()
            .is_empty()
    );
    let second = tx.claim_jobs("settle", 10, at(31), at(61)).await.unwrap();
    assert_eq!((second[0].id, second[0].attempts), (id(1), 2));
    tx.retry_job(id(1), at(50)).await.unwrap();
    assert!(
        tx.claim_jobs("settle", 10, at(49), at(80))
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        tx.claim_jobs("settle", 10, at(50), at(80))
            .await
            .unwrap()
            .len(),
        1
    );
    tx.finish_job(id(1), at(51)).await.unwrap();
    for refused in [
        tx.finish_job(id(1), at(52)).await,
        tx.retry_job(id(1), at(52)).await,
    ] {
        assert!(matches!(
            refused,
            Err(StoreError::Stale {
                table: "outbox",
                ..
            })
        ));
    }
    let late = tx
        .claim_jobs("settle", 10, at(1000), at(1030))
        .await
        .unwrap();
    assert_eq!(late.iter().map(|job| job.id).collect::<Vec<_>>(), [id(2)]);
    assert_eq!(tx.open_job_count("settle").await.unwrap(), 1);
    let twice = tx.put_job(&job(1)).await;
    assert!(matches!(twice, Err(StoreError::Exists { table: "outbox" })));
}

async fn many_workers_never_hold_the_same_job(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    for n in 0..100 {
        tx.put_job(&job(n)).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let store = db.store.clone();
        workers.spawn(async move {
            let mut mine = Vec::new();
            loop {
                let mut tx = store.begin().await.unwrap();
                let claimed = tx.claim_jobs("settle", 3, at(1), at(31)).await.unwrap();
                tx.commit().await.unwrap();
                if claimed.is_empty() {
                    return mine;
                }
                mine.extend(claimed.into_iter().map(|job| job.id));
            }
        });
    }
    let mut held: Vec<uuid::Uuid> = workers.join_all().await.concat();
    held.sort_unstable();
    assert_eq!(held, (0..100).map(id).collect::<Vec<_>>());
}

async fn the_evidence_of_a_letter_is_waited_for_and_then_kept(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    let naskah = NaskahId::from_uuid(id(1));
    assert_eq!(tx.preservation(naskah).await.unwrap(), None);
    let states = [
        Preservation::Waiting { problem: None },
        Preservation::Waiting {
            problem: Some(PreservationProblem::Evidence),
        },
        Preservation::Kept {
            expires: Some(at(99)),
        },
        Preservation::Kept { expires: None },
    ];
    for (state, open) in states.into_iter().zip([1, 1, 0, 0]) {
        let row = PreservationRow {
            naskah,
            goal: Level::BLta,
            state,
            changed: at(1),
        };
        tx.put_preservation(&row).await.unwrap();
        assert_eq!(tx.preservation(naskah).await.unwrap(), Some(row));
        assert_eq!(tx.open_preservation_count().await.unwrap(), open);
    }
}

async fn an_unknown_word_in_a_row_is_named_corrupt(db: Db) {
    let mut tx = db.store.begin().await.unwrap();
    tx.insert_opd(&opd(10)).await.unwrap();
    tx.commit().await.unwrap();
    db.raw.run("UPDATE opd SET zone = 'MARS'").await;
    let mut tx = db.store.snapshot().await.unwrap();
    let StoreError::Corrupt {
        table, id: named, ..
    } = tx.office().await.unwrap_err()
    else {
        panic!("an unknown word was taken")
    };
    assert_eq!((table, named), ("opd", opd(10).id.to_string()));
}
