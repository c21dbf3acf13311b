//! What anybody meets without an account: a file judged, a letter's code, what our certificates point to; and that an
//! act of the administration asks for the password again.
#![expect(clippy::expect_used, reason = "a test that cannot go on stops loudly")]

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::Value;
use tests::api::{Api, send};
use tests::database::Engine;
use tests::demo::{Demo, Place};
use tests::person::{Person, form_to};
use tests::server::Server;
use tests::signed;

/// The signed samples of the demo, in the order of their names.
fn samples(place: &Place) -> Vec<PathBuf> {
    let folder = fs::read_dir(place.folder.join("contoh")).expect("the samples are there");
    let mut files: Vec<PathBuf> = folder
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|kind| kind == "pdf"))
        .collect();
    files.sort();
    files
}

/// The address under `/v/` that a page leads to.
fn code_in(page: &str) -> String {
    let (_, rest) = page
        .split_once("href=\"/v/")
        .expect("a link to the register");
    let code = rest.split('"').next().unwrap_or_default();
    format!("/v/{code}")
}

#[tokio::test]
async fn a_signed_file_is_judged_in_plain_lines_and_compared_with_its_register() {
    let Some(demo) = Demo::shared(Engine::Sqlite) else {
        return;
    };
    let place = demo.place.copy("public");
    let server = Server::start(&place);
    let anybody = Person::new(&server.address);
    let samples = samples(&place);
    let mine = fs::read(&samples[0]).expect("a sample");
    let other = fs::read(&samples[1]).expect("a sample");

    let form = form_to(
        &anybody.get("/verifikasi").await.must(200).text(),
        "/verifikasi",
    );
    let evil = "<script>alert(7)</script>.pdf";
    let judged = anybody.upload(&form, "berkas", evil, &mine).await.must(200);
    let page = judged.text();
    assert!(page.contains("Asli dan utuh"), "{page}");
    assert!(page.contains("Karangan") || page.contains("Misal") || page.contains("Umpama"));
    assert!(
        !page.contains("alert(7)"),
        "the name of the file is reflected"
    );

    let address = code_in(&page);
    let letter = anybody.get(&address).await.must(200);
    assert!(letter.header("x-robots-tag").contains("noindex"));
    assert!(
        letter
            .text()
            .contains(&format!("{}{address}", server.address))
    );
    let picture = anybody
        .get(&format!("{address}/gambar.png"))
        .await
        .must(200);
    assert!(picture.body.starts_with(b"\x89PNG"));
    let document = anybody
        .get(&format!("{address}/dokumen.pdf"))
        .await
        .must(200);
    assert_eq!(document.body, mine);

    let compare = form_to(&letter.text(), &format!("{address}/bandingkan"));
    let mut changed = mine.clone();
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    for (file, word) in [(&mine, "same"), (&other, "other"), (&changed, "different")] {
        let answer = anybody
            .upload(&compare, "berkas", "a.pdf", file)
            .await
            .must(200);
        let told = format!("comparison-{word}");
        assert!(answer.text().contains(&told), "{word}: {}", answer.text());
    }
    let nothing = anybody.submit(&form, &[]).await;
    assert_eq!(nothing.status, 422, "{}", nothing.text());
    server.stop();
}

#[tokio::test]
async fn an_unknown_code_tells_how_to_type_one_and_no_header_moves_the_official_address() {
    let Some(demo) = Demo::shared(Engine::Sqlite) else {
        return;
    };
    let place = demo.place.copy("unknown");
    let server = Server::start(&place);
    let anybody = Person::new(&server.address);
    let unknown = anybody.get("/v/0123456789abcdefghjkmnpqrs").await.must(404);
    assert!(unknown.text().contains("Waspada alamat tiruan"));
    assert!(unknown.text().contains(&server.address));
    let guessed = anybody
        .get("/v?nomor=1%2F2%2F3&kode=AAAA-BBBB")
        .await
        .must(404);
    assert!(guessed.text().contains("Waspada alamat tiruan"));
    for path in ["gambar.png", "dokumen.pdf"] {
        let _absent = anybody
            .get(&format!("/v/0123456789abcdefghjkmnpqrs/{path}"))
            .await
            .must(404);
    }
    let poisoned = anybody
        .request(reqwest::Method::GET, "/verifikasi")
        .header("host", "tiruan.example")
        .header("x-forwarded-host", "tiruan.example");
    let page = anybody.send(poisoned).await;
    assert!(!page.text().contains("tiruan.example"), "{}", page.text());
    server.stop();
}

