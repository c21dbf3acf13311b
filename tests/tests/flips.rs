//! One flipped bit pattern in a signed byte, anywhere: no validator may call a signature that covers it valid.
#![expect(clippy::expect_used, reason = "a test that cannot go on stops loudly")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use rand::RngExt;
use serde_json::Value;
use tests::database::Engine;
use tests::demo::{Demo, Place};
use tests::files;
use tests::judge::{Pdfsig, Trust, pdfsig, pena_verdicts, pyhanko_verdicts};
use tests::seed;

/// How many bytes are flipped, over all letters.
const FLIPS: usize = 200;

#[test]
fn no_validator_accepts_a_signature_over_a_flipped_byte() {
    let Some(demo) = Demo::shared(Engine::Sqlite) else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder can be made");
    let Some(flips) = flips(&demo.place, folder.path()) else {
        return;
    };
    let trust = trust(&demo.place);
    let mut wrong = refused_by_pena(&flips, &trust);
    wrong.extend(refused_by_pdfsig(&flips));
    wrong.extend(refused_by_pyhanko(&flips, &trust));
    assert!(
        wrong.is_empty(),
        "{} wrong verdicts\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// One changed copy of a letter.
struct Flip {
    /// The changed file.
    path: PathBuf,
    /// Which byte of which letter was changed how.
    what: String,
    /// Where.
    offset: usize,
    /// By field, whether the signature there covered the byte before it was changed.
    covered: BTreeMap<String, bool>,
}

impl Flip {
    /// Whether the signature of this field may not be called valid. A name that was not there before is the flip's
    /// own work, and then nothing vouches for it.
    fn forbids(&self, field: &str) -> bool {
        self.covered.get(field).copied().unwrap_or(true)
    }
}

fn flips(place: &Place, folder: &Path) -> Option<Vec<Flip>> {
    let letters: Vec<(PathBuf, Vec<Pdfsig>)> = place
        .contoh()
        .into_iter()
        .map(|letter| Some((letter.clone(), pdfsig(&letter)?)))
        .collect::<Option<_>>()?;
    assert!(!letters.is_empty(), "the demo left no letters");
    let mut choices = seed::choices("flips");
    let all = letters.iter().cycle().take(FLIPS).enumerate();
    Some(
        all.map(|(number, (letter, signatures))| {
            let mut bytes = files::read(letter);
            let offset = loop {
                let offset = choices.random_range(0..bytes.len());
                if signatures.iter().any(|signature| signature.covers(offset)) {
                    break offset;
                }
            };
            let mask: u8 = choices.random_range(1..=255);
            if let Some(byte) = bytes.get_mut(offset) {
                *byte ^= mask;
            }
            let path = folder.join(format!("{number:03}.pdf"));
            fs::write(&path, bytes).expect("a file can be written");
            Flip {
                path,
                what: format!("{} at {offset} ^ {mask:#04x}", files::name(letter)),
                offset,
                covered: signatures
                    .iter()
                    .map(|signature| (signature.field.clone(), signature.covers(offset)))
                    .collect(),
            }
        })
        .collect(),
    )
}

fn refused_by_pena(flips: &[Flip], trust: &Trust) -> Vec<String> {
    let files: Vec<PathBuf> = flips.iter().map(|flip| flip.path.clone()).collect();
    let (verdicts, _) = pena_verdicts(&files, trust, 50);
    let mut wrong = Vec::new();
    for flip in flips {
        let verdict = &verdicts[&flip.path];
        // The last signature covers the whole letter but its own gap, so something is always wrong.
        if verdict["headline"] == "intact" {
            wrong.push(format!("pena calls it intact: {}", flip.what));
        }
        for signature in signatures(verdict) {
            let field = signature["field"].as_str().unwrap_or_default();
            if signature["indication"] == "TOTAL-PASSED" && flip.forbids(field) {
                wrong.push(format!("pena passes {field}: {}", flip.what));
            }
        }
    }
    wrong
}

fn refused_by_pdfsig(flips: &[Flip]) -> Vec<String> {
    let mut wrong = Vec::new();
    for flip in flips {
        for signature in pdfsig(&flip.path).into_iter().flatten() {
            if signature.valid && (signature.covers(flip.offset) || flip.forbids(&signature.field))
            {
                wrong.push(format!(
                    "pdfsig calls {} valid: {}",
                    signature.field, flip.what
                ));
            }
        }
    }
    wrong
}

fn refused_by_pyhanko(flips: &[Flip], trust: &Trust) -> Vec<String> {
    let files: Vec<PathBuf> = flips.iter().map(|flip| flip.path.clone()).collect();
    let mut wrong = Vec::new();
    for (flip, verdict) in flips
        .iter()
        .zip(pyhanko_verdicts(&files, trust).into_iter().flatten())
    {
        for signature in signatures(&verdict) {
            let field = signature["field"].as_str().unwrap_or_default();
            if signature["accepted"] == true && flip.forbids(field) {
                wrong.push(format!("pyHanko accepts {field}: {}", flip.what));
            }
        }
    }
    wrong
}

fn signatures(verdict: &Value) -> impl Iterator<Item = &Value> {
    verdict["signatures"].as_array().into_iter().flatten()
}

fn trust(place: &Place) -> Trust {
    Trust {
        anchors: vec![place.ca("root.pem")],
        crls: vec![place.ca("root.crl"), place.ca("issuing.crl")],
    }
}
