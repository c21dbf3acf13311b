//! A signing service on loopback (Cloud Signature Consortium API 2), faithful unless it is told to lie. Its key is made
//! and used by `openssl`.

mod answer;

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::process::run;
use crate::tool::on_path;
use answer::Service;

/// How the service lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lie {
    /// Not at all.
    #[default]
    None,
    /// It sends the certificate of another key, and describes its own.
    OtherCertificate,
    /// It sends the certificate of another key, and describes that one.
    OtherKey,
    /// It sends a certificate that is over.
    Expired,
    /// It says that the key is disabled.
    Disabled,
    /// It lists other algorithms.
    NotOffered,
    /// It wants the official to come by with a browser.
    Browser,
    /// Its authorisation is over at once.
    SadExpired,
    /// It gives one signature fewer than asked for.
    OneFewer,
    /// It gives one signature more.
    OneMore,
    /// It signs another hash than the one it was sent.
    OtherHash,
    /// Its signature is no base64.
    NoBase64,
    /// It answers with a page for people.
    NoJson,
    /// It sends bytes without end.
    Endless,
    /// It sends a byte a second.
    Slow,
    /// It sends us to another place.
    Redirect,
    /// It is out of order.
    Down,
}

/// What it was asked: the path, and what stood in the body.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The path.
    pub path: String,
    /// The JSON.
    pub body: Value,
}

/// The service with its key.
pub struct Csc {
    folder: TempDir,
    openssl: PathBuf,
    address: SocketAddr,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Default)]
struct Shared {
    lie: Lie,
    asked: Vec<Asked>,
    /// Whether a one-time code is wanted besides the PIN.
    wants_code: bool,
    /// The activation data that is good, and the hashes it is good for.
    leave: Option<(String, Vec<Value>)>,
    given: usize,
}

/// What opens it.
pub const PIN: &str = "482913";
/// The one-time code, where one is wanted.
pub const CODE: &str = "739105";
/// The access token.
pub const TOKEN: &str = "token-akses-contoh";
/// The id of the key.
pub const CREDENTIAL: &str = "ttd-kepala-dinas";
const PATIENCE: Duration = Duration::from_mins(1);
const WORKS: &str = "the signing service for tests works";

/// What the key is: `openssl genpkey`'s words for it, and the object identifiers it is listed with.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// After `-algorithm`.
    pub genpkey: &'static [&'static str],
    /// Its `key.algo`.
    pub algorithms: &'static [&'static str],
    /// Its length in bits.
    pub bits: usize,
}

/// RSA 2048.
pub const RSA: Kind = Kind {
    genpkey: &["RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
    algorithms: &["1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10"],
    bits: 2048,
};
/// P-256.
pub const P256: Kind = Kind {
    genpkey: &["EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
    algorithms: &["1.2.840.10045.4.3.2"],
    bits: 256,
};
/// P-384.
pub const P384: Kind = Kind {
    genpkey: &["EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
    algorithms: &["1.2.840.10045.4.3.3"],
    bits: 384,
};

impl Csc {
    /// Makes the key and starts the service; none if `openssl` is missing.
    ///
    /// # Panics
    /// When it cannot.
    pub fn start(kind: Kind) -> Option<Self> {
        Self::start_for(kind, "Contoh own")
    }

    /// The same with a certificate in that name.
    ///
    /// # Panics
    /// When it cannot.
    pub fn start_for(kind: Kind, person: &str) -> Option<Self> {
        let openssl = on_path("openssl")?;
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect(WORKS);
        let csc = Self {
            folder: tempfile::tempdir().expect(WORKS),
            openssl,
            address: listener.local_addr().expect(WORKS),
            shared: Arc::default(),
        };
        csc.make_keys(kind, person);
        let service = Service {
            folder: csc.folder.path().to_owned(),
            openssl: csc.openssl.clone(),
            shared: Arc::clone(&csc.shared),
            kind,
        };
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let service = service.clone();
                thread::spawn(move || service.answer(stream));
            }
        });
        Some(csc)
    }

    /// Changes how it lies, and forgets what it was asked.
    ///
    /// # Panics
    /// When the service died.
    pub fn lie(&self, lie: Lie) {
        *self.shared.lock().expect(WORKS) = Shared {
            lie,
            ..Shared::default()
        };
    }

    /// From now on it wants a one-time code besides the PIN.
    ///
    /// # Panics
    /// When the service died.
    pub fn want_code(&self) {
        self.shared.lock().expect(WORKS).wants_code = true;
    }

    /// What it was asked since.
    ///
    /// # Panics
    /// When the service died.
    pub fn asked(&self) -> Vec<Asked> {
        self.shared.lock().expect(WORKS).asked.clone()
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// One of its files: `own.pem` is the certificate and its own anchor.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn make_keys(&self, kind: Kind, person: &str) {
        let at = self.folder.path();
        let usage = "keyUsage=critical,digitalSignature,nonRepudiation,keyCertSign\n";
        fs::write(at.join("extensions"), usage).expect(WORKS);
        for name in ["own", "other"] {
            let make = ["genpkey", "-out", &format!("{name}.key"), "-algorithm"];
            openssl(&self.openssl, at, &[&make, kind.genpkey].concat());
        }
        // One of the own key is over.
        for (name, key, days) in [
            ("own", "own", "30"),
            ("other", "other", "30"),
            ("over", "own", "-1"),
        ] {
            let (key, pem) = (format!("{key}.key"), format!("{name}.pem"));
            let subject = if name == "own" {
                format!("/CN={person}")
            } else {
                format!("/CN=Contoh {name}")
            };
            openssl(
                &self.openssl,
                at,
                &[
                    "req", "-new", "-key", &key, "-subj", &subject, "-out", "request",
                ],
            );
            let sign = [
                "x509", "-req", "-in", "request", "-signkey", &key, "-days", days,
            ];
            let more = ["-extfile", "extensions", "-out", &pem];
            openssl(&self.openssl, at, &[&sign[..], &more].concat());
            let der = format!("{name}.der");
            openssl(
                &self.openssl,
                at,
                &["x509", "-in", &pem, "-outform", "DER", "-out", &der],
            );
        }
    }
}

fn openssl(program: &Path, folder: &Path, arguments: &[&str]) {
    let mut command = Command::new(program);
    run(command.args(arguments).current_dir(folder), b"", PATIENCE).must_exit(0);
}