#[tokio::test]
async fn what_our_certificates_point_to_is_there_and_nothing_else_of_that_folder() {
    let Some(demo) = Demo::shared(Engine::Sqlite) else {
        return;
    };
    let place = demo.place.copy("authority");
    let server = Server::start(&place);
    let anybody = Person::new(&server.address);
    for (file, kind) in [
        ("root.cer", "application/pkix-cert"),
        ("root.crl", "application/pkix-crl"),
        ("issuing.cer", "application/pkix-cert"),
        ("issuing.crl", "application/pkix-crl"),
    ] {
        let answer = anybody.get(&format!("/ca/{file}")).await.must(200);
        assert_eq!(answer.header("content-type"), kind);
        let kept = fs::read(place.folder.join("ca").join(file)).expect("it is published");
        assert_eq!(answer.body, kept, "{file}");
    }
    for secret in [
        "root.sealed.json",
        "..%2fkeys%2fserver.kek",
        "%2e%2e%2fkeys%2fserver.kek",
        "",
    ] {
        let _absent = anybody.get(&format!("/ca/{secret}")).await.must(404);
    }
    server.stop();
}

#[tokio::test]
async fn an_act_of_the_administration_needs_the_password_again_and_keeps_what_was_typed() {
    let Some(demo) = Demo::shared(Engine::Sqlite) else {
        return;
    };
    let place = demo.place.copy("acts");
    let server = Server::start(&place);
    let login = place.login("admin");
    let admin = Person::logged_in(&server.address, &login).await;
    let action = "/administrasi/opd/tambah-opd";
    let page = admin.get("/administrasi/opd").await.must(200);
    let form = form_to(&page.text(), action);
    let filled = [
        ("nama", "Dinas <b>Percobaan</b>"),
        ("kode_unit", "DISCOBA"),
        ("alamat", "Jalan Contoh 1"),
        ("zona", "WIB"),
    ];
    let with = |password: &'static str| {
        let mut all = filled.to_vec();
        all.push(("sandi", password));
        all
    };
    let refused = admin.submit(&form, &with("bukan kata sandinya")).await;
    assert!((400..500).contains(&refused.status), "{}", refused.status);
    assert!(refused.text().contains("DISCOBA"), "what was typed is kept");
    assert!(!refused.text().contains("<b>Percobaan"));
    assert!(!refused.text().contains("bukan kata sandinya"));

    let form = form_to(&refused.text(), action);
    let mut right = filled.to_vec();
    right.push(("sandi", &login.password));
    let done = admin.submit(&form, &right).await;
    assert_eq!(done.status, 303, "{}", done.text());
    let page = admin.get("/administrasi/opd").await.must(200).text();
    assert!(page.contains("DISCOBA") && !page.contains("<b>Percobaan"));

    let drafter = Person::logged_in(&server.address, &place.login("konseptor-kominfo")).await;
    let denied = drafter.get("/administrasi/opd").await;
    assert!(matches!(denied.status, 403 | 404), "{}", denied.status);
    let form = form_to(
        &drafter.get("/profil").await.must(200).text(),
        "/profil/bahasa",
    );
    let token = form
        .fields
        .iter()
        .find(|(name, _)| name == "token")
        .map(|(_, value)| value.clone())
        .unwrap_or_default();
    let forged = tests::person::Form {
        action: action.to_owned(),
        fields: vec![("token".to_owned(), token)],
        ..tests::person::Form::default()
    };
    let mut all = filled.to_vec();
    let own = place.login("konseptor-kominfo").password;
    all.push(("sandi", &own));
    let denied = drafter.submit(&forged, &all).await;
    assert!(matches!(denied.status, 403 | 404), "{}", denied.status);
    server.stop();
    place.clean_audit();
}

