//! B-B signatures on one core, in one run: on a document of a letter's size against the bare rate of the key, on one that
//! has many signatures against one that has few, and on one of many objects.
#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]

mod common;
#[path = "../tests/writer/support.rs"]
#[expect(
    dead_code,
    reason = "the tests' helpers, of which a bench needs the keys"
)]
mod support;

use std::hint::black_box;

use common::{hashing, many_objects, milliseconds, rate};
use signing::{
    AttributeSigner, Budget, UtcTime,
    sign::{Place, Request, sign},
};
use support::Pki;

const LETTER: usize = 57 * 1024;

fn main() {
    let letter = support::plain_pdf_of(LETTER);
    let keys = [
        ("RSA-2048", support::rsa2048("Uji RSA"), 85.0),
        ("P-256", support::p256("Uji P-256"), 12.0),
    ];
    for (name, pki, goal) in &keys {
        let bare = rate(|| {
            black_box(pki.signer.sign(&[7; 150]).is_ok());
        });
        let whole = rate(|| drop(signed(&letter, pki)));
        let ratio = 100.0 * whole / bare;
        println!(
            "{name}: {whole:.0}/s of {bare:.0}/s bare = {ratio:.1} % (goal: at least {goal} %)"
        );
    }
    for (name, pki, _) in &keys {
        hundredth(name, &letter, pki);
    }
    many(&keys[1].1);
}

fn signed(file: &[u8], pki: &Pki) -> Vec<u8> {
    let request = Request::new(
        Place::Invisible { name: None },
        UtcTime::from_unix(1_795_000_000),
    );
    let append = sign(black_box(&file), request, &pki.signer, Budget::office()).unwrap();
    black_box(append.into_bytes())
}

/// The hundredth signature beside the second.
fn hundredth(name: &str, letter: &[u8], pki: &Pki) {
    let mut file = letter.to_vec();
    let mut took = Vec::new();
    for number in 1..=100 {
        if number == 2 || number == 100 {
            took.push(milliseconds(|| drop(signed(&file, pki))) - hashing(&file));
        }
        file.extend(signed(&file, pki));
    }
    if let [second, hundredth] = took.as_slice() {
        println!(
            "{name}: 2nd signature {second:.3} ms, 100th {hundredth:.3} ms, hashing left out = {:.2} times (goal: at most 1.3)",
            hundredth / second
        );
    }
}

fn many(pki: &Pki) {
    let file = many_objects(20_000);
    let took = milliseconds(|| drop(signed(&file, pki))) - hashing(&file);
    println!("20,000 objects: signed in {took:.2} ms, hashing left out (goal: at most 20 ms)");
}
