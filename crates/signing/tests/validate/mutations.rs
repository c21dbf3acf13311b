//! Files that are damaged in every way that comes to mind: each gets a report within its time, and a signature over a byte
//! that changed never passes. The tests run it for a bounded number; `PENA_LONG` takes the bound away, and its value, when it
//! is a number, is where the choices begin: another number makes other mutations.

use std::{
    fs,
    io::Write as _,
    ops::Range,
    time::{Duration, Instant},
};

use rand::{Rng, RngExt, SeedableRng, rngs::StdRng};
use signing::{
    budget::Budget,
    validate::{Evidence, Headline, Policy, Report, verify},
};

use crate::{
    corpus::{at, corpus},
    made::{Office, letter, signed, signed_again},
};

const BOUNDED: usize = 4_000;
/// How many mutations a long run makes between two words.
const TOLD: usize = 10_000;
const LARGEST: u64 = 120_000;
const PATIENCE: Duration = Duration::from_secs(5);

#[test]
fn every_mutation_of_the_corpus_gets_a_report_in_time() {
    let Some(folder) = corpus() else { return };
    let mut seeds = Vec::new();
    for group in fs::read_dir(folder).unwrap() {
        let group = group.unwrap().path();
        if !group.is_dir() || group.ends_with("pki") {
            continue;
        }
        for file in fs::read_dir(group).unwrap() {
            let file = file.unwrap();
            if file.metadata().unwrap().len() <= LARGEST {
                seeds.push(fs::read(file.path()).unwrap());
            }
        }
    }
    seeds.sort();
    assert!(seeds.len() > 200, "{} seeds", seeds.len());
    let mut choices = StdRng::seed_from_u64(seed(5));
    for number in numbers("the corpus") {
        let mut bytes = seeds[choices.random_range(0..seeds.len())].clone();
        let donor = seeds[choices.random_range(0..seeds.len())].clone();
        for _ in 0..choices.random_range(1..=4) {
            mutate(&mut bytes, &donor, &mut choices);
        }
        let started = Instant::now();
        let report = judged(&bytes, &Policy::default());
        let took = started.elapsed();
        if took > PATIENCE || report.headline == Headline::Intact {
            let kept = std::env::temp_dir().join(format!("mutation-{number}.pdf"));
            fs::write(&kept, &bytes).unwrap();
            panic!("{}: {took:?}, {:?}", kept.display(), report.headline);
        }
    }
}

#[test]
fn no_mutation_under_a_signature_passes() {
    let office = Office::new();
    let once = signed(&letter(), &office.official("Siti Contoh"));
    let twice = signed_again(&once, &office.official("Budi Contoh"));
    let policy = office.policy();
    assert_eq!(judged(&twice, &policy).headline, Headline::Intact);
    let mut choices = StdRng::seed_from_u64(seed(6));
    for _ in numbers("signed letters") {
        for file in [&once, &twice] {
            let mut bytes = file.clone();
            mutate(&mut bytes, file, &mut choices);
            let report = judged(&bytes, &policy);
            // Cut back to the very bytes that the first official signed, it is what it was then.
            if report.headline == Headline::Intact && bytes != once {
                assert!(is_harmless(file, &bytes), "passes: {report:#?}");
            }
        }
    }
}

/// What may change without a signature being wrong: the padding behind the CMS and the case of its digits, or nothing.
fn is_harmless(before: &[u8], after: &[u8]) -> bool {
    if before.len() != after.len() {
        // White space behind the end is named and borne.
        let shorter = before.len().min(after.len());
        let rest = |all: &[u8]| all[shorter..].iter().all(u8::is_ascii_whitespace);
        return before[..shorter] == after[..shorter] && rest(before) && rest(after);
    }
    let gaps = gaps(before);
    (0..before.len())
        .filter(|place| before[*place] != after[*place])
        .all(|place| gaps.iter().any(|gap| gap.contains(&place)))
}

/// Where the values of signatures stand.
fn gaps(file: &[u8]) -> Vec<Range<usize>> {
    const KEY: &[u8] = b"/Contents <";
    let starts = (0..file.len()).filter(|at| file[*at..].starts_with(KEY));
    let gap = |at: usize| {
        let start = at + KEY.len();
        let length = file[start..].iter().position(|byte| *byte == b'>').unwrap();
        start..start + length
    };
    starts.map(gap).collect()
}

fn judged(bytes: &[u8], policy: &Policy) -> Report {
    let bytes = bytes.to_vec();
    verify(&bytes, &Evidence::new(), policy, at(), Budget::public())
}

/// Counts the mutations; aloud, past the test harness, where nothing ends them.
fn numbers(of: &str) -> impl Iterator<Item = usize> {
    let long = std::env::var_os("PENA_LONG").is_some();
    let numbers = (0_usize..).take(if long { usize::MAX } else { BOUNDED });
    numbers.inspect(move |number| {
        if long && number.is_multiple_of(TOLD) {
            drop(writeln!(std::io::stderr(), "{number} mutations of {of}"));
        }
    })
}

/// Where the choices begin: always at the same place, but for a long run that says otherwise.
fn seed(usual: u64) -> u64 {
    let long = std::env::var("PENA_LONG").ok();
    long.and_then(|long| long.parse().ok()).unwrap_or(usual)
}

/// One change of a kind that breaks readers: bits, lengths, numbers, structure, or pieces of another file.
fn mutate(bytes: &mut Vec<u8>, donor: &[u8], choices: &mut StdRng) {
    if bytes.is_empty() {
        return;
    }
    let place = choices.random_range(0..bytes.len());
    let until = (place + choices.random_range(1..200)).min(bytes.len());
    match choices.random_range(0..8) {
        0 => bytes[place] ^= choices.random_range(1..=255_u8),
        1 => bytes.truncate(place),
        2 => drop(bytes.drain(place..until)),
        3 => {
            let copy = bytes[place..until].to_vec();
            let target = choices.random_range(0..=bytes.len());
            bytes.splice(target..target, copy);
        }
        4 if !donor.is_empty() => {
            let from = choices.random_range(0..donor.len());
            let piece = donor[from..(from + until - place).min(donor.len())].to_vec();
            bytes.splice(place..until, piece);
        }
        5 => number(bytes, place, choices),
        6 => {
            let words: [&[u8]; 8] = [
                b"/Prev 0",
                b"endobj",
                b"<<",
                b"[",
                b"%%EOF\n",
                b"1 0 obj",
                b"/XRefStm 9",
                b"startxref\n0\n",
            ];
            let word = words[choices.random_range(0..words.len())];
            bytes.splice(place..place, word.iter().copied());
        }
        _ => {
            let mut noise = vec![0; until - place];
            choices.fill_bytes(&mut noise);
            bytes.splice(place..until, noise);
        }
    }
}

/// Changes the next number in the file: offsets, lengths and counts are what readers trust.
fn number(bytes: &mut Vec<u8>, from: usize, choices: &mut StdRng) {
    let Some(start) = (from..bytes.len()).find(|at| bytes[*at].is_ascii_digit()) else {
        return;
    };
    let end = (start..bytes.len())
        .find(|at| !bytes[*at].is_ascii_digit())
        .unwrap_or(bytes.len());
    let values = [
        "0",
        "1",
        "-1",
        "65535",
        "2147483648",
        "99999999999999999999",
    ];
    let value = values[choices.random_range(0..values.len())];
    bytes.splice(start..end, value.bytes());
}
