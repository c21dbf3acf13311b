//! Every algorithm with every source of keys, judged by programs of others: pyHanko, poppler's pdfsig, openssl. What is
//! expected is the table of `docs/reference/algorithms.md`, which this test writes and holds itself to.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on stops loudly and says why"
)]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use tests::csc::{self, Csc};
use tests::judge::{Trust, pdfsig, pena_verdicts, pyhanko_verdicts};
use tests::pdf::{newest_signature, plain};
use tests::process::run;
use tests::program::{self, pena};
use tests::token::{self, SoftToken};
use tests::tool::{on_path, pyhanko, script};

/// A key and a way to sign with it.
struct Case {
    /// As the table names the key.
    key: &'static str,
    /// For `openssl genpkey -algorithm`.
    genpkey: &'static [&'static str],
    /// As the table names the algorithm.
    algorithm: &'static str,
    /// For `pena sign`.
    options: &'static [&'static str],
    /// Whether pdfsig (poppler with NSS) can judge it.
    pdfsig: bool,
}

const RSA_2048: &[&str] = &["RSA", "-pkeyopt", "rsa_keygen_bits:2048"];
const RSA_3072: &[&str] = &["RSA", "-pkeyopt", "rsa_keygen_bits:3072"];
const RSA_4096: &[&str] = &["RSA", "-pkeyopt", "rsa_keygen_bits:4096"];
const P256: &[&str] = &["EC", "-pkeyopt", "ec_paramgen_curve:P-256"];
const P384: &[&str] = &["EC", "-pkeyopt", "ec_paramgen_curve:P-384"];
const ED25519: &[&str] = &["ED25519"];

const CASES: [Case; 11] = [
    case("RSA 2048", RSA_2048, "PKCS#1 v1.5, SHA-256", &[]),
    case(
        "RSA 2048",
        RSA_2048,
        "PKCS#1 v1.5, SHA-384",
        &["--digest", "sha384"],
    ),
    case(
        "RSA 2048",
        RSA_2048,
        "PKCS#1 v1.5, SHA-512",
        &["--digest", "sha512"],
    ),
    case("RSA 2048", RSA_2048, "PSS, SHA-256", &["--pss"]),
    case(
        "RSA 2048",
        RSA_2048,
        "PSS, SHA-384",
        &["--pss", "--digest", "sha384"],
    ),
    case(
        "RSA 2048",
        RSA_2048,
        "PSS, SHA-512",
        &["--pss", "--digest", "sha512"],
    ),
    case("RSA 3072", RSA_3072, "PSS, SHA-256", &["--pss"]),
    case(
        "RSA 4096",
        RSA_4096,
        "PKCS#1 v1.5, SHA-512",
        &["--digest", "sha512"],
    ),
    case("P-256", P256, "ECDSA, SHA-256", &[]),
    case("P-384", P384, "ECDSA, SHA-384", &[]),
    Case {
        pdfsig: false,
        ..case("Ed25519", ED25519, "EdDSA, SHA-512 over the document", &[])
    },
];

const fn case(
    key: &'static str,
    genpkey: &'static [&'static str],
    algorithm: &'static str,
    options: &'static [&'static str],
) -> Case {
    Case {
        key,
        genpkey,
        algorithm,
        options,
        pdfsig: true,
    }
}

impl Case {
    fn is_ed25519(&self) -> bool {
        self.genpkey == ED25519
    }

    /// The key at a signing service, for kinds that services have.
    fn at_a_service(&self) -> Option<csc::Kind> {
        match self.key {
            "RSA 2048" => Some(csc::RSA),
            "P-256" => Some(csc::P256),
            "P-384" => Some(csc::P384),
            _ => None,
        }
    }
}

/// A signed file, and by which certificate.
struct Made {
    file: PathBuf,
    anchor: PathBuf,
    row: String,
    case: &'static Case,
}

#[test]
fn others_accept_every_algorithm_with_every_source_of_keys() {
    let Some(openssl) = on_path("openssl") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::write(at.join("in.pdf"), plain()).unwrap();
    fs::write(at.join("passphrase"), "rahasia dapur\n").unwrap();
    let mut made = Vec::new();
    for case in &CASES {
        let name = format!("{}-{}", case.key, made.len());
        let key = Key::make(at, &openssl, case, &name);
        made.push(key.in_a_file(at, case, &name, &[]));
        if case.algorithm == "PKCS#1 v1.5, SHA-256" {
            made.push(key.in_a_file(at, case, &name, &["-legacy"]));
        }
        made.extend(key.on_a_token(at, case, &name));
        made.extend(at_a_service(at, case, &name));
    }
    judge(&made, &openssl);
    compare_with_the_page(&made);
}

