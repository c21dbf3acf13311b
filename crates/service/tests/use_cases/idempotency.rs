//! One request, one effect.

use flow::digest::Sha256;
use service::idempotency::{Begun, StoredAnswer, abandon, begin, finish, keep};

use crate::support::{World, on_both_engines};

on_both_engines!(
    of_fifty_at_once_one_runs_and_all_get_its_answer,
    a_key_is_not_good_for_another_request,
    a_request_of_a_dead_process_may_run_again_after_a_minute,
    what_did_not_happen_may_be_asked_again,
);

const OWNER: &str = "acc_1";

fn answer() -> StoredAnswer {
    StoredAnswer {
        status: 201,
        headers: vec![("location".to_owned(), "/surat/1".to_owned())],
        body: b"{\"id\":1}".to_vec(),
    }
}

fn request() -> Sha256 {
    Sha256::of(b"request")
}

async fn of_fifty_at_once_one_runs_and_all_get_its_answer(mut world: World) {
    let mut asking = Vec::new();
    for _ in 0..50 {
        let app = world.app();
        asking.push(tokio::spawn(async move {
            begin(&app, OWNER, "kunci", request()).await.unwrap()
        }));
    }
    let mut tickets = Vec::new();
    for one in asking {
        match one.await.unwrap() {
            Begun::Fresh(ticket) => tickets.push(ticket),
            Begun::Running => {}
            other @ (Begun::Replay(_) | Begun::Effected(_) | Begun::OtherRequest) => {
                panic!("{other:?}")
            }
        }
    }
    assert_eq!(tickets.len(), 1);
    finish(&world.app(), tickets.pop().unwrap(), &answer())
        .await
        .unwrap();
    world.crash_and_restart().await;
    match begin(&world.app(), OWNER, "kunci", request())
        .await
        .unwrap()
    {
        Begun::Replay(stored) => assert_eq!(stored, answer()),
        other => panic!("{other:?}"),
    }
    // After a day the key is a new one.
    world.clock.advance(24 * 3600);
    let again = begin(&world.app(), OWNER, "kunci", request())
        .await
        .unwrap();
    assert!(matches!(again, Begun::Fresh(_)));
}

async fn a_key_is_not_good_for_another_request(world: World) {
    let app = world.app();
    let Begun::Fresh(ticket) = begin(&app, OWNER, "kunci", request()).await.unwrap() else {
        panic!("nobody asked before");
    };
    let other = Sha256::of(b"another");
    let running = begin(&app, OWNER, "kunci", other).await.unwrap();
    assert!(matches!(running, Begun::OtherRequest));
    finish(&app, ticket, &answer()).await.unwrap();
    let done = begin(&app, OWNER, "kunci", other).await.unwrap();
    assert!(matches!(done, Begun::OtherRequest));
    let of_another = begin(&app, "acc_2", "kunci", other).await.unwrap();
    assert!(matches!(of_another, Begun::Fresh(_)));
}

async fn a_request_of_a_dead_process_may_run_again_after_a_minute(world: World) {
    let app = world.app();
    let Begun::Fresh(dead) = begin(&app, OWNER, "kunci", request()).await.unwrap() else {
        panic!("nobody asked before");
    };
    world.clock.advance(40);
    keep(&app, &dead).await.unwrap();
    world.clock.advance(59);
    let early = begin(&app, OWNER, "kunci", request()).await.unwrap();
    assert!(matches!(early, Begun::Running));
    world.clock.advance(1);
    let other = begin(&app, OWNER, "kunci", Sha256::of(b"another"))
        .await
        .unwrap();
    assert!(matches!(other, Begun::OtherRequest));
    let Begun::Fresh(second) = begin(&app, OWNER, "kunci", request()).await.unwrap() else {
        panic!("the first is dead");
    };
    // What the first made is found under the same mark.
    assert_eq!(dead.batch(), second.batch());
    // It was not dead after all, and comes too late.
    let late = StoredAnswer {
        status: 500,
        ..answer()
    };
    finish(&app, dead, &late).await.unwrap();
    finish(&app, second, &answer()).await.unwrap();
    match begin(&app, OWNER, "kunci", request()).await.unwrap() {
        Begun::Replay(stored) => assert_eq!(stored, answer()),
        other => panic!("{other:?}"),
    }
}

async fn what_did_not_happen_may_be_asked_again(world: World) {
    let app = world.app();
    let Begun::Fresh(ticket) = begin(&app, OWNER, "kunci", request()).await.unwrap() else {
        panic!("nobody asked before");
    };
    abandon(&app, ticket).await.unwrap();
    let other = begin(&app, OWNER, "kunci", Sha256::of(b"another"))
        .await
        .unwrap();
    assert!(matches!(other, Begun::Fresh(_)));
}
