//! An authority with all its services on loopback: timestamps, answers and lists about revocation, its own certificate.
//! The answers are `openssl`'s; how a service behaves can be changed while it runs.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

use crate::process::run;
use crate::tool::on_path;

/// How a service behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Manner {
    /// As it should.
    #[default]
    Honest,
    /// It answers with an error of the server.
    Down,
    /// It answers about another nonce than the one it was sent.
    OtherNonce,
    /// It puts the time on something else than it was asked to.
    OtherImprint,
    /// It sends bytes without end.
    Endless,
    /// It sends a byte a second.
    Slow,
    /// It sends us on to another place inside the house.
    Redirects,
    /// It sends what is no answer.
    Nonsense,
    /// It says the certificate is revoked.
    Revoked,
    /// Its answers are of yesterday and over.
    Stale,
    /// It does not know the certificate.
    Unknown,
}

/// The authority, its services and the certificates it gave.
pub struct Pki {
    folder: TempDir,
    openssl: PathBuf,
    address: SocketAddr,
    manners: Arc<Mutex<HashMap<&'static str, Manner>>>,
}

/// Where services are reached, by path.
const SERVICES: [&str; 4] = ["/tsa", "/ocsp", "/crl", "/root"];
const PATIENCE: Duration = Duration::from_mins(1);
/// The passphrase of the signer's key file.
pub const PASSPHRASE: &str = "rahasia contoh";

impl Pki {
    /// Makes the certificates and starts the services; none if `openssl` is missing.
    ///
    /// # Panics
    /// When it cannot.
    pub fn start() -> Option<Self> {
        let openssl = on_path("openssl")?;
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("the authority for tests works");
        let pki = Self {
            folder: tempfile::tempdir().expect("the authority for tests works"),
            openssl,
            address: listener
                .local_addr()
                .expect("the authority for tests works"),
            manners: Arc::default(),
        };
        pki.make_certificates();
        let service = Service {
            folder: pki.folder.path().to_owned(),
            openssl: pki.openssl.clone(),
            manners: Arc::clone(&pki.manners),
        };
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let service = service.clone();
                thread::spawn(move || service.answer(stream));
            }
        });
        Some(pki)
    }

    /// Changes how the service at a path behaves.
    ///
    /// # Panics
    /// When there is no such service.
    pub fn behave(&self, service: &'static str, manner: Manner) {
        assert!(SERVICES.contains(&service), "{service}");
        self.manners
            .lock()
            .expect("the authority for tests works")
            .insert(service, manner);
    }

    /// The address of a service.
    pub fn url(&self, service: &str) -> String {
        format!("http://{}{service}", self.address)
    }

    /// The host and port of the services.
    pub fn host(&self) -> String {
        self.address.to_string()
    }

    /// A file of the authority: `root.pem`, `signer.p12`, …
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn make_certificates(&self) {
        let urls = format!(
            "authorityInfoAccess=OCSP;URI:{},caIssuers;URI:{}\ncrlDistributionPoints=URI:{}\n",
            self.url("/ocsp"),
            self.url("/root"),
            self.url("/crl")
        );
        let profiles = [
            ("root", "basicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign,cRLSign\n".to_owned()),
            ("signer", format!("keyUsage=critical,digitalSignature,nonRepudiation\n{urls}")),
            ("listed", format!("keyUsage=critical,digitalSignature,nonRepudiation\ncrlDistributionPoints=URI:{}\n", self.url("/crl"))),
            ("tsa", format!("keyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping\n{urls}")),
            ("ocsp", "keyUsage=critical,digitalSignature\nextendedKeyUsage=OCSPSigning\nnoCheck=ignored\n".to_owned()),
        ];
        let mut index = String::new();
        for (serial, (name, extensions)) in profiles.iter().enumerate() {
            let serial = serial + 0x1001;
            fs::write(
                self.file("extensions"),
                format!("subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n{extensions}"),
            )
            .expect("the authority for tests works");
            self.openssl(&format!(
                "ecparam -name prime256v1 -genkey -noout -out {name}.key"
            ));
            let subject = format!("/C=ID/O=Kabupaten Contohrejo/CN=Contoh {name}");
            self.call(&[
                "req",
                "-new",
                "-key",
                &format!("{name}.key"),
                "-subj",
                &subject,
                "-out",
                "request",
            ]);
            let by = if *name == "root" {
                "-key root.key"
            } else {
                "-CA root.pem -CAkey root.key"
            };
            // Officials' certificates are over long before their authority's.
            let days = match *name {
                "signer" | "listed" => 365,
                _ => 3650,
            };
            self.openssl(&format!(
                "x509 -req -in request {by} -days {days} -set_serial {serial} -sha256 -extfile extensions -out {name}.pem"
            ));
            let _written = writeln!(
                index,
                "V\t361231235959Z\t\t{serial:04X}\tunknown\t{subject}"
            );
        }
        fs::write(self.file("index.txt"), &index).expect("the authority for tests works");
        let revoked = index.replace(
            "V\t361231235959Z\t\t",
            "R\t361231235959Z\t200101000000Z,keyCompromise\t",
        );
        fs::write(self.file("revoked.txt"), revoked).expect("the authority for tests works");
        fs::write(self.file("empty.txt"), "").expect("the authority for tests works");
        for name in ["index", "revoked"] {
            fs::write(
                self.file(&format!("{name}.cnf")),
                format!("[ca]\ndefault_ca=c\n[c]\ndatabase={name}.txt\ndefault_md=sha256\n"),
            )
            .expect("the authority for tests works");
        }
        let policy = "[tsa]\ndefault_tsa=t\n[t]\nserial=tsa.serial\ndefault_policy=1.2.3.4.1\ndigests=sha256,sha384,sha512\nordering=no\ntsa_name=no\ness_cert_id_chain=no\ness_cert_id_alg=sha256\naccuracy=secs:1\nsigner_digest=sha256\n";
        fs::write(self.file("tsa.cnf"), policy).expect("the authority for tests works");
        fs::write(self.file("tsa.serial"), "01\n").expect("the authority for tests works");
        for name in ["signer", "listed"] {
            self.call(&[
                "pkcs12",
                "-export",
                "-inkey",
                &format!("{name}.key"),
                "-in",
                &format!("{name}.pem"),
                "-out",
                &format!("{name}.p12"),
                "-passout",
                &format!("pass:{PASSPHRASE}"),
            ]);
        }
        fs::write(self.file("passphrase"), PASSPHRASE).expect("the authority for tests works");
    }

    fn openssl(&self, line: &str) {
        self.call(&line.split(' ').collect::<Vec<_>>());
    }

    fn call(&self, args: &[&str]) {
        openssl(&self.openssl, self.folder.path(), args);
    }
}

