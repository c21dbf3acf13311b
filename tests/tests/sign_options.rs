//! `pena sign` and `pena fields` on documents that are locked, damaged, turned or marked.
#![expect(clippy::expect_used, reason = "a test that cannot go on stops loudly")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use tests::files;
use tests::judge::{Qpdf, pdfsig, qpdf};
use tests::key;
use tests::process::{Finished, run};
use tests::program;
use tests::tool::on_path;

/// A folder with a key, or nothing where there is no openssl.
fn desk() -> Option<TempDir> {
    let openssl = on_path("openssl")?;
    let folder = tempfile::tempdir().expect("a folder can be made");
    key::make(folder.path(), &openssl);
    Some(folder)
}

/// A page with this attribute and one line of text in Courier.
fn pdf(attribute: &str, text: &str) -> Vec<u8> {
    let content = format!("BT /F1 12 Tf 100 300 Td ({text}) Tj ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] {attribute} /Contents 4 0 R \
             /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Courier >> >> >> >>"
        ),
        format!(
            "<< /Length {} >>\nstream\n{content}\nendstream",
            content.len()
        ),
    ];
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut table = "xref\n0 5\n0000000000 65535 f \n".to_owned();
    for (at, body) in objects.iter().enumerate() {
        table.extend([format!("{:010} 00000 n \n", out.len())]);
        out.extend(format!("{} 0 obj\n{body}\nendobj\n", at + 1).bytes());
    }
    let start = out.len();
    out.extend(
        format!("{table}trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n").bytes(),
    );
    out
}

fn put(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, bytes).expect("a file can be written");
    path
}

fn sign(desk: &Path, input: &Path, output: &Path, options: &[&str]) -> Finished {
    let mut line: Vec<String> = vec!["sign".to_owned(), "--json".to_owned()];
    line.push(input.display().to_string());
    line.extend(["-o".to_owned(), output.display().to_string()]);
    for (option, file) in [("--p12", "key.p12"), ("--passphrase-file", "pass.txt")] {
        line.extend([option.to_owned(), desk.join(file).display().to_string()]);
    }
    line.extend(options.iter().map(|option| (*option).to_owned()));
    program::call(line)
}

fn fields(file: &Path) -> Vec<Value> {
    let file = file.display().to_string();
    let finished = program::call(["fields", "--json", file.as_str()]);
    finished.must_exit(0);
    program::json_lines(&finished)
}

fn assert_signed(file: &Path) {
    if let Some(signatures) = pdfsig(file) {
        assert!(
            signatures
                .last()
                .is_some_and(|last| last.valid && last.total),
            "{signatures:?}"
        );
    }
}

#[test]
fn a_locked_document_is_signed_and_verified_with_its_password() {
    let (Some(desk), Some(tool)) = (desk(), on_path("qpdf")) else {
        return;
    };
    let desk = desk.path();
    let plain = put(desk, "plain.pdf", &pdf("", "isi"));
    let (locked, signed) = (desk.join("locked.pdf"), desk.join("signed.pdf"));
    let mut lock = Command::new(tool);
    lock.args(["--encrypt", "kata kunci", "pemilik", "256", "--"])
        .args([&plain, &locked]);
    run(&mut lock, b"", Duration::from_mins(1)).must_exit(0);
    let password = put(desk, "password.txt", b"kata kunci\n");
    let password = password.display().to_string();

    let refused = sign(desk, &locked, &signed, &[]);
    refused.must_exit(1);
    assert!(
        refused.text().contains("--password-file"),
        "{}",
        refused.all()
    );
    assert!(!signed.exists());
    sign(desk, &locked, &signed, &["--password-file", &password]).must_exit(0);
    assert!(files::read(&signed).starts_with(&files::read(&locked)));

    let file = signed.display().to_string();
    let verify = ["verify", "--json", &file];
    let closed = program::call(verify);
    closed.must_exit(3);
    assert_eq!(program::json_lines(&closed)[0]["headline"], "unreadable");
    let opened = program::call(verify.into_iter().chain(["--password-file", &password]));
    let signature = &program::json_lines(&opened)[0]["signatures"][0];
    assert_eq!(signature["digest_ok"], true, "{signature}");
    assert_eq!(signature["signature_ok"], true, "{signature}");
    assert!(!opened.all().contains("kata kunci"));
}

