//! Every file of the corpus that wants a second reading, read twice: where the readers differ, or one cannot answer, stands in
//! `tests/corpus/second-readings.tsv` with the reason.
//!
//! `PENA_WRITE_EXPECTED=1` writes the list anew; the reasons stay.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use signing::UtcTime;
use signing::budget::Budget;
use signing::validate::{Code, Evidence, Policy, verify};
use worker::{Caller, InProcess, PdfWorker};

const LIST: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../tests/corpus/second-readings.tsv"
);
const HEAD: &str = "file\treading\treason";

#[test]
fn the_corpus_reads_the_same_twice_or_it_is_written_down_why_not() {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let folder = std::env::var_os("PENA_CORPUS").map_or(default, PathBuf::from);
    if !folder.is_dir() {
        assert!(std::env::var_os("CI").is_none(), "the corpus is missing");
        eprintln!("left out: the corpus is not there");
        return;
    }
    let listed = list();
    let (mut found, mut agrees) = (BTreeMap::new(), 0);
    for path in files(&folder) {
        let file = path.strip_prefix(&folder).unwrap().display().to_string();
        match reading(&path) {
            None => {}
            Some(Code::SecondReadingAgrees) => agrees += 1,
            Some(other) => {
                let word = serde_json::to_value(other).unwrap();
                let word = word.as_str().unwrap().to_owned();
                let reason = listed.get(&(file.clone(), word.clone()));
                found.insert((file, word), reason.cloned().unwrap_or_default());
            }
        }
    }
    assert!(agrees > 50, "only {agrees} files read the same twice");
    if std::env::var_os("PENA_WRITE_EXPECTED").is_some() {
        let mut text = format!("{HEAD}\n");
        for ((file, reading), reason) in &found {
            writeln!(text, "{file}\t{reading}\t{reason}").unwrap();
        }
        fs::write(LIST, text).unwrap();
    }
    assert_eq!(found, listed, "left is what was found");
    let unexplained: Vec<_> = found.iter().filter(|(_, why)| why.is_empty()).collect();
    assert!(unexplained.is_empty(), "no reason: {unexplained:#?}");
}

/// What the second reader says; nothing where it is not asked.
fn reading(path: &Path) -> Option<Code> {
    let bytes = fs::read(path).unwrap();
    let at = UtcTime::from_unix(1_795_478_400);
    let report = verify(
        &bytes,
        &Evidence::new(),
        &Policy::default(),
        at,
        Budget::public(),
    );
    let report = InProcess::new(Caller::Public).read_again(report, Arc::new(bytes));
    report
        .findings
        .iter()
        .map(|one| one.code)
        .find(|code| READINGS.contains(code))
}

const READINGS: [Code; 3] = [
    Code::SecondReadingAgrees,
    Code::SecondReadingDiffers,
    Code::SecondReadingNotMade,
];

fn files(folder: &Path) -> Vec<PathBuf> {
    let within = |folder: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().path()).collect()
    };
    let groups = within(folder).into_iter().filter(|path| path.is_dir());
    let all = groups.flat_map(|group| within(&group));
    all.filter(|path| path.extension().is_some_and(|end| end == "pdf"))
        .collect()
}

fn list() -> BTreeMap<(String, String), String> {
    let text = fs::read_to_string(LIST).unwrap_or_default();
    let rows = text.lines().skip(1).map(|line| {
        let cells: Vec<&str> = line.split('\t').collect();
        let [file, reading, reason] = cells.as_slice() else {
            panic!("not three columns: {line}");
        };
        (
            ((*file).to_owned(), (*reading).to_owned()),
            (*reason).to_owned(),
        )
    });
    rows.collect()
}
