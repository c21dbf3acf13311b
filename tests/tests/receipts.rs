//! The receipt of a verification: asked for on the page and by programs, judged by programs of others, and given for
//! nothing but what the service itself found.
#![expect(clippy::expect_used, reason = "a test that cannot go on stops loudly")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use reqwest::Method;
use tests::api::{Answer, send};
use tests::database::Engine;
use tests::demo::{Demo, Place};
use tests::files;
use tests::judge::{Trust, pdfsig, pyhanko_verdicts};
use tests::office::Keys;
use tests::person::{Form, Person, form_to};
use tests::process::run;
use tests::program;
use tests::server::Server;
use tests::tool::on_path;

const DOOR: &str = "/verifikasi/tanda-terima";
const PATIENCE: Duration = Duration::from_mins(1);

struct Stand {
    place: Place,
    server: Server,
    anybody: Person,
}

impl Stand {
    fn up(purpose: &str) -> Self {
        let demo = Demo::shared(Engine::Sqlite).expect("SQLite is always there");
        let place = demo.place.copy(purpose);
        let server = Server::start(&place);
        let anybody = Person::new(&server.address);
        Self {
            place,
            server,
            anybody,
        }
    }

    fn sample(&self) -> Vec<u8> {
        let file = files::pdfs(&self.place.folder.join("contoh"))
            .into_iter()
            .next()
            .expect("the demo leaves samples");
        files::read(&file)
    }

    /// The page of a result, and the form for a receipt on it.
    async fn examined(&self, name: &str, file: &[u8]) -> (String, Form) {
        let page = self.anybody.get("/verifikasi").await.must(200).text();
        let form = form_to(&page, "/verifikasi");
        let uploaded = self.anybody.upload(&form, "berkas", name, file).await;
        let page = uploaded.must(200).text();
        let form = form_to(&page, DOOR);
        (page, form)
    }

    fn keep(&self, name: &str, pdf: &[u8]) -> PathBuf {
        let file = self.place.folder.join(name);
        fs::write(&file, pdf).expect("a file can be written");
        file
    }

    fn ca(&self, name: &str) -> PathBuf {
        self.place.folder.join("ca").join(name)
    }
}

/// The words of a file in one line, without the places where long ones may break.
fn words(file: &Path) -> Option<String> {
    let mut command = Command::new(on_path("pdftotext")?);
    let finished = run(command.arg(file).arg("-"), b"", PATIENCE);
    let text = finished.text().replace('\u{200b}', "");
    Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn assert_a_pdf(answer: &Answer) {
    assert_eq!(answer.header("content-type"), "application/pdf");
    assert!(
        answer
            .header("content-disposition")
            .starts_with("attachment")
    );
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(answer.body.starts_with(b"%PDF-1.7"));
}

fn assert_judged_by_others(stand: &Stand, file: &Path) {
    let root = stand.ca("root.pem");
    let crls = ["root.crl", "issuing.crl"].map(|name| stand.ca(name));
    let mut arguments = vec!["verify".into(), file.to_path_buf(), "--json".into()];
    arguments.extend(["--trust".into(), root.clone()]);
    for crl in &crls {
        arguments.extend(["--crl".into(), crl.clone()]);
    }
    let finished = program::call(arguments);
    finished.must_exit(0);
    let report = &program::json_lines(&finished)[0];
    assert_eq!(report["headline"], "intact", "{report}");
    assert_eq!(report["signatures"][0]["revocation"], "good", "{report}");
    if let Some(said) = pdfsig(file) {
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].valid && said[0].total, "{said:?}");
        assert_eq!(said[0].field, "Segel");
    }
    let trust = Trust {
        anchors: vec![root],
        crls: crls.to_vec(),
    };
    if let Some(verdicts) = pyhanko_verdicts(&[file.to_path_buf()], &trust) {
        let one = &verdicts[0]["signatures"][0];
        for fact in ["accepted", "intact", "valid", "trusted"] {
            assert_eq!(one[fact], true, "{fact}: {}", verdicts[0]);
        }
    }
}

