//! What the signing service for tests answers.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{Asked, CODE, CREDENTIAL, Kind, Lie, PATIENCE, PIN, Shared, TOKEN, WORKS, openssl};
use crate::process::run;

/// The service as its threads know it.
#[derive(Clone)]
pub(super) struct Service {
    pub(super) folder: PathBuf,
    pub(super) openssl: PathBuf,
    pub(super) shared: Arc<Mutex<Shared>>,
    pub(super) kind: Kind,
}

/// A status line and a body.
type Said = (&'static str, Value);

impl Service {
    pub(super) fn answer(&self, mut stream: TcpStream) {
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
        let mut objects =
            vec![json!({"type": "Password", "id": "PIN", "format": "N", "label": "PIN"})];
        let mut expression = "PIN";
        if self.shared().wants_code {
            objects.push(json!({"type": "Password", "id": "OTP", "format": "N", "label": "OTP"}));
            expression = "PIN AND OTP";
        }
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
                "auth": {"mode": mode, "expression": expression, "objects": objects},
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
        let mut shared = self.shared();
        let given = |id: &str| {
            let all = body["authData"].as_array().into_iter().flatten();
            let mut all = all.filter(|one| one["id"] == id);
            all.next().map(|one| one["value"].clone())
        };
        if given("PIN") != Some(json!(PIN)) {
            return wrong("invalid_pin", "The PIN is invalid");
        }
        if given("OTP") != shared.wants_code.then(|| json!(CODE)) {
            return wrong("invalid_otp", "The OTP is invalid");
        }
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
    wrong("invalid_request", description)
}

fn wrong(error: &str, description: &str) -> Said {
    (
        "400 Bad Request",
        json!({"error": error, "error_description": description}),
    )
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
