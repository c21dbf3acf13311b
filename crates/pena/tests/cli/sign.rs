//! `pena sign` as a person or a script meets it, its results judged by poppler's `pdfsig`.

use std::{fs, path::Path, process::Command};

use crate::common::{KeyFile, folder_with_key, have, parts, pdf_with_field, pena, small_pdf, tool};

const KEY: [&str; 4] = ["--p12", "key.p12", "--passphrase-file", "pass.txt"];

fn sign(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let line: Vec<&str> = ["sign"].iter().chain(&KEY).chain(args).copied().collect();
    parts(&pena(folder, &line))
}

fn assert_accepted(folder: &Path, name: &str) {
    if have("pdfsig") {
        let said = tool(folder, "pdfsig", &["-nocert", name]);
        assert!(said.contains("Signature is Valid"), "{said}");
        assert!(said.contains("Total document signed"), "{said}");
    }
}

fn hidden_files(folder: &Path) -> usize {
    fs::read_dir(folder)
        .unwrap()
        .filter(|entry| {
            let name = entry.as_ref().unwrap().file_name();
            name.to_string_lossy().starts_with('.')
        })
        .count()
}

#[test]
fn every_kind_of_key_file_signs_and_the_input_stays_the_beginning_of_the_output() {
    if !have("openssl") {
        return;
    }
    for kind in [KeyFile::RsaOpenssl3, KeyFile::RsaLegacy, KeyFile::P256] {
        let folder = folder_with_key(kind);
        let input = fs::read(small_pdf(&folder.path().join("in.pdf"))).unwrap();
        let (code, out, err) = sign(folder.path(), &["in.pdf", "-o", "out.pdf", "--json"]);
        assert_eq!(code, 0, "{kind:?}: {err}");
        let output = fs::read(folder.path().join("out.pdf")).unwrap();
        assert!(output.len() > input.len() && output.starts_with(&input));
        assert_eq!(fs::read(folder.path().join("in.pdf")).unwrap(), input);

        let line: serde_json::Value = serde_json::from_str(out.trim()).unwrap();
        let digest = ring::digest::digest(&ring::digest::SHA256, &output);
        assert_eq!(line["path"], "in.pdf");
        assert_eq!(line["output"], "out.pdf");
        assert_eq!(line["sha256"], hex::encode(digest));
        assert!(
            line["field"]
                .as_str()
                .is_some_and(|field| !field.is_empty())
        );
        assert_accepted(folder.path(), "out.pdf");
    }
}

#[test]
fn a_visible_block_a_named_field_and_a_certification_are_accepted_by_others() {
    if !have("openssl") {
        return;
    }
    let folder = folder_with_key(KeyFile::P256);
    let at = folder.path();
    small_pdf(&at.join("plain.pdf"));
    pdf_with_field(&at.join("form.pdf"), "Direktur");
    let block = [
        "plain.pdf",
        "-o",
        "block.pdf",
        "--page",
        "1",
        "--rect",
        "72,72,200,60",
    ];
    let certified = [
        "plain.pdf",
        "-o",
        "certified.pdf",
        "--certify",
        "2",
        "--reason",
        "Disetujui (é)",
    ];
    let field = [
        "form.pdf",
        "-o",
        "field.pdf",
        "--field",
        "Direktur",
        "--json",
    ];
    for (args, output) in [
        (block.as_slice(), "block.pdf"),
        (certified.as_slice(), "certified.pdf"),
        (field.as_slice(), "field.pdf"),
    ] {
        let (code, out, err) = sign(at, args);
        assert_eq!(code, 0, "{output}: {err}");
        assert!(
            output != "field.pdf" || out.contains("\"field\":\"Direktur\""),
            "{out}"
        );
        assert_accepted(at, output);
    }
}

#[test]
fn one_broken_file_does_not_stop_the_others_and_leaves_nothing_behind() {
    if !have("openssl") {
        return;
    }
    let folder = folder_with_key(KeyFile::P256);
    let at = folder.path();
    small_pdf(&at.join("a.pdf"));
    fs::write(at.join("broken.pdf"), "no pdf at all").unwrap();
    small_pdf(&at.join("z.pdf"));
    let files = ["a.pdf", "broken.pdf", "missing.pdf", "z.pdf"];
    let args = [files.as_slice(), &["--out-dir", "new/out", "--json"]].concat();
    let (code, out, err) = sign(at, &args);
    assert_eq!(code, 1, "{err}");
    let lines: Vec<serde_json::Value> = out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 4);
    for (line, file) in lines.iter().zip(files) {
        assert_eq!(line["path"], file);
        let signed = ["a.pdf", "z.pdf"].contains(&file);
        assert_eq!(line.get("error").is_none(), signed, "{line}");
        assert_eq!(at.join("new/out").join(file).exists(), signed);
    }
    assert_eq!(hidden_files(&at.join("new/out")), 0);
}