#[tokio::test]
async fn what_was_changed_is_shown_as_it_was_and_as_it_is() {
    let (Some(demo), Some(files)) = (Demo::shared(Engine::Sqlite), signed::files()) else {
        return;
    };
    let place = demo.place.copy("pictures");
    let server = Server::start(&place);
    let anybody = Person::new(&server.address);
    let form = form_to(
        &anybody.get("/verifikasi").await.must(200).text(),
        "/verifikasi",
    );
    let judged = async |file: &[u8]| {
        let answer = anybody.upload(&form, "berkas", "surat.pdf", file).await;
        answer.must(200).text()
    };
    // On a busy machine there is no time for pictures; the verdict comes all the same.
    let (mut page, mut pictures) = (String::new(), Vec::new());
    for _ in 0..10 {
        page = judged(&files.changed).await;
        assert!(page.contains("Asli, lalu diubah"), "{page}");
        pictures = carried(&page, "data:image/png;base64,");
        if !pictures.is_empty() {
            break;
        }
        assert!(
            page.contains("Gambar sebelum dan sesudah tidak dapat"),
            "{page}"
        );
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    assert_eq!(pictures.len(), 2, "{page}");
    for picture in &pictures {
        assert!(picture.starts_with(b"\x89PNG"));
    }
    assert_ne!(pictures[0], pictures[1]);
    for text in ["Halaman 1 saat ditandatangani.", "Halaman 1 sekarang."] {
        assert!(page.contains(&format!("alt=\"{text}")), "{text}");
    }
    for file in [&files.signed, &files.unsigned] {
        let page = judged(file).await;
        assert!(!page.contains("<img"), "{page}");
        assert!(!page.contains("Gambar sebelum"), "{page}");
    }
    server.stop();
}

#[tokio::test]
async fn the_report_is_had_in_both_forms_from_the_page_and_from_the_interface() {
    let Some(demo) = Demo::shared(Engine::Sqlite) else {
        return;
    };
    let place = demo.place.copy("reports");
    let key = place.api_key("tu-kominfo", &["verify"]);
    let server = Server::start(&place);
    let letter = fs::read(&samples(&place)[0]).expect("a sample");
    let anybody = Person::new(&server.address);
    let form = form_to(
        &anybody.get("/verifikasi").await.must(200).text(),
        "/verifikasi",
    );
    let answer = anybody.upload(&form, "berkas", "surat.pdf", &letter).await;
    let page = answer.must(200).text();
    let [json] = &carried(&page, "data:application/json;base64,")[..] else {
        panic!("one report as JSON: {page}");
    };
    let json: Value = serde_json::from_slice(json).expect("it is JSON");
    assert_eq!(json["headline"], "intact");
    let [xml] = &carried(&page, "data:application/xml;base64,")[..] else {
        panic!("one report as XML: {page}");
    };
    let passed = "<vr:MainIndication>urn:etsi:019102:mainindication:total-passed";
    let xml = String::from_utf8_lossy(xml);
    assert!(xml.contains(passed), "{xml}");
    assert!(
        xml.contains("<vr:SignerCertificate VOReference=\"C-1\"/>"),
        "{xml}"
    );

    let api = Api::new(&server.address, &key);
    for (accept, kind) in [
        ("application/xml", "application/xml"),
        ("*/*", "application/json"),
    ] {
        let request = api
            .request(Method::POST, "/api/v1/verifications")
            .header("content-type", "application/pdf")
            .header("accept", accept)
            .body(letter.clone());
        let answer = send(request).await.must(200);
        assert_eq!(answer.header("content-type"), kind);
        assert!(answer.header("vary").contains("accept"));
        assert_eq!(answer.text().contains(passed), kind == "application/xml");
    }
    server.stop();
}

/// What a page carries inside itself behind this beginning of an address.
fn carried(page: &str, beginning: &str) -> Vec<Vec<u8>> {
    let parts = page.split(beginning).skip(1);
    parts
        .map(|rest| {
            let text = rest.split('"').next().unwrap_or_default();
            STANDARD.decode(text).expect("it is base64")
        })
        .collect()
}
