//! What many ask for at once happens once: one `Idempotency-Key`, one effect; one version seen, one change of it.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on stops loudly"
)]

use std::collections::BTreeSet;

use serde_json::json;
use tests::api::{Answer, fresh_key};
use tests::database::Engine;
use tests::demo::Demo;
use tests::office::{Keys, Office};
use tests::server::Server;

const SOCKETS: usize = 50;
/// Who change one letter at the same time, and how often.
const EDITORS: usize = 8;
const ROUNDS: usize = 5;

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

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_all_who_change_the_version_they_saw_one_is_taken_on_sqlite() {
    one_change(Engine::Sqlite).await;
}

/// Over two nodes, so that nothing but the database can tell who was first.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_all_who_change_the_version_they_saw_one_is_taken_on_postgres() {
    one_change(Engine::Postgres).await;
}

async fn one_change(engine: Engine) {
    let Some(demo) = Demo::shared(engine) else {
        return;
    };
    let place = demo.place.copy("race");
    let keys = Keys::make(&place, &["konseptor-kominfo"]);
    let nodes: Vec<Server> = match engine {
        Engine::Sqlite => vec![Server::start(&place)],
        Engine::Postgres => vec![Server::start(&place), Server::start(&place)],
    };
    let drafter = keys.of(&nodes[0].address, "konseptor-kominfo");
    let office = Office::ask(&drafter).await;
    let made = drafter
        .post("/api/v1/letters", &office.letter("Sebelum semua perubahan"))
        .await
        .must(201);
    let id = made.json()["id"].as_str().expect("an id").to_owned();
    let path = format!("/api/v1/letters/{id}");
    let mut seen = made.header("etag").to_owned();

    for round in 0..ROUNDS {
        let mut tasks = Vec::new();
        for editor in 0..EDITORS {
            let node = &nodes[editor % nodes.len()].address;
            // A client of its own is a connection of its own.
            let drafter = keys.of(node, "konseptor-kominfo");
            let letter = office.letter(&format!("Perubahan {round} oleh {editor}"));
            let (path, seen) = (path.clone(), seen.clone());
            tasks.push(tokio::spawn(async move {
                let answer = drafter.put(&path, Some(&seen), &letter).await;
                (letter["hal"].clone(), answer)
            }));
        }
        let mut taken = Vec::new();
        for task in tasks {
            let (hal, answer) = task.await.expect("a request does not panic");
            match answer.status {
                200 => taken.push((hal, answer.header("etag").to_owned())),
                412 => {}
                other => panic!("{other}: {}", answer.text()),
            }
        }
        assert_eq!(taken.len(), 1, "round {round}: {taken:?}");
        let (hal, tag) = taken.remove(0);
        for node in &nodes {
            let read = drafter.at(&node.address).get(&path).await.must(200);
            assert_eq!(read.json()["hal"], hal, "round {round}");
            assert_eq!(read.header("etag"), tag, "round {round}");
        }
        seen = tag;
    }
    for node in nodes {
        node.stop();
    }
    place.clean_audit();
}

fn letters(place: &tests::demo::Place) -> u64 {
    let count = place.database.value("SELECT count(*) FROM naskah;\n");
    count.parse().expect("a count is a number")
}
