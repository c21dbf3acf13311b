//! Keys, documents and foreign tools for the tests of this crate.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use ring::rand::SystemRandom;
use signing::{CertificateDer, LocalSigner, sign::Drawing};

pub struct Pki {
    pub root_pem: String,
    pub signer: LocalSigner,
}

pub fn p256(name: &str) -> Pki {
    with_key(name, &KeyPair::generate().unwrap())
}

pub fn rsa2048(name: &str) -> Pki {
    use rsa::pkcs8::EncodePrivateKey;
    let key = rsa::PrivateKey::new(&mut rand::rng(), 2048).unwrap();
    let der = key.to_pkcs8_der().unwrap();
    with_key(name, &KeyPair::try_from(der.as_bytes()).unwrap())
}

fn with_key(name: &str, key: &KeyPair) -> Pki {
    let root_key = KeyPair::generate().unwrap();
    let mut root = CertificateParams::default();
    root.distinguished_name.push(DnType::CommonName, "Akar Uji");
    root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    root.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let root_certificate = root.self_signed(&root_key).unwrap();
    let issuer = Issuer::new(root, root_key);
    let mut leaf = CertificateParams::default();
    leaf.distinguished_name.push(DnType::CommonName, name);
    leaf.key_usages = vec![
        KeyUsagePurpose::DigitalSignature,
        KeyUsagePurpose::ContentCommitment,
    ];
    leaf.use_authority_key_identifier_extension = true;
    let certificate = leaf.signed_by(key, &issuer).unwrap();
    let chain = vec![
        CertificateDer(certificate.der().to_vec()),
        CertificateDer(root_certificate.der().to_vec()),
    ];
    let signer = LocalSigner::from_pkcs8(&key.serialize_der(), chain, SystemRandom::new()).unwrap();
    Pki {
        root_pem: root_certificate.pem(),
        signer,
    }
}

pub fn corpus() -> Option<PathBuf> {
    let folder = std::env::var_os("PENA_CORPUS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus"),
        PathBuf::from,
    );
    if folder.is_dir() {
        return Some(folder);
    }
    left_out("the corpus");
    None
}

/// Runs a foreign tool; `None` when it is not there, which CI does not forgive.
pub fn tool(name: &str, arguments: &[&Path]) -> Option<Output> {
    let output = Command::new(name).args(arguments).output().ok();
    if output.is_none() {
        left_out(name);
    }
    output
}

/// What pyHanko says of one file.
pub struct Verdict {
    /// Whether it has signatures, and every one is accepted.
    pub accepted: bool,
    pub said: String,
}

/// pyHanko's verdicts with the root as its only anchor, in order; `None` where no Python has it, which CI does not forgive.
pub fn pyhanko(root: &Path, files: &[(&Path, &str)]) -> Option<Vec<Verdict>> {
    let python = std::env::var_os("PENA_PYTHON").unwrap_or_else(|| "python3".into());
    let probe = Command::new(&python)
        .args(["-c", "import pyhanko.sign"])
        .output();
    if !probe.is_ok_and(|done| done.status.success()) {
        left_out("pyHanko");
        return None;
    }
    let judge = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/python/judge.py");
    let paths: Vec<&Path> = files.iter().map(|(path, _)| *path).collect();
    let passwords: serde_json::Map<String, serde_json::Value> = files
        .iter()
        .map(|(path, password)| (path.display().to_string(), (*password).into()))
        .collect();
    let order = serde_json::json!({
        "trust": [root], "crls": [], "revocation": "soft-fail", "files": paths, "passwords": passwords,
    });
    let mut child = Command::new(python)
        .arg(judge)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut asked = child.stdin.take().unwrap();
    asked.write_all(order.to_string().as_bytes()).unwrap();
    drop(asked);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "pyHanko's judge stopped early");
    let lines = String::from_utf8(output.stdout).unwrap();
    let verdicts: Vec<Verdict> = lines
        .lines()
        .map(|line| Verdict {
            accepted: line.contains("\"accepted\": true") && !line.contains("\"accepted\": false"),
            said: line.to_owned(),
        })
        .collect();
    assert_eq!(
        verdicts.len(),
        files.len(),
        "pyHanko's judge left files out"
    );
    Some(verdicts)
}

/// Says past the test harness what is not tested; fails under CI.
pub fn left_out(what: &str) {
    assert!(std::env::var_os("CI").is_none(), "{what} is missing");
    let _ = writeln!(std::io::stderr(), "left out: {what} is missing");
}

/// A one-page document with a cross-reference table.
pub fn plain_pdf() -> Vec<u8> {
    plain_pdf_of(0)
}

/// The same, with a stream of this many bytes for weight.
pub fn plain_pdf_of(weight: usize) -> Vec<u8> {
    let heavy = format!(
        "<< /Length {weight} >>\nstream\n{}\nendstream",
        "%".repeat(weight)
    );
    pdf_of(&[
        "<< /Type /Catalog /Pages 2 0 R /Odd (kept  as it is) >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595.2756 841.8898] /Contents 4 0 R /Resources << >> >>",
        "<< /Length 24 >>\nstream\n0 0 m 100.00001 100 l S \nendstream",
        &heavy,
    ])
}

/// A block of 180 by 60 points, as a page of its own: words, a frame, and a length that is an object.
pub fn drawing() -> Drawing {
    drawing_with("<< /Type /ExtGState /ca 1 >>")
}

/// The same with this graphics state.
pub fn drawing_with(state: &str) -> Drawing {
    let (frame, words) = (
        "q /G0 gs 0.5 0.5 179 59 re S",
        "Q BT /F1 10 Tf 5 30 Td (Bupati Contoh) Tj ET",
    );
    let pdf = pdf_of(&[
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 180 60] /Contents [4 0 R 5 0 R] /Resources 6 0 R >>",
        &format!("<< /Length {} >>\nstream\n{frame}\nendstream", frame.len()),
        &format!("<< /Length 9 0 R >>\nstream\n{words}\nendstream"),
        "<< /Font << /F1 7 0 R >> /ExtGState << /G0 8 0 R >> >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>",
        state,
        &words.len().to_string(),
    ]);
    Drawing::new(pdf)
}

/// A document of these objects, numbered from 1, the first of them its catalog.
pub fn pdf_of(objects: &[&str]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let mut places = Vec::new();
    for (at, body) in objects.iter().enumerate() {
        places.push(out.len());
        out.extend(format!("{} 0 obj\n{body}\nendobj\n", at + 1).bytes());
    }
    let (start, size) = (out.len(), objects.len() + 1);
    out.extend(format!("xref\n0 {size}\n0000000000 65535 f\r\n").bytes());
    for place in places {
        out.extend(format!("{place:010} 00000 n\r\n").bytes());
    }
    let trailer = format!("trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
    out.extend(trailer.bytes());
    out
}
