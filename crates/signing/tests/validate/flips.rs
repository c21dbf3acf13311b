//! Every byte of three signed letters, flipped: a byte that a signature covers never passes, and where another byte may
//! change without the signature failing stands in `tests/corpus/flips.tsv`, with the finding that tells of it or the reason
//! why it does no harm. A place that is not listed fails the test, and so does one that is listed and no longer occurs.
//!
//! The tests flip every bit of every digit of the CMS of the small letters, one bit of each signed byte, and a sample of the
//! zeros behind a CMS; of the letter with timestamps, one bit of each byte, so that there a place that is listed need not
//! occur. `PENA_LONG` flips all of all.
//! `PENA_WRITE_EXPECTED=1` writes the places anew; the reasons stay.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    ops::Range,
};

use rcgen::date_time_ymd;
use signing::{
    budget::Budget,
    policy::Policy,
    sign::dss::{self, Store},
    validate::{Code, Evidence, Headline, Level, Report, Verdict, gather, verify},
};

use crate::{
    corpus::at,
    made::{Office, letter, signed, signed_again},
    places,
    shared::desk::{self, Desk},
};

const LIST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/corpus/flips.tsv");
const HEAD: &str = "letter\tplace\tfindings\treason";
/// Every bit by itself: a byte of the hexadecimal `/Contents` becomes another digit, a capital, a space, or none of them.
const MASKS: [u8; 8] = [0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80];
/// Digits around the zeros behind a CMS that are flipped like those of the CMS.
const MARGIN: usize = 8;
/// Of those zeros, one in so many is flipped in a short run.
const SPARSE: usize = 32;

/// How the path to a timestamp ends.
const TOKEN: &str = ".token";

/// A letter, a place in it, and the findings that were not there before: what a line of the list stands for.
type Place = (String, String, String);

#[test]
fn a_flip_of_a_letter_with_one_signature_fails_or_is_listed() {
    let office = Office::new();
    let file = signed(&letter(), &office.official("Siti Contoh"));
    Letter::new("one", file, office.policy(), Thrift::OfSigned).hold_to_the_list();
}

#[test]
fn a_flip_of_a_letter_with_two_signatures_fails_or_is_listed() {
    let office = Office::new();
    let once = signed(&letter(), &office.official("Siti Contoh"));
    let file = signed_again(&once, &office.official("Budi Contoh"));
    Letter::new("two", file, office.policy(), Thrift::OfSigned).hold_to_the_list();
}

/// B-LTA: a signature with its timestamp, the evidence, and a timestamp on it all.
#[test]
fn a_flip_of_a_letter_with_timestamps_and_evidence_fails_or_is_listed() {
    let desk = Desk::new();
    let official = desk.official([2020, 2030]);
    let mut file = desk.signed(desk::letter(), &official, Some("20261123080000Z"));
    let store = Store {
        certificates: vec![desk.root.certificate().der],
        crls: vec![desk.root.list(date_time_ymd(2026, 11, 23), None)],
        ocsps: Vec::new(),
    };
    let append = dss::append(&file, &store, Budget::office()).unwrap();
    file.extend_from_slice(append.bytes());
    let file = desk.timestamped(file, "20261123090000Z");
    let letter = Letter::new("lta", file, desk.policy, Thrift::OfAll);
    let report = letter.judged(&letter.file);
    assert_eq!(report.signatures[0].level, Some(Level::PadesBLTA));
    letter.hold_to_the_list();
}

fn is_long() -> bool {
    std::env::var_os("PENA_LONG").is_some()
}

/// Of which bytes one bit stands for all, where time counts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Thrift {
    OfSigned,
    OfAll,
}

struct Letter {
    name: &'static str,
    file: Vec<u8>,
    policy: Policy,
    thrift: Thrift,
    /// Of each signature its field, its gap and its end.
    signatures: Vec<(String, Range<usize>, usize)>,
    /// What is found in the letter as it is.
    known: BTreeMap<String, BTreeSet<String>>,
}

impl Letter {
    fn new(name: &'static str, file: Vec<u8>, policy: Policy, thrift: Thrift) -> Self {
        let facts = gather(&file, Budget::public()).unwrap();
        let signatures = facts.signatures.iter().map(|one| {
            let covered = one.range.as_ref().unwrap();
            let number = |at: u64| usize::try_from(at).unwrap();
            let gap = number(covered.gap.start)..number(covered.gap.end);
            (one.field.clone(), gap, number(covered.end))
        });
        let mut letter = Self {
            name,
            signatures: signatures.collect(),
            file,
            policy,
            thrift,
            known: BTreeMap::new(),
        };
        let report = letter.judged(&letter.file);
        assert_eq!(report.headline, Headline::Intact, "{report:#?}");
        let fields = report.signatures.iter().map(|one| one.field.clone());
        letter.known = fields
            .map(|field| (field.clone(), codes(&report, &field)))
            .collect();
        letter
    }

    fn judged(&self, bytes: &[u8]) -> Report {
        let bytes = bytes.to_vec();
        verify(
            &bytes,
            &Evidence::new(),
            &self.policy,
            at(),
            Budget::public(),
        )
    }

