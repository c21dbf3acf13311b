//! `pena serve` as an operator meets it.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use tests::api::Api;
use tests::database::{Database, Engine};
use tests::demo::{Demo, Place};
use tests::office::{Keys, Office};
use tests::program;
use tests::server::Server;

#[tokio::test]
async fn without_configuration_it_answers_on_loopback_and_stops_when_told() {
    let Some(demo) = Demo::shared(Engine::Sqlite) else {
        return;
    };
    let place = demo.place.copy("stop");
    let server = Server::start(&place);
    assert!(
        server.address.starts_with("http://127.0.0.1:"),
        "{}",
        server.address
    );
    let api = Api::anonymous(&server.address);
    for path in ["/livez", "/readyz", "/metrics"] {
        let _answer = api.get(path).await.must(200);
    }
    let took = server.stop();
    assert!(took < Duration::from_secs(10), "{took:?}");
    place.clean_audit();
}

#[tokio::test]
async fn an_empty_directory_becomes_an_office_that_asks_for_its_set_up_code() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let place = Place::at(
        &folder.path().join("baru"),
        Database::Sqlite(folder.path().join("baru/pena.sqlite3")),
    );
    let server = Server::start_with(&place, &["--listen", "127.0.0.1:0"]);
    let api = Api::anonymous(&server.address);
    let _answer = api.get("/readyz").await.must(200);
    let code = fs::read_to_string(place.folder.join("kode-pemasangan"))
        .expect("the code lies in the directory");
    assert!(code.trim().len() >= 16, "a code nobody guesses");
    assert!(
        !server.log().contains(code.trim()),
        "the code is not in the log"
    );
    server.stop();
}

#[test]
fn who_begins_a_request_and_never_ends_it_is_let_go() {
    let Some(demo) = Demo::shared(Engine::Sqlite) else {
        return;
    };
    let place = demo.place.copy("stall");
    let server = Server::start(&place);
    let address = server.address.replace("http://", "");
    let head = format!("POST /verifikasi HTTP/1.1\r\nHost: {address}\r\n");
    let form = "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 900\r\n";
    let body = format!("{head}{form}\r\n--b\r\n");
    let stalled = [head, body].map(|begun| {
        let mut stream = TcpStream::connect(&address).expect("it listens");
        stream
            .write_all(begun.as_bytes())
            .expect("it can be written to");
        stream
            .set_read_timeout(Some(LET_GO))
            .expect("a wait can be bounded");
        thread::spawn(move || {
            let (start, mut answer) = (Instant::now(), String::new());
            let ended = stream.read_to_string(&mut answer);
            (ended.map(|_length| answer), start.elapsed())
        })
    });
    for waiting in stalled {
        let (answer, after) = waiting.join().expect("a reader does not panic");
        let answer = answer.unwrap_or_else(|error| panic!("still open after {after:?}: {error}"));
        assert!(after > Duration::from_secs(20), "{after:?}: {answer}");
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 4"),
            "{answer}"
        );
    }
    server.stop();
}

/// Somewhat longer than the service waits for the rest of a request's head.
const LET_GO: Duration = Duration::from_mins(2);

#[test]
fn other_machines_are_not_let_in_without_tls_or_a_declared_proxy() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let data = folder.path().join("data");
    let data = data.to_str().expect("a path is text");
    let serve = |further: &[&str]| {
        let line = ["serve", "--data-dir", data]
            .into_iter()
            .chain(further.iter().copied());
        program::call(line)
    };
    let refused = serve(&["--listen", "0.0.0.0:0"]);
    refused.must_exit(2);
    for remedy in [
        "127.0.0.1",
        "server.tls_cert",
        "server.tls_key",
        "server.trusted_proxies",
    ] {
        assert!(refused.stderr.contains(remedy), "{}", refused.all());
    }
    let plain = [
        "--listen",
        "0.0.0.0:0",
        "--trusted-proxy",
        "10.0.0.5",
        "--base-address",
        "http://tte.contohrejo.example",
    ];
    serve(&plain).must_exit(2);
    assert!(
        !folder.path().join("data").exists(),
        "nothing was made before the refusal"
    );
}

