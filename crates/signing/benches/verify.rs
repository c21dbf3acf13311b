//! Verifying one P-256 signature with its chain, against the bare public-key operations in it, on one core.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a bench stops where something is not as it was made"
)]

use std::time::{Duration, Instant};

#[path = "../tests/validate/made.rs"]
#[expect(dead_code, reason = "the tests use what the bench does not")]
mod made;

use made::{Office, letter_of, signed};
use ring::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use signing::{
    UtcTime,
    budget::Budget,
    sign::{Place, Request, sign},
    validate::{Evidence, Headline, gather, verify},
    x509::Certificate,
};

const LETTER: usize = 57_000;

fn main() {
    let office = Office::new();
    let file = signed(&letter_of(LETTER), &office.official("Siti Contoh"));
    let at = UtcTime::from_unix(1_795_478_400);
    let (policy, evidence) = (office.policy(), Evidence::new());
    let judged = || verify(&file, &evidence, &policy, at, Budget::public());
    assert_eq!(judged().headline, Headline::Intact);
    let whole = rate(|| assert_eq!(judged().headline, Headline::Intact));

    let facts = gather(&file, Budget::public()).expect("the letter is readable");
    let cms = facts.signatures[0]
        .cms
        .as_ref()
        .expect("the CMS is readable");
    let signer = Certificate::parse(&cms.certificates[0]).expect("a certificate");
    let attributes = cms.signers[0]
        .signed_attributes
        .as_ref()
        .expect("signed attributes");
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, &signer.key.bytes);
    // The signature over the attributes, and the issuer's over the certificate: two operations of the same cost.
    let bare = rate(|| {
        for _ in 0..2 {
            key.verify(&attributes.signed, &cms.signers[0].signature)
                .expect("it holds");
        }
    });
    println!("verify, P-256 with a chain of two: {whole:.0}/s");
    println!("bare ring, the same two operations: {bare:.0}/s");
    println!("ratio: {:.1} % (goal: at least 35 %)", 100.0 * whole / bare);
    many();
}

/// A hundred signatures, each with what the later ones changed, cost about five times as much as twenty.
fn many() {
    let office = Office::new();
    let signer = office.official("Siti Contoh").ring();
    let at = UtcTime::from_unix(1_795_478_400);
    let mut file = letter_of(LETTER);
    let mut times = Vec::new();
    for number in 1..=100 {
        let request = Request::new(Place::Invisible { name: None }, at);
        let append = sign(&file, request, &signer, Budget::office()).expect("it can be signed");
        file.extend_from_slice(append.bytes());
        if number == 20 || number == 100 {
            let judged = || {
                let (policy, evidence) = (office.policy(), Evidence::new());
                verify(&file, &evidence, &policy, at, Budget::public())
            };
            assert_eq!(judged().headline, Headline::Intact);
            times.push(1000.0 / rate(|| drop(judged())));
        }
    }
    let [twenty, hundred] = times.as_slice() else {
        return;
    };
    println!(
        "20 signatures: {twenty:.1} ms, 100 signatures: {hundred:.1} ms (goal: at most 75 ms)"
    );
    println!("growth: {:.1} (goal: at most 6)", hundred / twenty);
}

/// How often per second, over two seconds after a warm-up.
fn rate(work: impl Fn()) -> f64 {
    for _ in 0..20 {
        work();
    }
    let started = Instant::now();
    let mut count = 0_u32;
    while started.elapsed() < Duration::from_secs(2) {
        work();
        count += 1;
    }
    f64::from(count) / started.elapsed().as_secs_f64()
}
