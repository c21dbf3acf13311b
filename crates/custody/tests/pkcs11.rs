//! Keys on a token of SoftHSM. The module reads its configuration from the environment once per process, so each test is
//! a process of its own that is told where its tokens lie. Left out, with a message, where there is no SoftHSM; with `CI`
//! set its absence fails.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on stops loudly and says why"
)]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use custody::Passphrase;
use custody::pkcs11::{FinalTry, KeyChoice, Module, Token, TokenError, TokenSigner};
use signing::sign::{Padding, Wish, signer::believe};
use signing::x509::{digest::Digest, signature::PublicKey};
use signing::{AttributeSigner, CertificateDer, SignatureAlgorithm, SignerError};

const PIN: &str = "271828";
const LABEL: &str = "Kab Contohrejo";
const FOLDER: &str = "PENA_TEST_TOKEN";

/// Kinds of keys: the label on the token, what `openssl genpkey` makes it by, and what it signs with.
const KEYS: [(&str, &[&str], SignatureAlgorithm); 4] = [
    (
        "rsa",
        &["RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
        SignatureAlgorithm::RsaPkcs1Sha256,
    ),
    (
        "p256",
        &["EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
        SignatureAlgorithm::EcdsaP256Sha256,
    ),
    (
        "p384",
        &["EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
        SignatureAlgorithm::EcdsaP384Sha384,
    ),
    ("ed25519", &["ED25519"], SignatureAlgorithm::Ed25519),
];

#[test]
fn every_kind_of_key_signs_and_what_the_token_gives_is_checked() {
    in_a_process_of_its_own("signs");
}

#[test]
#[ignore = "the child of every_kind_of_key_signs_and_what_the_token_gives_is_checked"]
fn signs() {
    let Some(folder) = told() else { return };
    for (label, _, algorithm) in KEYS {
        let signer = open(&folder, label, Wish::default()).unwrap();
        assert_eq!(signer.algorithm(), algorithm);
        assert_signs(&signer, &folder, label);
    }
    for digest in [Digest::Sha256, Digest::Sha384, Digest::Sha512] {
        for padding in [Padding::Pkcs1, Padding::Pss] {
            let wish = Wish {
                padding,
                digest: Some(digest),
            };
            let signer = open(&folder, "rsa", wish).unwrap();
            assert_eq!(signer.algorithm().digest(), digest);
            assert_signs(&signer, &folder, "rsa");
        }
    }
    let wish = Wish {
        padding: Padding::Pss,
        digest: None,
    };
    let refused = open(&folder, "p256", wish).unwrap_err();
    assert!(
        matches!(refused, TokenError::Signer(SignerError::NoPadding(_))),
        "{refused}"
    );
}

fn assert_signs(signer: &TokenSigner, folder: &Path, label: &str) {
    let value = signer.sign(b"atribut").unwrap();
    let key = certified(folder, label);
    let algorithm = signer.algorithm();
    assert!(believe(algorithm, &key, b"atribut", value.clone()).is_ok());
    assert!(believe(algorithm, &key, b"lain", value).is_err());
}

#[test]
fn sessions_sign_at_the_same_time_and_are_not_confused() {
    in_a_process_of_its_own("signs_at_the_same_time");
}

#[test]
#[ignore = "the child of sessions_sign_at_the_same_time_and_are_not_confused"]
fn signs_at_the_same_time() {
    let Some(folder) = told() else { return };
    let signer = open(&folder, "p256", Wish::default()).unwrap();
    let key = certified(&folder, "p256");
    thread::scope(|scope| {
        for thread in 0..16 {
            let (signer, key) = (&signer, &key);
            scope.spawn(move || {
                for turn in 0..20 {
                    let message = format!("surat {thread}/{turn}");
                    let value = signer.sign(message.as_bytes()).unwrap();
                    let algorithm = signer.algorithm();
                    assert!(believe(algorithm, key, message.as_bytes(), value).is_ok());
                }
            });
        }
    });
}

#[test]
fn what_is_not_there_is_named_with_what_is() {
    in_a_process_of_its_own("names");
}

#[test]
#[ignore = "the child of what_is_not_there_is_named_with_what_is"]
fn names() {
    let Some(folder) = told() else { return };
    let module = Module::load(&module().unwrap()).unwrap();
    let error = Token::find(&module, "lain").unwrap_err();
    assert!(matches!(&error, TokenError::NoToken { .. }) && error.to_string().contains(LABEL));
    let error = open_with("tiada", PIN, &[], Wish::default()).unwrap_err();
    assert!(matches!(&error, TokenError::NoKey { .. }), "{error}");
    assert!(error.to_string().contains("p384"), "{error}");
    // The certificate of another key is not taken for this one's.
    let other = given(&folder, "p384");
    let error = open_with("p256", PIN, &other, Wish::default()).unwrap_err();
    assert!(matches!(error, TokenError::NoCertificate), "{error}");
    let error = Module::load(&folder.join("rsa.der")).unwrap_err();
    assert!(matches!(&error, TokenError::Module { .. }), "{error}");
}

#[test]
fn a_wrong_pin_is_sent_once_and_never_repeated() {
    in_a_process_of_its_own("refuses_a_wrong_pin");
}

#[test]
#[ignore = "the child of a_wrong_pin_is_sent_once_and_never_repeated"]
fn refuses_a_wrong_pin() {
    let Some(folder) = told() else { return };
    let given = given(&folder, "p256");
    let error = open_with("p256", "314159", &given, Wish::default()).unwrap_err();
    assert!(matches!(error, TokenError::WrongPin(_)), "{error}");
    assert!(!format!("{error} {error:?}").contains("314159"));
    let signer = open(&folder, "p256", Wish::default()).unwrap();
    assert_signs(&signer, &folder, "p256");
}

fn open(folder: &Path, label: &str, wish: Wish) -> Result<TokenSigner, TokenError> {
    open_with(label, PIN, &given(folder, label), wish)
}

fn open_with(
    label: &str,
    pin: &str,
    given: &[CertificateDer],
    wish: Wish,
) -> Result<TokenSigner, TokenError> {
    let module = Module::load(&module().unwrap())?;
    let pin = Passphrase::new(pin.to_owned());
    let key = KeyChoice::Label(label.to_owned());
    Token::find(&module, LABEL)?.signer(Some(&pin), FinalTry::Keep, &key, given, wish)
}

fn given(folder: &Path, label: &str) -> Vec<CertificateDer> {
    let der = fs::read(folder.join(format!("{label}.der"))).unwrap();
    vec![CertificateDer(der)]
}

fn certified(folder: &Path, label: &str) -> PublicKey {
    signing::sign::signer::public_key(&given(folder, label)).unwrap()
}

/// Where the tokens of this process lie, if it is a child that was told.
fn told() -> Option<PathBuf> {
    std::env::var_os(FOLDER).map(PathBuf::from)
}

/// Makes a token with every key, and runs a test of this file in a process that finds it.
fn in_a_process_of_its_own(test: &str) {
    if module().is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::create_dir(at.join("tokens")).unwrap();
    let configuration = format!("directories.tokendir = {}/tokens\n", at.display());
    fs::write(at.join("softhsm2.conf"), configuration).unwrap();
    run(
        at,
        "softhsm2-util",
        &[
            "--init-token",
            "--free",
            "--label",
            LABEL,
            "--so-pin",
            "000000",
            "--pin",
            PIN,
        ],
    );
    for (id, (label, kind, _)) in (1..).zip(KEYS) {
        let (pem, der) = (format!("{label}.pem"), format!("{label}.der"));
        run(
            at,
            "openssl",
            &[&["genpkey", "-out", &pem, "-algorithm"], kind].concat(),
        );
        run(
            at,
            "openssl",
            &[
                "req",
                "-x509",
                "-new",
                "-key",
                &pem,
                "-subj",
                "/CN=Contoh",
                "-outform",
                "DER",
                "-out",
                &der,
            ],
        );
        run(
            at,
            "softhsm2-util",
            &[
                "--import",
                &pem,
                "--token",
                LABEL,
                "--label",
                label,
                "--id",
                &format!("0{id}"),
                "--pin",
                PIN,
            ],
        );
    }
    let child = Command::new(std::env::current_exe().unwrap())
        .args([test, "--exact", "--ignored", "--nocapture"])
        .env(FOLDER, at)
        .env("SOFTHSM2_CONF", at.join("softhsm2.conf"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(
        child.status.success() && said.contains("1 passed"),
        "{said}{}",
        String::from_utf8_lossy(&child.stderr)
    );
}

fn run(at: &Path, program: &str, arguments: &[&str]) {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(at)
        .env("SOFTHSM2_CONF", at.join("softhsm2.conf"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{program} {arguments:?}: {output:?}"
    );
}

/// The module of SoftHSM, where Debian and others put it.
fn module() -> Option<PathBuf> {
    let places = [
        "/usr/lib/softhsm/libsofthsm2.so",
        "/usr/lib64/pkcs11/libsofthsm2.so",
        "/usr/local/lib/softhsm/libsofthsm2.so",
    ];
    let found = places
        .into_iter()
        .map(PathBuf::from)
        .find(|place| place.is_file());
    assert!(
        found.is_some() || std::env::var_os("CI").is_none(),
        "SoftHSM is missing"
    );
    if found.is_none() {
        drop(writeln!(
            std::io::stderr(),
            "left out: SoftHSM is not installed"
        ));
    }
    found
}
