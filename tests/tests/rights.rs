//! Every operation and every page, by every account, on what is theirs and what is another OPD's: nothing leaks, and
//! what one may not know of answers as what is not there.
#![expect(clippy::expect_used, reason = "a test that cannot go on stops loudly")]

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value, json};
use tests::api::{Answer, Api, fresh_key, send};
use tests::database::Engine;
use tests::demo::{Demo, Place};
use tests::office::{Keys, Office};
use tests::openapi::{Document, Operation};
use tests::person::Person;
use tests::server::Server;

/// Stands in every text of the letter that others must not know of.
const CANARY: &str = "KENARI-7f3a";

/// A letter of the Dinas Kesehatan that nobody outside of it may know, and an id that nobody has.
struct Stage {
    foreign: BTreeMap<&'static str, String>,
    absent: BTreeMap<&'static str, String>,
}

/// What in a path names an object, by the name in braces.
const LETTER: &str = "nsk_";
const AGENDA: &str = "agd_";
const DISPOSISI: &str = "dsp_";

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn programs_of_others_learn_nothing_of_a_letter_and_no_operation_breaks() {
    let Some(demo) = Demo::shared(Engine::Sqlite) else {
        return;
    };
    let place = demo.place.copy("programs");
    let keys = Keys::make(&place, &ACCOUNTS);
    let server = Server::start(&place);
    let stage = Stage::set(&place, &server, &keys).await;
    let document = Document::ask(&Api::anonymous(&server.address)).await;
    let mut wrong = Vec::new();
    for account in ACCOUNTS {
        let api = keys.of(&server.address, account);
        for operation in document.operations() {
            let password = &place.login(account).password;
            let absent = call(&api, &document, &operation, &stage.absent, password).await;
            let foreign = call(&api, &document, &operation, &stage.foreign, password).await;
            let what = format!("{account} {} {}", operation.method, operation.path);
            if absent.status >= 500 || foreign.status >= 500 {
                wrong.push(format!("{what}: {}", foreign.text()));
            }
            if knows(account) {
                continue;
            }
            if foreign.text().contains(CANARY) || headers(&foreign).contains(CANARY) {
                wrong.push(format!("{what} leaks: {}", foreign.text()));
            }
            if operation.path.contains('{') && alike(&absent) != alike(&foreign) {
                wrong.push(format!(
                    "{what} tells absent from foreign: {} {} | {} {}",
                    absent.status,
                    absent.text(),
                    foreign.status,
                    foreign.text()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(!server.log().contains(CANARY), "the log tells it");
    server.stop();
    place.clean_audit();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn without_a_key_every_operation_answers_401_and_with_the_narrowest_nothing_more_than_it_says()
 {
    let Some(demo) = Demo::shared(Engine::Sqlite) else {
        return;
    };
    let place = demo.place.copy("narrow");
    let narrow = place.api_key("kadis-kominfo", &["verify"]);
    let password = place.login("kadis-kominfo").password;
    let server = Server::start(&place);
    let nobody = Api::anonymous(&server.address);
    let wrong_key = Api::new(&server.address, &format!("pena_{}", "a".repeat(52)));
    let document = Document::ask(&nobody).await;
    let narrow = Api::new(&server.address, &narrow);
    let absent = Stage::absent();
    for operation in document.operations() {
        for api in [&nobody, &wrong_key] {
            let answer = call(api, &document, &operation, &absent, "bukan sandinya").await;
            assert_eq!(answer.status, 401, "{} {}", operation.id, answer.text());
            assert!(!answer.header("www-authenticate").is_empty());
        }
        let answer = call(&narrow, &document, &operation, &absent, &password).await;
        let may = operation.path.contains("/verifications") || operation.id == "me";
        assert!(
            may || matches!(answer.status, 403 | 404 | 415 | 422),
            "{}: {} {}",
            operation.id,
            answer.status,
            answer.text()
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn pages_of_others_show_nothing_of_a_letter_and_none_breaks() {
    let Some(demo) = Demo::shared(Engine::Sqlite) else {
        return;
    };
    let place = demo.place.copy("pages");
    let keys = Keys::make(&place, &["konseptor-kesehatan"]);
    let server = Server::start(&place);
    let stage = Stage::set(&place, &server, &keys).await;
    let mut wrong = Vec::new();
    let nobody = Person::new(&server.address);
    for account in ACCOUNTS {
        let login = place.login(account);
        let person = Person::logged_in(&server.address, &login).await;
        for page in PAGES {
            let absent = person.get(&Stage::fill(page, &stage.absent)).await;
            let foreign = person.get(&Stage::fill(page, &stage.foreign)).await;
            let what = format!("{account} {page}");
            if absent.status >= 500 || foreign.status >= 500 {
                wrong.push(format!("{what} {}", foreign.status));
            }
            if knows(account) {
                continue;
            }
            if foreign.text().contains(CANARY) || headers(&foreign).contains(CANARY) {
                wrong.push(format!("{what} leaks"));
            }
            let closed = matches!(absent.status, 403 | 404) && absent.status == foreign.status;
            if page.contains('{') && !closed {
                wrong.push(format!(
                    "{what}: absent {}, foreign {}",
                    absent.status, foreign.status
                ));
            }
        }
    }
    for page in PAGES {
        let answer = nobody.get(&Stage::fill(page, &stage.foreign)).await;
        // To the log-in, or to the page that sends on to it.
        let to = answer.header("location");
        let sent_away = to.starts_with("/masuk") || PAGES.contains(&to);
        if answer.status != 303 || !sent_away {
            wrong.push(format!("nobody {page}: {}", answer.status));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// An account of every role, of the letter's OPD and of others.
const ACCOUNTS: [&str; 9] = [
    "konseptor-kesehatan",
    "konseptor-kominfo",
    "kadis-kominfo",
    "tu-kominfo",
    "aplikasi-kominfo",
    "bupati",
    "arsiparis",
    "auditor",
    "admin",
];

/// Every page that needs a log-in.
const PAGES: [&str; 29] = [
    "/",
    "/tugas",
    "/naskah",
    "/naskah?tab=masuk",
    "/naskah?tab=arsip",
    "/naskah?q=KENARI",
    "/tulis",
    "/naskah/{nsk_}",
    "/naskah/{nsk_}/ubah",
    "/naskah/{nsk_}/halaman/1",
    "/naskah/{nsk_}/unduh",
    "/naskah/{nsk_}/bukti",
    "/naskah/{nsk_}/perubahan",
    "/agenda",
    "/agenda/masuk",
    "/agenda/keluar",
    "/agenda/masuk/csv",
    "/agenda/entri/{agd_}",
    "/agenda/entri/{agd_}/lembar",
    "/agenda/entri/{agd_}/berkas",
    "/agenda/entri/{agd_}/halaman/1.png",
    "/agenda/catat",
    "/profil",
    "/administrasi",
    "/administrasi/opd",
    "/administrasi/pejabat",
    "/auditor",
    "/auditor?q=KENARI",
    "/auditor/surat/{nsk_}",
];

/// Who may know of the letter: its own OPD, and whoever reads everything that is not secret.
fn knows(account: &str) -> bool {
    account.ends_with("-kesehatan") || account == "auditor" || account == "arsiparis"
}

impl Stage {
    async fn set(place: &Place, server: &Server, keys: &Keys) -> Self {
        let drafter = keys.of(&server.address, "konseptor-kesehatan");
        let office = Office::ask(&drafter).await;
        let head = office.jabatan("Kepala Dinas Kesehatan");
        let letter = json!({
            "jenis": "nota_dinas",
            "opd": office.opd_of("Kepala Dinas Kesehatan"),
            "dari": head,
            "hal": format!("{CANARY} hal"),
            "body": format!("{CANARY} isi"),
            "klasifikasi": "000.5.2",
            "recipients": [{"name": format!("{CANARY} tujuan")}],
            "recipients_place": "Contohrejo",
            "signers": [head],
        });
        let made = drafter.post("/api/v1/letters", &letter).await.must(201);
        let id = made.json()["id"].as_str().expect("an id").to_owned();
        // An entry in the agenda of an OPD that no account belongs to.
        let show = place.engine.show_id("id");
        let entry = place.database.rows(&format!(
            "SELECT {show} FROM agenda WHERE opd = (SELECT id FROM opd WHERE name LIKE 'BADAN KEUANGAN%');\n"
        ));
        let entry = entry.concat().concat();
        assert!(!entry.is_empty(), "the demo sent them one letter");
        let mut foreign = Self::absent();
        foreign.insert(LETTER, id);
        foreign.insert(AGENDA, format!("{AGENDA}{entry}"));
        Self {
            foreign,
            absent: Self::absent(),
        }
    }

    fn absent() -> BTreeMap<&'static str, String> {
        [LETTER, AGENDA, DISPOSISI]
            .into_iter()
            .map(|prefix| (prefix, format!("{prefix}{}", "1".repeat(32))))
            .collect()
    }

    fn fill(page: &str, ids: &BTreeMap<&'static str, String>) -> String {
        ids.iter().fold(page.to_owned(), |page, (prefix, id)| {
            page.replace(&format!("{{{prefix}}}"), id)
        })
    }
}

/// Calls an operation on these objects, with the smallest body that fits.
async fn call(
    api: &Api,
    document: &Document,
    operation: &Operation,
    ids: &BTreeMap<&'static str, String>,
    password: &str,
) -> Answer {
    let prefix = if operation.path.starts_with("/api/v1/agenda") {
        AGENDA
    } else {
        LETTER
    };
    let path = operation
        .path
        .replace("{id}", &ids[prefix])
        .replace("{disposisi}", &ids[DISPOSISI])
        .replace("{page}", "1")
        .replace("{opd}", &format!("opd_{}", "1".repeat(32)))
        .replace("{book}", "masuk?year=2026")
        .replace("{code}", "tidak-ada")
        .replace("{version}", "1");
    let mut request = api.request(operation.method.clone(), &path);
    if operation.method == Method::POST {
        request = request.header("idempotency-key", fresh_key());
    }
    if operation.method == Method::PUT {
        request = request.header("if-match", "*");
    }
    if let Some(mut body) = document.body(operation) {
        // The step-up is the account's own: what refuses is the policy.
        if let Some(confirmation) = body.get_mut("confirmation") {
            confirmation["password"] = json!(password);
        }
        request = request.json(&body);
    }
    if operation.id == "inbox_stream" {
        // It never ends; its head is the answer.
        let response = request.send().await.expect("it answers");
        return Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: b"{}".to_vec(),
        };
    }
    send(request).await
}

/// What an answer says, apart from the number of the request.
fn alike(answer: &Answer) -> (u16, Value) {
    let mut body: Value = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
    if let Some(fields) = body.as_object_mut() {
        fields.remove("trace_id");
    }
    (answer.status, body)
}

fn headers(answer: &Answer) -> String {
    format!("{:?}", answer.headers)
}
