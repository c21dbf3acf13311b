//! One `Idempotency-Key`, many requests: one effect, one answer.
#![expect(clippy::expect_used, reason = "a test that cannot go on stops loudly")]

use std::collections::BTreeSet;

use serde_json::json;
use tests::api::{Answer, fresh_key};
use tests::database::Engine;
use tests::demo::Demo;
use tests::office::{Keys, Office};
use tests::server::Server;

const SOCKETS: usize = 50;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_sockets_with_one_key_make_one_letter_and_hear_one_answer_on_sqlite() {
    one_effect(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_sockets_with_one_key_make_one_letter_and_hear_one_answer_on_postgres() {
    one_effect(Engine::Postgres).await;
}

async fn one_effect(engine: Engine) {
    let Some(demo) = Demo::shared(engine) else {
        return;
    };
    let place = demo.place.copy("once");
    let keys = Keys::make(&place, &["konseptor-kominfo"]);
    let server = Server::start(&place);
    let drafter = keys.of(&server.address, "konseptor-kominfo");
    let office = Office::ask(&drafter).await;
    let key = fresh_key();
    let letter = office.letter("Satu permintaan lima puluh kali");
    let before = letters(&place);

    let mut tasks = Vec::new();
    for _ in 0..SOCKETS {
        // A client of its own is a connection of its own.
        let drafter = keys.of(&server.address, "konseptor-kominfo");
        let (key, letter) = (key.clone(), letter.clone());
        tasks.push(tokio::spawn(async move {
            drafter.post_under(&key, "/api/v1/letters", &letter).await
        }));
    }
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.expect("a request does not panic"));
    }
    let made: Vec<&Answer> = answers
        .iter()
        .filter(|answer| answer.status == 201)
        .collect();
    assert!(!made.is_empty(), "{}", answers[0].text());
    for other in answers.iter().filter(|answer| answer.status != 201) {
        // While the first runs, the others may be told to come back.
        assert_eq!(other.status, 409, "{}", other.text());
        assert!(!other.header("retry-after").is_empty());
    }
    let same: BTreeSet<(String, String)> = made
        .iter()
        .map(|answer| (answer.text(), answer.header("etag").to_owned()))
        .collect();
    assert_eq!(same.len(), 1, "{same:?}");
    assert_eq!(letters(&place), before + 1, "one letter was made");

    let other = office.letter("Permintaan lain di bawah kunci yang sama");
    let refused = drafter.post_under(&key, "/api/v1/letters", &other).await;
    assert_eq!(refused.status, 422, "{}", refused.text());

    server.stop();
    let server = Server::start(&place);
    let drafter = drafter.at(&server.address);
    let again = drafter
        .post_under(&key, "/api/v1/letters", &letter)
        .await
        .must(201);
    assert_eq!(again.json(), made[0].json(), "the same after a restart");
    let refused = drafter.post_under(&key, "/api/v1/letters", &other).await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    assert_eq!(letters(&place), before + 1, "still one letter");

    let without = drafter
        .request(reqwest::Method::POST, "/api/v1/letters")
        .json(&json!({}));
    let refused = tests::api::send(without).await;
    assert_eq!(refused.status, 400, "{}", refused.text());
    server.stop();
    place.clean_audit();
}

fn letters(place: &tests::demo::Place) -> u64 {
    let count = place.database.value("SELECT count(*) FROM naskah;\n");
    count.parse().expect("a count is a number")
}
