//! A stolen copy of the database and the blobs, without the keys folder, gives nothing away; nor do the logs.
#![expect(clippy::expect_used, reason = "a test that cannot go on stops loudly")]

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use tests::database::Engine;
use tests::demo::{Demo, Place};
use tests::files;

/// The head of a P-256 private key in PKCS#8: version 0, id-ecPublicKey, prime256v1 (RFC 5208 5, RFC 5480 2.1.1).
const P256_KEY: &[u8] =
    b"\x02\x01\x00\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07";
/// The head of an RSA private key in PKCS#8: version 0, rsaEncryption (RFC 8017 A.1).
const RSA_KEY: &[u8] = b"\x02\x01\x00\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01";
/// The head of an Ed25519 private key in PKCS#8 (RFC 8410 7).
const ED25519_KEY: &[u8] = b"\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20";
/// What PEM says before any private key.
const PEM_KEY: &[u8] = b"PRIVATE KEY-----";

#[test]
fn a_copy_without_the_keys_gives_nothing_away_on_sqlite() {
    gives_nothing_away(Engine::Sqlite);
}

#[test]
fn a_copy_without_the_keys_gives_nothing_away_on_postgres() {
    gives_nothing_away(Engine::Postgres);
}

#[test]
fn the_searcher_finds_what_is_planted_in_any_dress() {
    let phrase = "sepeda biru di atas bukit";
    let secrets = Secrets::of(&[phrase.to_owned()]);
    let key = [b"\x30\x81\x87".as_slice(), P256_KEY, &[9; 90]].concat();
    let planted: [(&str, Vec<u8>); 8] = [
        ("plain", phrase.into()),
        ("hex", hex::encode(phrase).into()),
        ("HEX", hex::encode_upper(phrase).into()),
        (
            "base64, shifted",
            STANDARD_NO_PAD.encode(format!("x{phrase}y")).into(),
        ),
        ("key", key.clone()),
        (
            "key in base64",
            STANDARD_NO_PAD
                .encode([b"ab".as_slice(), &key].concat())
                .into(),
        ),
        ("NIK", b"{\"nik\":\"9999990000000123\"}".to_vec()),
        ("NIK in hex", hex::encode("9999990000000123").into()),
    ];
    for (dress, bytes) in planted {
        let haystack = [vec![0xA5; 1000], bytes, vec![0x5A; 1000]].concat();
        assert!(!secrets.found_in(&haystack).is_empty(), "{dress}");
    }
    let innocent = b"999999 123456 sepeda biru, 9999990000 and a certificate \x30\x13\x06\x07\x2a\x86\x48\xce\x3d";
    assert!(secrets.found_in(innocent).is_empty());
}

