//! Every file of the corpus: no panic, quick, and no attack is ever called intact.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use signing::{
    UtcTime,
    budget::Budget,
    policy::{Policy, TrustAnchors},
    validate::{Evidence, Headline, Report, verify},
    x509::Certificate,
};

fn corpus() -> Option<PathBuf> {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let folder = std::env::var_os("PENA_CORPUS").map_or(default, PathBuf::from);
    if folder.join("MANIFEST.tsv").is_file() {
        return Some(folder);
    }
    assert!(std::env::var_os("CI").is_none(), "the corpus is missing");
    let _ = writeln!(std::io::stderr(), "left out: the corpus is not there");
    None
}

fn at() -> UtcTime {
    UtcTime::parse_rfc3339("2026-11-24T00:00:00Z").unwrap()
}

fn files(folder: &Path, group: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder.join(group))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

fn short(report: &Report) -> String {
    let signatures: Vec<String> = report
        .signatures
        .iter()
        .map(|one| {
            let json = serde_json::to_value(one).unwrap();
            let failures: Vec<String> = one
                .findings
                .iter()
                .filter(|finding| finding.severity == signing::validate::Severity::Failure)
                .map(|finding| finding.detail.clone())
                .collect();
            format!(
                "{}/{} {:?} {}",
                json["indication"].as_str().unwrap(),
                json["sub_indication"].as_str().unwrap_or("-"),
                one.modification,
                failures.join(" | ")
            )
        })
        .collect();
    let findings: Vec<&str> = report
        .findings
        .iter()
        .map(|finding| finding.detail.as_str())
        .collect();
    format!(
        "{:?} [{}] {}",
        report.headline,
        signatures.join(" ; "),
        findings.join(" | ")
    )
}

/// Trusts whoever each file itself names as its outermost issuer, and every certificate beside it: the most lenient anchors
/// there can be, at a time when all were valid, so that only the mathematics and the changes can speak against a file.
fn own_anchors(bytes: &[u8]) -> (Policy, UtcTime) {
    let mut anchors = TrustAnchors::new();
    let mut at = at();
    if let Ok(facts) = signing::validate::gather(&bytes, Budget::cli()) {
        for signature in &facts.signatures {
            for der in signature.cms.iter().flat_map(|cms| &cms.certificates) {
                let _ = anchors.add_file(der);
                if let Ok(certificate) = Certificate::parse(der) {
                    at = at.min(certificate.not_after);
                }
            }
        }
    }
    (Policy::new(anchors), at)
}

#[test]
fn every_file_gets_a_report_within_five_seconds() {
    let Some(folder) = corpus() else { return };
    let mut slow = Vec::new();
    let mut groups: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir() && !path.ends_with("pki"))
        .collect();
    groups.sort();
    for group in groups {
        for path in files(&folder, &name(&group)) {
            let bytes = fs::read(&path).unwrap();
            let started = Instant::now();
            let report = verify(
                &bytes,
                &Evidence::new(),
                &Policy::default(),
                at(),
                Budget::public(),
            );
            let took = started.elapsed();
            println!(
                "{:>6} ms {} {}",
                took.as_millis(),
                name(&path),
                short(&report)
            );
            assert_ne!(
                report.headline,
                Headline::Intact,
                "nobody is trusted: {}",
                name(&path)
            );
            if took > Duration::from_secs(5) {
                slow.push(name(&path));
            }
        }
    }
    assert!(slow.is_empty(), "too slow: {slow:?}");
}

/// What stands among the attacks and is none: the manifest, or a second validator, calls these valid.
const GENUINE: &[(&str, &str)] = &[
    (
        "dss-pades-t-duplicated-sigtst.pdf",
        "the manifest: ok, a timestamp stands there twice",
    ),
    (
        "dss-signature-referenced-from-multiple-fields.pdf",
        "the manifest: report it; a finding names both fields",
    ),
    (
        "rub-replace_variant-1_3_original-document-shadowed-signed.pdf",
        "the manifest: signed, not yet manipulated",
    ),
    (
        "rub-replace_variant-2_3_original-document-shadowed-signed.pdf",
        "the manifest: signed, not yet manipulated",
    ),
    (
        "mklb-pkcs7DetachedFailure.pdf",
        "the manifest: valid over the attributes as received",
    ),
    (
        "dss-Signature-P-DE_CRY-2_HASH_FAILURE_.pdf",
        "pdfsig: valid and total; pyHanko sorts the attributes first",
    ),
    (
        "mkl7-1540982441_313554925_acro_sample_empty_fields_signedFinal.pdf",
        "pdfsig: valid and total",
    ),
];

