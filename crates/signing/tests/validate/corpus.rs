//! Every file of the corpus: no panic, and quick.

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
};

pub fn corpus() -> Option<PathBuf> {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let folder = std::env::var_os("PENA_CORPUS").map_or(default, PathBuf::from);
    if folder.join("MANIFEST.tsv").is_file() {
        return Some(folder);
    }
    assert!(std::env::var_os("CI").is_none(), "the corpus is missing");
    let _ = writeln!(std::io::stderr(), "left out: the corpus is not there");
    None
}

pub fn at() -> UtcTime {
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