#[test]
fn a_damaged_document_is_signed_only_when_it_is_written_anew() {
    let Some(desk) = desk() else { return };
    let desk = desk.path();
    let mut bytes = pdf("", "isi");
    bytes.truncate(bytes.len() - 40);
    let (broken, signed) = (put(desk, "broken.pdf", &bytes), desk.join("signed.pdf"));
    let refused = sign(desk, &broken, &signed, &[]);
    refused.must_exit(1);
    assert!(
        refused.text().contains("--rewrite-first"),
        "{}",
        refused.all()
    );
    sign(desk, &broken, &signed, &["--rewrite-first"]).must_exit(0);
    assert_signed(&signed);
    assert!(qpdf(&signed).is_none_or(|said| said == Qpdf::Sound));

    let twice = desk.join("twice.pdf");
    let refused = sign(desk, &signed, &twice, &["--rewrite-first"]);
    refused.must_exit(1);
    assert!(refused.text().contains("signature"), "{}", refused.all());
    assert!(!twice.exists());
}

#[test]
fn a_marker_says_where_the_block_goes_and_a_missing_one_is_named() {
    let Some(desk) = desk() else { return };
    let desk = desk.path();
    let (input, signed) = (
        put(desk, "marked.pdf", &pdf("", "Kepala $ Dinas")),
        desk.join("signed.pdf"),
    );
    let refused = sign(desk, &input, &signed, &["--marker", "#"]);
    refused.must_exit(1);
    assert!(refused.text().contains("marker #"), "{}", refused.all());
    sign(desk, &input, &signed, &["--marker", "$"]).must_exit(0);
    assert_signed(&signed);
    let field = &fields(&signed)[0];
    let number = |at: usize| field["rect"][at].as_f64().expect("a rectangle of numbers");
    let (x, y) = (100.0 + 7.5 * 7.2, 300.0 + 0.35 * 12.0);
    assert!((number(0) + number(2) / 2.0 - x).abs() < 1.0, "{field}");
    assert!((number(1) + number(3) / 2.0 - y).abs() < 1.0, "{field}");
    sign(desk, &input, &signed, &["--marker", "%"]).must_exit(2);
}

#[test]
fn fields_are_added_listed_and_signed_one_after_the_other() {
    let Some(desk) = desk() else { return };
    let desk = desk.path();
    let input = put(desk, "turned.pdf", &pdf("/Rotate 90", "isi"));
    let (ready, once, twice) = (
        desk.join("ready.pdf"),
        desk.join("once.pdf"),
        desk.join("twice.pdf"),
    );
    let line = [
        "fields",
        "add",
        &input.display().to_string(),
        "-o",
        &ready.display().to_string(),
        "--field",
        "Direktur:1:60,90,180,60",
        "--field",
        "Bupati:1:600,90,180,60",
        "--close-with-last",
    ]
    .map(str::to_owned);
    program::call(line).must_exit(0);
    let listed = fields(&ready);
    assert_eq!(listed.len(), 2);
    assert_eq!(listed[1]["name"], "Bupati");
    assert_eq!(listed[1]["page"], 1);
    assert_eq!(
        listed[1]["rect"],
        serde_json::json!([600.0, 90.0, 180.0, 60.0])
    );
    assert_eq!(listed[1]["lock"]["fields"], "all");
    sign(
        desk,
        &ready,
        &once,
        &["--field", "Direktur", "--certify", "2"],
    )
    .must_exit(0);
    sign(desk, &once, &twice, &["--field", "Bupati"]).must_exit(0);
    assert_signed(&twice);
    let signed: Vec<Value> = fields(&twice)
        .iter()
        .map(|field| field["signed"].clone())
        .collect();
    assert_eq!(signed, [true, true]);
    let outside = ["--page", "1", "--rect", "700,90,180,60"];
    let refused = sign(desk, &input, &once, &outside);
    refused.must_exit(1);
    assert!(
        refused.text().contains("out of the page"),
        "{}",
        refused.all()
    );
}
