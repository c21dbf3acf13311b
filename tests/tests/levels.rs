//! Signatures that stay provable: each level against an authority on loopback, judged by pyHanko and pdfsig; and every
//! way in which the authority's services may fail, none of which may lower the level silently.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on stops loudly and says why"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;
use tests::judge;
use tests::pdf;
use tests::pki::{Manner, Pki};
use tests::process::{Finished, run};
use tests::program::{call, json_lines};
use tests::tool::{on_path, pyhanko, script};

/// A document to be signed, in a folder of its own.
struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("surat.pdf"), pdf::plain()).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn sign(&self, pki: &Pki, key: &str, level: &str, more: &[&str]) -> Finished {
        let (input, output) = (self.path("surat.pdf"), self.path("ttd.pdf"));
        let mut args = strings(&["sign"]);
        args.extend([shown(&input), "-o".into(), shown(&output)]);
        args.extend(strings(&["--json", "--level", level, "--p12"]));
        args.push(shown(&pki.file(&format!("{key}.p12"))));
        args.push("--passphrase-file".into());
        args.push(shown(&pki.file("passphrase")));
        args.extend(services(pki, more));
        call(args)
    }

    /// Signs without a timestamp.
    fn plain(&self, pki: &Pki, name: &str) {
        let mut args = strings(&["sign", "--json", "--p12"]);
        args.push(shown(&pki.file("signer.p12")));
        args.push("--passphrase-file".into());
        args.push(shown(&pki.file("passphrase")));
        args.extend([shown(&self.path("surat.pdf")), "-o".into()]);
        args.push(shown(&self.path(name)));
        call(args).must_exit(0);
    }

    fn extend(&self, pki: &Pki, names: [&str; 2], level: &str, more: &[&str]) -> Finished {
        let [input, output] = names.map(|name| shown(&self.path(name)));
        let mut args = strings(&["extend"]);
        args.extend([input, "-o".into(), output]);
        args.extend(strings(&["--level", level]));
        args.extend(services(pki, more));
        call(args)
    }

    /// What `pena verify` says of the first signature, with the root alone.
    fn verified(&self, pki: &Pki, name: &str) -> Value {
        self.verified_with(pki, name, &[])
    }

    fn verified_with(&self, pki: &Pki, name: &str, more: &[&str]) -> Value {
        let mut args = strings(&["verify", "--json", "--trust"]);
        args.extend([shown(&pki.file("root.pem")), shown(&self.path(name))]);
        args.extend(strings(more));
        json_lines(&call(args)).remove(0)
    }

    fn level(&self, pki: &Pki, name: &str) -> String {
        let report = self.verified(pki, name);
        assert_eq!(report["headline"], "intact", "{report:#}");
        report["signatures"][0]["level"]
            .as_str()
            .unwrap()
            .to_owned()
    }
}

/// The authority for timestamps, whom to trust, and leave to fetch evidence from loopback.
fn services(pki: &Pki, more: &[&str]) -> Vec<String> {
    let mut args = strings(more);
    if !more.contains(&"--tsa") {
        args.extend(["--tsa".to_owned(), pki.url("/tsa")]);
    }
    args.extend(["--trust".to_owned(), shown(&pki.file("root.pem"))]);
    args.extend(["--allow".to_owned(), pki.host()]);
    args
}