/// A key pair of a case, with a certificate that is its own anchor.
struct Key {
    openssl: PathBuf,
    private: PathBuf,
    certificate: PathBuf,
}

impl Key {
    fn make(at: &Path, openssl: &Path, case: &Case, name: &str) -> Self {
        let (private, certificate) = (
            at.join(format!("{name}.key")),
            at.join(format!("{name}.pem")),
        );
        let key = Self {
            openssl: openssl.to_owned(),
            private,
            certificate,
        };
        let (private, certificate) = (shown(&key.private), shown(&key.certificate));
        key.call(&[&["genpkey", "-out", &private, "-algorithm"], case.genpkey].concat());
        let subject = [
            "-subj",
            "/CN=Penguji Contoh",
            "-days",
            "30",
            "-out",
            &certificate,
        ];
        let usage = [
            "-addext",
            "keyUsage=critical,digitalSignature,nonRepudiation,keyCertSign",
        ];
        let request = ["req", "-x509", "-new", "-key", &private];
        key.call(&[&request[..], &subject, &usage].concat());
        key
    }

    /// Signs with the key in a PKCS#12 file.
    fn in_a_file(&self, at: &Path, case: &'static Case, name: &str, form: &[&str]) -> Made {
        let source = if form.is_empty() {
            "PKCS#12"
        } else {
            "PKCS#12, legacy"
        };
        let p12 = at.join(format!("{name}{}.p12", form.concat()));
        let (private, certificate, target) =
            (shown(&self.private), shown(&self.certificate), shown(&p12));
        let export = ["pkcs12", "-export", "-inkey", &private, "-in", &certificate];
        let more = ["-out", &target, "-passout", "pass:rahasia dapur"];
        self.call(&[&export[..], &more, form].concat());
        let passphrase = shown(&at.join("passphrase"));
        let options = ["--p12", &target, "--passphrase-file", &passphrase];
        sign(at, case, source, &self.certificate, &options, None)
    }

    /// Signs with the key on a token, its certificate beside it.
    fn on_a_token(&self, at: &Path, case: &'static Case, name: &str) -> Option<Made> {
        let mut token = SoftToken::new()?;
        token.import(&self.private, name);
        let (module, pin) = (shown(token.module()), shown(&token.pin_file()));
        let chain = shown(&self.certificate);
        let which = ["--pkcs11", &module, "--token", token::LABEL, "--key", name];
        let options = [&which[..], &["--chain", &chain, "--pin-file", &pin]].concat();
        Some(sign(
            at,
            case,
            "PKCS#11",
            &self.certificate,
            &options,
            Some(&token),
        ))
    }

    fn call(&self, arguments: &[&str]) {
        let mut command = Command::new(&self.openssl);
        run(command.args(arguments), b"", PATIENCE).must_exit(0);
    }
}

/// Signs with a key of the same kind at a service.
fn at_a_service(at: &Path, case: &'static Case, name: &str) -> Option<Made> {
    let csc = Csc::start(case.at_a_service()?)?;
    let (pin, token) = (at.join("csc-pin"), at.join("csc-token"));
    fs::write(&pin, csc::PIN).unwrap();
    fs::write(&token, csc::TOKEN).unwrap();
    let anchor = at.join(format!("{name}-csc.pem"));
    fs::copy(csc.file("own.pem"), &anchor).unwrap();
    let (url, pin, token) = (csc.url(), shown(&pin), shown(&token));
    let which = ["--csc", &url, "--credential", csc::CREDENTIAL];
    let options = [&which[..], &["--token-file", &token, "--pin-file", &pin]].concat();
    Some(sign(at, case, "CSC", &anchor, &options, None))
}

fn sign(
    at: &Path,
    case: &'static Case,
    source: &str,
    anchor: &Path,
    options: &[&str],
    token: Option<&SoftToken>,
) -> Made {
    let file = at.join(format!("{} {} {source}.pdf", case.key, case.algorithm).replace('/', "-"));
    let mut command = pena();
    command
        .arg("sign")
        .arg(at.join("in.pdf"))
        .arg("-o")
        .arg(&file);
    command.args(options).args(case.options);
    if let Some((name, value)) = token.map(SoftToken::environment) {
        command.env(name, value);
    }
    run(&mut command, b"", program::PATIENCE).must_exit(0);
    Made {
        file,
        anchor: anchor.to_owned(),
        row: format!("| {} | {} | {source} |", case.key, case.algorithm),
        case,
    }
}