fn gives_nothing_away(engine: Engine) {
    let Some(demo) = Demo::shared(engine) else {
        return;
    };
    let place = &demo.place;
    let phrases = place.passphrases();
    assert!(
        phrases.len() > 1 && phrases.iter().all(|phrase| phrase.len() >= 8),
        "the demo has made up {} passphrases",
        phrases.len()
    );
    let secrets = Secrets::of(&phrases);
    let mut found = Vec::new();
    for (name, bytes) in copy(place) {
        for secret in secrets.found_in(&bytes) {
            found.push(format!("{secret} in {name}"));
        }
    }
    for (name, log) in [
        ("standard output", &demo.said.stdout),
        ("standard error", &demo.said.stderr.clone().into_bytes()),
    ] {
        for secret in secrets.found_in(log) {
            found.push(format!("{secret} in {name}"));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    the_keys_folder_is_the_owners(&place.folder.join("keys"));
    the_keys_folder_is_the_owners(&place.folder.join("demo"));
}

/// All that a thief of the database and the files has: everything but the keys and the demo's own note of passphrases.
fn copy(place: &Place) -> Vec<(String, Vec<u8>)> {
    let mut all: Vec<(String, Vec<u8>)> = files::below(&place.folder)
        .into_iter()
        .filter(|name| !name.starts_with("keys") && !name.starts_with("demo"))
        .map(|name| {
            (
                name.display().to_string(),
                files::read(&place.folder.join(&name)),
            )
        })
        .collect();
    assert!(
        all.iter().any(|(name, _)| name.starts_with("blobs/")),
        "there are no blobs"
    );
    let rows = place.database.dump();
    assert!(rows.len() > 10_000, "there are hardly any rows:\n{rows}");
    all.push(("the rows".to_owned(), rows.into_bytes()));
    all
}

fn the_keys_folder_is_the_owners(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    for name in files::below(folder) {
        let path = folder.join(name);
        let mode = std::fs::metadata(&path)
            .expect("a file of the demo can be looked at")
            .permissions()
            .mode();
        assert_eq!(mode & 0o077, 0, "{} is open to others", path.display());
    }
}

/// What must not be found, in every dress.
struct Secrets {
    needles: Vec<(String, Vec<u8>)>,
    /// The needles that begin with these two bytes.
    by_head: HashMap<[u8; 2], Vec<usize>>,
}

impl Secrets {
    fn of(phrases: &[String]) -> Self {
        let mut plain: Vec<(String, &[u8])> = vec![
            ("a P-256 private key".into(), P256_KEY),
            ("an RSA private key".into(), RSA_KEY),
            ("an Ed25519 private key".into(), ED25519_KEY),
            ("a private key in PEM".into(), PEM_KEY),
        ];
        for (number, phrase) in phrases.iter().enumerate() {
            plain.push((format!("passphrase {number}"), phrase.as_bytes()));
        }
        let mut secrets = Self {
            needles: Vec::new(),
            by_head: HashMap::new(),
        };
        for (name, secret) in plain {
            for dress in dresses(secret) {
                let head = head(&dress).expect("a secret has more than two bytes");
                let number = secrets.needles.len();
                secrets.by_head.entry(head).or_default().push(number);
                secrets.needles.push((name.clone(), dress));
            }
        }
        secrets
    }

    /// The names of the secrets that stand in these bytes.
    fn found_in(&self, bytes: &[u8]) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        for at in 0..bytes.len() {
            let rest = &bytes[at..];
            if is_nik(rest) {
                found.insert("a NIK");
            }
            let candidates = head(rest).and_then(|head| self.by_head.get(&head));
            for number in candidates.into_iter().flatten() {
                let (name, needle) = &self.needles[*number];
                if rest.starts_with(needle) {
                    found.insert(name);
                }
            }
        }
        found
    }
}

fn head(bytes: &[u8]) -> Option<[u8; 2]> {
    bytes.first_chunk().copied()
}

/// Whether a NIK of the demo's people begins here, as text or as the hexadecimal of text.
fn is_nik(rest: &[u8]) -> bool {
    let plain = rest.starts_with(b"999999")
        && rest
            .get(6..16)
            .is_some_and(|end| end.iter().all(u8::is_ascii_digit));
    let hex = rest.starts_with(b"393939393939")
        && rest.get(12..32).is_some_and(|end| {
            end.chunks(2)
                .all(|pair| pair[0] == b'3' && pair[1].is_ascii_digit())
        });
    plain || hex
}

/// The bytes themselves, in hexadecimal, and in base64 at each of its three alignments.
fn dresses(secret: &[u8]) -> Vec<Vec<u8>> {
    let mut all = vec![
        secret.to_vec(),
        hex::encode(secret).into_bytes(),
        hex::encode_upper(secret).into_bytes(),
    ];
    // The characters at both ends depend on the neighbours, too.
    for (shift, first) in [(0, 0), (1, 2), (2, 3)] {
        let shifted = [vec![0; shift], secret.to_vec()].concat();
        let text = STANDARD_NO_PAD.encode(&shifted);
        all.push(text.as_bytes()[first..shifted.len() / 3 * 4].to_vec());
    }
    all
}
