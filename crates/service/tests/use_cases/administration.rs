//! OPD, positions, people, delegations and rights, as an admin changes them, and what the audit keeps of it.

use std::collections::BTreeSet;

use flow::account::{Grant, Role};
use flow::id::{JabatanId, PejabatId};
use flow::jabatan::Kedudukan;
use flow::mandat::Kapasitas;
use flow::time::Zone;
use service::ServiceError;
use service::identity::{accounts, set_grants};
use service::office::{
    NewJabatan, NewMandat, NewOpd, NewPejabat, add_jabatan, add_opd, add_pejabat, current,
    end_holding, end_mandat, grant_mandat, start_holding,
};
use store::model::StreamKind;
use zeroize::Zeroizing;

use crate::support::{HEAD_A, STAFF_A, World, actor, on_both_engines, opd};

on_both_engines!(
    an_admin_builds_an_opd_from_nothing,
    a_position_changes_hands_without_overlap,
    a_delegation_is_given_by_sk_and_ends_early,
    rights_are_changed_by_admins_of_the_whole_regency_alone,
    events_of_the_office_name_nobody,
);

fn new_opd(kode_unit: &str) -> NewOpd {
    NewOpd {
        kode_unit: kode_unit.to_owned(),
        name: "DINAS BARU".to_owned(),
        address: vec!["Jalan Contoh 2".to_owned()],
        zone: Zone::Wib,
    }
}

fn new_person(name: &str) -> NewPejabat {
    NewPejabat {
        name: name.to_owned(),
        gelar_depan: String::new(),
        gelar_belakang: "S.T.".to_owned(),
        pangkat: Some("Pembina".to_owned()),
        nip: None,
        nik: None,
    }
}

fn plh(from: flow::time::Timestamp, seconds: i64) -> NewMandat {
    NewMandat {
        kapasitas: Kapasitas::Plh,
        of: actor(HEAD_A).jabatan,
        pejabat: Some(actor(STAFF_A).pejabat),
        jabatan: None,
        through: None,
        sk: "800.1.11/002/CONTOH".to_owned(),
        kinds: BTreeSet::new(),
        opd: None,
        from,
        until: from.plus_seconds(seconds),
    }
}

async fn an_admin_builds_an_opd_from_nothing(world: World) {
    let app = world.app();
    let (admin, confirmed) = world.admin().await;
    let dinas = add_opd(&app, &admin, &confirmed, &new_opd("BARU"))
        .await
        .unwrap();
    let twice = add_opd(&app, &admin, &confirmed, &new_opd("BARU")).await;
    assert!(matches!(twice, Err(ServiceError::Taken { .. })));
    for bad in ["", "A/B", "dua kata"] {
        let refused = add_opd(&app, &admin, &confirmed, &new_opd(bad)).await;
        assert!(
            matches!(refused, Err(ServiceError::Invalid { .. })),
            "{bad}"
        );
    }
    let head = NewJabatan {
        opd: dinas,
        title: "Kepala Dinas Baru".to_owned(),
        kedudukan: Kedudukan::Lainnya,
        superior: None,
    };
    let position = add_jabatan(&app, &admin, &confirmed, &head).await.unwrap();
    let second_head = NewJabatan {
        title: "Kepala Lain".to_owned(),
        ..head.clone()
    };
    let refused = add_jabatan(&app, &admin, &confirmed, &second_head).await;
    assert!(matches!(refused, Err(ServiceError::Taken { .. })));
    let nik = NewPejabat {
        nik: Some(Zeroizing::new("9900000000000001".to_owned())),
        ..new_person("Contoh Baru")
    };
    let person = add_pejabat(&app, &admin, &confirmed, &nik).await.unwrap();
    let sealed = world
        .rows()
        .await
        .nik_sealed(person)
        .await
        .unwrap()
        .unwrap();
    assert!(!sealed.contains("9900000000000001"));
    start_holding(&app, &admin, &confirmed, position, person, app.now())
        .await
        .unwrap();
    let office = current(&app).await.unwrap();
    assert_eq!(office.holder(position, app.now()), Some(person));
    world.assert_audit_is_clean().await;
}

async fn a_position_changes_hands_without_overlap(world: World) {
    let app = world.app();
    let (admin, confirmed) = world.admin().await;
    let person = add_pejabat(&app, &admin, &confirmed, &new_person("Contoh Baru"))
        .await
        .unwrap();
    let (position, before) = (actor(HEAD_A).jabatan, actor(HEAD_A).pejabat);
    let start = |position, from| start_holding(&app, &admin, &confirmed, position, person, from);
    let occupied = start(position, app.now()).await;
    assert!(matches!(occupied, Err(ServiceError::Occupied { holder, .. }) if holder == before));
    let yesterday = start(position, app.now().plus_seconds(-86_400)).await;
    assert!(matches!(yesterday, Err(ServiceError::Impossible { .. })));
    let nowhere = start(JabatanId::new(app.now(), [9; 10]), app.now()).await;
    assert!(matches!(nowhere, Err(ServiceError::NotFound { .. })));

    end_holding(&app, &admin, &confirmed, position, before)
        .await
        .unwrap();
    let twice = end_holding(&app, &admin, &confirmed, position, before).await;
    assert!(matches!(twice, Err(ServiceError::NotFound { .. })));
    let tomorrow = app.now().plus_seconds(86_400);
    start(position, tomorrow).await.unwrap();
    let office = current(&app).await.unwrap();
    assert_eq!(office.holder(position, app.now()), None);
    assert_eq!(office.holder(position, tomorrow), Some(person));
    world.assert_audit_is_clean().await;
}

