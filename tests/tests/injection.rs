//! What hostile people put into fields, headers, addresses and cookies changes nothing and runs nowhere
//! (threats T2, T4, T13, T14, T15, T20).
#![expect(clippy::expect_used, reason = "a test that cannot go on stops loudly")]

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::json;
use tests::api::{Answer, Api, send};
use tests::database::Engine;
use tests::demo::{Demo, Place};
use tests::job::{Crew, PEOPLE, step, text};
use tests::office::Keys;
use tests::person::{Form, Person, form_to, forms};
use tests::process;
use tests::program;
use tests::server::Server;
use tests::tool;

struct Stage {
    place: Place,
    server: Server,
    crew: Crew,
}

impl Stage {
    async fn set(purpose: &str) -> Option<Self> {
        let demo = Demo::shared(Engine::Sqlite)?;
        let place = demo.place.copy(purpose);
        let keys = Keys::make(&place, &PEOPLE);
        let server = Server::start(&place);
        let crew = Crew::new(&place, &server.address, &keys).await;
        Some(Self {
            place,
            server,
            crew,
        })
    }

    async fn person(&self, username: &str) -> Person {
        Person::logged_in(&self.server.address, &self.place.login(username)).await
    }
}

const PAYLOADS: [&str; 12] = [
    "<script>alert(1)</script>",
    "\"><script>alert(1)</script>",
    "'><img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "\" autofocus onfocus=alert(1) x=\"",
    "' autofocus onfocus=alert(1) x='",
    "javascript:alert(1)",
    "<a href=javascript:alert(1)>x</a>",
    "{{7*7}}${7*7}<%= 7*7 %>",
    "<!--><script>alert(1)</script>-->",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_written_into_a_letter_is_text_on_every_page() {
    let Some(stage) = Stage::set("xss").await else {
        return;
    };
    let mut readers = Vec::new();
    for name in ["konseptor-kominfo", "kadis-kominfo", "auditor"] {
        readers.push(stage.person(name).await);
    }
    let mut wrong = Vec::new();
    for payload in PAYLOADS {
        let mut letter = stage.crew.office.letter(&format!("Hal {payload} akhir"));
        letter["body"] = format!("Isi {payload} akhir").into();
        letter["recipients"][0]["name"] = format!("Yth {payload} akhir").into();
        letter["recipients_place"] = format!("Kota {payload} akhir").into();
        let made = stage.crew.drafter.post("/api/v1/letters", &letter).await;
        if made.status == 422 {
            continue;
        }
        let id = text(&made.must(201).json(), "id");
        let _state = step(&stage.crew.drafter, &id, "submit").await;
        for person in &readers {
            for page in [
                format!("/naskah/{id}"),
                format!("/naskah/{id}/ubah"),
                format!("/auditor/surat/{id}"),
                "/tugas".into(),
                "/naskah".into(),
                "/".into(),
                "/auditor".into(),
                format!("/naskah?q={}", tests::person::percent(payload)),
                format!("/auditor?q={}", tests::person::percent(payload)),
            ] {
                let shown = person.get(&page).await;
                assert!(shown.status < 500, "{page}: {}", shown.text());
                if is_alive(&shown.text(), payload) {
                    wrong.push(format!("{page} runs {payload}"));
                }
                guarded(&page, &shown);
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether what was written stands on the page as markup.
fn is_alive(page: &str, payload: &str) -> bool {
    let markup = payload.contains('<') || payload.contains('"') || payload.contains("' ");
    (markup && page.contains(payload))
        || page.contains("href=\"javascript:")
        || page.contains("49$49")
}

fn guarded(page: &str, shown: &Answer) {
    let policy = shown.header("content-security-policy");
    for rule in [
        "default-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ] {
        assert!(policy.contains(rule), "{page}: {policy}");
    }
    assert!(
        !policy.contains("unsafe"),
        "{page} lets inline code run: {policy}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn names_and_metadata_of_a_verified_file_are_text() {
    let Some(stage) = Stage::set("names").await else {
        return;
    };
    let visitor = Person::new(&stage.server.address);
    let page = visitor.get("/verifikasi").await.must(200).text();
    let form = form_to(&page, "/verifikasi");
    for payload in PAYLOADS {
        let metadata = payload.replace(['(', ')', '\\'], "");
        let pdf = format!(
            "%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n\
             3 0 obj<</Title({metadata})/Author({metadata})>>endobj\n\
             trailer<</Root 1 0 R/Info 3 0 R/Size 4>>\n%%EOF"
        );
        let shown = visitor
            .upload(&form, "berkas", &format!("{payload}.pdf"), pdf.as_bytes())
            .await;
        assert!(shown.status < 500, "{}", shown.text());
        assert!(!is_alive(&shown.text(), payload), "{payload}");
        guarded("/verifikasi", &shown);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn addresses_come_from_the_configuration_and_never_from_the_request() {
    let Some(stage) = Stage::set("host").await else {
        return;
    };
    let visitor = Person::new(&stage.server.address);
    let letter = stage.crew.carried("Surat dengan tuan rumah palsu").await;
    let signed = stage.crew.sign(&letter).await;
    for path in [
        "/masuk",
        "/verifikasi",
        "/v",
        "/",
        "/tidak-ada",
        "/api/v1/openapi.json",
        "/api/v1/me",
    ] {
        for (name, value) in [
            ("host", "palsu.example"),
            ("x-forwarded-host", "palsu.example"),
            ("x-forwarded-proto", "https"),
            ("forwarded", "host=palsu.example;proto=https"),
            ("x-original-url", "/administrasi"),
            ("x-rewrite-url", "/administrasi"),
        ] {
            let request = visitor.request(Method::GET, path).header(name, value);
            let shown = visitor.send(request).await;
            assert!(shown.status < 500, "{path} {name}: {}", shown.text());
            assert!(
                !shown.text().contains("palsu.example"),
                "{path} believes {name}"
            );
            assert!(!format!("{:?}", shown.headers).contains("palsu.example"));
        }
    }
    let read = stage
        .crew
        .head
        .request(Method::GET, &format!("/api/v1/letters/{letter}"))
        .header("x-forwarded-host", "palsu.example");
    let shown = send(read).await.must(200).json();
    let url = text(&shown["verification"], "url");
    assert!(url.starts_with(&stage.server.address), "{url}");
    drop(signed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_is_sent_to_another_site_and_no_header_is_made_of_an_address() {
    let Some(stage) = Stage::set("redirect").await else {
        return;
    };
    let login = stage.place.login("konseptor-kominfo");
    for back in [
        "https://palsu.example/",
        "//palsu.example/",
        "/\\palsu.example/",
        "\\\\palsu.example",
        "/%09/palsu.example",
        "javascript:alert(1)",
        "/%0d%0aSet-Cookie:%20pena=jahat",
        "\r\nSet-Cookie: pena=jahat",
    ] {
        let visitor = Person::new(&stage.server.address);
        let encoded = tests::person::percent(back);
        let page = visitor
            .get(&format!("/masuk?kembali={encoded}"))
            .await
            .text();
        let form = form_to(&page, "/masuk");
        let filled = [
            ("nama", login.username.as_str()),
            ("sandi", login.password.as_str()),
            ("kembali", back),
        ];
        let entered = visitor.submit(&form, &filled).await;
        harmless(back, &entered);
        let turned = visitor.get(&format!("/bahasa/en?kembali={encoded}")).await;
        harmless(back, &turned);
    }
}

fn harmless(back: &str, answer: &Answer) {
    let to = answer.header("location");
    assert!(answer.status < 500, "{back}: {}", answer.text());
    let ours = to.is_empty() || (to.starts_with('/') && !to.starts_with("//"));
    assert!(ours && !to.contains('\\'), "{back} leads to {to}");
    let cookies = answer.headers.get_all("set-cookie");
    assert!(
        cookies
            .iter()
            .all(|cookie| !cookie.as_bytes().ends_with(b"jahat")),
        "{back} sets a cookie"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_form_works_once_from_our_own_page_in_its_own_session_and_nowhere_else() {
    let Some(stage) = Stage::set("csrf").await else {
        return;
    };
    let person = stage.person("konseptor-kominfo").await;
    let other = stage.person("kadis-kominfo").await;
    let page = person.get("/profil").await.must(200).text();
    let form = forms(&page)
        .into_iter()
        .find(|form| form.action == "/profil/bahasa" || form.action == "/profil/bekukan")
        .expect("the profile has a form");
    let bare = Form {
        fields: Vec::new(),
        ..form.clone()
    };
    assert!(person.submit(&bare, &[]).await.status >= 400, "no token");
    let foreign_token = other.submit(&form, &[]).await;
    assert!(foreign_token.status >= 400, "another session's token");
    for (name, value) in [
        ("origin", "https://palsu.example"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        let mut request = person
            .request(Method::POST, &form.action)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(tests::person::urlencoded(&form.fields))
            .build()
            .expect("it is a request");
        let headers = request.headers_mut();
        headers.remove("sec-fetch-site");
        headers.insert(name, value.parse().expect("it is a header"));
        let response = tests::api::client()
            .execute(request)
            .await
            .expect("it answers");
        assert_eq!(response.status().as_u16(), 403, "{name}: {value}");
    }
    // By GET nothing happens.
    let by_get = person.get(&form.action).await;
    assert!(matches!(by_get.status, 404 | 405), "{}", by_get.status);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_stolen_cookie_reads_the_inbox_and_does_nothing_that_asks_for_a_step_up() {
    let Some(stage) = Stage::set("stolen").await else {
        return;
    };
    let letter = stage.crew.carried("Surat yang diincar").await;
    let victim = stage.person("kadis-kominfo").await;
    let thief = Person::new(&stage.server.address);
    thief.steal(&victim);
    let inbox = thief.get("/tugas").await.must(200).text();
    assert!(inbox.contains("Surat yang diincar"), "{inbox}");

    // To sign.
    let page = thief
        .get(&format!("/naskah/{letter}"))
        .await
        .must(200)
        .text();
    let form = form_to(&page, "/tandatangan");
    let shown = thief.submit(&form, &[]).await.text();
    let form = form_to(&shown, "/tandatangan/mulai");
    for guess in ["", "frasa yang ditebak"] {
        let refused = thief.submit(&form, &[("frasa", guess)]).await;
        assert_ne!(refused.status, 303, "signed without the passphrase");
    }
    // To change password, keys, second factor, or who may sign.
    let page = thief.get("/profil").await.must(200).text();
    for form in forms(&page) {
        let guarded = form
            .names
            .iter()
            .any(|name| name.contains("sandi") || name.contains("frasa"));
        if !guarded {
            continue;
        }
        let mut filled: Vec<(&str, &str)> = Vec::new();
        for name in &form.names {
            if name != "token" {
                filled.push((name, "tebakan-yang-salah-1"));
            }
        }
        let refused = thief.submit(&form, &filled).await;
        assert_ne!(refused.status, 303, "{} went through", form.action);
    }
    let state = stage
        .crew
        .head
        .get(&format!("/api/v1/letters/{letter}"))
        .await
        .json();
    assert_eq!(state["tahap"], "signing", "{state}");

    // From another kind of browser the session ends.
    let request = thief
        .request(Method::GET, "/tugas")
        .header("user-agent", "curl/8");
    let mut request = request.build().expect("it is a request");
    request.headers_mut().insert(
        "user-agent",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Safari/605"
            .parse()
            .expect("it is a header"),
    );
    let answer = tests::api::client()
        .execute(request)
        .await
        .expect("it answers");
    assert_eq!(answer.status().as_u16(), 303, "the session has ended");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_text_of_a_letter_is_no_program_of_the_typesetter() {
    let Some(stage) = Stage::set("typst").await else {
        return;
    };
    for body in [
        "#read(\"/etc/passwd\")",
        "#import \"@preview/cetz:0.3.4\": *",
        "#let f(x) = f(x)\n#f(1)",
        "#while true {}",
        "$ sum_(i=0)^oo $ `#read(\"/etc/passwd\")`",
        "#include \"/etc/passwd\"",
        "![x](/etc/passwd)",
        "[x](file:///etc/passwd)",
    ] {
        let mut letter = stage.crew.office.letter("Surat dengan isi aneh");
        letter["body"] = body.into();
        let made = stage.crew.drafter.post("/api/v1/letters", &letter).await;
        if made.status == 422 {
            continue;
        }
        let id = text(&made.must(201).json(), "id");
        let _state = step(&stage.crew.drafter, &id, "submit").await;
        for who in [&stage.crew.drafter, &stage.crew.secretary] {
            tests::job::paraf(who, &id).await;
        }
        let start = Instant::now();
        let prepared = stage
            .crew
            .head
            .post("/api/v1/signatures/prepare", &json!({"letters": [id]}))
            .await
            .must(200)
            .json();
        let took = start.elapsed();
        assert!(took < Duration::from_secs(30), "{body}: {took:?}");
        if prepared["items"][0]["prepared"].is_null() {
            continue;
        }
        let signed = stage.crew.sign(&id).await;
        let pdf = stage
            .crew
            .head
            .get(&format!("/api/v1/letters/{id}/pdf"))
            .await
            .must(200);
        let file = stage.place.folder.join("aneh.pdf");
        std::fs::write(&file, &pdf.body).expect("a file can be written");
        let Some(pdftotext) = tool::on_path("pdftotext") else {
            return;
        };
        let mut read = std::process::Command::new(pdftotext);
        read.arg(&file).arg("-");
        let printed = process::run(&mut read, b"", program::PATIENCE).text();
        assert!(!printed.contains("root:"), "{body} reads files: {printed}");
        drop(signed);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_address_leads_to_a_file_of_the_machine() {
    let Some(stage) = Stage::set("paths").await else {
        return;
    };
    let host = stage
        .server
        .address
        .trim_start_matches("http://")
        .to_owned();
    for path in [
        "/aset/../../keys/server.kek",
        "/aset/..%2f..%2fkeys%2fserver.kek",
        "/aset/%2e%2e/%2e%2e/keys/server.kek",
        "/ca/../keys/server.kek",
        "/ca/..%2fkeys%2fserver.kek",
        "/ca/%2e%2e%2fkeys%2fserver.kek",
        "/ca/root.sealed.json",
        "/ca//etc/passwd",
        "/ca/root.pem%00.txt",
        "//etc/passwd",
        "/..;/keys/server.kek",
        "/v/..%2f..%2fkeys",
        "/naskah/..%2f..%2fetc%2fpasswd",
    ] {
        // Past every client that would tidy the path up.
        let answer = raw(&host, path);
        let status = answer.split(' ').nth(1).unwrap_or_default().to_owned();
        assert!(
            matches!(status.as_str(), "404" | "400" | "303"),
            "{path}: {answer}"
        );
        assert!(
            !answer.contains("root:") && !answer.contains("\"kdf\""),
            "{path}: {answer}"
        );
    }
    let root = Api::anonymous(&stage.server.address)
        .get("/ca/root.pem")
        .await
        .must(200);
    assert!(root.text().contains("BEGIN CERTIFICATE"));
}

/// One request written by hand.
fn raw(host: &str, path: &str) -> String {
    use std::io::{Read, Write};
    let mut socket = std::net::TcpStream::connect(host).expect("it listens");
    socket
        .set_read_timeout(Some(Duration::from_secs(20)))
        .expect("a socket has a timeout");
    write!(
        socket,
        "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    )
    .expect("a request can be sent");
    let mut answer = String::new();
    drop(socket.read_to_string(&mut answer));
    answer
}
