//! A key that an official brings along as a PKCS#12 file, bound on the page of certificates: what is wrong is said beside
//! its field, no passphrase comes back, nobody but the administrator may, and what was bound signs letters that others
//! accept.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on stops loudly and says why"
)]

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use tests::api::{Answer, Api};
use tests::database::Engine;
use tests::demo::{Demo, Login, Place};
use tests::job::{Crew, PEOPLE};
use tests::judge::{self, Trust};
use tests::office::{HEAD, Keys, Official, RECEIVER};
use tests::person::{Form, Person, form_to};
use tests::process::run;
use tests::server::Server;
use tests::tool::on_path;

const PAGE: &str = "/administrasi/sertifikat";
const DOOR: &str = "/administrasi/sertifikat/ikat-berkas";
const PATIENCE: Duration = Duration::from_mins(1);
/// What opens the files.
const OPENS: &str = "pembuka berkas contoh";

/// An authority that is not ours, in a folder of its own.
struct Issuer {
    folder: PathBuf,
    openssl: PathBuf,
}

/// Of what kind a key is and until when its certificate lasts.
struct Kind {
    curve: &'static str,
    until: &'static str,
}

const GOOD: Kind = Kind {
    curve: "P-384",
    until: "20350101000000Z",
};

impl Issuer {
    /// Its root is trusted by the service at that place.
    fn trusted_by(place: &Place) -> Option<Self> {
        let issuer = Self {
            folder: place.folder.join("penerbit"),
            openssl: on_path("openssl")?,
        };
        fs::create_dir_all(&issuer.folder).unwrap();
        fs::write(issuer.folder.join("ca.cnf"), CONFIGURATION).unwrap();
        fs::write(issuer.folder.join("index.txt"), "").unwrap();
        issuer.call(
            "req -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:P-256 -days 30 -keyout root.key -out root.pem",
            &["-subj", "/CN=CA Contoh Luar"],
        );
        let trust = place.folder.join("keys/trust");
        fs::create_dir_all(&trust).unwrap();
        fs::copy(issuer.folder.join("root.pem"), trust.join("luar.pem")).unwrap();
        Some(issuer)
    }

    /// A file with a key of that person.
    fn p12(&self, name: &str, kind: &Kind) -> Vec<u8> {
        let subject = format!("/CN={name}");
        let request = format!(
            "req -new -nodes -newkey ec -pkeyopt ec_paramgen_curve:{} -keyout own.key -out own.csr",
            kind.curve
        );
        self.call(&request, &["-subj", &subject]);
        let certify = format!(
            "ca -batch -config ca.cnf -cert root.pem -keyfile root.key -startdate 20200101000000Z -enddate {} -in own.csr -out own.pem",
            kind.until
        );
        self.call(&certify, &["-notext"]);
        self.export("-inkey own.key -in own.pem")
    }

    /// A file with a key whose certificate only itself vouches for.
    fn own_p12(&self, name: &str) -> Vec<u8> {
        let subject = format!("/CN={name}");
        self.call(
            "req -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:P-256 -days 30 -keyout self.key -out self.pem",
            &["-subj", &subject],
        );
        self.export("-inkey self.key -in self.pem")
    }

    /// A file with a certificate and no key.
    fn p12_without_key(&self) -> Vec<u8> {
        self.export("-nokeys -in root.pem")
    }

    fn export(&self, what: &str) -> Vec<u8> {
        let passphrase = format!("pass:{OPENS}");
        let line = format!("pkcs12 -export {what} -out made.p12");
        self.call(&line, &["-passout", &passphrase]);
        fs::read(self.folder.join("made.p12")).unwrap()
    }

    fn call(&self, line: &str, further: &[&str]) {
        let mut command = Command::new(&self.openssl);
        command.current_dir(&self.folder);
        command.args(line.split(' ')).args(further);
        run(&mut command, b"", PATIENCE).must_exit(0);
    }
}

const CONFIGURATION: &str = "[ca]\ndefault_ca=c\n[c]\ndatabase=index.txt\nnew_certs_dir=.\nrand_serial=yes\n\
    default_md=sha256\npolicy=p\nx509_extensions=e\nunique_subject=no\n[p]\ncommonName=supplied\n\
    [e]\nkeyUsage=critical,digitalSignature,nonRepudiation\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n";

/// What is typed and chosen.
#[derive(Clone, Copy)]
struct Filled<'a> {
    official: &'a str,
    file: &'a [u8],
    opens: &'a str,
    seals: &'a str,
    again: &'a str,
    password: &'a str,
}

impl Filled<'_> {
    fn into(self, mut form: Form) -> Form {
        for (name, value) in [
            ("pejabat", self.official),
            ("frasa_berkas", self.opens),
            ("frasa", self.seals),
            ("ulang", self.again),
            ("sandi", self.password),
        ] {
            form.fields.retain(|(found, _)| found != name);
            form.fields.push((name.to_owned(), value.to_owned()));
        }
        form
    }

    async fn sent_by(self, person: &Person) -> Answer {
        let page = person.get(PAGE).await.must(200).text();
        let form = self.into(form_to(&page, DOOR));
        assert!(form.is_multipart, "{form:?}");
        person.upload(&form, "berkas", "kunci.p12", self.file).await
    }
}

