//! The policy on stored letters: what is not yours is not there.

use flow::account::{Grant, Role};
use flow::id::NaskahId;
use service::ServiceError;
use service::access::{Action, letter};
use service::naskah;

use crate::support::{
    HEAD_A, HEAD_B, SECRETARY_A, STAFF_A, STAFF_B, World, actor, on_both_engines, opd, surat_dinas,
};

on_both_engines!(
    a_letter_of_another_opd_answers_like_one_that_does_not_exist,
    the_awaited_position_acts_where_somebody_has_several,
    a_receiver_sees_a_letter_once_it_was_sent,
);

async fn people(world: &World) {
    for (name, person, letter, role) in [
        ("kepala-a", HEAD_A, 'A', Role::Pejabat),
        ("sekretaris-a", SECRETARY_A, 'A', Role::Pejabat),
        ("konseptor-a", STAFF_A, 'A', Role::Konseptor),
        ("kepala-b", HEAD_B, 'B', Role::Pejabat),
        ("konseptor-b", STAFF_B, 'B', Role::Konseptor),
    ] {
        let grant = Grant {
            role,
            opd: Some(opd(letter)),
        };
        world.account(name, Some(person), &[grant]).await;
    }
}

async fn a_letter_of_another_opd_answers_like_one_that_does_not_exist(world: World) {
    let app = world.app();
    people(&world).await;
    let id = world.submitted(&surat_dinas()).await;
    let absent = NaskahId::new(app.now(), [9; 10]);
    let stranger = world.subject("konseptor-b").await;
    for action in [Action::Read, Action::Edit, Action::Sign, Action::Download] {
        let of = |id: NaskahId| {
            let (app, stranger) = (&app, &stranger);
            async move {
                let refused = letter(app, stranger, id, action).await.err().unwrap();
                assert!(
                    matches!(refused, ServiceError::NotFound { .. }),
                    "{refused}"
                );
                refused.to_string().replace(&id.to_string(), "ID")
            }
        };
        assert_eq!(of(id).await, of(absent).await);
    }
    let drafter = world.subject("konseptor-a").await;
    letter(&app, &drafter, id, Action::Read).await.unwrap();
    let signing = letter(&app, &drafter, id, Action::Sign).await;
    assert!(matches!(
        signing,
        Err(ServiceError::Forbidden { what: "sign" })
    ));
}

async fn the_awaited_position_acts_where_somebody_has_several(world: World) {
    let app = world.app();
    people(&world).await;
    let (id, _) = world.prepared(&surat_dinas()).await;
    // Plh. of the head besides the own position: signs as the head.
    let plh = world.subject("sekretaris-a").await;
    let permit = letter(&app, &plh, id, Action::Sign).await.unwrap();
    let signs = permit.actor().unwrap();
    assert_eq!(signs.pejabat, actor(SECRETARY_A).pejabat);
    assert_eq!(signs.jabatan, actor(HEAD_A).jabatan);
    let drafter = world.subject("konseptor-a").await;
    let permit = letter(&app, &drafter, id, Action::Read).await.unwrap();
    assert_eq!(permit.actor().unwrap(), actor(STAFF_A));
}

async fn a_receiver_sees_a_letter_once_it_was_sent(world: World) {
    let app = world.app();
    people(&world).await;
    world.issue_key(SECRETARY_A).await;
    let (id, version) = world.prepared(&surat_dinas()).await;
    let receiver = world.subject("kepala-b").await;
    let early = letter(&app, &receiver, id, Action::Read).await;
    assert!(matches!(early, Err(ServiceError::NotFound { .. })));
    world.activate_and_sign(SECRETARY_A, id, version).await;
    naskah::dispatch(&app, &actor(STAFF_A), id).await.unwrap();
    service::jobs::finish_all(&app).await.unwrap();
    letter(&app, &receiver, id, Action::Download).await.unwrap();
    let edit = letter(&app, &receiver, id, Action::Edit).await;
    assert!(matches!(edit, Err(ServiceError::Forbidden { .. })));
    let colleague = world.subject("konseptor-b").await;
    let not_asked = letter(&app, &colleague, id, Action::Read).await;
    assert!(matches!(not_asked, Err(ServiceError::NotFound { .. })));
}