    /// Flips every byte; every place where that passes must be listed, and every place that is listed must occur.
    fn hold_to_the_list(&self) {
        let (mut found, mut wrong) = (BTreeSet::new(), Vec::new());
        let mut bytes = self.file.clone();
        for offset in 0..bytes.len() {
            for &mask in self.masks(offset) {
                bytes[offset] ^= mask;
                let report = self.judged(&bytes);
                match self.outcome(&bytes, offset, &report) {
                    Outcome::Fails => {}
                    Outcome::Passes(place) => drop(found.insert(place)),
                    Outcome::Wrong(why) => wrong.push(format!("{offset} ^ {mask:#04x}: {why}")),
                }
                bytes[offset] ^= mask;
            }
        }
        assert!(
            wrong.is_empty(),
            "{} wrong\n{}",
            wrong.len(),
            wrong.join("\n")
        );
        if std::env::var_os("PENA_WRITE_EXPECTED").is_some() {
            self.write(&found);
        }
        let listed: BTreeSet<Place> = list()
            .into_iter()
            .filter(|((letter, ..), _)| letter == self.name)
            .inspect(|(place, reason)| assert!(!reason.is_empty(), "no reason: {place:?}"))
            .map(|(place, _)| place)
            .collect();
        let new: Vec<&Place> = found.difference(&listed).collect();
        assert!(new.is_empty(), "pass and are not listed: {new:#?}");
        if self.thrift == Thrift::OfSigned || is_long() {
            let gone: Vec<&Place> = listed.difference(&found).collect();
            assert!(gone.is_empty(), "are listed and no longer pass: {gone:#?}");
        }
    }

    /// The bits of a byte that are flipped: all of a digit of a CMS; of a signed byte, and of the zeros behind a CMS, some are
    /// as good as all, where time counts.
    fn masks(&self, offset: usize) -> &'static [u8] {
        let one = offset % MASKS.len();
        let one = if is_long() {
            &MASKS[..]
        } else {
            &MASKS[one..=one]
        };
        let mut gaps = self.signatures.iter().map(|(_, gap, _)| gap);
        let Some(gap) = gaps.find(|gap| gap.contains(&offset)) else {
            return one;
        };
        let digits = self.file[gap.clone()]
            .iter()
            .rposition(|byte| !b"0>".contains(byte));
        let padding = gap.start + digits.unwrap_or_default() + MARGIN..gap.end - MARGIN;
        if padding.contains(&offset) && !offset.is_multiple_of(SPARSE) && !is_long() {
            return &[];
        }
        match self.thrift {
            Thrift::OfSigned => &MASKS,
            Thrift::OfAll => one,
        }
    }

    fn outcome(&self, bytes: &[u8], offset: usize, report: &Report) -> Outcome {
        let intact = report.headline == Headline::Intact;
        let mut covered = false;
        for (field, gap, end) in &self.signatures {
            if offset >= *end || gap.contains(&offset) {
                continue;
            }
            covered = true;
            if passes(report, field) {
                return Outcome::Wrong(format!("passes over a signed byte: {field}"));
            }
        }
        if covered && intact {
            return Outcome::Wrong("intact over a signed byte".to_owned());
        }
        let owner = self
            .signatures
            .iter()
            .find(|(_, gap, _)| gap.contains(&offset));
        let (place, field) = match owner {
            Some((field, gap, _)) if passes(report, field) => {
                (places::in_contents(&self.file, bytes, gap, offset), field)
            }
            None if intact => {
                let Some((field, ..)) = self.signatures.last() else {
                    return Outcome::Fails;
                };
                (places::in_file(&self.file, offset), field)
            }
            Some(_) | None => return Outcome::Fails,
        };
        let new: Vec<String> = codes(report, field)
            .difference(&self.known[field])
            .cloned()
            .collect();
        let unusable = new.iter().any(|code| code == "timestamp_unusable");
        let place = match place.split_once(TOKEN) {
            // What is wrong with a part of a timestamp is wrong with the whole.
            Some((before, _)) if unusable => format!("{before}{TOKEN}"),
            Some(_) | None => place,
        };
        Outcome::Passes((self.name.to_owned(), place, new.join(" ")))
    }

    /// Puts the places of this letter into the list.
    fn write(&self, found: &BTreeSet<Place>) {
        let mut all = list();
        all.retain(|place, _| place.0 != self.name || found.contains(place));
        for place in found {
            all.entry(place.clone()).or_default();
        }
        let mut text = format!("{HEAD}\n");
        for ((letter, place, findings), reason) in all {
            writeln!(text, "{letter}\t{place}\t{findings}\t{reason}").unwrap();
        }
        fs::write(LIST, text).unwrap();
    }
}

enum Outcome {
    Fails,
    Passes(Place),
    Wrong(String),
}

fn list() -> BTreeMap<Place, String> {
    let text = fs::read_to_string(LIST).unwrap_or_default();
    let rows = text.lines().skip(1).map(|line| {
        let cells: Vec<&str> = line.split('\t').collect();
        let [letter, place, findings, reason] = cells.as_slice() else {
            panic!("not four columns: {line}");
        };
        let place = [letter, place, findings].map(|cell| (*cell).to_owned());
        (place.into(), (*reason).to_owned())
    });
    rows.collect()
}

fn passes(report: &Report, field: &str) -> bool {
    let found = report.signatures.iter().find(|one| one.field == field);
    found.is_some_and(|one| one.verdict == Verdict::TotalPassed)
}

/// What was found in the file and in one signature.
fn codes(report: &Report, field: &str) -> BTreeSet<String> {
    let own = report.signatures.iter().filter(|one| one.field == field);
    let findings = own.flat_map(|one| &one.findings).chain(&report.findings);
    findings.map(|finding| word(finding.code)).collect()
}

fn word(code: Code) -> String {
    let json = serde_json::to_value(code).unwrap();
    json.as_str().unwrap().to_owned()
}