struct Stage {
    place: Place,
    server: Server,
    issuer: Issuer,
    keys: Keys,
    head: Official,
    admin: Login,
    signer: Login,
}

impl Stage {
    fn up(engine: Engine) -> Option<Self> {
        let demo = Demo::shared(engine)?;
        let place = demo.place.copy("brought-key");
        let issuer = Issuer::trusted_by(&place)?;
        let accounts = [&PEOPLE[..], &["admin"]].concat();
        Some(Self {
            keys: Keys::make(&place, &accounts),
            head: Official::of(&place, HEAD),
            admin: place.login("admin"),
            signer: place.login("kadis-kominfo"),
            server: Server::start(&place),
            issuer,
            place,
        })
    }

    fn phrase(&self) -> &str {
        self.signer.passphrase.as_deref().unwrap()
    }

    /// All as it should be, with this file.
    fn filled<'a>(&'a self, file: &'a [u8]) -> Filled<'a> {
        Filled {
            official: &self.head.id,
            file,
            opens: OPENS,
            seals: self.phrase(),
            again: self.phrase(),
            password: &self.admin.password,
        }
    }

    /// How many keys were brought along.
    async fn brought(&self) -> usize {
        let admin: Api = self.keys.of(&self.server.address, "admin");
        let keys = admin.get("/api/v1/signing-keys").await.must(200).json();
        let items = keys["items"].as_array().unwrap();
        let brought = items.iter().filter(|key| key["place"] == "imported");
        brought.count()
    }

    /// The page says this beside this field, and holds no secret that was sent.
    fn assert_beside(&self, answer: &Answer, status: u16, field: &str, words: &str) {
        let page = answer.text();
        assert_eq!(answer.status, status, "{page}");
        let place = format!("id=\"ikat-berkas-{field}-salah\">");
        let (_, said) = page.split_once(&place).unwrap_or_else(|| {
            panic!("nothing is said beside {field}:\n{page}");
        });
        let said = said.split('<').next().unwrap();
        assert!(said.contains(words), "{field}: {said}");
        assert_eq!(page.matches("aria-invalid").count(), 1, "{page}");
        assert!(page.contains("role=\"alert\""), "{page}");
        self.assert_silent(&page);
    }

    fn assert_silent(&self, text: &str) {
        for secret in [OPENS, self.phrase(), &self.admin.password, MISTYPED] {
            assert!(!text.contains(secret), "a secret is told");
        }
    }
}