#[test]
fn no_attack_and_no_malformed_file_is_called_intact() {
    let Some(folder) = corpus() else { return };
    let mut wrong = Vec::new();
    for group in ["A-attack", "B-tampered-malformed"] {
        for path in files(&folder, group) {
            let bytes = fs::read(&path).unwrap();
            let (policy, at) = own_anchors(&bytes);
            let report = verify(&bytes, &Evidence::new(), &policy, at, Budget::public());
            println!("{} {}", name(&path), short(&report));
            if report.headline == Headline::Intact
                && !GENUINE.iter().any(|(genuine, _)| *genuine == name(&path))
            {
                wrong.push(name(&path));
            }
        }
    }
    assert!(wrong.is_empty(), "called intact: {wrong:?}");
}

#[test]
fn generated_files_get_the_verdict_they_were_made_for() {
    let Some(folder) = corpus() else { return };
    let pki = folder.join("pki/generated");
    let mut anchors = TrustAnchors::new();
    anchors
        .add_file(&fs::read(pki.join("root.cert.pem")).unwrap())
        .unwrap();
    let policy = Policy::new(anchors);
    let mut evidence = Evidence::new();
    for list in ["root.crl", "interm.crl"] {
        evidence
            .add_crl_file(&fs::read(pki.join(list)).unwrap())
            .unwrap();
    }
    let mut wrong = Vec::new();
    for path in files(&folder, "G-generated") {
        let bytes = fs::read(&path).unwrap();
        let report = verify(&bytes, &evidence, &policy, at(), Budget::public());
        println!("{} {}", name(&path), short(&report));
        let expected = GENERATED.iter().find(|(file, _, _)| *file == name(&path));
        match expected {
            Some((_, headline, _)) if *headline == report.headline => {}
            Some((_, headline, why)) => {
                wrong.push(format!(
                    "{}: {headline:?} expected, {why}; {}",
                    name(&path),
                    short(&report)
                ));
            }
            None => wrong.push(format!("{} is not in the list", name(&path))),
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The verdict by construction, or what is said instead while a kind of check is not built, and why.
const GENERATED: &[(&str, Headline, &str)] = &[
    ("gen-bb-ed25519.pdf", Headline::Intact, "passes"),
    (
        "gen-bb-ed448.pdf",
        Headline::Untrusted,
        "Ed448 cannot be checked",
    ),
    ("gen-bb-p256.pdf", Headline::Intact, "passes"),
    ("gen-bb-p384.pdf", Headline::Intact, "passes"),
    (
        "gen-bb-p521.pdf",
        Headline::Untrusted,
        "P-521 cannot be checked",
    ),
    (
        "gen-bb-rsa-pss.pdf",
        Headline::Untrusted,
        "a salt shorter or longer than the digest cannot be checked",
    ),
    ("gen-bb-rsa-sha512.pdf", Headline::Intact, "passes"),
    ("gen-bb-rsa.pdf", Headline::Intact, "passes"),
    (
        "gen-bb-sha1.pdf",
        Headline::Untrusted,
        "SHA-1 proves nothing",
    ),
    ("gen-blt-rsa.pdf", Headline::Intact, "a store was added"),
    (
        "gen-blta-p384.pdf",
        Headline::Intact,
        "a document timestamp was added",
    ),
    (
        "gen-blta-rsa.pdf",
        Headline::Intact,
        "a document timestamp was added",
    ),
    ("gen-bt-rsa.pdf", Headline::Intact, "passes"),
    ("gen-cert-p1.pdf", Headline::Intact, "passes"),
    (
        "gen-cert-p2-then-sig.pdf",
        Headline::Intact,
        "a second signature is permitted",
    ),
    ("gen-cert-p2.pdf", Headline::Intact, "passes"),
    (
        "gen-cert-p3-then-sig.pdf",
        Headline::Intact,
        "a second signature is permitted",
    ),
    ("gen-cert-p3.pdf", Headline::Intact, "passes"),
    (
        "gen-eaa-approval-freetext.pdf",
        Headline::Changed,
        "an annotation over the content",
    ),
    (
        "gen-eaa-p1-freetext.pdf",
        Headline::Changed,
        "an annotation over the content",
    ),
    (
        "gen-eaa-p2-freetext.pdf",
        Headline::Changed,
        "an annotation over the content",
    ),
    ("gen-enc-aes256-signed.pdf", Headline::Unreadable, "locked"),
    ("gen-expired-now.pdf", Headline::Untrusted, "expired"),
    (
        "gen-expired-poe-inside.pdf",
        Headline::Intact,
        "expired, and a timestamp proves it older",
    ),
    ("gen-fieldmdp-all.pdf", Headline::Intact, "passes"),
    (
        "gen-fieldmdp-allowed.pdf",
        Headline::Changed,
        "filling in is not told from other changes",
    ),
    ("gen-fieldmdp-include.pdf", Headline::Intact, "passes"),
    (
        "gen-fieldmdp-violate.pdf",
        Headline::Changed,
        "a locked field",
    ),
    (
        "gen-isa-content-replace.pdf",
        Headline::Changed,
        "other content",
    ),
    ("gen-isa-openaction-js.pdf", Headline::Changed, "a script"),
    ("gen-pkcs7-detached.pdf", Headline::Intact, "passes"),
    ("gen-revoked-now.pdf", Headline::Invalid, "revoked"),
    (
        "gen-revoked-poe-before.pdf",
        Headline::Intact,
        "revoked, and a timestamp proves it older",
    ),
    (
        "gen-ssa-p3.pdf",
        Headline::Intact,
        "permitted; the visible signature is named",
    ),
    (
        "gen-tamper-first-range.pdf",
        Headline::Invalid,
        "another byte",
    ),
    (
        "gen-tamper-second-range.pdf",
        Headline::Intact,
        "the unchanged control",
    ),
    (
        "gen-trailing-newline.pdf",
        Headline::Intact,
        "only a line end follows",
    ),
    (
        "gen-two-approvals.pdf",
        Headline::Intact,
        "a second signature is permitted",
    ),
    (
        "gen-upd-metadata-only.pdf",
        Headline::Changed,
        "beside the metadata an object nothing refers to",
    ),
    ("gen-visible-stamp.pdf", Headline::Intact, "passes"),
];

#[test]
fn each_level_is_named_as_the_file_was_made() {
    let Some(folder) = corpus() else { return };
    let mut anchors = TrustAnchors::new();
    let root = fs::read(folder.join("pki/generated/root.cert.pem")).unwrap();
    anchors.add_file(&root).unwrap();
    let policy = Policy::new(anchors);
    for (file, level) in [
        ("gen-bb-rsa.pdf", "PAdES-B-B"),
        ("gen-bt-rsa.pdf", "PAdES-B-T"),
        ("gen-blt-rsa.pdf", "PAdES-B-LT"),
        ("gen-blta-rsa.pdf", "PAdES-B-LTA"),
        ("gen-blta-p384.pdf", "PAdES-B-LTA"),
    ] {
        let bytes = fs::read(folder.join("G-generated").join(file)).unwrap();
        let report = verify(&bytes, &Evidence::new(), &policy, at(), Budget::public());
        let first = serde_json::to_value(&report.signatures[0]).unwrap();
        assert_eq!(first["level"], level, "{file}: {}", short(&report));
        let stranger = verify(
            &bytes,
            &Evidence::new(),
            &Policy::default(),
            at(),
            Budget::public(),
        );
        let first = serde_json::to_value(&stranger.signatures[0]).unwrap();
        assert_eq!(
            first["level"], "PAdES-B-B",
            "{file}: nobody trusts its timestamp"
        );
    }
}
