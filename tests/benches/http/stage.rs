//! A demo, its keys and a server as it is installed, with what the operating system knows of it.

use std::fs::{self, File};
use std::process::Command;

use serde_json::json;
use tests::api::Api;
use tests::database::Engine;
use tests::demo::{Demo, Place};
use tests::job::{Crew, PEOPLE, step, text};
use tests::office::Keys;
use tests::server::Server;

/// Everything that is measured.
pub struct Stage {
    /// Where it lives.
    pub place: Place,
    /// The service.
    pub server: Server,
    /// Whoever works with it.
    pub crew: Crew,
    /// A key that reads letters.
    pub key: String,
}

impl Stage {
    /// A fresh demo on SQLite and its server.
    ///
    /// # Panics
    /// If something of it fails.
    pub async fn set() -> Self {
        let place = Place::empty(Engine::Sqlite, "bench").expect("SQLite is always there");
        let place = Demo::run(place).place;
        let keys = Keys::make(&place, &PEOPLE);
        let key = place.api_key("konseptor-kominfo", &["letters:read"]);
        let log = File::create(place.folder.join("serve.log")).expect("a file can be made");
        let server = Server::start_logging_to(&place, log);
        let crew = Crew::new(&place, &server.address, &keys).await;
        Self {
            place,
            server,
            crew,
            key,
        }
    }

    /// `127.0.0.1:PORT`.
    ///
    /// # Panics
    /// If it is served otherwise.
    pub fn address(&self) -> &str {
        let stripped = self.server.address.strip_prefix("http://");
        stripped.expect("it is served in plain on loopback")
    }

    /// A letter that went the whole way: parafs, signature, dispatch.
    ///
    /// # Panics
    /// If a step is refused.
    pub async fn letter(&self) -> String {
        let letter = self.crew.carried("Surat yang dibaca sering").await;
        let _signed = self.crew.sign(&letter).await;
        let _state = step(&self.crew.registry, &letter, "dispatch").await;
        letter
    }

    /// Letters without a paraf that wait for their signature.
    ///
    /// # Panics
    /// If a step is refused.
    pub async fn waiting(&self, count: usize) -> Vec<String> {
        let mut letter = self.crew.office.letter("Surat untuk ditandatangani");
        letter["parafs"] = json!([]);
        let mut all = Vec::new();
        for _ in 0..count {
            let made = self.crew.drafter.post("/api/v1/letters", &letter).await;
            let id = text(&made.must(201).json(), "id");
            let _state = step(&self.crew.drafter, &id, "submit").await;
            all.push(id);
        }
        all
    }

    /// Megabytes that the server itself holds.
    pub fn megabytes(&self) -> f64 {
        crate::load::megabytes(self.server.memory())
    }

    /// Makes letters ready and signs them by one activation.
    ///
    /// # Panics
    /// If one of them is not signed.
    pub async fn sign(&self, letters: &[String]) {
        let head: &Api = &self.crew.head;
        let prepared = head
            .post("/api/v1/signatures/prepare", &json!({ "letters": letters }))
            .await
            .must(200)
            .json();
        let shown: Vec<_> = prepared["items"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|item| {
                let version = &item["prepared"]["version_sha256"];
                assert!(version.is_string(), "{item}");
                json!({"letter": item["letter"], "version_sha256": version})
            })
            .collect();
        let body = json!({"letters": shown, "passphrase": self.crew.passphrase()});
        let begun = head
            .post("/api/v1/signatures", &body)
            .await
            .must(202)
            .json();
        let run = format!("/api/v1/signatures/{}", text(&begun, "id"));
        loop {
            let state = head.get(&run).await.must(200).json();
            if state["state"] != "running" {
                let items = state["items"].as_array().into_iter().flatten();
                let signed = items.filter(|item| item["state"] == "signed").count();
                assert_eq!(signed, letters.len(), "{state}");
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    }
}

/// Seconds of processor time that a process has used.
///
/// # Panics
/// If it is gone.
pub fn cpu_seconds(pid: u32) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).expect("it lives");
    // The name in parentheses may hold blanks; user and system time are the 12th and 13th word behind it.
    let (_, rest) = stat.rsplit_once(')').expect("a name in parentheses");
    let ticks: f64 = rest
        .split_whitespace()
        .skip(11)
        .take(2)
        .map(|word| word.parse::<f64>().expect("a number"))
        .sum();
    ticks / ticks_per_second()
}

fn ticks_per_second() -> f64 {
    let asked = Command::new("getconf").arg("CLK_TCK").output();
    let text = asked
        .ok()
        .and_then(|output| String::from_utf8(output.stdout).ok());
    text.and_then(|text| text.trim().parse().ok())
        .unwrap_or(100.0)
}
