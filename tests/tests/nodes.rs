//! Two `pena serve` on one PostgreSQL, one of them killed again and again under signing load: no acknowledged write is
//! lost, and nothing happens twice.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on stops loudly"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rand::RngExt;
use serde_json::{Value, json};
use tests::api::{Answer, Api, fresh_key, try_send};
use tests::database::Engine;
use tests::demo::{Demo, Place};
use tests::files::sha256;
use tests::office::{Keys, Office};
use tests::seed;
use tests::server::Server;

const WRITERS: usize = 3;
/// How long a letter may stay in a state that nobody asked for.
const SETTLED: Duration = Duration::from_mins(1);
/// How long one letter may take from draft to signature while a node dies now and then.
const PATIENCE: Duration = Duration::from_mins(3);

/// What was acknowledged.
#[derive(Debug, Default)]
struct Journal {
    created: Vec<String>,
    /// Letter, digest of the version that was said to be signed.
    signed: BTreeMap<String, String>,
}

/// A program that turns to whichever node answers.
struct Client {
    nodes: [Api; 2],
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_is_lost_or_done_twice_when_one_of_two_nodes_is_killed() {
    let Some(demo) = Demo::shared(Engine::Postgres) else {
        return;
    };
    let place = Arc::new(demo.place.copy("nodes"));
    let accounts = ["konseptor-kominfo", "kadis-kominfo"];
    let keys = Keys::make(&place, &accounts);
    let steady = Server::start(&place);
    let mut mortal = Server::start(&place);
    let listen = mortal
        .address
        .strip_prefix("http://")
        .expect("an address has a scheme")
        .to_owned();
    let client = |account: &str| Client {
        nodes: [
            keys.of(&mortal.address, account),
            keys.of(&steady.address, account),
        ],
    };
    let office = Office::ask(&keys.of(&steady.address, accounts[0])).await;
    let passphrase = place
        .login("kadis-kominfo")
        .passphrase
        .expect("a head of agency signs");

    let journal = Arc::new(Mutex::new(Journal::default()));
    let over = Arc::new(AtomicBool::new(false));
    let mut writers = Vec::new();
    for writer in 0..WRITERS {
        let (drafter, signer) = (client(accounts[0]), client(accounts[1]));
        let mut letter = office.letter("Surat di bawah beban");
        letter["parafs"] = json!([]);
        let (journal, over) = (Arc::clone(&journal), Arc::clone(&over));
        let passphrase = passphrase.clone();
        writers.push(tokio::spawn(async move {
            let mut number = 0;
            while !over.load(Ordering::Relaxed) {
                letter["hal"] = json!(format!("Surat {writer}/{number}"));
                number += 1;
                carry(&drafter, &signer, &letter, &passphrase, &journal).await;
            }
        }));
    }

    let mut choices = seed::choices("nodes");
    for _ in 0..kills() {
        let lives = Duration::from_millis(choices.random_range(100..2_500));
        tokio::time::sleep(lives).await;
        mortal.kill();
        let (place, listen) = (Arc::clone(&place), listen.clone());
        mortal = tokio::task::spawn_blocking(move || Server::start_on(&place, &listen))
            .await
            .expect("a start does not panic");
    }
    over.store(true, Ordering::Relaxed);
    for writer in writers {
        writer.await.expect("a writer ends in order");
    }
    nothing_is_pending(&place).await;

    let reader = keys.of(&steady.address, accounts[0]);
    let journal = std::mem::take(&mut *journal.lock().expect("no writer panicked"));
    everything_is_there(&place, &reader, &journal).await;
    mortal.stop();
    steady.stop();
    place.clean_audit();
}

/// One letter from draft to signature, whatever dies meanwhile.
async fn carry(
    drafter: &Client,
    signer: &Client,
    letter: &Value,
    passphrase: &str,
    journal: &Mutex<Journal>,
) {
    let made = drafter.post("/api/v1/letters", letter).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let id = made.json()["id"]
        .as_str()
        .expect("an id is text")
        .to_owned();
    journal
        .lock()
        .expect("no writer panicked")
        .created
        .push(id.clone());
    let sent = drafter
        .post(&format!("/api/v1/letters/{id}/submit"), &json!({}))
        .await;
    assert_eq!(sent.status, 200, "{}", sent.text());

    let start = Instant::now();
    loop {
        assert!(start.elapsed() < PATIENCE, "{id} was not signed");
        if let Some(digest) = sign(signer, &id, passphrase).await {
            let mut journal = journal.lock().expect("no writer panicked");
            let before = journal.signed.insert(id.clone(), digest);
            assert_eq!(before, None, "{id} was signed twice");
            return;
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}

/// Prepares and signs; the digest of the signed version once it is said to be durable, `None` when it was cut off.
async fn sign(signer: &Client, id: &str, passphrase: &str) -> Option<String> {
    let prepared = signer
        .post("/api/v1/signatures/prepare", &json!({ "letters": [id] }))
        .await;
    assert_eq!(prepared.status, 200, "{}", prepared.text());
    let version = prepared.json()["items"][0]["prepared"]["version_sha256"].clone();
    if version.is_null() {
        // Signed already by a run that was cut off after its outcome, or another signature is being settled.
        return signed_version(signer, id).await;
    }
    let begun = signer
        .post(
            "/api/v1/signatures",
            &json!({
                "letters": [{ "letter": id, "version_sha256": version }],
                "passphrase": passphrase,
            }),
        )
        .await;
    if begun.status != 202 {
        assert!(
            matches!(begun.status, 409 | 429),
            "{} {}",
            begun.status,
            begun.text()
        );
        return signed_version(signer, id).await;
    }
    let run = begun.json()["id"]
        .as_str()
        .expect("an id is text")
        .to_owned();
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        let run = signer.get(&format!("/api/v1/signatures/{run}")).await;
        assert_eq!(run.status, 200, "{}", run.text());
        let run = run.json();
        let item = &run["items"][0];
        if item["state"] == "signed" {
            return item["sha256"].as_str().map(str::to_owned);
        }
        if run["state"] != "running" {
            return signed_version(signer, id).await;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the run of {id} never ends");
}

/// The digest of the letter's signed version, if it has one.
async fn signed_version(signer: &Client, id: &str) -> Option<String> {
    let pdf = signer.get(&format!("/api/v1/letters/{id}/pdf")).await;
    (pdf.status == 200).then(|| sha256(&pdf.body))
}

impl Client {
    /// Does something once, at whichever node answers; the key is the same on every attempt.
    async fn post(&self, path: &str, body: &Value) -> Answer {
        let key = fresh_key();
        self.ask(|api| {
            api.request(reqwest::Method::POST, path)
                .header("idempotency-key", &key)
                .json(body)
        })
        .await
    }

    async fn get(&self, path: &str) -> Answer {
        self.ask(|api| api.request(reqwest::Method::GET, path))
            .await
    }

    async fn ask(&self, request: impl Fn(&Api) -> reqwest::RequestBuilder) -> Answer {
        let start = Instant::now();
        loop {
            for node in &self.nodes {
                match try_send(request(node)).await {
                    // Another attempt under the same key is still running, or was cut off and has not lapsed yet.
                    Ok(answer) if answer.status == 409 && is_busy(&answer) => {}
                    Ok(answer) if answer.status == 503 => {}
                    Ok(answer) => {
                        assert!(answer.status < 500, "{} {}", answer.status, answer.text());
                        return answer;
                    }
                    Err(_) => {}
                }
            }
            assert!(start.elapsed() < PATIENCE, "no node answers");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

fn is_busy(answer: &Answer) -> bool {
    !answer.header("retry-after").is_empty()
}

async fn nothing_is_pending(place: &Place) {
    let start = Instant::now();
    loop {
        let open = place
            .database
            .value("SELECT count(*) FROM intent WHERE state IN ('intended', 'signed');\n");
        if open == "0" {
            return;
        }
        assert!(
            start.elapsed() < SETTLED,
            "{open} signatures are not settled"
        );
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

async fn everything_is_there(place: &Place, reader: &Api, journal: &Journal) {
    assert!(
        journal.created.len() >= WRITERS,
        "the load was no load: {journal:?}"
    );
    let created: BTreeSet<&String> = journal.created.iter().collect();
    assert_eq!(
        created.len(),
        journal.created.len(),
        "an id was given twice"
    );
    let stored = place
        .database
        .value("SELECT count(*) FROM naskah_text WHERE hal LIKE 'Surat %/%';\n");
    assert_eq!(
        stored,
        journal.created.len().to_string(),
        "letters in the database, against letters acknowledged"
    );
    for (id, digest) in &journal.signed {
        let pdf = reader
            .get(&format!("/api/v1/letters/{id}/pdf"))
            .await
            .must(200);
        assert_eq!(
            &sha256(&pdf.body),
            digest,
            "{id} is not what was acknowledged"
        );
    }
    let twice = place.database.value(
        "SELECT count(*) FROM (SELECT naskah_id FROM naskah_version WHERE kind = 'signed' \
         GROUP BY naskah_id HAVING count(*) > 1) AS many WHERE naskah_id IN \
         (SELECT naskah_id FROM naskah_text WHERE hal LIKE 'Surat %/%');\n",
    );
    assert_eq!(twice, "0", "letters with more signatures than signers");
}

/// Few in every run, many in a long one.
fn kills() -> u32 {
    if std::env::var_os("PENA_LONG").is_some() {
        50
    } else {
        5
    }
}
