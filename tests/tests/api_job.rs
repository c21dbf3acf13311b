//! The whole main job by the REST interface, on both engines: draft, return, revision, two parafs, signature, dispatch,
//! disposisi, verification of what was downloaded, an export that proves itself offline.
#![expect(clippy::expect_used, reason = "a test that cannot go on stops loudly")]

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};
use tests::api::{Api, fresh_key, send};
use tests::database::Engine;
use tests::demo::{Demo, Place};
use tests::files;
use tests::job::{Crew, PEOPLE, paraf, step, text};
use tests::judge::pdfsig;
use tests::office::Keys;
use tests::program;
use tests::server::Server;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_main_job_is_done_by_programs_on_sqlite() {
    main_job(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_main_job_is_done_by_programs_on_postgres() {
    main_job(Engine::Postgres).await;
}

async fn main_job(engine: Engine) {
    let Some(demo) = Demo::shared(engine) else {
        return;
    };
    let place = demo.place.copy("job");
    let keys = Keys::make(&place, &PEOPLE);
    let server = Server::start(&place);
    let crew = Crew::new(&place, &server.address, &keys).await;

    let letter = returned_and_revised(&crew).await;
    let signed = crew.sign(&letter).await;
    let shown = read(&crew.head, &letter).await;
    assert_eq!(shown["nomor"], signed.nomor, "{shown}");
    let sent = step(&crew.registry, &letter, "dispatch").await;
    assert_eq!(sent["id"], letter, "{sent}");
    disposed(&crew, &letter).await;

    let pdf = crew
        .receiver
        .get(&format!("/api/v1/letters/{letter}/pdf"))
        .await
        .must(200);
    assert_eq!(
        files::sha256(&pdf.body),
        signed.sha256,
        "the very file that was signed"
    );
    verified(&place, &crew, &pdf.body, &shown).await;
    exported(&place, &crew, &letter).await;
    server.stop();
    place.clean_audit();
}

/// A draft that the second stage sends back; revised, it passes both.
async fn returned_and_revised(crew: &Crew) -> String {
    let mut letter = crew.office.letter("Rencana kerja tahun depan");
    let made = crew
        .drafter
        .post("/api/v1/letters", &letter)
        .await
        .must(201);
    let id = text(&made.json(), "id");
    let _state = step(&crew.drafter, &id, "submit").await;
    paraf(&crew.drafter, &id).await;
    let note = json!({"note": "Sebutkan anggarannya."});
    let _state = crew
        .secretary
        .post(&format!("/api/v1/letters/{id}/return"), &note)
        .await
        .must(200);
    let stale = made.header("etag").to_owned();
    letter["body"] = "Anggarannya tujuh juta rupiah.".into();
    let edit = |etag: Option<String>| {
        let request = crew
            .drafter
            .request(Method::PUT, &format!("/api/v1/letters/{id}"))
            .json(&letter);
        match etag {
            Some(etag) => request.header("if-match", etag),
            None => request,
        }
    };
    let _refused = send(edit(None)).await.must(428);
    let _refused = send(edit(Some(stale))).await.must(412);
    let now = crew.drafter.get(&format!("/api/v1/letters/{id}")).await;
    let _edited = send(edit(Some(now.header("etag").to_owned())))
        .await
        .must(200);
    let _state = step(&crew.drafter, &id, "submit").await;
    // A paraf binds to the content that was shown: one for what it was before is refused.
    let old = json!({"content_digest": made.json()["content_digest"]});
    let refused = crew
        .drafter
        .post(&format!("/api/v1/letters/{id}/paraf"), &old)
        .await;
    assert!(
        matches!(refused.status, 409 | 412 | 422),
        "{}",
        refused.text()
    );
    paraf(&crew.drafter, &id).await;
    paraf(&crew.secretary, &id).await;
    id
}

/// The receiver asks for something, and it is done.
async fn disposed(crew: &Crew, letter: &str) {
    let task = task(&crew.receiver, letter).await;
    let entry = text(&task, "agenda");
    let _read = crew
        .receiver
        .get(&format!("/api/v1/agenda/{entry}"))
        .await
        .must(200);
    let asked = json!({
        "to": [crew.office.jabatan("Sekretaris Dinas Kesehatan")],
        "instructions": ["proses_lebih_lanjut"],
        "note": "Siapkan jawabannya.",
    });
    let made = crew
        .receiver
        .post(&format!("/api/v1/agenda/{entry}/disposisi"), &asked)
        .await
        .must(201)
        .json();
    let disposisi = made["disposisi"][0]
        .as_str()
        .map_or_else(|| text(&made["disposisi"][0], "id"), str::to_owned);
    let path = format!("/api/v1/agenda/{entry}/disposisi/{disposisi}");
    let open = crew
        .assistant
        .request(Method::POST, &format!("{path}/read"))
        .header("idempotency-key", fresh_key());
    let _opened = send(open).await.must(200);
    let _done = crew
        .assistant
        .post(
            &format!("{path}/follow-up"),
            &json!({"note": "Sudah dijawab."}),
        )
        .await
        .must(200);
    let complete = crew
        .receiver
        .request(Method::POST, &format!("/api/v1/agenda/{entry}/complete"))
        .header("idempotency-key", fresh_key());
    let _done = send(complete).await.must(200);
}

/// What waits for somebody about a letter, once it is there.
async fn task(who: &Api, letter: &str) -> Value {
    let start = Instant::now();
    loop {
        let page = who.get("/api/v1/tasks").await.must(200).json();
        let found = page["items"]
            .as_array()
            .into_iter()
            .flatten()
            .find(|task| task["letter"] == letter);
        if let Some(task) = found {
            return task.clone();
        }
        assert!(start.elapsed() < Duration::from_secs(20), "{page}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn read(who: &Api, letter: &str) -> Value {
    who.get(&format!("/api/v1/letters/{letter}"))
        .await
        .must(200)
        .json()
}

/// By the service, by our program, by somebody else's.
async fn verified(place: &Place, crew: &Crew, pdf: &[u8], shown: &Value) {
    let examine = |bytes: Vec<u8>| {
        let request = crew
            .receiver
            .request(Method::POST, "/api/v1/verifications")
            .header("content-type", "application/pdf");
        send(request.body(bytes))
    };
    let found = examine(pdf.to_vec()).await.must(200).json();
    assert!(
        found.to_string().contains("\"headline\":\"intact\""),
        "{found}"
    );
    let mut changed = pdf.to_vec();
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    let found = examine(changed).await.must(200).json();
    assert!(
        !found.to_string().contains("\"headline\":\"intact\""),
        "{found}"
    );
    let code = text(&shown["verification"], "code");
    let known = crew
        .receiver
        .get(&format!("/api/v1/verifications/codes/{code}"))
        .await
        .must(200)
        .json();
    assert_eq!(known["nomor"], shown["nomor"], "{known}");

    let file = place.folder.join("unduhan.pdf");
    std::fs::write(&file, pdf).expect("a file can be written");
    let root = place.ca("root.pem");
    let line = [
        "verify".as_ref(),
        file.as_os_str(),
        "--trust".as_ref(),
        root.as_os_str(),
    ];
    program::call(line).must_exit(0);
    if let Some(signatures) = pdfsig(&file) {
        assert!(
            signatures.iter().all(|signature| signature.valid),
            "{signatures:?}"
        );
    }
}

/// What the auditor takes along proves itself without us.
async fn exported(place: &Place, crew: &Crew, letter: &str) {
    // The package names a signed head of the log, which the server takes leaves into every second.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let package = crew
        .auditor
        .get(&format!("/api/v1/archive/export?letter={letter}"))
        .await
        .must(200);
    let file = place.folder.join("arsip.zip");
    std::fs::write(&file, &package.body).expect("a file can be written");
    let root = place.ca("root.pem");
    let line = [
        "audit".as_ref(),
        "verify".as_ref(),
        file.as_os_str(),
        "--trust".as_ref(),
        root.as_os_str(),
    ];
    let finished = program::call(line);
    // Without the log's key from another hand it cannot say more.
    assert!(matches!(finished.code, Some(0 | 3)), "{}", finished.all());
    let refused = crew
        .drafter
        .get(&format!("/api/v1/archive/export?letter={letter}"))
        .await;
    assert!(
        matches!(refused.status, 403 | 404),
        "{} {}",
        refused.status,
        refused.text()
    );
}