#[test]
fn a_wrong_passphrase_or_missing_key_is_refused_before_anything_is_written() {
    if !have("openssl") {
        return;
    }
    let folder = folder_with_key(KeyFile::RsaOpenssl3);
    let at = folder.path();
    small_pdf(&at.join("in.pdf"));
    fs::write(at.join("wrong.txt"), "salah\n").unwrap();
    let wrong = ["--p12", "key.p12", "--passphrase-file", "wrong.txt"];
    let missing = ["--p12", "none.p12", "--passphrase-file", "pass.txt"];
    let unasked = ["--p12", "key.p12"];
    for (key, says) in [
        (wrong.as_slice(), "passphrase"),
        (missing.as_slice(), "none.p12"),
        (unasked.as_slice(), "--passphrase-file"),
    ] {
        let line = [&["sign", "in.pdf", "-o", "out.pdf"], key].concat();
        let (code, _, err) = parts(&pena(at, &line));
        assert_eq!(code, 1, "{err}");
        assert!(err.contains(says), "{err}");
        assert!(!err.contains("salah"), "the passphrase is repeated: {err}");
        assert!(!at.join("out.pdf").exists());
    }
}

#[test]
fn a_passphrase_comes_through_an_open_descriptor() {
    if !have("openssl") {
        return;
    }
    let folder = folder_with_key(KeyFile::P256);
    small_pdf(&folder.path().join("in.pdf"));
    let script = format!(
        "'{}' sign in.pdf -o out.pdf --p12 key.p12 --passphrase-fd 3 3< pass.txt",
        env!("CARGO_BIN_EXE_pena")
    );
    let output = Command::new("sh")
        .args(["-c", &script])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let (code, _, err) = parts(&output);
    assert_eq!(code, 0, "{err}");
    assert!(folder.path().join("out.pdf").exists());
}

#[test]
fn a_document_that_is_certified_against_changes_is_not_signed_again() {
    if !have("openssl") {
        return;
    }
    let folder = folder_with_key(KeyFile::P256);
    let at = folder.path();
    small_pdf(&at.join("in.pdf"));
    assert_eq!(
        sign(at, &["in.pdf", "-o", "one.pdf", "--certify", "1"]).0,
        0
    );
    let (code, _, err) = sign(at, &["one.pdf", "-o", "two.pdf"]);
    assert_eq!(code, 1, "{err}");
    assert!(err.contains("one.pdf"), "{err}");
    assert!(!at.join("two.pdf").exists());
}

#[test]
fn a_command_line_that_makes_no_sense_is_a_usage_error() {
    let folder = tempfile::tempdir().unwrap();
    small_pdf(&folder.path().join("in.pdf"));
    for (args, says) in [
        (["in.pdf", "-o", "in.pdf"].as_slice(), "never overwritten"),
        (&["in.pdf", "in.pdf", "-o", "out.pdf"], "--out-dir"),
        (&["in.pdf"], "--out-dir"),
        (&["in.pdf", "-o", "out.pdf", "--level", "b-t"], "--tsa"),
        (&["in.pdf", "-o", "out.pdf", "--level", "b-x"], "b-lta"),
        (
            &[
                "in.pdf",
                "-o",
                "out.pdf",
                "--tsa",
                "http://tsa.contoh.example",
            ],
            "--level",
        ),
        (
            &["in.pdf", "-o", "out.pdf", "--passphrase", "x"],
            "--passphrase",
        ),
        (
            &[
                "in.pdf", "-o", "out.pdf", "--page", "0", "--rect", "1,1,9,9",
            ],
            "--page",
        ),
    ] {
        let (code, _, err) = sign(folder.path(), args);
        assert_eq!(code, 2, "{args:?}: {err}");
        assert!(err.contains(says), "{args:?}: {err}");
    }
}