#[tokio::test]
async fn a_receipt_is_sealed_says_what_was_seen_and_others_find_it_genuine() {
    let stand = Stand::up("tanda-terima");
    let sample = stand.sample();
    let blobs = files::below(&stand.place.folder.join("blobs")).len();
    let evil = "#read(\"/etc/passwd\")<script>alert(7)</script>\u{202e}fdp.exe";
    let (page, form) = stand.examined(evil, &sample).await;
    assert!(
        !page.contains("alert(7)"),
        "the name of the file is reflected"
    );
    let answer = stand.anybody.submit(&form, &[]).await.must(200);
    assert_a_pdf(&answer);
    let file = stand.keep("tanda-terima.pdf", &answer.body);
    assert_judged_by_others(&stand, &file);
    if let Some(text) = words(&file) {
        let sha256 = files::sha256(&sample);
        for expected in [
            "Tanda terima verifikasi",
            "Asli dan utuh",
            &sha256,
            "<script>alert(7)</script>[U+202E]fdp.exe",
            "menurut jam 127.0.0.1",
            "TOTAL-PASSED",
            "PAdES-B-B",
            "Surat dalam register",
            "CN=CA Induk Pemerintah Kabupaten Contohrejo",
            "Segel Elektronik Pemerintah Kabupaten Contohrejo",
            &format!("{}/verifikasi", stand.server.address),
        ] {
            assert!(text.contains(expected), "{expected:?} is missing: {text}");
        }
        assert!(!text.contains("root:"), "{text}");
    }
    let (again, _) = stand.examined("tanda-terima.pdf", &answer.body).await;
    assert!(again.contains("verdict-intact"), "{again}");
    assert_eq!(
        files::below(&stand.place.folder.join("blobs")).len(),
        blobs,
        "something was kept"
    );
    for (name, bytes, headline) in [
        ("bukan.pdf", b"bukan PDF".to_vec(), "Tidak dapat diperiksa"),
        (
            "polos.pdf",
            tests::pdf::plain(),
            "Tidak ada tanda tangan elektronik",
        ),
        ("ubah.pdf", flipped(&sample), "Tidak sah"),
    ] {
        let (_, form) = stand.examined(name, &bytes).await;
        let answer = stand.anybody.submit(&form, &[]).await.must(200);
        let file = stand.keep(name, &answer.body);
        if let Some(text) = words(&file) {
            assert!(text.contains(headline) && text.contains(name), "{text}");
            assert!(text.contains(&files::sha256(&bytes)), "{text}");
        }
    }
    stand.server.stop();
    stand.place.clean_audit();
}

fn flipped(file: &[u8]) -> Vec<u8> {
    let mut changed = file.to_vec();
    // Inside the first revision, which is signed.
    changed[200] ^= 1;
    changed
}

#[tokio::test]
async fn words_of_others_get_no_seal() {
    let stand = Stand::up("segel-palsu");
    let (_, form) = stand.examined("surat.pdf", &stand.sample()).await;
    let (_, mine) = form.fields.first().expect("the form carries the report");
    let mut forged = mine.clone().into_bytes();
    let middle = forged.len() / 2;
    forged[middle] = if forged[middle] == b'A' { b'B' } else { b'A' };
    let forged = String::from_utf8(forged).expect("it is base64");
    let half = mine.split('.').next().unwrap_or_default();
    for sent in ["", "a.b", &forged, half] {
        let answer = stand.anybody.submit(&form, &[("laporan", sent)]).await;
        let page = answer.must(422).text();
        assert!(
            page.contains("bukan laporan yang ditulis layanan ini"),
            "{page}"
        );
    }
    let other = Stand::up("segel-lain");
    let (_, foreign) = other.examined("surat.pdf", &other.sample()).await;
    // A copy of the same data knows what it wrote, as every node of an installation does.
    let sent = [("laporan", foreign.fields[0].1.as_str())];
    let _sealed = stand.anybody.submit(&form, &sent).await.must(200);
    let _absent = stand.anybody.get(DOOR).await.must(405);
    other.server.stop();
    stand.server.stop();
}

#[tokio::test]
async fn a_program_gets_the_receipt_in_the_form_and_language_it_asks_for() {
    let demo = Demo::shared(Engine::Sqlite).expect("SQLite is always there");
    let place = demo.place.copy("program");
    let drafter = "konseptor-kominfo";
    let keys = Keys::make(&place, &[drafter]);
    let stand = Stand {
        server: Server::start(&place),
        anybody: Person::new(""),
        place,
    };
    let api = keys.of(&stand.server.address, drafter);
    let sample = stand.sample();
    let ask = |accept: &'static str| {
        let request = api
            .request(Method::POST, "/api/v1/verifications")
            .header("content-type", "application/pdf")
            .header("accept", accept)
            .header("accept-language", "en");
        send(request.body(sample.clone()))
    };
    for accept in ["*/*", "application/json", "application/pdf;q=0.5, */*"] {
        let found = ask(accept).await.must(200).json();
        assert_eq!(found["headline"], "intact", "{accept}: {found}");
    }
    let answer = ask("application/pdf").await.must(200);
    assert_a_pdf(&answer);
    let file = stand.keep("receipt.pdf", &answer.body);
    assert_judged_by_others(&stand, &file);
    if let Some(text) = words(&file) {
        for expected in [
            "Receipt of a verification",
            "Genuine and unchanged",
            &files::sha256(&sample),
            "Page 1 of",
        ] {
            assert!(text.contains(expected), "{expected:?} is missing: {text}");
        }
    }
    stand.server.stop();
}
