//! B-B signatures on a document of a letter's size against the bare rate of the key, on one core, in one run.
#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]

#[path = "../tests/writer/support.rs"]
#[expect(
    dead_code,
    reason = "the tests' helpers, of which a bench needs the keys"
)]
mod support;

use std::time::{Duration, Instant};

use signing::{
    AttributeSigner, Budget, UtcTime,
    sign::{Place, Request, sign},
};

const ROUND: Duration = Duration::from_secs(2);
const LETTER: usize = 57 * 1024;

fn main() {
    let letter = support::plain_pdf_of(LETTER);
    for (name, pki, target) in [
        ("RSA-2048", support::rsa2048("Uji RSA"), 70.0),
        ("P-256", support::p256("Uji P-256"), 7.0),
    ] {
        let bare = rate(|| {
            std::hint::black_box(pki.signer.sign(&[7; 150]).is_ok());
        });
        let whole = rate(|| {
            let request = Request::new(
                Place::Invisible { name: None },
                UtcTime::from_unix(1_795_000_000),
            );
            let append = sign(&letter, request, &pki.signer, Budget::office());
            assert!(std::hint::black_box(append).is_ok());
        });
        let ratio = 100.0 * whole / bare;
        println!("{name}: {whole:.0}/s of {bare:.0}/s bare = {ratio:.1} % (target {target} %)");
    }
}

/// Runs per second, the better of two rounds.
fn rate(mut run: impl FnMut()) -> f64 {
    let mut best = 0.0_f64;
    for _ in 0..2 {
        let begun = Instant::now();
        let mut runs = 0_u32;
        while begun.elapsed() < ROUND {
            run();
            runs += 1;
        }
        best = best.max(f64::from(runs) / begun.elapsed().as_secs_f64());
    }
    best
}
