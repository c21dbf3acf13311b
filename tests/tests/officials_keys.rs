//! Officials of a running service whose keys lie on a token and at a signing service: bound by the administrator, signing
//! letters that pdfsig and pyHanko accept; and whatever is wrong with PIN, token, service or certificate is said in
//! Indonesian, with nothing signed and nothing lost.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on stops loudly and says why"
)]

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tests::api::Api;
use tests::csc::{self, Csc, Lie};
use tests::database::Engine;
use tests::demo::{Demo, Place};
use tests::job::{step, text};
use tests::judge::{self, Trust};
use tests::office::{HEAD, Keys, Office, Official, RECEIVER};
use tests::person::{Person, form_to};
use tests::process::run;
use tests::program;
use tests::server::Server;
use tests::token::{self, SoftToken};
use tests::tool::on_path;

const PATIENCE: Duration = Duration::from_mins(1);
const LABEL: &str = "ttd-kadis";

/// A service whose configuration names a token and a signing service.
struct Stage {
    place: Place,
    keys: Keys,
    token: SoftToken,
    csc: Csc,
    /// Signs with the token.
    head: Official,
    /// Signs at the service.
    receiver: Official,
    /// The certificate of the key on the token.
    certificate: PathBuf,
    sections: String,
}

impl Stage {
    fn new() -> Option<Self> {
        let openssl = on_path("openssl")?;
        let mut token = SoftToken::new()?;
        let demo = Demo::shared(Engine::Sqlite)?;
        let place = demo.place.copy("officials-keys");
        let head = Official::of(&place, HEAD);
        let receiver = Official::of(&place, RECEIVER);
        let csc = Csc::start_for(csc::P256, &receiver.name.to_uppercase())?;
        let at = |name: &str| place.folder.join(name);
        let (key, certificate) = (at("token.key"), at("token.pem"));
        let subject = format!("/CN={}", head.name);
        let make = [
            "req",
            "-x509",
            "-nodes",
            "-newkey",
            "rsa:2048",
            "-days",
            "30",
            "-subj",
            &subject,
            "-addext",
            "keyUsage=critical,digitalSignature,nonRepudiation,keyCertSign",
            "-keyout",
            key.to_str()?,
            "-out",
            certificate.to_str()?,
        ];
        run(Command::new(openssl).args(make), b"", PATIENCE).must_exit(0);
        token.import(&key, LABEL);
        fs::create_dir_all(at("keys/trust")).unwrap();
        fs::copy(&certificate, at("keys/trust/token.pem")).unwrap();
        fs::copy(csc.file("own.pem"), at("keys/trust/csc.pem")).unwrap();
        fs::write(at("akses"), format!("{}\n", csc::TOKEN)).unwrap();
        let sections = format!(
            "[signing.pkcs11.hsm]\nmodule = '{}'\ntoken = '{}'\n\
             [signing.csc.psre]\nurl = '{}'\naccess_token_file = 'akses'\n",
            token.module().display(),
            token::LABEL,
            csc.url(),
        );
        let accounts = [
            "admin",
            "konseptor-kominfo",
            "kadis-kominfo",
            "konseptor-kesehatan",
            "kadis-kesehatan",
        ];
        Some(Self {
            keys: Keys::make(&place, &accounts),
            place,
            token,
            csc,
            head,
            receiver,
            certificate,
            sections,
        })
    }

    fn start(&self) -> Server {
        Server::start_in(&self.place, &self.sections, &[self.token.environment()])
    }

    /// Binds the key on the token, as the administrator's program does.
    async fn bind_token(&self, admin: &Api, official: &str, pin: &str) -> Value {
        let body = json!({
            "official": official,
            "provider": "hsm",
            "label": LABEL,
            "pin": pin,
            "certificates": fs::read_to_string(&self.certificate).unwrap(),
            "confirmation": {"password": self.place.login("admin").password},
        });
        let answer = admin.post("/api/v1/signing-keys/token", &body).await;
        told(answer.status, answer.json())
    }

    async fn bind_service(&self, admin: &Api, pin: &str) -> Value {
        let body = json!({
            "official": self.receiver.id,
            "provider": "psre",
            "credential": csc::CREDENTIAL,
            "pin": pin,
            "confirmation": {"password": self.place.login("admin").password},
        });
        let answer = admin.post("/api/v1/signing-keys/service", &body).await;
        told(answer.status, answer.json())
    }
}

fn told(status: u16, mut body: Value) -> Value {
    body["status"] = json!(status);
    body
}

/// A refusal with this rule, explained in Indonesian.
fn assert_refused(answer: &Value, status: u16, rule: &str, words: &str) {
    assert_eq!(answer["status"], status, "{answer}");
    assert_eq!(answer["rule"], rule, "{answer}");
    assert!(text(answer, "detail").contains(words), "{answer}");
}

/// Who drafts and who signs.
struct Desk {
    drafter: Api,
    signer: Api,
    position: &'static str,
}

