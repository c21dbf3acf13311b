//! Every signed file of the corpus beside what its manifest expects, held to `tests/corpus/expected.tsv`: a better verdict
//! than the list's is as wrong as a worse one.
//!
//! `PENA_WRITE_EXPECTED=1` writes the verdicts anew; the columns that people fill in stay.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

use signing::{
    UtcTime,
    access::{Access, Password},
    budget::Budget,
    policy::{Policy, TrustAnchors},
    validate::{Evidence, Failure, Headline, Report, Severity, Verdict, gather, verify},
    x509::Certificate,
};

use crate::corpus::{at, corpus};

const LIST: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../tests/corpus/expected.tsv"
);
const HEAD: &str = "file\tsplit\ttrick\texpected\theadline\tsignatures\tfindings\treason";

/// One line of the list.
#[derive(Clone, Default)]
struct Row {
    /// What the manifest's text asks for.
    split: Split,
    /// The finding that must name the trick, where the row asks for one.
    trick: String,
    /// The manifest's text.
    expected: String,
    headline: String,
    signatures: String,
    findings: String,
    /// Why our verdict is another one than the manifest's.
    reason: String,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
enum Split {
    /// Rejection, modification, or never valid.
    Never,
    /// Valid.
    Ok,
    /// Neither: robustness, or a verdict about trust alone.
    #[default]
    Open,
}

#[test]
fn every_signed_file_gets_the_verdict_that_is_written_down() {
    let Some(folder) = corpus() else { return };
    let manifest = manifest(&folder);
    let mut listed = list();
    let mut judged = BTreeMap::new();
    for (file, entry) in &manifest {
        let report = judge(&folder, file, &entry.password);
        let mut row = listed.remove(file).unwrap_or_default();
        row.expected.clone_from(&entry.expected);
        judged.insert(file.clone(), (row.with(&report), report));
    }
    if std::env::var_os("PENA_WRITE_EXPECTED").is_some() {
        write(&judged);
    }
    assert!(listed.is_empty(), "no such files: {:?}", listed.keys());
    let listed = list();
    let mut wrong = Vec::new();
    for (file, (row, report)) in &judged {
        match listed.get(file) {
            None => wrong.push(format!("{file} is not in the list")),
            Some(known) => {
                wrong.extend(complaints(known, row, report).map(|why| format!("{file}: {why}")));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// RFC 5652 5.4: the value is over the covered bytes themselves.
#[test]
fn without_signed_attributes_every_covered_byte_counts_and_pades_takes_no_such_signature() {
    let Some(folder) = corpus() else { return };
    let file = "C-single/pjs-bug854315.pdf";
    let genuine = fs::read(folder.join(file)).unwrap();
    let verdict = |bytes: Vec<u8>| judge_bytes(&folder, file, &bytes, "").signatures[0].verdict;
    assert_eq!(verdict(genuine.clone()), Verdict::TotalPassed);
    let first = Verdict::TotalFailed(Failure::SigCryptoFailure);
    // The comment behind the header, and the last line.
    for place in [12, genuine.len() - 1] {
        let mut changed = genuine.clone();
        changed[place] ^= 1;
        assert_ne!(verdict(changed), Verdict::TotalPassed, "{place}");
    }
    let mut changed = genuine.clone();
    changed[12] ^= 1;
    assert_eq!(verdict(changed), first);
    let (old, new) = (b"adbe.pkcs7.detached", b"ETSI.CAdES.detached");
    let at = genuine.windows(old.len()).position(|part| part == old);
    let mut other = genuine;
    other[at.unwrap()..][..new.len()].copy_from_slice(new);
    let format = Verdict::TotalFailed(Failure::FormatFailure);
    assert_eq!(verdict(other), format);
}

/// What is wrong with a line of the list, or with what was found now.
fn complaints<'a>(
    known: &'a Row,
    now: &'a Row,
    report: &'a Report,
) -> impl Iterator<Item = String> + 'a {
    let mut wrong = Vec::new();
    for (column, known, now) in [
        ("expected", &known.expected, &now.expected),
        ("headline", &known.headline, &now.headline),
        ("signatures", &known.signatures, &now.signatures),
        ("findings", &known.findings, &now.findings),
    ] {
        if known != now {
            wrong.push(format!("{column} is {now}, and {known} is written down"));
        }
    }
    let intact = report.headline == Headline::Intact;
    match known.split {
        Split::Never if intact => wrong.push("must never be intact".to_owned()),
        Split::Never if known.trick.is_empty() => wrong.push("names no trick".to_owned()),
        Split::Ok if !intact && known.reason.is_empty() => {
            wrong.push("is expected to be intact, and no reason says why not".to_owned());
        }
        Split::Ok if intact && known.reason.starts_with("not intact") => {
            wrong.push("has a reason for not being intact, and is".to_owned());
        }
        Split::Never | Split::Ok | Split::Open => {}
    }
    for trick in known.trick.split(' ').filter(|trick| !trick.is_empty()) {
        if !now.findings.split(' ').any(|found| found == trick) {
            wrong.push(format!("the finding {trick} is missing"));
        }
    }
    wrong.into_iter()
}

impl Row {
    fn with(mut self, report: &Report) -> Self {
        self.headline = word(&report.headline);
        let signatures = report.signatures.iter().map(|one| {
            let json = serde_json::to_value(one).unwrap();
            let text = |key: &str| json[key].as_str().unwrap_or("-").to_owned();
            let permitted = if one.modification_permitted { "" } else { "!" };
            format!(
                "{}/{}:{permitted}{}",
                text("indication"),
                text("sub_indication"),
                text("modification")
            )
        });
        self.signatures = signatures.collect::<Vec<_>>().join(" ");
        let of_signatures = report.signatures.iter().flat_map(|one| &one.findings);
        let mut findings: Vec<String> = report
            .findings
            .iter()
            .chain(of_signatures)
            .filter(|finding| finding.severity != Severity::Info)
            .map(|finding| word(&finding.code))
            .collect();
        findings.sort_unstable();
        findings.dedup();
        self.findings = findings.join(" ");
        self
    }
}

/// The word a value is serialised as.
fn word(value: &impl serde::Serialize) -> String {
    let value = serde_json::to_value(value).unwrap();
    value.as_str().unwrap().to_owned()
}

struct Entry {
    expected: String,
    password: String,
}

/// The rows of signed files, and of those that a peer could not read.
fn manifest(folder: &Path) -> BTreeMap<String, Entry> {
    let text = fs::read_to_string(folder.join("MANIFEST.tsv")).unwrap();
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().unwrap().split('\t').collect();
    let column = |name: &str| names.iter().position(|one| *one == name).unwrap();
    let (file, expected, count, password) = (
        column("file"),
        column("expected"),
        column("n_sigs"),
        column("open_password"),
    );
    lines
        .map(|line| line.split('\t').collect::<Vec<_>>())
        .filter(|row| !row[file].starts_with("U-") && !row[file].starts_with("pki/"))
        .filter(|row| row[count] != "0")
        .map(|row| {
            let entry = Entry {
                expected: row[expected].to_owned(),
                password: row.get(password).copied().unwrap_or_default().to_owned(),
            };
            (row[file].to_owned(), entry)
        })
        .collect()
}

fn list() -> BTreeMap<String, Row> {
    let text = fs::read_to_string(LIST).unwrap_or_default();
    text.lines()
        .skip(1)
        .map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            let [
                file,
                split,
                trick,
                expected,
                headline,
                signatures,
                findings,
                reason,
            ] = cells.as_slice()
            else {
                panic!("not eight columns: {line}");
            };
            let row = Row {
                split: match *split {
                    "never" => Split::Never,
                    "ok" => Split::Ok,
                    "open" => Split::Open,
                    other => panic!("no such split: {other}"),
                },
                trick: (*trick).to_owned(),
                expected: (*expected).to_owned(),
                headline: (*headline).to_owned(),
                signatures: (*signatures).to_owned(),
                findings: (*findings).to_owned(),
                reason: (*reason).to_owned(),
            };
            ((*file).to_owned(), row)
        })
        .collect()
}

fn write(judged: &BTreeMap<String, (Row, Report)>) {
    let mut text = format!("{HEAD}\n");
    for (file, (row, _)) in judged {
        let split = format!("{:?}", row.split).to_lowercase();
        writeln!(
            text,
            "{file}\t{split}\t{}\t{}\t{}\t{}\t{}\t{}",
            row.trick, row.expected, row.headline, row.signatures, row.findings, row.reason
        )
        .unwrap();
    }
    fs::write(LIST, text).unwrap();
}

fn judge(folder: &Path, file: &str, password: &str) -> Report {
    judge_bytes(
        folder,
        file,
        &fs::read(folder.join(file)).unwrap(),
        password,
    )
}

fn judge_bytes(folder: &Path, file: &str, bytes: &[u8], password: &str) -> Report {
    let password = (!password.is_empty()).then(|| Password::new(password.to_owned().into()));
    let access = Access::new(Budget::public(), password);
    if file.starts_with("G-generated") {
        let (policy, evidence) = generated_pki(folder);
        return verify(&bytes, &evidence, &policy, at(), access);
    }
    let (policy, at) = own_anchors(bytes, &access);
    verify(&bytes, &Evidence::new(), &policy, at, access)
}

fn generated_pki(folder: &Path) -> (Policy, Evidence) {
    let pki = folder.join("pki/generated");
    let mut anchors = TrustAnchors::new();
    let root = fs::read(pki.join("root.cert.pem")).unwrap();
    anchors.add_file(&root).unwrap();
    let mut evidence = Evidence::new();
    for list in ["root.crl", "interm.crl"] {
        let list = fs::read(pki.join(list)).unwrap();
        evidence.add_crl_file(&list).unwrap();
    }
    (Policy::new(anchors), evidence)
}

/// Trusts whoever each file itself names as its outermost issuer, and every certificate beside it: the most lenient anchors
/// there can be, at a time when all were valid or the youngest is, so that only the mathematics and the changes can speak
/// against a file.
fn own_anchors(bytes: &[u8], access: &Access) -> (Policy, UtcTime) {
    let mut anchors = TrustAnchors::new();
    let (mut first, mut last) = (UtcTime::from_unix(0), at());
    if let Ok(facts) = gather(&bytes, access.clone()) {
        for signature in &facts.signatures {
            for der in signature.cms.iter().flat_map(|cms| &cms.certificates) {
                let _ = anchors.add_file(der);
                if let Ok(certificate) = Certificate::parse(der) {
                    first = first.max(certificate.not_before);
                    last = last.min(certificate.not_after);
                }
            }
        }
    }
    (
        Policy::new(anchors),
        if first <= last { last } else { first },
    )
}