async fn a_delegation_is_given_by_sk_and_ends_early(world: World) {
    let app = world.app();
    let (admin, confirmed) = world.admin().await;
    let grant = |new| {
        let (app, admin, confirmed) = (&app, &admin, &confirmed);
        async move { grant_mandat(app, admin, confirmed, &new).await }
    };
    let now = app.now();
    let past = grant(plh(now.plus_seconds(-86_400), 90_000)).await;
    assert!(matches!(past, Err(ServiceError::Impossible { .. })));
    let backwards = grant(plh(now, -1)).await;
    assert!(matches!(backwards, Err(ServiceError::Impossible { .. })));
    let nobody = NewMandat {
        pejabat: Some(PejabatId::new(now, [9; 10])),
        ..plh(now, 60)
    };
    assert!(matches!(
        grant(nobody).await,
        Err(ServiceError::NotFound { .. })
    ));

    let runs = grant(plh(now, 86_400)).await.unwrap();
    let ahead = grant(plh(now.plus_seconds(86_400), 86_400)).await.unwrap();
    world.account("staf", Some(STAFF_A), &[]).await;
    let positions = world.subject("staf").await.positions;
    assert_eq!(positions, [actor(STAFF_A).jabatan, actor(HEAD_A).jabatan]);
    world.clock.advance(60);
    end_mandat(&app, &admin, &confirmed, runs).await.unwrap();
    end_mandat(&app, &admin, &confirmed, ahead).await.unwrap();
    for over in [runs, ahead] {
        let twice = end_mandat(&app, &admin, &confirmed, over).await;
        assert!(matches!(twice, Err(ServiceError::NotFound { .. })));
    }
    let positions = world.subject("staf").await.positions;
    assert_eq!(positions, [actor(STAFF_A).jabatan]);
    world.assert_audit_is_clean().await;
}

async fn rights_are_changed_by_admins_of_the_whole_regency_alone(world: World) {
    let app = world.app();
    let of_a = Grant {
        role: Role::Admin,
        opd: Some(opd('A')),
    };
    world.account("admin-a", None, &[of_a]).await;
    let small = world.subject("admin-a").await;
    let confirmed = world.confirmed(&small).await;
    let everything = [Grant {
        role: Role::Admin,
        opd: None,
    }];
    let raise = set_grants(&app, &small, &confirmed, small.account, &everything).await;
    assert!(matches!(raise, Err(ServiceError::Forbidden { .. })));
    let list = accounts(&app, &small).await;
    assert!(matches!(list, Err(ServiceError::Forbidden { .. })));
    // Positions of the own OPD are theirs to add, those of another are not.
    let staff = |of| NewJabatan {
        opd: opd(of),
        title: "Kepala Seksi Baru".to_owned(),
        kedudukan: Kedudukan::Lainnya,
        superior: Some(actor(HEAD_A).jabatan),
    };
    add_jabatan(&app, &small, &confirmed, &staff('A'))
        .await
        .unwrap();
    let other = add_jabatan(&app, &small, &confirmed, &staff('B')).await;
    assert!(matches!(other, Err(ServiceError::Forbidden { .. })));

    let (admin, of_admin) = world.admin().await;
    set_grants(&app, &admin, &of_admin, small.account, &everything)
        .await
        .unwrap();
    assert_eq!(world.subject("admin-a").await.grants, everything);
    world.assert_audit_is_clean().await;
}

async fn events_of_the_office_name_nobody(world: World) {
    let app = world.app();
    let (admin, confirmed) = world.admin().await;
    add_opd(&app, &admin, &confirmed, &new_opd("RAHASIA1"))
        .await
        .unwrap();
    add_pejabat(&app, &admin, &confirmed, &new_person("Contoh Kenari"))
        .await
        .unwrap();
    grant_mandat(&app, &admin, &confirmed, &plh(app.now(), 60))
        .await
        .unwrap();
    let mut tx = world.rows().await;
    let streams = tx.all_streams(StreamKind::Office).await.unwrap();
    assert!(streams.len() >= 5, "office, admin, OPD, person, delegation");
    for stream in streams {
        for event in tx.events(stream).await.unwrap() {
            for word in [
                "Kenari",
                "RAHASIA1",
                "DINAS BARU",
                "800.1.11",
                "\"admin\",\"admin",
            ] {
                assert!(!event.body.contains(word), "{word} in {}", event.body);
            }
            assert!(!event.body.contains("username"), "{}", event.body);
        }
    }
}
