//! A PDF that is brought along as a letter and that was signed before, or forbids signatures: refused at both doors as it
//! is brought, with what can be done about it, and nothing of it is kept.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on stops loudly and says why"
)]

use std::ffi::OsString;
use std::fs;
use std::process::Command;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use tests::api::{Api, fresh_key, send};
use tests::database::Engine;
use tests::demo::{Demo, Place};
use tests::key;
use tests::office::{HEAD, Keys, Office};
use tests::pdf;
use tests::person::{File, Person, form_to, multipart};
use tests::process::run;
use tests::program;
use tests::server::Server;
use tests::tool::on_path;

const DRAFTER: &str = "konseptor-kominfo";
const PAGE: &str = "/tulis/pdf";
const PATIENCE: Duration = Duration::from_mins(1);

/// A file, what of it forbids signatures, and the advice.
struct Case {
    file: Vec<u8>,
    by: &'static str,
    advice: &'static str,
}

/// Signed by the program, and closed by `qpdf`.
fn cases(place: &Place) -> Option<Vec<Case>> {
    let folder = place.folder.join("dibawa");
    fs::create_dir_all(&folder).unwrap();
    key::make(&folder, &on_path("openssl")?);
    let at = |name: &str| folder.join(name).into_os_string();
    fs::write(at("surat.pdf"), pdf::plain()).unwrap();
    let signed = |name: &str, further: &[&str]| {
        let mut line: Vec<OsString> = vec!["sign".into(), at("surat.pdf")];
        line.extend(["-o".into(), at(name)]);
        line.extend(["--p12".into(), at("key.p12")]);
        line.extend(["--passphrase-file".into(), at("pass.txt")]);
        line.extend(further.iter().map(OsString::from));
        program::call(line).must_exit(0);
        fs::read(at(name)).unwrap()
    };
    let original = "Bawa berkas aslinya";
    let case = |file, by, advice| Case { file, by, advice };
    let mut cases = vec![
        case(signed("ttd.pdf", &["--invisible"]), "signature", original),
        case(signed("p1.pdf", &["--certify", "1"]), "lock", original),
        case(
            signed("p2.pdf", &["--certify", "2"]),
            "certification",
            original,
        ),
    ];
    if let Some(qpdf) = on_path("qpdf") {
        let mut command = Command::new(qpdf);
        command.args(["--encrypt", "", "pemilik", "256", "--modify=none", "--"]);
        command.args([at("surat.pdf"), at("tertutup.pdf")]);
        run(&mut command, b"", PATIENCE).must_exit(0);
        let closed = fs::read(at("tertutup.pdf")).unwrap();
        cases.push(case(closed, "permissions", "salinan tanpa pembatasan"));
    }
    Some(cases)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pdf_that_was_signed_before_comes_in_by_no_door_on_sqlite() {
    comes_in_by_no_door(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pdf_that_was_signed_before_comes_in_by_no_door_on_postgres() {
    comes_in_by_no_door(Engine::Postgres).await;
}

async fn comes_in_by_no_door(engine: Engine) {
    let Some(demo) = Demo::shared(engine) else {
        return;
    };
    let place = demo.place.copy("brought-pdf");
    let Some(cases) = cases(&place) else { return };
    let keys = Keys::make(&place, &[DRAFTER]);
    let server = Server::start(&place);
    let program = keys.of(&server.address, DRAFTER);
    let person = Person::logged_in(&server.address, &place.login(DRAFTER)).await;
    let before = letters(&place);
    for Case { file, by, advice } in &cases {
        let (status, told) = by_program(&program, file).await;
        assert_eq!(status, 409, "{by}: {told}");
        assert_eq!(told["rule"], "document-forbids", "{told}");
        assert_eq!(told["by"], *by, "{told}");
        assert!(told["reason"].is_string(), "{told}");
        assert!(told["detail"].as_str().unwrap().contains(advice), "{told}");
        let (status, page) = by_page(&person, file).await;
        assert_eq!(status, 409, "{by}: {page}");
        let (_, said) = page.split_once("id=\"berkas-salah\">").unwrap();
        let said = said.split('<').next().unwrap();
        assert!(said.contains(advice), "{by}: {said}");
        assert!(page.contains("Perjanjian contoh"), "what was typed is lost");
    }
    let damaged = b"%PDF-1.7 dan tidak lebih";
    assert_eq!(by_program(&program, damaged).await.0, 409);
    assert_eq!(by_page(&person, damaged).await.0, 409);
    assert_eq!(letters(&place), before);
    let (status, told) = by_program(&program, &pdf::plain()).await;
    assert_eq!(status, 201, "{told}");
    let (status, page) = by_page(&person, &pdf::plain()).await;
    assert_eq!(status, 303, "{page}");
    server.stop();
    place.clean_audit();
}

async fn by_program(program: &Api, file: &[u8]) -> (u16, Value) {
    let office = Office::ask(program).await;
    let head = office.jabatan(HEAD);
    let letter = json!({
        "jenis": "surat_dinas",
        "opd": office.opd_of(HEAD),
        "dari": head,
        "hal": "Perjanjian contoh",
        "klasifikasi": "000.5.2",
        "recipients": [{"name": "Kepala Dinas Kesehatan"}],
        "recipients_place": "Contohrejo",
        "signers": [head],
    });
    let request = program
        .request(Method::POST, "/api/v1/letters/imports")
        .header("idempotency-key", fresh_key());
    let fields = [("letter".to_owned(), letter.to_string())];
    let file = File {
        field: "file",
        name: "perjanjian.pdf",
        bytes: file,
    };
    let answer = send(multipart(request, &fields, Some(&file))).await;
    (answer.status, answer.json())
}

async fn by_page(person: &Person, file: &[u8]) -> (u16, String) {
    let page = person.get(PAGE).await.must(200).text();
    let mut form = form_to(&page, PAGE);
    for (name, value) in [
        ("hal", "Perjanjian contoh"),
        ("kepada", "Kepala Dinas Kesehatan"),
        ("klasifikasi", "000.5.2"),
    ] {
        form.fields.retain(|(found, _)| found != name);
        form.fields.push((name.to_owned(), value.to_owned()));
    }
    let answer = person.upload(&form, "berkas", "perjanjian.pdf", file).await;
    (answer.status, answer.text())
}

fn letters(place: &Place) -> Vec<Vec<String>> {
    place
        .database
        .rows("SELECT count(*), (SELECT count(*) FROM blob) FROM naskah;\n")
}
