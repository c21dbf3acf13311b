//! `pena sign` and `pena fields` on documents that are locked, damaged, turned or marked.

use std::process::Command;
use std::time::Duration;

use serde_json::Value;
use tests::desk::{assert_signed, desk, fields, pdf, put, sign};
use tests::files;
use tests::judge::{Qpdf, qpdf};
use tests::process::run;
use tests::program;
use tests::tool::on_path;

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
    let wrong = put(desk, "wrong.txt", b"kata lain\n").display().to_string();
    let refused = sign(desk, &locked, &signed, &["--password-file", &wrong]);
    refused.must_exit(1);
    assert!(
        refused.text().contains("is not its user's"),
        "{}",
        refused.all()
    );
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