#[derive(Clone)]
struct Service {
    folder: PathBuf,
    openssl: PathBuf,
    manners: Arc<Mutex<HashMap<&'static str, Manner>>>,
}

impl Service {
    fn answer(&self, mut stream: TcpStream) {
        let _timeout = stream.set_read_timeout(Some(Duration::from_secs(20)));
        let Some((path, body)) = request(&mut stream) else {
            return;
        };
        let manner = self
            .manners
            .lock()
            .expect("the authority for tests works")
            .get(path.as_str())
            .copied()
            .unwrap_or_default();
        match manner {
            Manner::Down => say(&mut stream, "503 Service Unavailable", b""),
            Manner::Nonsense => say(&mut stream, "200 OK", b"maaf"),
            Manner::Redirects => say(
                &mut stream,
                "302 Found\r\nlocation: http://127.0.0.1:1/",
                b"",
            ),
            Manner::Endless => endless(&mut stream),
            Manner::Slow => slow(&mut stream),
            Manner::Honest
            | Manner::OtherNonce
            | Manner::OtherImprint
            | Manner::Revoked
            | Manner::Stale
            | Manner::Unknown => {
                // A folder of its own: `openssl` writes its serial number beside.
                let place =
                    tempfile::tempdir_in(&self.folder).expect("the authority for tests works");
                let answer = match path.as_str() {
                    "/tsa" => self.timestamp(place.path(), body, manner),
                    "/ocsp" => self.ocsp(place.path(), &body, manner),
                    "/crl" => self.list(place.path(), manner),
                    "/root" => fs::read(self.folder.join("root.pem"))
                        .expect("the authority for tests works"),
                    _ => return say(&mut stream, "404 Not Found", b""),
                };
                say(&mut stream, "200 OK", &answer);
            }
        }
    }