fn strings(args: &[&str]) -> Vec<String> {
    args.iter().map(ToString::to_string).collect()
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// pyHanko's word on the first signature, as `levels.py` prints it.
fn pyhanko_says(pki: &Pki, file: &Path, years: Option<u32>) -> Option<Value> {
    let mut command = Command::new(pyhanko()?);
    command
        .arg(script("levels.py"))
        .arg(pki.file("root.pem"))
        .arg(file);
    command.args(years.map(|years| years.to_string()));
    let done = run(&mut command, b"", Duration::from_mins(2));
    assert_eq!(done.code, Some(0), "{}", done.all());
    Some(serde_json::from_str(done.text().lines().next().unwrap()).unwrap())
}

fn pdfsig_accepts(file: &Path, signatures: usize) {
    if let Some(found) = judge::pdfsig(file) {
        assert_eq!(found.len(), signatures, "{found:?}");
        // It judges signatures of people only: of a document timestamp it says "not valid" whoever made it.
        assert!(found[0].valid, "{found:?}");
    }
}

fn refused(done: &Finished, desk: &Desk, words: &str) {
    assert_eq!(done.code, Some(1), "{}", done.all());
    assert!(done.all().contains(words), "{words}: {}", done.all());
    for output in ["ttd.pdf", "hasil.pdf"] {
        assert!(!desk.path(output).exists(), "{output} was written");
    }
}

#[test]
fn each_level_is_reached_and_others_see_it() {
    let Some(pki) = Pki::start() else { return };
    for (level, word) in [
        ("b-t", "PAdES-B-T"),
        ("b-lt", "PAdES-B-LT"),
        ("b-lta", "PAdES-B-LTA"),
    ] {
        let desk = Desk::new();
        desk.sign(&pki, "signer", level, &["--certify", "1"])
            .must_exit(0);
        let signed = desk.path("ttd.pdf");
        assert!(fs::read(&signed).unwrap().starts_with(&pdf::plain()));
        assert_eq!(desk.level(&pki, "ttd.pdf"), word);
        pdfsig_accepts(&signed, if level == "b-lta" { 2 } else { 1 });
        if let Some(said) = pyhanko_says(&pki, &signed, None) {
            assert_eq!(said["timed"], true, "{level}: {said}");
            assert_eq!(said["now"], level != "b-t", "{level}: {said}");
            let archived = said["archived"] == "AdESPassed.OK";
            assert_eq!(archived, level == "b-lta", "{level}: {said}");
        }
    }
}

#[test]
fn an_archived_signature_outlives_its_signer() {
    let Some(pki) = Pki::start() else { return };
    let desk = Desk::new();
    desk.sign(&pki, "signer", "b-lta", &[]).must_exit(0);
    // The signer's certificate is over in a year, its authority's in ten.
    let in_three_years = ["--at", "2029-11-24T00:00:00Z"];
    let report = desk.verified_with(&pki, "ttd.pdf", &in_three_years);
    assert_eq!(report["headline"], "intact", "{report:#}");
    desk.plain(&pki, "bb.pdf");
    let report = desk.verified_with(&pki, "bb.pdf", &in_three_years);
    assert_eq!(report["headline"], "untrusted", "{report:#}");
    if let Some(said) = pyhanko_says(&pki, &desk.path("ttd.pdf"), Some(11)) {
        assert_eq!(said["later"], "AdESPassed.OK", "{said}");
    }
}

#[test]
fn a_plain_signature_is_extended_step_by_step_and_refreshed() {
    let Some(pki) = Pki::start() else { return };
    let desk = Desk::new();
    desk.plain(&pki, "bb.pdf");
    assert_eq!(desk.level(&pki, "bb.pdf"), "PAdES-B-B");
    let steps = [
        (["bb.pdf", "bt.pdf"], "b-t", "PAdES-B-T"),
        (["bt.pdf", "blt.pdf"], "b-lt", "PAdES-B-LT"),
        (["blt.pdf", "blta.pdf"], "b-lta", "PAdES-B-LTA"),
        (["blta.pdf", "segar.pdf"], "b-lta", "PAdES-B-LTA"),
    ];
    for (names, level, word) in steps {
        step(&desk, &pki, names, level);
        assert_eq!(desk.level(&pki, names[1]), word, "{names:?}");
    }
    pdfsig_accepts(&desk.path("segar.pdf"), 4);
    let report = desk.verified(&pki, "segar.pdf");
    assert_eq!(report["signatures"][0]["modification"], "ltv", "{report:#}");
}

#[test]
fn a_stamped_signature_is_archived_later_and_refreshed() {
    let Some(pki) = Pki::start() else { return };
    let desk = Desk::new();
    desk.sign(&pki, "signer", "b-t", &[]).must_exit(0);
    for names in [["ttd.pdf", "blta.pdf"], ["blta.pdf", "segar.pdf"]] {
        step(&desk, &pki, names, "b-lta");
        assert_eq!(desk.level(&pki, names[1]), "PAdES-B-LTA");
        if let Some(said) = pyhanko_says(&pki, &desk.path(names[1]), Some(11)) {
            assert_eq!(said["now"], true, "{said}");
            assert_eq!(said["archived"], "AdESPassed.OK", "{said}");
            assert_eq!(said["later"], "AdESPassed.OK", "{said}");
        }
    }
    pdfsig_accepts(&desk.path("segar.pdf"), 3);
}

#[test]
fn an_encrypted_document_is_signed_and_extended_under_its_own_key() {
    let Some(pki) = Pki::start() else { return };
    let desk = Desk::new();
    let Some(qpdf) = on_path("qpdf") else { return };
    let open = desk.path("terbuka.pdf");
    fs::rename(desk.path("surat.pdf"), &open).unwrap();
    let mut command = Command::new(qpdf);
    // Anybody may open it: the password of the reader is empty.
    command.args(["--encrypt", "", "pemilik", "256", "--"]);
    command.arg(&open).arg(desk.path("surat.pdf"));
    run(&mut command, b"", Duration::from_mins(1)).must_exit(0);

    desk.sign(&pki, "signer", "b-t", &[]).must_exit(0);
    assert_eq!(desk.level(&pki, "ttd.pdf"), "PAdES-B-T");
    step(&desk, &pki, ["ttd.pdf", "blta.pdf"], "b-lta");
    assert_eq!(desk.level(&pki, "blta.pdf"), "PAdES-B-LTA");
    let extended = desk.path("blta.pdf");
    assert!(judge::qpdf(&extended).is_none_or(|said| said == judge::Qpdf::Sound));
    pdfsig_accepts(&extended, 2);
    if let Some(said) = pyhanko_says(&pki, &extended, None) {
        assert_eq!(said["now"], true, "{said}");
        assert_eq!(said["archived"], "AdESPassed.OK", "{said}");
    }
}

/// Extends a file; what it was stays, byte for byte, and something is behind it.
fn step(desk: &Desk, pki: &Pki, names: [&str; 2], level: &str) {
    desk.extend(pki, names, level, &[]).must_exit(0);
    let [before, after] = names.map(|name| fs::read(desk.path(name)).unwrap());
    assert!(
        after.len() > before.len() && after.starts_with(&before),
        "{names:?}"
    );
}

#[test]
fn a_time_is_put_on_a_document_that_nobody_signed() {
    let Some(pki) = Pki::start() else { return };
    let desk = Desk::new();
    let mut args = strings(&["timestamp"]);
    args.extend([
        shown(&desk.path("surat.pdf")),
        "-o".into(),
        shown(&desk.path("ttd.pdf")),
    ]);
    args.extend(services(&pki, &[]));
    call(args).must_exit(0);
    let report = desk.verified(&pki, "ttd.pdf");
    // The time is good, and nobody stands for the document.
    assert_eq!(report["headline"], "unsigned", "{report:#}");
    assert_eq!(report["signatures"][0]["kind"], "document_timestamp");
    assert_eq!(report["signatures"][0]["indication"], "TOTAL-PASSED");
    let lacking = desk.extend(&pki, ["ttd.pdf", "lagi.pdf"], "b-lt", &[]);
    lacking.must_exit(1);
    assert!(lacking.all().contains("no signature"), "{}", lacking.all());
}

#[test]
fn a_list_serves_where_no_responder_is_named_or_none_answers() {
    let Some(pki) = Pki::start() else { return };
    let desk = Desk::new();
    desk.sign(&pki, "listed", "b-lt", &[]).must_exit(0);
    assert_eq!(desk.level(&pki, "ttd.pdf"), "PAdES-B-LT");
    for manner in [
        Manner::Down,
        Manner::Nonsense,
        Manner::Unknown,
        Manner::Endless,
    ] {
        let desk = Desk::new();
        pki.behave("/ocsp", manner);
        desk.sign(&pki, "signer", "b-lt", &[]).must_exit(0);
        assert_eq!(desk.level(&pki, "ttd.pdf"), "PAdES-B-LT", "{manner:?}");
        if let Some(said) = pyhanko_says(&pki, &desk.path("ttd.pdf"), None) {
            assert_eq!(said["now"], true, "{manner:?}: {said}");
        }
    }
}

#[test]
fn a_lying_or_silent_authority_signs_nothing_and_is_named() {
    let Some(pki) = Pki::start() else { return };
    for (manner, words) in [
        (Manner::Down, "HTTP status 503"),
        (Manner::OtherNonce, "nonce"),
        (Manner::OtherImprint, "imprint"),
        (Manner::Nonsense, "no timestamp"),
        (Manner::Endless, "larger than"),
        (Manner::Slow, "in time"),
        (Manner::Redirects, "HTTP status 302"),
    ] {
        pki.behave("/tsa", manner);
        let desk = Desk::new();
        let started = Instant::now();
        let done = desk.sign(&pki, "signer", "b-t", &[]);
        refused(&done, &desk, words);
        refused(&done, &desk, &pki.host());
        assert!(started.elapsed() < Duration::from_secs(30), "{manner:?}");
    }
}

#[test]
fn the_second_authority_is_asked_when_the_first_fails() {
    let Some(pki) = Pki::start() else { return };
    let desk = Desk::new();
    let (first, second) = (pki.url("/tidak-ada"), pki.url("/tsa"));
    let both = ["--tsa", first.as_str(), "--tsa", second.as_str()];
    desk.sign(&pki, "signer", "b-t", &both).must_exit(0);
    assert_eq!(desk.level(&pki, "ttd.pdf"), "PAdES-B-T");
}

#[test]
fn no_evidence_or_a_revoked_certificate_lowers_no_level_but_refuses() {
    let Some(pki) = Pki::start() else { return };
    for (ocsp, crl, words) in [
        (
            Manner::Revoked,
            Manner::Honest,
            "is revoked since 2020-01-01",
        ),
        (Manner::Down, Manner::Revoked, "is revoked since 2020-01-01"),
        (Manner::Down, Manner::Down, "CRL at"),
        (Manner::Down, Manner::Endless, "larger than"),
        (Manner::Redirects, Manner::Redirects, "HTTP status 302"),
        (Manner::Unknown, Manner::Stale, "out of date"),
        (Manner::Slow, Manner::Nonsense, "no revocation list"),
    ] {
        pki.behave("/ocsp", ocsp);
        pki.behave("/crl", crl);
        let desk = Desk::new();
        refused(&desk.sign(&pki, "signer", "b-lt", &[]), &desk, words);
    }
}

#[test]
fn evidence_is_not_fetched_from_inside_the_house_unless_allowed() {
    let Some(pki) = Pki::start() else { return };
    let desk = Desk::new();
    let (tsa, root) = (pki.url("/tsa"), shown(&pki.file("root.pem")));
    let args = [
        "sign".to_owned(),
        shown(&desk.path("surat.pdf")),
        "-o".to_owned(),
        shown(&desk.path("ttd.pdf")),
        "--p12".to_owned(),
        shown(&pki.file("signer.p12")),
        "--passphrase-file".to_owned(),
        shown(&pki.file("passphrase")),
        "--level".to_owned(),
        "b-lt".to_owned(),
        "--tsa".to_owned(),
        tsa,
        "--trust".to_owned(),
        root,
    ];
    refused(&call(args), &desk, "which is not allowed");
}