const MISTYPED: &str = "frasa yang salah ketik";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_official_brings_a_key_along_and_signs_with_it_on_sqlite() {
    brings_and_signs(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_official_brings_a_key_along_and_signs_with_it_on_postgres() {
    brings_and_signs(Engine::Postgres).await;
}

async fn brings_and_signs(engine: Engine) {
    let Some(stage) = Stage::up(engine) else {
        return;
    };
    let admin = Person::logged_in(&stage.server.address, &stage.admin).await;
    let good = stage.issuer.p12(&stage.head.name, &GOOD);
    what_is_wrong_with_a_file_is_said(&stage, &admin, &good).await;
    what_is_mistyped_is_said(&stage, &admin, &good).await;
    nobody_else_may(&stage, &good).await;
    assert_eq!(stage.brought().await, 0);

    let done = stage.filled(&good).sent_by(&admin).await.must(303);
    let page = admin.get(done.header("location")).await.must(200).text();
    assert!(page.contains("Tersimpan."), "{page}");
    assert!(page.contains("Brankas, dari PKCS#12"), "{page}");
    stage.assert_silent(&page);
    assert_eq!(stage.brought().await, 1);
    let again = stage.filled(&good).sent_by(&admin).await;
    stage.assert_beside(&again, 409, "berkas", "sudah terikat");

    let crew = Crew::new(&stage.place, &stage.server.address, &stage.keys).await;
    let letter = crew.carried("Surat dengan kunci dari luar").await;
    let _signed = crew.sign(&letter).await;
    let path = format!("/api/v1/letters/{letter}/pdf");
    let pdf = crew.drafter.get(&path).await.must(200).body;
    stage.assert_silent(&stage.server.log());
    stage.server.stop();
    stage.place.clean_audit();
    assert_others_accept(&stage.place, &stage.issuer, &pdf);
}

async fn what_is_wrong_with_a_file_is_said(stage: &Stage, admin: &Person, good: &[u8]) {
    let filled = stage.filled(good);
    let own = &stage.head.name;
    let other = Official::of(&stage.place, RECEIVER).name;
    let none = stage.issuer.p12_without_key();
    let expired = stage.issuer.p12(
        own,
        &Kind {
            until: "20210101000000Z",
            ..GOOD
        },
    );
    let unusual = stage.issuer.p12(
        own,
        &Kind {
            curve: "P-521",
            ..GOOD
        },
    );
    let others = stage.issuer.p12(&other, &GOOD);
    let untrusted = stage.issuer.own_p12(own);
    for (file, status, words) in [
        (&b""[..], 422, "Pilih berkas"),
        (b"bukan PKCS#12", 409, "tidak dapat dibaca"),
        (&none, 409, "tidak ada kunci privat"),
        (&expired, 409, "sudah kedaluwarsa"),
        (&unusual, 409, "Jenis kuncinya"),
        (&others, 409, "atas nama orang lain"),
        (&untrusted, 409, "tidak dipercaya"),
    ] {
        let answer = Filled { file, ..filled }.sent_by(admin).await;
        stage.assert_beside(&answer, status, "berkas", words);
    }
}

async fn what_is_mistyped_is_said(stage: &Stage, admin: &Person, good: &[u8]) {
    let filled = stage.filled(good);
    for (wrong, status, field, words) in [
        (
            Filled {
                opens: MISTYPED,
                ..filled
            },
            403,
            "frasa_berkas",
            "tidak membuka",
        ),
        (
            Filled {
                seals: "pendek",
                again: "pendek",
                ..filled
            },
            422,
            "frasa",
            "paling sedikit 8",
        ),
        (
            Filled {
                again: MISTYPED,
                ..filled
            },
            422,
            "ulang",
            "tidak sama",
        ),
        (
            Filled {
                official: "bukan-pejabat",
                ..filled
            },
            422,
            "pejabat",
            "Pilih pejabat",
        ),
    ] {
        let answer = wrong.sent_by(admin).await;
        stage.assert_beside(&answer, status, field, words);
    }
    let chosen = Filled {
        again: MISTYPED,
        ..filled
    }
    .sent_by(admin)
    .await
    .text();
    let kept = format!("<option value=\"{}\" selected>", stage.head.id);
    assert!(
        chosen.contains(&kept),
        "who was chosen is forgotten: {chosen}"
    );
    let stepped = Filled {
        password: MISTYPED,
        ..filled
    }
    .sent_by(admin)
    .await;
    let page = stepped.text();
    assert!(
        page.contains("Kata sandi atau kode dari ponsel tidak cocok"),
        "{page}"
    );
    assert!(!page.contains("aria-invalid"), "{page}");
    let large = vec![0; (1 << 20) + 1];
    let _too_large = Filled {
        file: &large,
        ..filled
    }
    .sent_by(admin)
    .await
    .must(413);
    // The next entry of a password is looked at a moment after a wrong one.
    tokio::time::sleep(Duration::from_secs(2)).await;
}

async fn nobody_else_may(stage: &Stage, good: &[u8]) {
    let filled = stage.filled(good);
    for login in [&stage.signer, &stage.place.login("auditor")] {
        let person = Person::logged_in(&stage.server.address, login).await;
        let page = person.get("/profil").await.must(200).text();
        let mine = form_to(&page, "/");
        let token = mine.fields.iter().find(|(name, _)| name == "token");
        let form = Filled {
            password: &login.password,
            ..filled
        }
        .into(Form {
            action: DOOR.to_owned(),
            fields: vec![token.unwrap().clone()],
            ..Form::default()
        });
        let answer = person.upload(&form, "berkas", "kunci.p12", good).await;
        assert!(matches!(answer.status, 403 | 404), "{}", answer.text());
    }
    let untold = filled.into(Form {
        action: DOOR.to_owned(),
        ..Form::default()
    });
    let admin = Person::logged_in(&stage.server.address, &stage.admin).await;
    let foreign = admin.upload(&untold, "berkas", "kunci.p12", good).await;
    let _refused = foreign.must(403);
    let nobody = Person::new(&stage.server.address);
    let answer = nobody.upload(&untold, "berkas", "kunci.p12", good).await;
    assert!(matches!(answer.status, 303 | 403), "{}", answer.text());
}

/// pdfsig, pyHanko and `pena verify`, by the root of who issued the certificate alone.
fn assert_others_accept(place: &Place, issuer: &Issuer, pdf: &[u8]) {
    let path = place.folder.join("dibawa.pdf");
    fs::write(&path, pdf).unwrap();
    if let Some(found) = judge::pdfsig(&path) {
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].valid && found[0].total, "{found:?}");
    }
    let trust = Trust {
        anchors: vec![issuer.folder.join("root.pem")],
        crls: Vec::new(),
    };
    let paths = [path];
    let (verdicts, worst) = judge::pena_verdicts(&paths, &trust, 1);
    assert_eq!(worst, 0, "{verdicts:?}");
    for verdict in judge::pyhanko_verdicts(&paths, &trust)
        .into_iter()
        .flatten()
    {
        assert_eq!(verdict["signatures"][0]["accepted"], true, "{verdict:#}");
    }
}
