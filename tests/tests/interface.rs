//! The interface for programs, and what every answer of the service holds to.
#![expect(clippy::expect_used, reason = "a test that cannot go on stops loudly")]

use std::fs;

use reqwest::Method;
use reqwest::header::{HOST, ORIGIN};
use serde_json::{Value, json};
use tests::api::{Api, fresh_key, send};
use tests::database::Engine;
use tests::demo::Demo;
use tests::office::{Keys, Office};
use tests::server::Server;

const DRAFTER: &str = "konseptor-kominfo";
const AUDITOR: &str = "auditor";

struct Stand {
    server: Server,
    drafter: Api,
    auditor: Api,
}

impl Stand {
    fn up(purpose: &str) -> Self {
        let demo = Demo::shared(Engine::Sqlite).expect("SQLite is always there");
        let place = demo.place.copy(purpose);
        let keys = Keys::make(&place, &[DRAFTER, AUDITOR]);
        let server = Server::start(&place);
        Self {
            drafter: keys.of(&server.address, DRAFTER),
            auditor: keys.of(&server.address, AUDITOR),
            server,
        }
    }
}

#[tokio::test]
async fn a_change_names_the_version_that_was_seen() {
    let stand = Stand::up("versi");
    let office = Office::ask(&stand.drafter).await;
    let made = stand
        .drafter
        .post("/api/v1/letters", &office.letter("Pertama"))
        .await
        .must(201);
    let tag = made.header("etag").to_owned();
    let id = made.json()["id"].as_str().expect("an id").to_owned();
    let path = format!("/api/v1/letters/{id}");
    assert_eq!(
        made.header("location"),
        format!("{}{path}", stand.server.address)
    );

    let revised = office.letter("Kedua");
    drop(stand.drafter.put(&path, None, &revised).await.must(428));
    let changed = stand
        .drafter
        .put(&path, Some(&tag), &revised)
        .await
        .must(200);
    let late = stand
        .drafter
        .put(&path, Some(&tag), &office.letter("Ketiga"))
        .await
        .must(412)
        .json();
    assert_eq!(late["version"], changed.json()["version"], "{late}");
    assert_eq!(late["tahap"], "draft");
    let read = stand.drafter.get(&path).await.must(200);
    assert_eq!(read.header("etag"), changed.header("etag"));
    assert_eq!(read.json()["hal"], "Kedua");
}

#[tokio::test]
async fn what_is_absent_malformed_and_foreign_answers_alike() {
    let stand = Stand::up("asing");
    let all = stand.auditor.get("/api/v1/letters").await.must(200).json();
    let mine = stand.drafter.get("/api/v1/letters?limit=100").await.json();
    let theirs: Vec<String> = ids(&mine);
    let foreign = ids(&all)
        .into_iter()
        .find(|id| !theirs.contains(id))
        .expect("the demo has letters of other OPD");
    let mut bodies = Vec::new();
    for id in [foreign.as_str(), &format!("nsk_{}", "0".repeat(32)), "../x"] {
        let mut answer = stand
            .drafter
            .get(&format!("/api/v1/letters/{}", id.replace('/', "%2F")))
            .await
            .must(404)
            .json();
        answer["trace_id"] = Value::Null;
        bodies.push(answer);
    }
    assert!(bodies.iter().all(|body| *body == bodies[0]), "{bodies:?}");
}

fn ids(page: &Value) -> Vec<String> {
    page["items"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|item| item["id"].as_str().map(str::to_owned))
        .collect()
}

#[tokio::test]
async fn unknown_fields_methods_and_types_are_refused_as_problems() {
    let stand = Stand::up("bentuk");
    let office = Office::ask(&stand.drafter).await;
    let mut letter = office.letter("Isian asing");
    letter["status"] = json!("signed");
    let refused = stand
        .drafter
        .post("/api/v1/letters", &letter)
        .await
        .must(422);
    assert_eq!(refused.json()["field"], "status", "{}", refused.text());

    let patch = stand.drafter.request(Method::PATCH, "/api/v1/letters");
    let refused = send(patch).await.must(405);
    assert!(refused.header("allow").contains("POST"), "{refused:?}");
    assert_eq!(refused.header("content-type"), "application/problem+json");

    let text = stand
        .drafter
        .request(Method::POST, "/api/v1/letters")
        .header("idempotency-key", fresh_key())
        .header("content-type", "text/plain")
        .body("x");
    drop(send(text).await.must(415));
    let refused = stand.drafter.get("/api/v1/letters?status=signed").await;
    drop(refused.must(400));

    let english = stand
        .drafter
        .request(Method::GET, "/api/v1/nothing")
        .header("accept-language", "en");
    assert_eq!(send(english).await.must(404).json()["title"], "Not found");
}

