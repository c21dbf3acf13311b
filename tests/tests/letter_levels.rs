//! Letters of a running service that stay provable: signed with times and evidence of an authority on loopback, judged
//! by pyHanko (revocation required), pdfsig and `pena verify`; and what people and programs see while the authority lies
//! or is silent.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on stops loudly and says why"
)]

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tests::database::Engine;
use tests::demo::{Demo, Place};
use tests::job::{Crew, PEOPLE};
use tests::judge;
use tests::office::Keys;
use tests::person::{Person, form_to};
use tests::pki::{Manner, Pki};
use tests::process::run;
use tests::program;
use tests::server::Server;
use tests::tool::{pyhanko, script};

/// An office whose letters get times and evidence of that authority.
struct Stage {
    place: Place,
    keys: Keys,
    pki: Pki,
    sections: String,
}

impl Stage {
    fn new(purpose: &str, level: &str) -> Option<Self> {
        let demo = Demo::shared(Engine::Sqlite)?;
        let pki = Pki::start()?;
        let place = demo.place.copy(purpose);
        let keys = Keys::make(&place, &PEOPLE);
        let sections = format!(
            "[signing]\nlevel = '{level}'\ntsa = [{{ url = '{}', trust = '{}' }}]\n[remote]\nevidence_allow = ['{}']\n",
            pki.url("/tsa"),
            pki.file("root.pem").display(),
            pki.host(),
        );
        Some(Self {
            place,
            keys,
            pki,
            sections,
        })
    }

    fn start(&self) -> Server {
        Server::start_configured(&self.place, &self.sections)
    }

    async fn crew(&self, server: &Server) -> Crew {
        Crew::new(&self.place, &server.address, &self.keys).await
    }

    /// Everybody whom a judge of these letters trusts, in one file.
    fn roots(&self) -> PathBuf {
        let path = self.place.folder.join("semua-akar.pem");
        let own = fs::read(self.place.folder.join("ca/root.pem")).unwrap();
        let theirs = fs::read(self.pki.file("root.pem")).unwrap();
        fs::write(&path, [own, theirs].concat()).unwrap();
        path
    }
}

