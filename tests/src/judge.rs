//! Verdicts on PDF files: those of others, and `pena verify`'s own.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};

use crate::process::run;
use crate::program;
use crate::tool::{on_path, pyhanko, script};

/// How long one file may take another's tool. Longer is no verdict.
const PATIENCE: Duration = Duration::from_mins(1);

/// One signature as poppler's `pdfsig` reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pdfsig {
    /// The name of its field.
    pub field: String,
    /// The ranges of the file that it covers, their ends excluded.
    pub ranges: Vec<Range<usize>>,
    /// Whether the text says "Signature is Valid".
    pub valid: bool,
    /// Whether the text says "Total document signed".
    pub total: bool,
}

impl Pdfsig {
    /// Whether it covers the byte at this offset.
    pub fn covers(&self, offset: usize) -> bool {
        self.ranges.iter().any(|range| range.contains(&offset))
    }
}

/// What `pdfsig` says of each signature, in its order; none if it cannot read the file.
///
/// # Panics
/// If it takes too long.
pub fn pdfsig(file: &Path) -> Option<Vec<Pdfsig>> {
    let mut command = Command::new(on_path("pdfsig")?);
    let finished = run(command.arg("-nocert").arg(file), b"", PATIENCE);
    assert!(
        !finished.timed_out,
        "pdfsig took too long on {}",
        file.display()
    );
    Some(read_pdfsig(&finished.text()))
}

/// What `qpdf --check` thinks of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Qpdf {
    /// Nothing to complain of.
    Sound,
    /// Warnings only: it reads the file.
    Warns,
    /// Errors, or a password is needed.
    Refuses,
}

/// What `qpdf --check` thinks of a file.
///
/// # Panics
/// If it takes too long.
pub fn qpdf(file: &Path) -> Option<Qpdf> {
    let mut command = Command::new(on_path("qpdf")?);
    let finished = run(command.arg("--check").arg(file), b"", PATIENCE);
    assert!(
        !finished.timed_out,
        "qpdf took too long on {}",
        file.display()
    );
    Some(match finished.code {
        Some(0) => Qpdf::Sound,
        Some(3) => Qpdf::Warns,
        _ => Qpdf::Refuses,
    })
}

/// What pyHanko is to judge by.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    /// The anchors, PEM.
    pub anchors: Vec<PathBuf>,
    /// Revocation lists, DER; if there are none, revocation is not asked for.
    pub crls: Vec<PathBuf>,
}

/// What pyHanko says of each file (`python/judge.py` names the fields), in the order given.
///
/// # Panics
/// If pyHanko itself fails, or takes too long on a file.
pub fn pyhanko_verdicts(files: &[PathBuf], trust: &Trust) -> Option<Vec<Value>> {
    let order = json!({
        "trust": trust.anchors,
        "crls": trust.crls,
        "revocation": if trust.crls.is_empty() { "soft-fail" } else { "require" },
        "files": files,
    });
    let mut command = Command::new(pyhanko()?);
    command.arg(script("judge.py"));
    let limit =
        Duration::from_mins(2) + Duration::from_secs(2) * u32::try_from(files.len()).ok()?;
    let finished = run(&mut command, order.to_string().as_bytes(), limit);
    finished.must_exit(0);
    let verdicts = program::json_lines(&finished);
    assert_eq!(verdicts.len(), files.len(), "{}", finished.all());
    for verdict in &verdicts {
        assert_eq!(verdict["timed_out"], false, "{verdict}");
    }
    Some(verdicts)
}

/// What `pena verify --json` says of each file, by path; and the worst exit code of its runs, which take
/// `chunk` files each.
///
/// # Panics
/// If a run does not end with a verdict, or a file has no line.
pub fn pena_verdicts(
    files: &[PathBuf],
    trust: &Trust,
    chunk: usize,
) -> (BTreeMap<PathBuf, Value>, i32) {
    let mut found = BTreeMap::new();
    let mut worst = 0;
    for files in files.chunks(chunk) {
        let mut line: Vec<PathBuf> = ["verify", "--offline", "--json"].map(PathBuf::from).into();
        for anchor in &trust.anchors {
            line.extend(["--trust".into(), anchor.clone()]);
        }
        for crl in &trust.crls {
            line.extend(["--crl".into(), crl.clone()]);
        }
        line.push("--".into());
        line.extend_from_slice(files);
        let finished = program::call(line);
        let code = finished.code.unwrap_or(-1);
        assert!([0, 1, 3].contains(&code), "{}", finished.all());
        let reports = program::json_lines(&finished);
        assert_eq!(reports.len(), files.len(), "{}", finished.all());
        for (file, report) in files.iter().zip(reports) {
            assert_eq!(report["path"], json!(file), "{report}");
            found.insert(file.clone(), report);
        }
        worst = match (worst, code) {
            (1, _) | (_, 1) => 1,
            (3, _) | (_, 3) => 3,
            _ => 0,
        };
    }
    (found, worst)
}

fn read_pdfsig(text: &str) -> Vec<Pdfsig> {
    let mut found: Vec<Pdfsig> = Vec::new();
    for line in text.lines() {
        if line.starts_with("Signature #") {
            found.push(Pdfsig {
                field: String::new(),
                ranges: Vec::new(),
                valid: false,
                total: false,
            });
        }
        let (Some(signature), Some(fact)) = (found.last_mut(), line.strip_prefix("  - ")) else {
            continue;
        };
        if let Some(field) = fact.strip_prefix("Signature Field Name: ") {
            field.clone_into(&mut signature.field);
        } else if let Some(ranges) = fact.strip_prefix("Signed Ranges: ") {
            signature.ranges = ranges.split("], ").filter_map(read_range).collect();
        } else if fact.starts_with("Total document signed") {
            signature.total = true;
        } else if fact.starts_with("Signature Validation: Signature is Valid") {
            signature.valid = true;
        }
    }
    found
}

fn read_range(text: &str) -> Option<Range<usize>> {
    let (start, end) = text.trim_matches(['[', ']', ' ']).split_once(" - ")?;
    Some(start.parse().ok()?..end.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_of_pdfsig_is_read_signature_by_signature() {
        let text = "Digital Signature Info of: x.pdf\nSignature #1:\n  - Signature Field Name: A\n  \
                    - Signed Ranges: [0 - 13], [20 - 30]\n  - Not total document signed\n  \
                    - Signature Validation: Signature is Valid.\nSignature #2:\n  \
                    - Signature Field Name: B\n  - Signed Ranges: [0 - 40], [50 - 60]\n  \
                    - Total document signed\n  - Signature Validation: Digest Mismatch.\n";
        let found = read_pdfsig(text);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].field, "A");
        assert!(found[0].valid && !found[0].total);
        assert!(!found[1].valid && found[1].total);
        assert!(found[0].covers(12) && !found[0].covers(13) && found[0].covers(20));
        assert!(!found[0].covers(30));
    }
}