impl Desk {
    /// A letter that waits for its signer, with the version that is shown.
    async fn prepared(&self) -> Value {
        let office = Office::ask(&self.drafter).await;
        let position = office.jabatan(self.position);
        let letter = json!({
            "jenis": "nota_dinas",
            "opd": office.opd_of(self.position),
            "dari": position,
            "hal": "Laporan triwulan contoh",
            "body": "Bersama ini kami sampaikan laporan triwulan.",
            "klasifikasi": "000.5.2",
            "recipients": [{"name": "Sekretaris"}],
            "recipients_place": "Contohrejo",
            "signers": [position],
        });
        let made = self
            .drafter
            .post("/api/v1/letters", &letter)
            .await
            .must(201);
        let id = text(&made.json(), "id");
        let _submitted = step(&self.drafter, &id, "submit").await;
        let asked = json!({"letters": [id]});
        let shown = self.signer.post("/api/v1/signatures/prepare", &asked).await;
        let block = shown.must(200).json()["items"][0]["prepared"].clone();
        assert!(block.is_object(), "{block}");
        json!({"letter": id, "version_sha256": block["version_sha256"]})
    }

    /// The refusal, or the run once it is over.
    async fn sign(&self, letters: &[&Value], secret: &str) -> Value {
        let body = json!({"letters": letters, "passphrase": secret});
        let begun = self.signer.post("/api/v1/signatures", &body).await;
        if begun.status != 202 {
            return told(begun.status, begun.json());
        }
        let path = format!("/api/v1/signatures/{}", text(&begun.json(), "id"));
        let start = Instant::now();
        loop {
            let state = self.signer.get(&path).await.must(200).json();
            if state["state"] != "running" {
                return state;
            }
            assert!(start.elapsed() < PATIENCE, "{state}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn pdf(&self, letter: &Value) -> Vec<u8> {
        let path = format!("/api/v1/letters/{}/pdf", text(letter, "letter"));
        self.drafter.get(&path).await.must(200).body
    }

    async fn tahap(&self, letter: &Value) -> String {
        let path = format!("/api/v1/letters/{}", text(letter, "letter"));
        text(&self.drafter.get(&path).await.must(200).json(), "tahap")
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn officials_sign_with_a_token_and_at_a_service_and_others_accept_it() {
    let Some(stage) = Stage::new() else { return };
    let server = stage.start();
    bind_both(&stage, &server).await;
    let mut files = sign_with_token(&stage, &server).await;
    files.extend(sign_at_service(&stage, &server).await);
    let log = server.log();
    for secret in [token::PIN, csc::PIN, csc::TOKEN] {
        assert!(!log.contains(secret), "the log tells a secret");
    }
    server.stop();
    stage.place.clean_audit();
    assert_others_accept(&stage, files);
    let (name, value) = stage.token.environment();
    let mut doctor = program::pena();
    doctor.args(["doctor", "--data-dir", stage.place.folder.to_str().unwrap()]);
    let doctor = run(doctor.env(name, value), b"", PATIENCE);
    for named in ["signing.pkcs11.hsm answers", "signing.csc.psre answers"] {
        assert!(doctor.text().contains(named), "{}", doctor.all());
    }
}

/// What is wrong is said, and nothing is bound; then one is bound by a program, the other on the page.
async fn bind_both(stage: &Stage, server: &Server) {
    let admin = stage.keys.of(&server.address, "admin");
    let wrong = stage.bind_token(&admin, &stage.head.id, "000000").await;
    assert_refused(&wrong, 403, "wrong-pin", "PIN");
    let other = stage
        .bind_token(&admin, &stage.receiver.id, token::PIN)
        .await;
    assert_refused(&other, 409, "other-person", "atas nama orang lain");
    let wrong = stage.bind_service(&admin, "000000").await;
    assert_refused(&wrong, 403, "wrong-pin", "PIN");
    stage.csc.lie(Lie::Down);
    let down = stage.bind_service(&admin, csc::PIN).await;
    assert_refused(&down, 409, "away", "tidak menjawab");
    stage.csc.lie(Lie::None);
    assert_eq!(bound_keys(&admin).await, 0);

    let bound = stage.bind_token(&admin, &stage.head.id, token::PIN).await;
    assert_eq!(bound["status"], 201, "{bound}");
    let again = stage.bind_token(&admin, &stage.head.id, token::PIN).await;
    assert_refused(&again, 409, "bound", "sudah terikat");
    let login = stage.place.login("admin");
    let person = Person::logged_in(&server.address, &login).await;
    let page = person.get("/administrasi/sertifikat").await.must(200);
    let form = form_to(&page.text(), "/administrasi/sertifikat/ikat-layanan");
    let filled = [
        ("pejabat", stage.receiver.id.as_str()),
        ("penyedia", "psre"),
        ("kredensial", csc::CREDENTIAL),
        ("pin", csc::PIN),
        ("sandi", login.password.as_str()),
    ];
    let answer = person.submit(&form, &filled).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    assert_eq!(bound_keys(&admin).await, 2);
}

/// How many keys lie elsewhere than in the vault.
async fn bound_keys(admin: &Api) -> usize {
    let keys = admin.get("/api/v1/signing-keys").await.must(200).json();
    let items = keys["items"].as_array().unwrap();
    items.iter().filter(|key| key["place"] != "vault").count()
}

async fn sign_with_token(stage: &Stage, server: &Server) -> Vec<(&'static str, Vec<u8>)> {
    let api = |account| stage.keys.of(&server.address, account);
    let desk = Desk {
        drafter: api("konseptor-kominfo"),
        signer: api("kadis-kominfo"),
        position: HEAD,
    };
    let letter = desk.prepared().await;
    assert_asks_for_pin(stage, server, &text(&letter, "letter")).await;
    let wrong = desk.sign(&[&letter], "000000").await;
    assert_refused(&wrong, 403, "wrong-pin", "hanya dicoba sekali");
    assert_eq!(desk.tahap(&letter).await, "signing");
    let second = desk.prepared().await;
    let done = desk.sign(&[&letter, &second], token::PIN).await;
    assert_eq!(done["state"], "done", "{done}");
    vec![
        ("token-1", desk.pdf(&letter).await),
        ("token-2", desk.pdf(&second).await),
    ]
}

/// The sign page asks for the right secret.
async fn assert_asks_for_pin(stage: &Stage, server: &Server, letter: &str) {
    let login = stage.place.login("kadis-kominfo");
    let head = Person::logged_in(&server.address, &login).await;
    let page = head.get(&format!("/naskah/{letter}")).await.must(200);
    let form = form_to(&page.text(), "/tandatangan");
    let shown = head.submit(&form, &[]).await.must(200);
    assert!(shown.text().contains("PIN token"), "{}", shown.text());
}

async fn sign_at_service(stage: &Stage, server: &Server) -> Vec<(&'static str, Vec<u8>)> {
    let api = |account| stage.keys.of(&server.address, account);
    let desk = Desk {
        drafter: api("konseptor-kesehatan"),
        signer: api("kadis-kesehatan"),
        position: RECEIVER,
    };
    let (one, two) = (desk.prepared().await, desk.prepared().await);
    let wrong = desk.sign(&[&one, &two], "000000").await;
    for item in wrong["items"].as_array().unwrap() {
        assert_eq!(item["reason"], "wrong_pin", "{wrong}");
    }
    stage.csc.lie(Lie::Down);
    let down = desk.sign(&[&one, &two], csc::PIN).await;
    assert_refused(&down, 409, "away", "tidak menjawab");
    stage.csc.lie(Lie::Disabled);
    let disabled = desk.sign(&[&one, &two], csc::PIN).await;
    assert_refused(&disabled, 409, "unfit", "tidak memenuhi syarat");
    stage.csc.lie(Lie::SadExpired);
    let denied = desk.sign(&[&one, &two], csc::PIN).await;
    for item in denied["items"].as_array().unwrap() {
        assert_eq!(item["reason"], "key_refused", "{denied}");
    }
    for letter in [&one, &two] {
        assert_eq!(desk.tahap(letter).await, "signing");
    }
    stage.csc.lie(Lie::None);
    let done = desk.sign(&[&one, &two], csc::PIN).await;
    assert_eq!(done["state"], "done", "{done}");
    let asked = stage.csc.asked();
    let calls = |call: &str| asked.iter().filter(|one| one.path.ends_with(call)).count();
    assert_eq!((calls("authorize"), calls("signHash")), (1, 1));
    vec![
        ("layanan-1", desk.pdf(&one).await),
        ("layanan-2", desk.pdf(&two).await),
    ]
}

/// pdfsig, pyHanko and `pena verify` on each file.
fn assert_others_accept(stage: &Stage, files: Vec<(&str, Vec<u8>)>) {
    let mut paths = Vec::new();
    for (name, bytes) in files {
        let path = stage.place.folder.join(format!("{name}.pdf"));
        fs::write(&path, bytes).unwrap();
        if let Some(found) = judge::pdfsig(&path) {
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(found[0].valid && found[0].total, "{name}: {found:?}");
        }
        paths.push(path);
    }
    let trust = Trust {
        anchors: vec![stage.certificate.clone(), stage.csc.file("own.pem")],
        crls: Vec::new(),
    };
    let (verdicts, worst) = judge::pena_verdicts(&paths, &trust, paths.len());
    assert_eq!(worst, 0, "{verdicts:?}");
    let verdicts = judge::pyhanko_verdicts(&paths, &trust);
    for verdict in verdicts.into_iter().flatten() {
        assert_eq!(verdict["signatures"][0]["accepted"], true, "{verdict:#}");
    }
}
