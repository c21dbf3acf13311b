//! Bytes changed at random: every reader and the writer answer, and nobody takes more memory than the budget allows.

use proptest::{prelude::*, test_runner::TestRunner};
use signing::{
    Budget,
    sign::{Appearance, Place, Request, locate, sign},
    validate::{Evidence, verify},
};

use crate::{
    shape::{Shape, any_shape},
    signed::{PKI, any_place, at, policy},
    support::drawing,
};

/// A change of a file.
#[derive(Debug, Clone)]
enum Damage {
    Byte(prop::sample::Index, u8),
    /// Bytes are taken out.
    Cut(prop::sample::Index, usize),
    /// Bytes stand twice.
    Again(prop::sample::Index, usize),
    /// A number gets other digits, which lengths and places are made of.
    Digits(prop::sample::Index, u32),
}

fn any_damage() -> impl Strategy<Value = Damage> {
    let place = any::<prop::sample::Index>;
    prop_oneof![
        (place(), any::<u8>()).prop_map(|(at, byte)| Damage::Byte(at, byte)),
        (place(), 1..200_usize).prop_map(|(at, length)| Damage::Cut(at, length)),
        (place(), 1..200_usize).prop_map(|(at, length)| Damage::Again(at, length)),
        (place(), any::<u32>()).prop_map(|(at, number)| Damage::Digits(at, number)),
    ]
}

impl Damage {
    fn apply(&self, bytes: &mut Vec<u8>) {
        let range = |at: &prop::sample::Index, length: usize, whole: usize| {
            let start = at.index(whole.max(1)).min(whole);
            start..(start + length).min(whole)
        };
        let whole = bytes.len();
        match self {
            Self::Byte(at, byte) => {
                for place in &mut bytes[range(at, 1, whole)] {
                    *place = *byte;
                }
            }
            Self::Cut(at, length) => drop(bytes.drain(range(at, *length, whole))),
            Self::Again(at, length) => {
                let again = bytes[range(at, *length, whole)].to_vec();
                let at = at.index(whole.max(1)).min(whole);
                bytes.splice(at..at, again);
            }
            Self::Digits(at, number) => {
                let from = range(at, whole, whole).start;
                let Some(start) = bytes[from..].iter().position(u8::is_ascii_digit) else {
                    return;
                };
                let start = from + start;
                let length = bytes[start..]
                    .iter()
                    .take_while(|byte| byte.is_ascii_digit())
                    .count();
                bytes.splice(start..start + length, number.to_string().into_bytes());
            }
        }
    }
}

/// Reads, signs and judges; whatever comes of it.
fn exercise(bytes: &[u8], place: Place) {
    let source = &bytes;
    let _ = locate(source, &["#".to_owned()], [100.0, 50.0], Budget::public());
    let _ = verify(
        source,
        &Evidence::default(),
        &policy(),
        at(),
        Budget::public(),
    );
    let request = Request {
        appearance: Appearance::Drawn(drawing()),
        ..Request::new(place, at())
    };
    if let Ok(append) = sign(source, request, &PKI.signer, Budget::public()) {
        let result = [bytes, append.bytes()].concat();
        assert!(result.starts_with(bytes));
    }
}

/// A generated document, signed or not.
fn document(shape: &Shape, is_signed: bool) -> Vec<u8> {
    let source = shape.document();
    if !is_signed {
        return source;
    }
    let request = Request::new(Place::Invisible { name: None }, at());
    let append = sign(&source, request, &PKI.signer, Budget::office()).unwrap();
    [source, append.into_bytes()].concat()
}

#[test]
fn any_damage_is_answered_within_the_budget() {
    let cases = if std::env::var_os("PENA_LONG").is_some() {
        20_000
    } else {
        400
    };
    let config = ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let damages = prop::collection::vec(any_damage(), 1..8);
    let any = (any_shape(), any::<bool>(), damages, any_place());
    TestRunner::new(config)
        .run(&any, |(shape, is_signed, damages, place)| {
            let mut bytes = document(&shape, is_signed);
            for damage in &damages {
                damage.apply(&mut bytes);
            }
            exercise(&bytes, place);
            Ok(())
        })
        .unwrap();
    let peak = peak_memory();
    assert!(peak < MOST_MEMORY, "{} MiB were taken", peak >> 20);
}

/// The files have a few kilobytes; what the public's budget lets filters make of them is 64 MiB.
const MOST_MEMORY: u64 = 128 << 20;

/// The largest resident size of this process so far, in bytes.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    let kilobytes: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kilobytes << 10
}