#[test]
fn a_second_server_on_sqlite_is_told_that_the_directory_is_in_use() {
    let Some(demo) = Demo::shared(Engine::Sqlite) else {
        return;
    };
    let place = demo.place.copy("second");
    let server = Server::start(&place);
    let mut command = program::pena();
    command.arg("serve").args(place.options());
    command.args(["--listen", "127.0.0.1:0"]);
    let second = tests::process::run(&mut command, b"", program::PATIENCE);
    second.must_exit(1);
    assert!(second.stderr.contains("in use"), "{}", second.all());
    server.stop();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn requests_under_way_are_answered_before_it_ends_and_what_was_acknowledged_is_there() {
    let Some(demo) = Demo::shared(Engine::Sqlite) else {
        return;
    };
    let place = demo.place.copy("drain");
    let keys = Keys::make(&place, &["konseptor-kominfo"]);
    let server = Server::start(&place);
    let drafter = keys.of(&server.address, "konseptor-kominfo");
    let office = Office::ask(&drafter).await;
    let mut writers = Vec::new();
    for writer in 0..8 {
        let drafter = keys.of(&server.address, "konseptor-kominfo");
        let letter = office.letter(&format!("Surat ke-{writer} sebelum berhenti"));
        writers.push(tokio::spawn(async move {
            let mut made = Vec::new();
            loop {
                let key = tests::api::fresh_key();
                let request = drafter
                    .request(reqwest::Method::POST, "/api/v1/letters")
                    .header("idempotency-key", key)
                    .json(&letter);
                match tests::api::try_send(request).await {
                    Ok(answer) if answer.status == 201 => {
                        made.push(answer.json()["id"].as_str().expect("an id").to_owned());
                    }
                    Ok(answer) => {
                        assert_eq!(answer.status, 503, "{}", answer.text());
                    }
                    Err(error) => {
                        // It no longer listens, or ends a connection that asked nothing yet.
                        let said = format!("{error:?}");
                        break (made, said);
                    }
                }
            }
        }));
    }
    tokio::time::sleep(Duration::from_millis(700)).await;
    let took = tokio::task::spawn_blocking(move || server.stop())
        .await
        .expect("it stops");
    assert!(took < Duration::from_secs(11), "{took:?}");
    let mut acknowledged = Vec::new();
    for writer in writers {
        let (made, said) = writer.await.expect("a writer does not panic");
        assert!(
            !said.contains("IncompleteMessage"),
            "a request was taken and not answered: {said}"
        );
        acknowledged.extend(made);
    }
    assert!(!acknowledged.is_empty(), "nobody wrote anything");
    let rows = place.database.rows(&format!(
        "SELECT {} FROM naskah;\n",
        place.engine.show_id("id")
    ));
    let there: std::collections::BTreeSet<String> = rows.into_iter().flatten().collect();
    for id in &acknowledged {
        let hex = id.trim_start_matches("nsk_").replace('-', "");
        assert!(there.contains(&hex), "{id} was acknowledged and is lost");
    }
    place.clean_audit();
}

#[tokio::test]
async fn it_speaks_tls_with_the_files_it_is_given() {
    let Some(openssl) = tests::tool::on_path("openssl") else {
        return;
    };
    let Some(demo) = Demo::shared(Engine::Sqlite) else {
        return;
    };
    let place = demo.place.copy("tls");
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = |name: &str| {
        let path = folder.path().join(name);
        path.to_str().expect("a path is text").to_owned()
    };
    let (key, cert) = (path("key.pem"), path("cert.pem"));
    let mut make = std::process::Command::new(openssl);
    make.args(["req", "-x509", "-newkey", "ec", "-pkeyopt"]);
    make.args(["ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]);
    make.args(["-subj", "/CN=localhost", "-addext"]);
    make.args(["subjectAltName=IP:127.0.0.1", "-addext"]);
    make.args([
        "basicConstraints=critical,CA:FALSE",
        "-keyout",
        &key,
        "-out",
        &cert,
    ]);
    tests::process::run(&mut make, b"", program::PATIENCE).must_exit(0);
    let options = [
        "--listen",
        "127.0.0.1:0",
        "--tls-cert",
        &cert,
        "--tls-key",
        &key,
    ];
    let server = Server::start_with(&place, &options);
    assert!(server.address.starts_with("https://127.0.0.1:"));
    drop(rustls::crypto::ring::default_provider().install_default());
    let pem = fs::read(&cert).expect("the certificate was made");
    let client = reqwest::Client::builder()
        .add_root_certificate(reqwest::Certificate::from_pem(&pem).expect("it is one"))
        .build()
        .expect("a client can be made");
    let answer = client
        .get(format!("{}/livez", server.address))
        .send()
        .await
        .expect("it answers over TLS");
    assert_eq!(answer.status().as_u16(), 200);
    assert!(
        answer.headers().contains_key("strict-transport-security"),
        "{:?}",
        answer.headers()
    );
    server.stop();
}

#[tokio::test]
async fn several_nodes_share_a_postgres_and_a_command_works_beside_them() {
    let Some(demo) = Demo::shared(Engine::Postgres) else {
        return;
    };
    let place = demo.place.copy("nodes");
    let keys = Keys::make(&place, &["konseptor-kominfo"]);
    let (first, second) = (Server::start(&place), Server::start(&place));
    let drafter = keys.of(&first.address, "konseptor-kominfo");
    let office = Office::ask(&drafter).await;
    let key = tests::api::fresh_key();
    let letter = office.letter("Satu surat di dua simpul");
    let made = drafter
        .post_under(&key, "/api/v1/letters", &letter)
        .await
        .must(201);
    let again = drafter
        .at(&second.address)
        .post_under(&key, "/api/v1/letters", &letter)
        .await
        .must(201);
    assert_eq!(made.json(), again.json());
    place.clean_audit();
    let mut fresh = program::pena();
    fresh.args(["demo", "--fresh"]).args(place.options());
    tests::process::run(&mut fresh, b"", program::PATIENCE).must_exit(1);
    first.stop();
    let _answer = drafter.at(&second.address).get("/readyz").await.must(200);
    second.stop();
}

#[tokio::test]
async fn a_connection_that_says_nothing_does_not_keep_it_from_ending() {
    let Some(demo) = Demo::shared(Engine::Sqlite) else {
        return;
    };
    let place = demo.place.copy("silent");
    let server = Server::start(&place);
    let silent: Vec<TcpStream> = (0..20)
        .map(|_| {
            let host = server.address.trim_start_matches("http://");
            TcpStream::connect(host).expect("it listens")
        })
        .collect();
    let took = tokio::task::spawn_blocking(move || server.stop())
        .await
        .expect("it stops");
    assert!(took < Duration::from_secs(12), "{took:?}");
    drop(silent);
}
