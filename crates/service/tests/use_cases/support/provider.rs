//! An issuer of certificates for officials that is not ours, with a signing service (Cloud Signature Consortium API 2) on
//! loopback. The hashes are signed by `openssl`. How it behaves can be changed while it runs.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use custody::Passphrase;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose,
    PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384,
};
use serde_json::{Value, json};
use service::clock::Clock as _;
use service::key::{Providers, ServiceProvider};
use service::{Allow, Outside};
use tempfile::TempDir;
use time::{Duration, OffsetDateTime};

use super::World;
use super::clock::TestClock;
use super::http::{Reply, Request, serve};

/// How it behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    Honest,
    /// It answers with an error of the server.
    Down,
    /// It does not let us in.
    Denies,
    /// It has disabled the key.
    Disabled,
    /// It signs another hash than the one it was sent.
    OtherHash,
}

/// What its keys are opened with.
pub const PIN: &str = "482913";
pub const CODE: &str = "771204";
pub const NAME: &str = "psre";
pub const CREDENTIAL: &str = "kred-1";

pub struct Provider {
    folder: TempDir,
    clock: Arc<TestClock>,
    root: CertifiedIssuer<'static, KeyPair>,
    shared: Arc<Mutex<Shared>>,
}

struct Shared {
    manner: Manner,
    wants_code: bool,
    folder: PathBuf,
    /// The hashes of the last authorisation, and how many there were.
    leave: Option<Value>,
    authorised: u32,
    pins: Vec<String>,
}

impl Provider {
    /// It has one key, whose certificate names that person, and the world can reach it and knows its name; `None` where
    /// there is no `openssl`.
    pub async fn start(world: &mut World, person: &str) -> Option<Self> {
        if !openssl_is_there() {
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let root = root(&world.clock);
        let shared = Arc::new(Mutex::new(Shared {
            manner: Manner::Honest,
            wants_code: false,
            folder: folder.path().to_owned(),
            leave: None,
            authorised: 0,
            pins: Vec::new(),
        }));
        let answering = Arc::clone(&shared);
        let address = serve(move |request| answering.lock().unwrap().answer(&request)).await;
        let provider = Self {
            clock: Arc::clone(&world.clock),
            folder,
            root,
            shared,
        };
        provider.certify("own", person, &PKCS_ECDSA_P256_SHA256);
        let token = provider.path("token");
        fs::write(&token, "token-akses\n").unwrap();
        let named = ServiceProvider {
            url: format!("http://{address}"),
            access_token_file: token,
        };
        world.providers = Providers {
            services: [(NAME.to_owned(), named)].into(),
            ..Providers::default()
        };
        let allow = Allow::read([address.to_string().as_str()]).unwrap();
        world.outside = Outside::default().and_csc(&allow);
        world.crash_and_restart().await;
        Some(provider)
    }

    pub fn behave(&self, manner: Manner) {
        self.shared.lock().unwrap().manner = manner;
    }

    /// From now on it wants a one-time code besides the PIN.
    pub fn want_code(&self) {
        self.shared.lock().unwrap().wants_code = true;
    }

    /// How often it authorised something.
    pub fn authorised(&self) -> u32 {
        self.shared.lock().unwrap().authorised
    }

    /// Every PIN it was sent.
    pub fn pins(&self) -> Vec<String> {
        self.shared.lock().unwrap().pins.clone()
    }

    /// The operator trusts it.
    pub fn trust(&self, world: &World) {
        let folder = world.path("keys/trust");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("psre.pem"), self.root.pem()).unwrap();
    }

