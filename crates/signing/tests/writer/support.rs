//! Keys, documents and foreign tools for the tests of this crate.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use ring::rand::SystemRandom;
use signing::{CertificateDer, RingSigner};

pub struct Pki {
    pub root_pem: String,
    pub signer: RingSigner,
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
    let signer = RingSigner::from_pkcs8(&key.serialize_der(), chain, SystemRandom::new()).unwrap();
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
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R /Odd (kept  as it is) >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595.2756 841.8898] /Contents 4 0 R /Resources << >> >>",
        "<< /Length 24 >>\nstream\n0 0 m 100.00001 100 l S \nendstream",
        &heavy,
    ];
    let mut out = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let mut places = Vec::new();
    for (at, body) in objects.iter().enumerate() {
        places.push(out.len());
        out.extend(format!("{} 0 obj\n{body}\nendobj\n", at + 1).bytes());
    }
    let start = out.len();
    out.extend(b"xref\n0 6\n0000000000 65535 f\r\n");
    for place in places {
        out.extend(format!("{place:010} 00000 n\r\n").bytes());
    }
    out.extend(format!("trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n").bytes());
    out
}