#[tokio::test]
async fn a_poisoned_host_changes_no_address_and_a_forged_origin_no_state() {
    let stand = Stand::up("asal");
    let office = Office::ask(&stand.drafter).await;
    let poisoned = stand
        .drafter
        .request(Method::POST, "/api/v1/letters")
        .header(HOST, "evil.example")
        .header("x-forwarded-host", "evil.example")
        .header("x-forwarded-proto", "https")
        .header("idempotency-key", fresh_key())
        .json(&office.letter("Alamat"));
    let made = send(poisoned).await.must(201);
    assert!(
        made.header("location").starts_with(&stand.server.address),
        "{}",
        made.header("location")
    );
    let anyone = Api::anonymous(&stand.server.address);
    let lost = anyone
        .request(Method::GET, "/tidak-ada")
        .header(HOST, "evil.example");
    let answer = send(lost).await.must(404);
    assert!(!answer.text().contains("evil.example"), "{}", answer.text());

    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        (ORIGIN.as_str(), "https://evil.example"),
        (ORIGIN.as_str(), "null"),
    ] {
        let forged = anyone
            .request(Method::POST, "/masuk")
            .header(name, value)
            .header("content-type", "application/x-www-form-urlencoded")
            .body("nama=admin&sandi=x");
        drop(send(forged).await.must(403));
    }
    let tokenless = anyone
        .request(Method::POST, "/masuk")
        .header("content-type", "application/x-www-form-urlencoded")
        .body("nama=admin&sandi=x");
    drop(send(tokenless).await.must(403));
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_tame_a_browser() {
    let stand = Stand::up("kepala");
    let anyone = Api::anonymous(&stand.server.address);
    for path in [
        "/masuk",
        "/",
        "/tidak-ada",
        "/livez",
        "/api/v1/openapi.json",
    ] {
        let answer = anyone.get(path).await;
        let policy = answer.header("content-security-policy");
        for part in [
            "default-src 'none'",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("x-request-id").len(), 32, "{path}");
    }
    let page = anyone.get("/masuk").await.must(200);
    assert_eq!(page.header("cache-control"), "no-store");
    let cookie = page.header("set-cookie");
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
        "{cookie}"
    );
}

#[tokio::test]
async fn a_forged_forwarding_header_does_not_move_the_limit() {
    let demo = Demo::shared(Engine::Sqlite).expect("SQLite is always there");
    let place = demo.place.copy("batas");
    fs::write(place.folder.join("pena.toml"), "[limits]\nwrong_key = 3\n")
        .expect("a file can be written");
    let server = Server::start_with(&place, &["--listen", "127.0.0.1:0"]);
    let stranger = Api::new(&server.address, &format!("pena_{}", "0".repeat(52)));
    let mut last = None;
    for number in 0..6 {
        let request = stranger
            .request(Method::GET, "/api/v1/me")
            .header("x-forwarded-for", format!("203.0.113.{number}"));
        last = Some(send(request).await);
    }
    let last = last.expect("six were sent").must(429);
    let seconds: u64 = last.header("retry-after").parse().expect("seconds");
    assert!((1..=60).contains(&seconds), "{seconds}");
    assert!(!last.header("ratelimit").is_empty());
}

#[tokio::test]
async fn every_operation_of_the_document_exists_and_asks_for_a_key() {
    let stand = Stand::up("dokumen");
    let anyone = Api::anonymous(&stand.server.address);
    let document = anyone.get("/api/v1/openapi.json").await.must(200).json();
    assert_eq!(document["openapi"], "3.1.0");
    let paths = document["paths"].as_object().expect("paths");
    let mut names = Vec::new();
    for (path, item) in paths {
        for (method, operation) in item.as_object().expect("a path item") {
            let name = operation["operationId"]
                .as_str()
                .expect("a name")
                .to_owned();
            assert!(!names.contains(&name), "{name} stands twice");
            for status in ["400", "401", "403", "404", "429", "500", "503"] {
                let content = &operation["responses"][status]["content"];
                assert!(
                    content["application/problem+json"].is_object(),
                    "{name} {status}"
                );
            }
            let concrete = path
                .split('/')
                .map(|part| if part.starts_with('{') { "x" } else { part })
                .collect::<Vec<_>>()
                .join("/");
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method");
            let answer = send(anyone.request(method, &concrete)).await;
            assert_eq!(answer.status, 401, "{name}: {}", answer.text());
            assert_eq!(answer.header("www-authenticate"), "Bearer", "{name}");
            names.push(name);
        }
    }
    assert!(names.len() >= 50, "{}", names.len());
    let page = anyone.get("/api/dokumentasi").await.must(200).text();
    for name in &names {
        assert!(page.contains(&format!("id=\"{name}\"")), "{name}");
    }
    assert!(!page.contains("<script"), "the page needs no script");
}