/// The letter, once it is as wanted.
async fn until(crew: &Crew, letter: &str, what: &str, is: impl Fn(&Value) -> bool) -> Value {
    let start = Instant::now();
    loop {
        let view = crew
            .head
            .get(&format!("/api/v1/letters/{letter}"))
            .await
            .must(200)
            .json();
        if is(&view) {
            return view;
        }
        assert!(start.elapsed() < PATIENCE, "{what}: {view:#}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

async fn pdf(crew: &Crew, letter: &str) -> Vec<u8> {
    let path = format!("/api/v1/letters/{letter}/pdf");
    crew.drafter.get(&path).await.must(200).body
}

/// Begins a run over one letter that passed its parafs; its item once the run is over.
async fn begin(crew: &Crew, letter: &str) -> Value {
    let prepared = crew
        .head
        .post("/api/v1/signatures/prepare", &json!({"letters": [letter]}))
        .await
        .must(200)
        .json();
    let version = &prepared["items"][0]["prepared"]["version_sha256"];
    let run = json!({
        "letters": [{"letter": letter, "version_sha256": version}],
        "passphrase": crew.passphrase(),
    });
    let begun = crew.head.post("/api/v1/signatures", &run).await.must(202);
    let path = format!(
        "/api/v1/signatures/{}",
        begun.json()["id"].as_str().unwrap()
    );
    let start = Instant::now();
    loop {
        let state = crew.head.get(&path).await.must(200).json();
        if state["state"] != "running" {
            return state["items"][0].clone();
        }
        assert!(start.elapsed() < PATIENCE, "{state:#}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

const PATIENCE: Duration = Duration::from_mins(2);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_letter_is_signed_and_archived_and_others_see_it() {
    let Some(stage) = Stage::new("levels-blta", "B-LTA") else {
        return;
    };
    let server = stage.start();
    let crew = stage.crew(&server).await;
    let letter = crew.carried("Arsip yang tahan lama").await;
    let signed = crew.sign(&letter).await;
    let kept = until(&crew, &letter, "it is archived", |view| {
        view["preservation"]["state"] == "kept"
    })
    .await;
    assert_eq!(kept["preservation"]["goal"], "b-lta");
    let kinds: Vec<&str> = kept["versions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|version| version["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["prepared", "signed", "extended"]);
    assert_eq!(kept["versions"][1]["sha256"], signed.sha256.as_str());
    let file = stage.place.folder.join("arsip.pdf");
    let bytes = pdf(&crew, &letter).await;
    fs::write(&file, &bytes).unwrap();

    // What our own page says of it: the level, and whose clock proves the time.
    let anybody = Person::new(&server.address);
    let form = form_to(
        &anybody.get("/verifikasi").await.must(200).text(),
        "/verifikasi",
    );
    let judged = anybody.upload(&form, "berkas", "arsip.pdf", &bytes).await;
    let page = judged.must(200).text();
    for words in [
        "Asli dan utuh",
        "dibuktikan cap waktu Contoh tsa",
        "PAdES-B-LTA",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let log = server.log();
    for private in ["Arsip yang tahan lama", crew.passphrase()] {
        assert!(!log.contains(private), "the log tells {private}");
    }
    server.stop();

    // What others say of it, with both roots and nothing fetched.
    let roots = stage.roots();
    let verify = program::call([
        "verify",
        "--json",
        "--offline",
        "--trust",
        roots.to_str().unwrap(),
        file.to_str().unwrap(),
    ]);
    let report = &program::json_lines(&verify)[0];
    assert_eq!(report["headline"], "intact", "{report:#}");
    assert_eq!(report["signatures"][0]["level"], "PAdES-B-LTA");
    assert!(
        report["signatures"][0]["time_authority"]
            .as_str()
            .is_some_and(|name| name.contains("Contoh tsa")),
        "{report:#}"
    );
    if let Some(found) = judge::pdfsig(&file) {
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].valid, "{found:?}");
    }
    if let Some(python) = pyhanko() {
        let mut command = Command::new(python);
        command.arg(script("levels.py")).arg(&roots).arg(&file);
        let done = run(&mut command, b"", PATIENCE);
        assert_eq!(done.code, Some(0), "{}", done.all());
        let said: Value = serde_json::from_str(done.text().lines().next().unwrap()).unwrap();
        assert_eq!(said["now"], true, "{} {}", said, done.all());
        assert_eq!(said["archived"], "AdESPassed.OK", "{said}");
    }
    let doctor = program::call(
        ["doctor", "--data-dir", stage.place.folder.to_str().unwrap()]
            .into_iter()
            .map(str::to_owned),
    );
    let told = format!("timestamps: {} gives them", stage.pki.host());
    assert!(doctor.text().contains(&told), "{}", doctor.all());
    stage.place.clean_audit();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_letter_waits_for_an_authority_that_lies_or_is_silent_and_everybody_sees_it() {
    let Some(stage) = Stage::new("levels-waiting", "B-T") else {
        return;
    };
    let server = stage.start();
    let crew = stage.crew(&server).await;
    let manners = [
        Manner::Down,
        Manner::OtherNonce,
        Manner::OtherImprint,
        Manner::Nonsense,
        Manner::Endless,
        Manner::Redirects,
    ];
    let mut waiting = Vec::new();
    for manner in manners {
        stage.pki.behave("/tsa", manner);
        let letter = crew
            .carried(&format!("Menunggu cap waktu {manner:?}"))
            .await;
        let item = begin(&crew, &letter).await;
        assert_eq!(item["state"], "awaiting_timestamp", "{manner:?}: {item}");
        let view = until(&crew, &letter, "it waits", |view| {
            view["next"]["step"] == "await_timestamp"
        })
        .await;
        assert_eq!(view["versions"].as_array().unwrap().len(), 1, "{view:#}");
        assert_eq!(view["tahap"], "signing");
        // What would be refused meanwhile is not offered.
        for refused in ["sign", "prepare", "return", "reject", "cancel"] {
            let offered = view["may"].as_array().unwrap();
            assert!(!offered.contains(&json!(refused)), "{refused}: {offered:?}");
        }
        waiting.push(letter);
    }
    let counters = crew.head.get("/api/v1/counters").await.must(200).json();
    assert_eq!(counters["awaiting_timestamp"], waiting.len());
    let tasks = crew
        .head
        .get("/api/v1/tasks?kind=await_timestamp")
        .await
        .must(200)
        .json();
    assert_eq!(tasks["items"].as_array().unwrap().len(), waiting.len());

    // Its signer may stop waiting for one; nobody else may.
    let given_up = waiting.remove(0);
    let path = format!("/api/v1/letters/{given_up}/give-up-signature");
    let why = json!({"note": "Layanan cap waktu tidak menjawab."});
    let _refused = crew.drafter.post(&path, &why).await.must(403);
    let state = crew.head.post(&path, &why).await.must(200).json();
    assert_eq!(state["tahap"], "signing", "{state}");
    let _again = crew.head.post(&path, &why).await.must(409);

    // Killed while they wait, the next process gets them their times once the authority is honest.
    server.kill();
    let server = stage.start();
    let crew = stage.crew(&server).await;
    stage.pki.behave("/tsa", Manner::Honest);
    for letter in &waiting {
        let _signed = until(&crew, letter, "it is signed", |view| {
            view["tahap"] == "signed"
        })
        .await;
    }
    crew.sign(&given_up).await;
    server.stop();
    stage.place.clean_audit();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn evidence_that_lies_is_not_kept_and_what_is_lacking_is_told() {
    let Some(stage) = Stage::new("levels-evidence", "B-LT") else {
        return;
    };
    let server = stage.start();
    let crew = stage.crew(&server).await;
    let mut waiting = Vec::new();
    for (ocsp, crl) in [
        (Manner::Down, Manner::Down),
        (Manner::Nonsense, Manner::Stale),
        (Manner::Unknown, Manner::Endless),
    ] {
        stage.pki.behave("/ocsp", ocsp);
        stage.pki.behave("/crl", crl);
        let letter = crew.carried("Menunggu bukti").await;
        crew.sign(&letter).await;
        let view = until(&crew, &letter, "what is lacking is told", |view| {
            view["preservation"]["problem"] == "evidence"
        })
        .await;
        assert_eq!(view["preservation"]["state"], "waiting");
        assert_eq!(view["versions"].as_array().unwrap().len(), 2, "{view:#}");
        waiting.push(letter);
    }
    for service in ["/ocsp", "/crl"] {
        stage.pki.behave(service, Manner::Honest);
    }
    for letter in &waiting {
        let kept = |view: &Value| view["preservation"]["state"] == "kept";
        let _view = until(&crew, letter, "it is complete", kept).await;
    }
    // An authority that its own issuer says is revoked is not believed at all.
    stage.pki.behave("/ocsp", Manner::Revoked);
    let letter = crew.carried("Layanan cap waktu dicabut").await;
    let item = begin(&crew, &letter).await;
    assert_eq!(item["state"], "awaiting_timestamp", "{item}");
    server.stop();
    stage.place.clean_audit();
}