    fn timestamp(&self, place: &Path, mut query: Vec<u8>, manner: Manner) -> Vec<u8> {
        let nonce = query.len() - 4;
        match manner {
            Manner::OtherNonce => query[nonce] ^= 1,
            Manner::OtherImprint => {
                let imprint = query
                    .windows(2)
                    .position(|two| two == [4, 32])
                    .expect("the authority for tests works");
                query[imprint + 2] ^= 1;
            }
            Manner::Honest
            | Manner::Down
            | Manner::Endless
            | Manner::Slow
            | Manner::Redirects
            | Manner::Nonsense
            | Manner::Revoked
            | Manner::Stale
            | Manner::Unknown => {}
        }
        let _turn = self.manners.lock().expect("the authority for tests works");
        fs::write(place.join("query"), query).expect("the authority for tests works");
        let (query, answer) = (shown(place, "query"), shown(place, "answer"));
        openssl(
            &self.openssl,
            &self.folder,
            &[
                "ts",
                "-reply",
                "-config",
                "tsa.cnf",
                "-queryfile",
                &query,
                "-signer",
                "tsa.pem",
                "-inkey",
                "tsa.key",
                "-chain",
                "root.pem",
                "-out",
                &answer,
            ],
        );
        fs::read(answer).expect("the authority for tests works")
    }

    fn ocsp(&self, place: &Path, question: &[u8], manner: Manner) -> Vec<u8> {
        let index = if manner == Manner::Revoked {
            "revoked.txt"
        } else if manner == Manner::Unknown {
            "empty.txt"
        } else {
            "index.txt"
        };
        fs::write(place.join("question"), question).expect("the authority for tests works");
        let (question, answer) = (shown(place, "question"), shown(place, "answer"));
        let mut args = vec![
            "ocsp", "-index", index, "-CA", "root.pem", "-rsigner", "ocsp.pem", "-rkey",
            "ocsp.key", "-reqin", &question, "-respout", &answer,
        ];
        // An answer that promises no next one is of now for a moment only; `openssl` cannot date it back.
        if manner != Manner::Stale {
            args.extend(["-nmin", "60"]);
        }
        openssl(&self.openssl, &self.folder, &args);
        fs::read(answer).expect("the authority for tests works")
    }

    fn list(&self, place: &Path, manner: Manner) -> Vec<u8> {
        let config = if manner == Manner::Revoked {
            "revoked.cnf"
        } else {
            "index.cnf"
        };
        let list = shown(place, "list");
        let mut args = vec![
            "ca", "-gencrl", "-config", config, "-keyfile", "root.key", "-cert", "root.pem",
            "-out", &list,
        ];
        if manner == Manner::Stale {
            args.extend([
                "-crl_lastupdate",
                "20250101000000Z",
                "-crl_nextupdate",
                "20250102000000Z",
            ]);
        } else {
            args.extend(["-crldays", "7"]);
        }
        openssl(&self.openssl, &self.folder, &args);
        fs::read(list).expect("the authority for tests works")
    }
}

fn openssl(program: &Path, folder: &Path, args: &[&str]) {
    let mut command = Command::new(program);
    let done = run(command.args(args).current_dir(folder), b"", PATIENCE);
    assert_eq!(done.code, Some(0), "openssl {args:?}: {}", done.text());
}

fn shown(place: &Path, name: &str) -> String {
    place.join(name).to_string_lossy().into_owned()
}

/// The path and the body of a request.
fn request(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let mut part = [0; 4096];
    loop {
        let read = stream.read(&mut part).ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&part[..read]);
        let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length:"))
            .and_then(|length| length.trim().parse().ok())
            .unwrap_or(0);
        if bytes.len() >= end + 4 + length {
            let path = head.split(' ').nth(1)?.to_owned();
            return Some((path, bytes[end + 4..].to_vec()));
        }
    }
}

fn say(stream: &mut TcpStream, status: &str, body: &[u8]) {
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let _sent = stream.write_all(&[head.as_bytes(), body].concat());
}

fn endless(stream: &mut TcpStream) {
    let mut sent = stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n");
    while sent.is_ok() {
        sent = stream.write_all(&[b'x'; 16_000]);
    }
}

fn slow(stream: &mut TcpStream) {
    let mut sent = stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n");
    while sent.is_ok() {
        thread::sleep(Duration::from_secs(1));
        sent = stream.write_all(b"0");
    }
}
