//! The whole interface under schemathesis: every operation of the OpenAPI document, every check, cases that keep to the
//! document and cases that break it.
#![expect(clippy::expect_used, reason = "a test that cannot go on stops loudly")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tests::api::Api;
use tests::database::Engine;
use tests::demo::{Demo, Place};
use tests::office::{Keys, Office};
use tests::openapi::Document;
use tests::process::{Finished, run};
use tests::server::Server;
use tests::tool;

/// Whoever does something in the office, each with a key.
const ACCOUNTS: [&str; 7] = [
    "admin",
    "auditor",
    "kadis-kesehatan",
    "kadis-kominfo",
    "konseptor-kominfo",
    "tu-kesehatan",
    "tu-kominfo",
];

/// How often each operation was answered with each status.
type Tally = BTreeMap<String, BTreeMap<String, u64>>;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_operation_keeps_to_its_description_and_none_breaks() {
    let (Some(demo), Some(schemathesis)) = (Demo::shared(Engine::Sqlite), tool::schemathesis())
    else {
        return;
    };
    let place = demo.place.copy("schemathesis");
    let keys = Keys::make(&place, &ACCOUNTS);
    let server = Server::start(&place);
    letters(&keys, &server.address).await;

    // It stays behind with the place: what failed is told there in full.
    let scratch = place.folder.join("schemathesis");
    fs::create_dir(&scratch).expect("a folder can be made");
    let start = Instant::now();
    let mut command = Command::new(schemathesis);
    command
        .current_dir(&scratch)
        .arg("--config-file")
        .arg(tool::script("schemathesis.toml"))
        .args(["run", "--checks", "all", "--seed", "20261124"])
        .args(["--max-examples", &examples().to_string()])
        .args(["--no-color", "--suppress-health-check", "all"])
        .args(["--report", "json", "--report-json-path", "report.json"])
        .arg(format!("{}/api/v1/openapi.json", server.address))
        .env("PYTHONPATH", tool::script(""))
        .env("PENA_ACCOUNTS", accounts(&place, &keys).to_string())
        .env("PENA_PDF", place.folder.join("contoh").join(SAMPLE));
    let finished = run(&mut command, b"", patience());
    fs::write(scratch.join("output.txt"), &finished.stdout).expect("a file can be written");
    let report = read(&scratch, "report.json", &finished);
    let tally: Tally = serde_json::from_value(read(&scratch, "tally.json", &finished))
        .expect("it counts statuses");
    tell(&report, &tally, start.elapsed());

    finished.must_exit(0);
    assert_eq!(report["complete"], true, "{}", finished.all());
    assert_eq!(report["failures"], json!([]), "{}", finished.all());
    assert_eq!(report["errors"], json!([]), "{}", finished.all());
    let broken: Vec<_> = tally
        .iter()
        .filter(|(_, statuses)| statuses.keys().any(|status| status.starts_with('5')))
        .collect();
    assert!(broken.is_empty(), "{broken:?}");
    let document = Document::ask(&Api::anonymous(&server.address)).await;
    for operation in document.operations() {
        let label = format!("{} {}", operation.method, operation.path);
        assert!(tally.contains_key(&label), "{label} was not asked");
    }
    server.stop();
    place.clean_audit();
}

/// A signed letter to judge and to bring along.
const SAMPLE: &str = "nota-dinas-anggaran.pdf";

/// Few cases of each operation in every run, many in a long one.
fn examples() -> u32 {
    if is_long() { 200 } else { 8 }
}

fn patience() -> Duration {
    Duration::from_mins(if is_long() { 90 } else { 8 })
}

fn is_long() -> bool {
    std::env::var_os("PENA_LONG").is_some()
}

/// What each account presents and types.
fn accounts(place: &Place, keys: &Keys) -> Value {
    ACCOUNTS
        .iter()
        .map(|name| {
            let login = place.login(name);
            let entry = json!({
                "key": keys.key(name),
                "password": login.password,
                "passphrase": login.passphrase.unwrap_or(login.password.clone()),
            });
            ((*name).to_owned(), entry)
        })
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// Letters in the stages that something can be done with.
async fn letters(keys: &Keys, address: &str) {
    let drafter = keys.of(address, "konseptor-kominfo");
    let office = Office::ask(&drafter).await;
    for number in 0..6 {
        let mut letter = office.letter(&format!("Surat {number}"));
        letter["parafs"] = match number % 3 {
            0 => json!([]),
            _ => json!([{"kind": "hierarki", "participants": letter["signers"]}]),
        };
        let made = drafter.post("/api/v1/letters", &letter).await.must(201);
        let id = made.json()["id"].as_str().expect("an id").to_owned();
        if number < 4 {
            let path = format!("/api/v1/letters/{id}/submit");
            drop(drafter.post(&path, &json!({})).await.must(200));
        }
    }
}

fn read(folder: &Path, name: &str, finished: &Finished) -> Value {
    let text = fs::read(folder.join(name))
        .unwrap_or_else(|error| panic!("{name}: {error}\n{}", finished.all()));
    serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// One line on the terminal, past the test harness.
fn tell(report: &Value, tally: &Tally, took: Duration) {
    let cases: u64 = tally.values().flat_map(BTreeMap::values).sum();
    let line = format!(
        "schemathesis: {} operations, {cases} cases, {} failures, {} errors, {:.0} s",
        tally.len(),
        report["failures"].as_array().map_or(0, Vec::len),
        report["errors"].as_array().map_or(0, Vec::len),
        took.as_secs_f64()
    );
    // If standard error is gone there is nobody to tell.
    drop(writeln!(std::io::stderr(), "{line}"));
    if is_long() {
        for (label, statuses) in tally {
            drop(writeln!(std::io::stderr(), "  {label} {statuses:?}"));
        }
    }
}
