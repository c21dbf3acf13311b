//! A signing service on loopback (Cloud Signature Consortium API 2), faithful unless it is told to lie. Its key is made
//! and used by `openssl`.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::process::run;
use crate::tool::on_path;

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
    /// The activation data that is good, and the hashes it is good for.
    leave: Option<(String, Vec<Value>)>,
    given: usize,
}

/// What opens it.
pub const PIN: &str = "482913";
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

#[derive(Clone)]
struct Service {
    folder: PathBuf,
    openssl: PathBuf,
    shared: Arc<Mutex<Shared>>,
    kind: Kind,
}

/// A status line and a body.
type Said = (&'static str, Value);

impl Service {
    fn answer(&self, mut stream: TcpStream) {
        drop(stream.set_read_timeout(Some(Duration::from_secs(20))));
        let Some((head, body)) = request(&mut stream) else {
            return;
        };
        let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
        let body: Value = serde_json::from_slice(&body).unwrap_or_default();
        let lie = {
            let mut shared = self.shared();
            shared.asked.push(Asked {
                path: path.clone(),
                body: body.clone(),
            });
            shared.lie
        };
        let begin = "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n";
        if lie == Lie::Endless {
            return pour(&mut stream, begin, &[b'x'; 16_000], Duration::ZERO);
        }
        if lie == Lie::Slow {
            return pour(&mut stream, begin, b"x", Duration::from_secs(1));
        }
        let bearer = format!("authorization: bearer {TOKEN}");
        let authorised = head.lines().any(|line| line.eq_ignore_ascii_case(&bearer));
        let (status, said) = if authorised {
            match path.as_str() {
                "/csc/v2/credentials/info" => self.info(&body, lie),
                "/csc/v2/credentials/authorize" => self.authorize(&body, lie),
                "/csc/v2/signatures/signHash" => self.sign_hash(&body, lie),
                _ => ("404 Not Found", json!({})),
            }
        } else {
            ("401 Unauthorized", json!({"error": "invalid_token"}))
        };
        let (status, text) = if lie == Lie::Redirect {
            (
                "307 Temporary Redirect\r\nlocation: http://127.0.0.1:1/",
                String::new(),
            )
        } else if lie == Lie::Down {
            ("503 Service Unavailable", String::new())
        } else if lie == Lie::NoJson {
            (status, "<html>maaf</html>".to_owned())
        } else {
            (status, said.to_string())
        };
        let head = format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            text.len()
        );
        drop(stream.write_all(&[head, text].concat().into_bytes()));
    }

    fn info(&self, body: &Value, lie: Lie) -> Said {
        if body["credentialID"] != CREDENTIAL || body["certificates"] != "chain" {
            return refuse("Invalid parameter credentialID");
        }
        let (sent, described) = if lie == Lie::OtherCertificate {
            ("other", "own")
        } else if lie == Lie::OtherKey {
            ("other", "other")
        } else if lie == Lie::Expired {
            ("over", "over")
        } else {
            ("own", "own")
        };
        let status = if lie == Lie::Disabled {
            "disabled"
        } else {
            "enabled"
        };
        let algorithms = if lie == Lie::NotOffered {
            &["1.2.840.10040.4.1"]
        } else {
            self.kind.algorithms
        };
        let mode = if lie == Lie::Browser {
            "oauth2code"
        } else {
            "explicit"
        };
        let certificate = fs::read(self.folder.join(format!("{sent}.der"))).expect(WORKS);
        (
            "200 OK",
            json!({
                "description": "Kunci contoh",
                "key": {"status": status, "algo": algorithms, "len": self.kind.bits},
                "cert": {
                    "status": "valid",
                    "certificates": [STANDARD.encode(certificate)],
                    "serialNumber": self.serial(described),
                },
                "auth": {"mode": mode, "expression": "PIN", "objects": [
                    {"type": "Password", "id": "PIN", "format": "N", "label": "PIN"},
                ]},
                "SCAL": "2",
                "multisign": 3,
            }),
        )
    }

    fn authorize(&self, body: &Value, lie: Lie) -> Said {
        let hashes = body["hashes"].as_array().cloned().unwrap_or_default();
        if hashes.is_empty() || body["numSignatures"] != json!(hashes.len()) || hashes.len() > 3 {
            return refuse("Invalid parameter numSignatures");
        }
        if body["authData"] != json!([{"id": "PIN", "value": PIN}]) {
            return (
                "400 Bad Request",
                json!({"error": "invalid_pin", "error_description": "The PIN is invalid"}),
            );
        }
        let mut shared = self.shared();
        shared.given += 1;
        let sad = format!("sad-{}", shared.given);
        shared.leave = Some((sad.clone(), hashes));
        let seconds = if lie == Lie::SadExpired { 1 } else { 300 };
        ("200 OK", json!({"SAD": sad, "expiresIn": seconds}))
    }

    fn sign_hash(&self, body: &Value, lie: Lie) -> Said {
        let hashes = body["hashes"].as_array().cloned().unwrap_or_default();
        // Good once, and for the very hashes it was given for.
        let leave = self.shared().leave.take();
        let Some((sad, authorised)) = leave else {
            return refuse("Invalid parameter SAD");
        };
        if lie == Lie::SadExpired {
            return refuse("SAD expired");
        }
        if body["SAD"] != sad || authorised != hashes {
            return refuse("Hash is not authorized by the SAD");
        }
        let mut signatures: Vec<Value> = hashes
            .iter()
            .map(|hash| self.signature(body, hash, lie))
            .collect();
        if lie == Lie::OneFewer {
            signatures.pop();
        } else if lie == Lie::OneMore {
            signatures.push(signatures[0].clone());
        } else if lie == Lie::NoBase64 {
            signatures[0] = json!("%%%");
        }
        ("200 OK", json!({"signatures": signatures}))
    }

    fn signature(&self, body: &Value, hash: &Value, lie: Lie) -> Value {
        let mut hash = STANDARD
            .decode(hash.as_str().unwrap_or_default())
            .expect("a hash is base64");
        if lie == Lie::OtherHash {
            hash[0] ^= 1;
        }
        let digest = match body["hashAlgorithmOID"].as_str() {
            Some("2.16.840.1.101.3.4.2.2") => "digest:sha384",
            Some("2.16.840.1.101.3.4.2.3") => "digest:sha512",
            _ => "digest:sha256",
        };
        let place = tempfile::tempdir_in(&self.folder).expect(WORKS);
        let (input, output) = (place.path().join("hash"), place.path().join("value"));
        fs::write(&input, hash).expect(WORKS);
        let (input, output_name) = (input.display().to_string(), output.display().to_string());
        let mut arguments = vec![
            "pkeyutl",
            "-sign",
            "-inkey",
            "own.key",
            "-in",
            &input,
            "-out",
            &output_name,
            "-pkeyopt",
            digest,
        ];
        if body["signAlgo"] == "1.2.840.113549.1.1.10" {
            assert!(
                body["signAlgoParams"].is_string(),
                "PSS comes with its parameters: {body}"
            );
            arguments.extend([
                "-pkeyopt",
                "rsa_padding_mode:pss",
                "-pkeyopt",
                "rsa_pss_saltlen:digest",
            ]);
        }
        openssl(&self.openssl, &self.folder, &arguments);
        json!(STANDARD.encode(fs::read(output).expect(WORKS)))
    }

    fn serial(&self, name: &str) -> String {
        let mut command = Command::new(&self.openssl);
        command.current_dir(&self.folder);
        command.args(["x509", "-noout", "-serial", "-in", &format!("{name}.pem")]);
        let finished = run(&mut command, b"", PATIENCE);
        finished
            .text()
            .trim()
            .trim_start_matches("serial=")
            .to_owned()
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().expect(WORKS)
    }
}

fn refuse(description: &str) -> Said {
    (
        "400 Bad Request",
        json!({"error": "invalid_request", "error_description": description}),
    )
}

fn openssl(program: &Path, folder: &Path, arguments: &[&str]) {
    let mut command = Command::new(program);
    run(command.args(arguments).current_dir(folder), b"", PATIENCE).must_exit(0);
}

/// The head and the body of a request.
fn request(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let mut part = [0; 4096];
    loop {
        let read = stream.read(&mut part).ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&part[..read]);
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let length = head
            .to_ascii_lowercase()
            .lines()
            .find_map(|line| {
                line.strip_prefix("content-length:")
                    .map(str::trim)
                    .map(str::to_owned)
            })
            .and_then(|length| length.parse().ok())
            .unwrap_or(0);
        if bytes.len() >= end + 4 + length {
            return Some((head, bytes[end + 4..].to_vec()));
        }
    }
}

/// Sends a beginning, and then the same bytes until nobody listens.
fn pour(stream: &mut TcpStream, begin: &str, bytes: &[u8], pause: Duration) {
    let mut sent = stream.write_all(begin.as_bytes());
    while sent.is_ok() {
        thread::sleep(pause);
        sent = stream.write_all(bytes);
    }
}