    /// A PKCS#12 file with a P-384 key of that person.
    pub fn p12(&self, person: &str, passphrase: &Passphrase) -> Vec<u8> {
        self.certify("brought", person, &PKCS_ECDSA_P384_SHA384);
        let passphrase = format!("pass:{}", passphrase.expose());
        openssl(
            self.folder.path(),
            &[
                "pkcs12",
                "-export",
                "-inkey",
                "brought.key",
                "-in",
                "brought.pem",
                "-out",
                "brought.p12",
                "-passout",
                &passphrase,
            ],
        );
        fs::read(self.path("brought.p12")).unwrap()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn certify(&self, name: &str, person: &str, kind: &'static rcgen::SignatureAlgorithm) {
        let key = KeyPair::generate_for(kind).unwrap();
        let mut params = named(&self.clock, person, 365);
        params.key_usages = vec![
            KeyUsagePurpose::DigitalSignature,
            KeyUsagePurpose::ContentCommitment,
        ];
        let certificate = params.signed_by(&key, &self.root).unwrap();
        fs::write(self.path(&format!("{name}.key")), key.serialize_pem()).unwrap();
        fs::write(self.path(&format!("{name}.der")), certificate.der()).unwrap();
        fs::write(self.path(&format!("{name}.pem")), certificate.pem()).unwrap();
    }
}

fn root(clock: &TestClock) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = named(clock, "Akar PSrE Contoh", 7300);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn named(clock: &TestClock, name: &str, days: i64) -> CertificateParams {
    let now = OffsetDateTime::from_unix_timestamp(clock.now().seconds()).unwrap();
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = now - Duration::days(1);
    params.not_after = now + Duration::days(days);
    params
}

impl Shared {
    fn answer(&mut self, request: &Request) -> Reply {
        match self.manner {
            Manner::Down => return (503, String::new()),
            Manner::Denies => return (403, json!({"error": "access_denied"}).to_string()),
            Manner::Honest | Manner::Disabled | Manner::OtherHash => {}
        }
        if request.header("authorization") != "Bearer token-akses" {
            return (401, String::new());
        }
        let body: Value = serde_json::from_str(&request.body).unwrap();
        if body["credentialID"] != CREDENTIAL {
            return (400, json!({"error": "invalid_request"}).to_string());
        }
        match request.path.as_str() {
            "/csc/v2/credentials/info" => (200, self.info().to_string()),
            "/csc/v2/credentials/authorize" => self.authorize(&body),
            "/csc/v2/signatures/signHash" => self.sign(&body),
            _ => (404, String::new()),
        }
    }

    fn info(&self) -> Value {
        let own = fs::read(self.folder.join("own.der")).unwrap();
        let status = match self.manner {
            Manner::Disabled => "disabled",
            _ => "enabled",
        };
        let mut objects = vec![json!({"type": "Password", "id": "PIN"})];
        if self.wants_code {
            objects.push(json!({"type": "Password", "id": "OTP"}));
        }
        json!({
            "key": {"status": status, "algo": ["1.2.840.10045.4.3.2"], "len": 256},
            "cert": {"status": "valid", "certificates": [STANDARD.encode(own)]},
            "auth": {"mode": "explicit", "objects": objects},
            "multisign": 2,
        })
    }

    fn authorize(&mut self, body: &Value) -> Reply {
        let given = |id: &str| {
            let sent = body["authData"].as_array().unwrap();
            let found = sent.iter().find(|one| one["id"] == id);
            found
                .and_then(|one| one["value"].as_str())
                .unwrap_or_default()
                .to_owned()
        };
        self.pins.push(given("PIN"));
        if given("PIN") != PIN {
            return (400, json!({"error": "invalid_pin"}).to_string());
        }
        if self.wants_code && given("OTP") != CODE {
            return (400, json!({"error": "invalid_otp"}).to_string());
        }
        assert!(body["hashes"].as_array().unwrap().len() <= 2, "{body}");
        self.authorised += 1;
        self.leave = Some(body["hashes"].clone());
        (200, json!({"SAD": "izin", "expiresIn": 300}).to_string())
    }

    /// Good once, and for the very hashes that were authorised.
    fn sign(&mut self, body: &Value) -> Reply {
        if self.leave.take().as_ref() != Some(&body["hashes"]) || body["SAD"] != "izin" {
            return (400, json!({"error": "invalid_request"}).to_string());
        }
        let hashes = body["hashes"].as_array().unwrap();
        let signatures: Vec<String> = hashes.iter().map(|hash| self.signature(hash)).collect();
        (200, json!({"signatures": signatures}).to_string())
    }

    fn signature(&self, hash: &Value) -> String {
        let mut hash = STANDARD.decode(hash.as_str().unwrap()).unwrap();
        if self.manner == Manner::OtherHash {
            hash[0] ^= 1;
        }
        fs::write(self.folder.join("hash"), hash).unwrap();
        openssl(
            &self.folder,
            &[
                "pkeyutl", "-sign", "-inkey", "own.key", "-in", "hash", "-out", "value",
            ],
        );
        STANDARD.encode(fs::read(self.folder.join("value")).unwrap())
    }
}

fn openssl(folder: &Path, arguments: &[&str]) {
    let output = Command::new("openssl")
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}: {output:?}");
}

fn openssl_is_there() -> bool {
    let found = Command::new("openssl").arg("version").output().is_ok();
    assert!(
        found || std::env::var_os("CI").is_none(),
        "openssl is missing"
    );
    if !found {
        drop(writeln!(
            std::io::stderr(),
            "left out: openssl is not installed"
        ));
    }
    found
}
