//! A program that was made for BSrE's eSign Client has files checked here, as it is used to.
#![expect(clippy::expect_used, reason = "a test that cannot go on stops loudly")]

use std::fs;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tests::api::{Answer, Api, send};
use tests::database::Engine;
use tests::demo::{Demo, Place};
use tests::server::Server;
use tests::signed;

/// The eSign Client's user: any name, and an API key as the password.
struct Application {
    api: Api,
    key: String,
}

impl Application {
    fn new(server: &Server, key: &str) -> Self {
        Self {
            api: Api::anonymous(&server.address),
            key: key.to_owned(),
        }
    }

    fn request(&self, path: &str) -> RequestBuilder {
        let request = self.api.request(Method::POST, path);
        request.basic_auth("aplikasi", Some(&self.key))
    }

    async fn version_1(&self, field: &str, name: &str, file: &[u8]) -> Answer {
        let boundary = "batas";
        let mut body = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"jenis\"\r\n\r\nsurat\r\n\
             --{boundary}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\
             Content-Type: application/pdf\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(file);
        body.extend(format!("\r\n--{boundary}--\r\n").bytes());
        let kind = format!("multipart/form-data; boundary={boundary}");
        let request = self.request("/api/sign/verify").header(CONTENT_TYPE, kind);
        send(request.body(body)).await
    }

    async fn version_2(&self, body: &Value) -> Answer {
        send(self.request("/api/v2/verify/pdf").json(body)).await
    }
}

fn demo(name: &str) -> Place {
    Demo::shared(Engine::Sqlite)
        .expect("SQLite is always there")
        .place
        .copy(name)
}

fn letter(place: &Place) -> Vec<u8> {
    fs::read(place.folder.join("contoh/nota-dinas-anggaran.pdf")).expect("a sample")
}

#[tokio::test]
async fn a_letter_is_valid_in_the_words_of_both_versions() {
    let place = demo("bsre-sah");
    let key = place.api_key("tu-kominfo", &["verify"]);
    let server = Server::start(&place);
    let application = Application::new(&server, &key);
    let letter = letter(&place);

    let one = application
        .version_1("signed_file", "C:\\surat\\nota.pdf", &letter)
        .await
        .must(200)
        .json();
    assert_eq!(one["nama_dokumen"], "nota.pdf", "{one:#}");
    assert_eq!(one["summary"], "VALID", "{one:#}");
    assert_eq!(one["jumlah_signature"], 1, "{one:#}");
    let detail = &one["details"][0];
    assert_eq!(detail["signature_document"]["document_integrity"], true);
    assert_eq!(detail["info_signer"]["cert_user_certified"], true);
    assert_eq!(detail["info_tsa"]["tsa_cert_validity"], "null to null");

    // PHP writes a solidus as `\/`; other keys than ours are passed over.
    let file = STANDARD.encode(&letter);
    let body = format!("{{\"file\":\"{}\",\"lain\":[1]}}", file.replace('/', "\\/"));
    let two = send(
        application
            .request("/api/v2/verify/pdf")
            .header(CONTENT_TYPE, "application/json")
            .body(body),
    )
    .await
    .must(200)
    .json();
    assert_eq!(two["conclusion"], "VALID", "{two:#}");
    assert_eq!(two["signatureCount"], 1, "{two:#}");
    let information = &two["signatureInformations"][0];
    assert_eq!(information["integrityValid"], true, "{two:#}");
    assert_eq!(information["certificateTrusted"], true, "{two:#}");
    let chain = information["certificateDetails"]
        .as_array()
        .expect("a list");
    assert_eq!(chain[0]["commonName"], information["signerName"], "{two:#}");
    let usages = chain[0]["keyUsages"].as_array().expect("a list");
    assert!(usages.contains(&json!("nonRepudiation")), "{two:#}");
    server.stop();
}

