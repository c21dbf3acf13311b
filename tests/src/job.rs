//! Carrying letters through their life by the REST interface.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};

use crate::api::{Api, fresh_key, send};
use crate::demo::{Login, Place};
use crate::office::{HEAD, Keys, Office};
use crate::person::{File, multipart};

/// The accounts of the main job.
pub const PEOPLE: [&str; 7] = [
    "konseptor-kominfo",
    "sekretaris-kominfo",
    "kadis-kominfo",
    "tu-kominfo",
    "kadis-kesehatan",
    "sekretaris-kesehatan",
    "auditor",
];

/// Everybody of the main job at their programs.
#[derive(Debug)]
pub struct Crew {
    /// Drafts, and passes the first stage.
    pub drafter: Api,
    /// Passes the second stage.
    pub secretary: Api,
    /// Signs.
    pub head: Api,
    /// Sends.
    pub registry: Api,
    /// Receives.
    pub receiver: Api,
    /// Is asked to do something about it.
    pub assistant: Api,
    /// Looks at everything.
    pub auditor: Api,
    /// The regency.
    pub office: Office,
    signer: Login,
}

/// What came of a signature.
#[derive(Debug, Clone)]
pub struct Signed {
    /// The letter.
    pub letter: String,
    /// Its number.
    pub nomor: String,
    /// SHA-256 of the signed file.
    pub sha256: String,
    /// From the passphrase to the signature.
    pub took: Duration,
}

impl Crew {
    /// Everybody at a server; their keys were made before.
    pub async fn new(place: &Place, address: &str, keys: &Keys) -> Self {
        let drafter = keys.of(address, "konseptor-kominfo");
        Self {
            office: Office::ask(&drafter).await,
            drafter,
            secretary: keys.of(address, "sekretaris-kominfo"),
            head: keys.of(address, "kadis-kominfo"),
            registry: keys.of(address, "tu-kominfo"),
            receiver: keys.of(address, "kadis-kesehatan"),
            assistant: keys.of(address, "sekretaris-kesehatan"),
            auditor: keys.of(address, "auditor"),
            signer: place.login("kadis-kominfo"),
        }
    }

    /// What the signer types.
    ///
    /// # Panics
    /// If the signer has no key.
    pub fn passphrase(&self) -> &str {
        self.signer
            .passphrase
            .as_deref()
            .expect("the signer has a key")
    }

    /// A letter up to its last paraf.
    ///
    /// # Panics
    /// If a step is refused.
    pub async fn carried(&self, hal: &str) -> String {
        let made = self
            .drafter
            .post("/api/v1/letters", &self.office.letter(hal))
            .await
            .must(201);
        let id = text(&made.json(), "id");
        let _submitted = step(&self.drafter, &id, "submit").await;
        for who in [&self.drafter, &self.secretary] {
            paraf(who, &id).await;
        }
        id
    }

    /// A draft that was changed once.
    ///
    /// # Panics
    /// If a step is refused.
    pub async fn edited(&self, hal: &str) -> String {
        let mut letter = self.office.letter(hal);
        let made = self
            .drafter
            .post("/api/v1/letters", &letter)
            .await
            .must(201);
        let id = text(&made.json(), "id");
        letter["body"] = "Anggarannya tujuh juta rupiah.".into();
        let request = self
            .drafter
            .request(Method::PUT, &format!("/api/v1/letters/{id}"))
            .header("if-match", made.header("etag"))
            .json(&letter);
        let _edited = send(request).await.must(200);
        id
    }

    /// Mail from outside, registered for the head; the entry.
    ///
    /// # Panics
    /// If it is refused.
    pub async fn registered(&self, hal: &str, pdf: &[u8]) -> String {
        let mail = json!({
            "opd": self.office.opd_of(HEAD),
            "to": self.office.jabatan(HEAD),
            "sender": "PT Andaian Jaya",
            "nomor": "12/AJ/2026",
            "date": "2026-03-02",
            "hal": hal,
            "sifat": "SEGERA",
            "keamanan": "BIASA",
        });
        let request = self
            .registry
            .request(Method::POST, "/api/v1/agenda")
            .header("idempotency-key", fresh_key());
        let file = File {
            field: "file",
            name: "pindai.pdf",
            bytes: pdf,
        };
        let fields = [("mail".to_owned(), mail.to_string())];
        let answer = send(multipart(request, &fields, Some(&file)))
            .await
            .must(201);
        text(&answer.json(), "id")
    }

    /// Prepares and signs a letter that passed its parafs.
    ///
    /// # Panics
    /// If it is refused, or fails.
    pub async fn sign(&self, letter: &str) -> Signed {
        let prepared = self
            .head
            .post(
                "/api/v1/signatures/prepare",
                &json!({ "letters": [letter] }),
            )
            .await
            .must(200)
            .json();
        let block = &prepared["items"][0]["prepared"];
        assert!(block.is_object(), "{prepared}");
        let start = Instant::now();
        let begun = self
            .head
            .post(
                "/api/v1/signatures",
                &json!({
                    "letters": [{"letter": letter, "version_sha256": block["version_sha256"]}],
                    "passphrase": self.passphrase(),
                }),
            )
            .await
            .must(202)
            .json();
        let item = self.settled(&text(&begun, "id")).await;
        assert_eq!(item["state"], "signed", "{item}");
        Signed {
            letter: letter.to_owned(),
            nomor: text(block, "nomor"),
            sha256: text(&item, "sha256"),
            took: start.elapsed(),
        }
    }

    /// The first item of a run once it is done.
    async fn settled(&self, run: &str) -> Value {
        let start = Instant::now();
        loop {
            let state = self
                .head
                .get(&format!("/api/v1/signatures/{run}"))
                .await
                .must(200)
                .json();
            if state["state"] != "running" {
                return state["items"][0].clone();
            }
            assert!(start.elapsed() < PATIENCE, "{state}");
            tokio::time::sleep(PAUSE).await;
        }
    }
}

/// Puts one's paraf to the content as it is now.
///
/// # Panics
/// If it is refused.
pub async fn paraf(who: &Api, letter: &str) {
    let shown = who
        .get(&format!("/api/v1/letters/{letter}"))
        .await
        .must(200)
        .json();
    let body = json!({"content_digest": shown["content_digest"]});
    let _state = who
        .post(&format!("/api/v1/letters/{letter}/paraf"), &body)
        .await
        .must(200);
}

/// A step that needs no words; the state after it.
///
/// # Panics
/// If it is refused.
pub async fn step(who: &Api, letter: &str, step: &str) -> Value {
    let path = format!("/api/v1/letters/{letter}/{step}");
    let request = who
        .request(reqwest::Method::POST, &path)
        .header("idempotency-key", crate::api::fresh_key());
    crate::api::send(request).await.must(200).json()
}

/// A text in an answer.
///
/// # Panics
/// If it is not there.
pub fn text(value: &Value, name: &str) -> String {
    value[name]
        .as_str()
        .unwrap_or_else(|| panic!("no {name} in {value}"))
        .to_owned()
}

const PATIENCE: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(30);
