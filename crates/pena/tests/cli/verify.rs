//! `pena verify` as a person or a script meets it.

use std::{fs, path::Path};

use crate::common::{KeyFile, folder_with_key, have, parts, pena, small_pdf};

fn verify(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let line: Vec<&str> = ["verify"].iter().chain(args).copied().collect();
    parts(&pena(folder, &line))
}

fn signed(folder: &Path) {
    small_pdf(&folder.join("in.pdf"));
    let line = "sign in.pdf -o signed.pdf --p12 key.p12 --passphrase-file pass.txt";
    let (code, _, err) = parts(&pena(folder, &line.split(' ').collect::<Vec<_>>()));
    assert_eq!(code, 0, "{err}");
}

fn headlines(out: &str) -> Vec<(String, String)> {
    out.lines()
        .map(|line| {
            let report: serde_json::Value = serde_json::from_str(line).unwrap();
            let text = |key: &str| report[key].as_str().unwrap().to_owned();
            assert!(report["signatures"].is_array() && report["findings"].is_array());
            (text("path"), text("headline"))
        })
        .collect()
}

#[test]
fn a_signature_under_a_given_anchor_is_intact_and_without_one_it_says_what_to_do() {
    if !have("openssl") {
        return;
    }
    let folder = folder_with_key(KeyFile::P256);
    let at = folder.path();
    signed(at);
    let (code, out, err) = verify(at, &["signed.pdf", "--trust", "cert.pem"]);
    assert_eq!(code, 0, "{out}{err}");
    assert!(
        out.contains("signed.pdf") && out.contains("Asli dan utuh"),
        "{out}"
    );
    let (code, out, err) = verify(at, &["signed.pdf"]);
    assert_eq!(code, 3, "{out}{err}");
    assert!(out.contains("Tidak dapat dipastikan"), "{out}");
    assert!(err.contains("--trust"), "{err}");
}

#[test]
fn an_anchor_may_be_pem_or_der_and_several_may_share_a_file() {
    if !have("openssl") {
        return;
    }
    let folder = folder_with_key(KeyFile::P256);
    let at = folder.path();
    signed(at);
    let other = folder_with_key(KeyFile::RsaOpenssl3);
    let both = [
        fs::read(other.path().join("cert.pem")).unwrap(),
        fs::read(at.join("cert.pem")).unwrap(),
    ]
    .concat();
    fs::write(at.join("both.pem"), both).unwrap();
    crate::common::tool(
        at,
        "openssl",
        &[
            "x509", "-in", "cert.pem", "-outform", "DER", "-out", "cert.der",
        ],
    );
    for anchor in ["both.pem", "cert.der"] {
        assert_eq!(
            verify(at, &["signed.pdf", "--trust", anchor]).0,
            0,
            "{anchor}"
        );
    }
}

#[test]
fn a_changed_byte_is_never_called_intact() {
    if !have("openssl") {
        return;
    }
    let folder = folder_with_key(KeyFile::P256);
    let at = folder.path();
    signed(at);
    let mut bytes = fs::read(at.join("signed.pdf")).unwrap();
    let position = bytes
        .windows(5)
        .position(|found| found == b"595 8")
        .unwrap();
    bytes[position] = b'6';
    fs::write(at.join("flipped.pdf"), bytes).unwrap();
    let (code, out, _) = verify(at, &["flipped.pdf", "--trust", "cert.pem", "--json"]);
    assert_eq!(code, 1, "{out}");
    assert_eq!(headlines(&out), [("flipped.pdf".into(), "invalid".into())]);
}

#[test]
fn any_file_at_all_gets_one_line_of_json_and_the_worst_decides_the_exit() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    small_pdf(&at.join("plain.pdf"));
    fs::write(at.join("empty.pdf"), "").unwrap();
    fs::write(at.join("noise.pdf"), [0xff; 5000]).unwrap();
    fs::create_dir(at.join("folder.pdf")).unwrap();
    let files = [
        "missing.pdf",
        "plain.pdf",
        "empty.pdf",
        "noise.pdf",
        "folder.pdf",
    ];
    let (code, out, err) = verify(at, &[files.as_slice(), &["--json", "--offline"]].concat());
    assert_eq!(code, 3, "{err}");
    let found = headlines(&out);
    let expected = [
        "unreadable",
        "unsigned",
        "unreadable",
        "unreadable",
        "unreadable",
    ];
    assert_eq!(found.len(), files.len());
    for ((line, file), headline) in found.iter().zip(files).zip(expected) {
        assert_eq!((line.0.as_str(), line.1.as_str()), (file, headline));
    }
    assert!(err.contains("missing.pdf"), "{err}");
}

#[test]
fn what_a_person_reads_is_indonesian_by_default_and_english_on_request_and_uncoloured_in_a_pipe() {
    let folder = tempfile::tempdir().unwrap();
    small_pdf(&folder.path().join("plain.pdf"));
    let (code, out, _) = verify(folder.path(), &["plain.pdf"]);
    assert_eq!(code, 3);
    assert!(out.contains("Tidak ada tanda tangan elektronik"), "{out}");
    assert!(!out.contains('\u{1b}'), "{out}");
    let (_, out, _) = verify(folder.path(), &["plain.pdf", "--lang", "en"]);
    assert!(!out.contains("Tidak ada"), "{out}");
}

#[test]
fn an_anchor_that_is_no_certificate_and_a_time_that_is_none_are_usage_errors() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    small_pdf(&at.join("plain.pdf"));
    fs::write(at.join("no.pem"), "no certificate").unwrap();
    for (args, says) in [
        (["plain.pdf", "--trust", "no.pem"].as_slice(), "no.pem"),
        (&["plain.pdf", "--trust", "missing.pem"], "missing.pem"),
        (&["plain.pdf", "--crl", "no.pem"], "no.pem"),
        (&["plain.pdf", "--at", "yesterday"], "RFC 3339"),
        (&["plain.pdf", "--xsd"], "--xsd"),
        (&[], "FILE"),
    ] {
        let (code, out, err) = verify(at, args);
        assert_eq!(code, 2, "{args:?}: {out}{err}");
        assert!(err.contains(says), "{args:?}: {err}");
    }
}