#[tokio::test]
async fn what_was_changed_or_never_signed_is_not_valid() {
    let Some(files) = signed::files() else {
        return;
    };
    let place = demo("bsre-berubah");
    let key = place.api_key("tu-kominfo", &["verify"]);
    let server = Server::start(&place);
    let application = Application::new(&server, &key);

    let both = async |file: &[u8]| {
        let one = application.version_1("signed_file", "a.pdf", file).await;
        let body = json!({"file": STANDARD.encode(file)});
        let two = application.version_2(&body).await;
        (one.must(200).json(), two.must(200).json())
    };
    let (one, two) = both(&files.changed).await;
    assert_eq!(one["summary"], "INVALID", "{one:#}");
    let document = &one["details"][0]["signature_document"];
    assert_eq!(document["document_integrity"], false, "{one:#}");
    assert_eq!(two["conclusion"], "INVALID", "{two:#}");
    assert_eq!(two["signatureInformations"][0]["modified"], true, "{two:#}");
    let (one, two) = both(&files.unsigned).await;
    assert_eq!(
        (&one["summary"], &one["jumlah_signature"]),
        (&Value::Null, &json!(0))
    );
    assert_eq!(two["conclusion"], "NO_SIGNATURE", "{two:#}");
    let (one, two) = both(b"bukan PDF").await;
    assert_eq!(one["summary"], Value::Null, "{one:#}");
    assert_eq!(two["conclusion"], "INVALID", "{two:#}");
    server.stop();
}

#[tokio::test]
async fn refusals_are_written_as_the_service_writes_them() {
    let place = demo("bsre-tolak");
    let key = place.api_key("tu-kominfo", &["verify"]);
    let other = place.api_key("tu-kominfo", &["letters:read"]);
    let server = Server::start(&place);
    let application = Application::new(&server, &key);
    let empty = json!({"file": ""});

    let stranger = Application::new(&server, &format!("pena_{}", "0".repeat(52)));
    let unknown = stranger.version_2(&empty).await.must(401);
    assert_eq!(unknown.header("www-authenticate"), "Basic realm=\"Pena\"");
    let said = unknown.json();
    assert_eq!(said["status"], 401, "{said}");
    assert_eq!(said["path"], "/api/v2/verify/pdf", "{said}");
    let bearer = Api::new(&server.address, &key);
    let request = bearer.request(Method::POST, "/api/v2/verify/pdf");
    drop(send(request.json(&empty)).await.must(401));
    let narrow = Application::new(&server, &other);
    let said = narrow.version_2(&empty).await.must(403).json();
    assert_eq!(said["status_code"], 403, "{said}");

    for body in [empty, json!({}), json!({"file": "bukan: base64"})] {
        let said = application.version_2(&body).await.must(400).json();
        assert_eq!(said["status_code"], 2041, "{body}: {said}");
        assert_eq!(said["error"], "Dokumen PDF tidak valid", "{body}");
    }
    let said = application
        .version_2(&json!("surat"))
        .await
        .must(400)
        .json();
    assert_eq!(said["status_code"], 400, "{said}");
    for (field, file) in [("signed_file", &b""[..]), ("file", b"%PDF-1.7")] {
        let said = application.version_1(field, "a.pdf", file).await.must(400);
        assert_eq!(said.json()["status_code"], 2041, "{field}");
    }
    let no_form = application.request("/api/sign/verify").json(&json!({}));
    drop(send(no_form).await.must(415));
    server.stop();
}

#[tokio::test]
async fn the_password_of_a_locked_file_opens_it() {
    let Some(folder) = tests::corpus::folder() else {
        return;
    };
    let locked = fs::read(folder.join(LOCKED)).expect("it is in the corpus");
    let place = demo("bsre-kunci");
    let key = place.api_key("tu-kominfo", &["verify"]);
    let server = Server::start(&place);
    let application = Application::new(&server, &key);
    let mut body = json!({"file": STANDARD.encode(&locked)});
    let closed = application.version_2(&body).await.must(200).json();
    assert_eq!(closed["signatureCount"], 0, "{closed:#}");
    body["password"] = json!(PASSWORD);
    let opened = application.version_2(&body).await.must(200).json();
    assert_eq!(opened["signatureCount"], 1, "{opened:#}");
    server.stop();
}

/// The file and what opens it, as the manifest of the corpus says.
const LOCKED: &str = "G-generated/gen-enc-aes256-signed.pdf";
const PASSWORD: &str = "open123";
