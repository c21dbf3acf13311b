//! Verifying on one core, in one run: one P-256 signature with its chain against the bare operations in it, many
//! signatures, many objects, and many bytes.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a bench stops where something is not as it was made"
)]

use std::hint::black_box;

mod common;
#[path = "../tests/validate/made.rs"]
#[expect(dead_code, reason = "the tests use what the bench does not")]
mod made;

use common::{hashing, many_objects, milliseconds, rate};
use made::{Office, letter_of, signed};
use ring::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use signing::{
    UtcTime,
    budget::Budget,
    sign::{Place, Request, sign},
    validate::{Evidence, Headline, gather, verify},
    x509::{Certificate, digest::Digest},
};

const LETTER: usize = 57_000;
const LARGE: usize = 250_000_000;

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
    // The file once through SHA-256; the signature over the attributes, and the issuer's over the certificate, which are
    // two operations of the same cost.
    let bare = rate(|| {
        black_box(Digest::Sha256.of(black_box(&file)));
        for _ in 0..2 {
            key.verify(&attributes.signed, &cms.signers[0].signature)
                .expect("it holds");
        }
    });
    println!("verify, P-256 with a chain of two: {whole:.0}/s");
    println!("bare ring, SHA-256 and the same two operations: {bare:.0}/s");
    println!("ratio: {:.1} % (goal: at least 35 %)", 100.0 * whole / bare);
    many_signatures();
    let (took, _) = weighty(&many_objects(20_000));
    println!("20,000 objects: verified in {took:.2} ms (goal: at most 15 ms)");
    let (took, hashing) = weighty(&letter_of(LARGE));
    let share = 100.0 * hashing / took;
    println!(
        "250 MB: {took:.0} ms, SHA-256 alone {hashing:.0} ms = {share:.1} % of its throughput (goal: at least 85 %)"
    );
}

/// Milliseconds of verifying a file after it was signed once, and of hashing it.
fn weighty(file: &[u8]) -> (f64, f64) {
    let office = Office::new();
    let signer = office.official("Siti Contoh").ring();
    let at = UtcTime::from_unix(1_795_478_400);
    let request = Request::new(Place::Invisible { name: None }, at);
    let append = sign(&file, request, &signer, Budget::office()).expect("it can be signed");
    let file = [file, append.bytes()].concat();
    let (policy, evidence) = (office.policy(), Evidence::new());
    let judged = || verify(&file, &evidence, &policy, at, Budget::public());
    assert_eq!(judged().headline, Headline::Intact);
    (milliseconds(|| drop(judged())), hashing(&file))
}

/// A hundred signatures, each with what the later ones changed, cost about five times as much as twenty.
fn many_signatures() {
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
            times.push(milliseconds(|| drop(judged())));
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