fn judge(made: &[Made], openssl: &Path) {
    let files: Vec<PathBuf> = made.iter().map(|made| made.file.clone()).collect();
    let trust = Trust {
        anchors: made.iter().map(|made| made.anchor.clone()).collect(),
        crls: Vec::new(),
    };
    let (ours, worst) = pena_verdicts(&files, &trust, files.len());
    assert_eq!(worst, 0, "{ours:?}");
    for (made, verdict) in made
        .iter()
        .zip(pyhanko_verdicts(&files, &trust).unwrap_or_default())
    {
        assert_eq!(
            verdict["signatures"][0]["accepted"], true,
            "{}: {verdict}",
            made.row
        );
    }
    for made in made {
        if let Some(said) = pdfsig(&made.file) {
            assert_eq!(said[0].valid, made.case.pdfsig, "{}: {said:?}", made.row);
            assert!(said[0].total, "{}: {said:?}", made.row);
        }
        if made.case.is_ed25519() {
            assert_value_by_openssl(made, openssl);
        } else {
            assert_cms_by_openssl(made, openssl);
        }
    }
}

fn assert_cms_by_openssl(made: &Made, openssl: &Path) {
    let place = tempfile::tempdir().unwrap();
    let signature = newest_signature(&fs::read(&made.file).unwrap());
    fs::write(place.path().join("cms"), &signature.cms).unwrap();
    let verify = |covered: &[u8]| {
        fs::write(place.path().join("covered"), covered).unwrap();
        let mut command = Command::new(openssl);
        command.current_dir(place.path());
        command.args([
            "cms", "-verify", "-binary", "-cades", "-inform", "DER", "-in", "cms",
        ]);
        command.args([
            "-content", "covered", "-purpose", "any", "-out", "out", "-CAfile",
        ]);
        run(command.arg(&made.anchor), b"", PATIENCE).code == Some(0)
    };
    assert!(verify(&signature.covered), "{}", made.row);
    let mut changed = signature.covered.clone();
    changed[20] ^= 1;
    assert!(!verify(&changed), "{}", made.row);
}

/// This openssl knows no Ed25519 in CMS; it checks the value over the attributes, and the digest inside them.
fn assert_value_by_openssl(made: &Made, openssl: &Path) {
    let Some(python) = pyhanko() else { return };
    let place = tempfile::tempdir().unwrap();
    let at = place.path();
    let signature = newest_signature(&fs::read(&made.file).unwrap());
    let mut command = Command::new(python);
    let taken = run(
        command.arg(script("attributes.py")),
        &signature.cms,
        PATIENCE,
    );
    taken.must_exit(0);
    let taken = &program::json_lines(&taken)[0];
    let part = |name: &str| hex::decode(taken[name].as_str().unwrap()).unwrap();
    let digest = ring::digest::digest(&ring::digest::SHA512, &signature.covered);
    assert_eq!(part("digest"), digest.as_ref(), "{}", made.row);
    fs::write(at.join("attributes"), part("attributes")).unwrap();
    let verify = |value: &[u8]| {
        fs::write(at.join("value"), value).unwrap();
        let mut command = Command::new(openssl);
        command.current_dir(at);
        command.args([
            "pkeyutl",
            "-verify",
            "-rawin",
            "-in",
            "attributes",
            "-sigfile",
            "value",
        ]);
        command.args(["-certin", "-inkey"]).arg(&made.anchor);
        run(&mut command, b"", PATIENCE).code == Some(0)
    };
    let mut value = part("value");
    assert!(verify(&value), "{}", made.row);
    value[7] ^= 1;
    assert!(!verify(&value), "{}", made.row);
}

const BEGIN: &str = "<!-- written by the test `algorithms` -->\n";
const END: &str = "<!-- end of what the test writes -->\n";

/// The rows that were signed and judged are those of the page.
fn compare_with_the_page(made: &[Made]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/reference/algorithms.md");
    let mut table = "| key | algorithm | source of the key | pyHanko | pdfsig | openssl |\n|---|---|---|---|---|---|\n".to_owned();
    for made in made {
        let pdfsig = if made.case.pdfsig {
            "accepts"
        } else {
            "cannot judge"
        };
        let openssl = if made.case.is_ed25519() {
            "accepts the value"
        } else {
            "accepts the CMS"
        };
        writeln!(table, "{} accepts | {pdfsig} | {openssl} |", made.row).unwrap();
    }
    let page = fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(BEGIN).unwrap();
    let (written, after) = rest.split_once(END).unwrap();
    if std::env::var_os("PENA_WRITE_DOCS").is_some() {
        fs::write(&path, [before, BEGIN, &table, END, after].concat()).unwrap();
    } else if std::env::var_os("CI").is_some() {
        assert_eq!(
            written, table,
            "PENA_WRITE_DOCS=1 cargo test --test algorithms writes it anew"
        );
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

const PATIENCE: Duration = Duration::from_mins(2);
