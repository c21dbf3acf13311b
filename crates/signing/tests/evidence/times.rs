//! Signatures and timestamps that tell different stories about time, and the sub-indication of EN 319 102-1 that each one
//! ends in (`docs/reference/sub-indications.md`).

use std::fmt::Write as _;

use rcgen::{KeyPair, PKCS_ECDSA_P384_SHA384, date_time_ymd};
use signing::{
    CertificateDer, UtcTime,
    budget::Budget,
    cms::{TimestampRequest, TimestampToken, timestamp::Imprint},
    policy::{Anchor, Policy, RevocationRule, Sunset, TrustAnchors},
    sign::{self, Ceremony, Place, Request, archive},
    validate::{
        Code, Evidence, Failure, Headline, Indeterminate, Report, SignatureReport, Verdict, verify,
    },
    x509::signature::Digest,
};

use super::{
    made::{Authority, Holder, Marked, TIME_STAMPING, now},
    timestamp::Recipe,
};

/// An authority, its clock and its policy.
struct Desk {
    root: Authority,
    clock: Holder,
    policy: Policy,
    evidence: Evidence,
}

impl Desk {
    fn new() -> Self {
        let root = Authority::new("Akar Contoh");
        let clock = root.holder("Cap Waktu", &[TIME_STAMPING], Marked::Critical);
        let mut anchors = TrustAnchors::new();
        let certificate = CertificateDer(root.certificate().der);
        anchors.add(Anchor::new(certificate, RevocationRule::IfKnown));
        Self {
            root,
            clock,
            policy: Policy::new(anchors),
            evidence: Evidence::new(),
        }
    }

    fn official(&self, years: [i32; 2]) -> Holder {
        let key = KeyPair::generate().unwrap();
        self.root.person("Siti Contoh", years, key)
    }

    fn official_p384(&self, years: [i32; 2]) -> Holder {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap();
        self.root.person("Siti Contoh", years, key)
    }

    fn token(&self, imprint: Imprint, time: &str) -> Vec<u8> {
        let request = TimestampRequest {
            imprint,
            nonce: [0x31; 16],
        };
        let mut recipe = Recipe::honest(&self.clock, &request);
        recipe.time = time;
        recipe.token()
    }

    /// Signs, with a signature timestamp of a time.
    fn signed(&self, mut file: Vec<u8>, by: &Holder, stamped: Option<&str>) -> Vec<u8> {
        let key = by.ring();
        let request = Request::new(Place::Invisible { name: None }, now());
        let ceremony = Ceremony::new(&file, request, Budget::office()).unwrap();
        let algorithm = signing::AttributeSigner::algorithm(&key);
        let prepared = ceremony.for_algorithm(algorithm).prepare().unwrap();
        let mut cms = sign::signed_cms(&prepared, &key).unwrap();
        if let Some(time) = stamped {
            let imprint = sign::timestamp::imprint(&cms, Digest::Sha256).unwrap();
            let token = TimestampToken::parse(&self.token(imprint, time)).unwrap();
            cms = sign::timestamp::add(&cms, &token).unwrap();
        }
        let append = prepared.embed(&cms).unwrap();
        file.extend_from_slice(append.bytes());
        file
    }

    /// Puts a time on the whole file.
    fn timestamped(&self, mut file: Vec<u8>, time: &str) -> Vec<u8> {
        let prepared = archive::prepare(&file, Budget::office()).unwrap();
        let token = self.token(archive::imprint(&prepared), time);
        let append = prepared.embed(&token).unwrap();
        file.extend_from_slice(append.bytes());
        file
    }

    fn judged(&self, file: &[u8]) -> Report {
        verify(&file, &self.evidence, &self.policy, now(), Budget::public())
    }

    /// About the signature, whatever timestamps stand beside it.
    fn about(&self, file: &[u8]) -> SignatureReport {
        let report = self.judged(file);
        let kind = signing::validate::Kind::Signature;
        let found = report.signatures.into_iter().find(|one| one.kind == kind);
        found.unwrap()
    }

    fn ends(&mut self, name: &str, until: Option<&str>) {
        let sunset = Sunset {
            name: name.to_owned(),
            bits_below: None,
            until: until.map(|time| UtcTime::parse_rfc3339(time).unwrap()),
        };
        self.policy.algorithms.set(sunset).unwrap();
    }
}

/// One empty page.
fn letter() -> Vec<u8> {
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> >>",
    ];
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut table = String::from("xref\n0 4\n0000000000 65535 f \n");
    for (at, body) in objects.iter().enumerate() {
        writeln!(table, "{:010} 00000 n ", file.len()).unwrap();
        file.extend_from_slice(format!("{} 0 obj\n{body}\nendobj\n", at + 1).as_bytes());
    }
    let start = file.len();
    let end = format!("{table}trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
    file.extend_from_slice(end.as_bytes());
    file
}

fn held(sub: Indeterminate) -> Verdict {
    Verdict::Indeterminate(Some(sub))
}

#[test]
fn a_signature_older_than_its_certificate_is_not_yet_valid() {
    let desk = Desk::new();
    let official = desk.official([2026, 2030]);
    let file = desk.signed(letter(), &official, Some("20250601000000Z"));
    let report = desk.judged(&file);
    let verdict = Verdict::TotalFailed(Failure::NotYetValid);
    assert_eq!(report.signatures[0].verdict, verdict, "{report:#?}");
    assert_eq!(report.headline, Headline::Invalid);
    let in_time = desk.signed(letter(), &official, Some("20260601000000Z"));
    assert_eq!(desk.judged(&in_time).headline, Headline::Intact);
}

#[test]
fn a_signature_over_a_time_after_its_certificate_is_expired() {
    let desk = Desk::new();
    let official = desk.official([2020, 2026]);
    let late = desk.timestamped(letter(), "20260601000000Z");
    let file = desk.signed(late, &official, None);
    let verdict = Verdict::TotalFailed(Failure::Expired);
    assert_eq!(desk.about(&file).verdict, verdict);
    let early = desk.timestamped(letter(), "20250601000000Z");
    let file = desk.signed(early, &official, None);
    assert_eq!(
        desk.about(&file).verdict,
        held(Indeterminate::OutOfBoundsNoPoe)
    );
}

#[test]
fn a_signature_over_a_time_after_the_revocation_is_revoked() {
    let mut desk = Desk::new();
    let official = desk.official([2020, 2030]);
    let list = desk
        .root
        .list(date_time_ymd(2026, 11, 1), Some(date_time_ymd(2026, 3, 1)));
    desk.evidence.crls.push(list);
    let late = desk.timestamped(letter(), "20260601000000Z");
    let file = desk.signed(late, &official, None);
    let verdict = Verdict::TotalFailed(Failure::Revoked);
    assert_eq!(desk.about(&file).verdict, verdict);
    let file = desk.signed(letter(), &official, None);
    assert_eq!(desk.about(&file).verdict, held(Indeterminate::RevokedNoPoe));
    let file = desk.signed(letter(), &official, Some("20260201000000Z"));
    assert_eq!(desk.about(&file).verdict, Verdict::TotalPassed);
}

#[test]
fn an_authority_that_is_revoked_takes_its_signers_along() {
    let mut desk = Desk::new();
    let below = desk.root.authority("Penerbit Contoh");
    let official = below.person("Siti Contoh", [2020, 2030], KeyPair::generate().unwrap());
    let file = desk.signed(letter(), &official, None);
    let certificate = CertificateDer(below.certificate().der);
    desk.evidence.certificates.push(certificate);
    assert_eq!(desk.about(&file).verdict, Verdict::TotalPassed);
    let list = desk
        .root
        .list(date_time_ymd(2026, 11, 1), Some(date_time_ymd(2026, 3, 1)));
    desk.evidence.crls.push(list);
    let verdict = held(Indeterminate::RevokedCaNoPoe);
    assert_eq!(desk.about(&file).verdict, verdict);
    assert_eq!(desk.judged(&file).headline, Headline::Invalid);
}

#[test]
fn timestamps_in_the_wrong_order_are_named() {
    let desk = Desk::new();
    let official = desk.official([2020, 2030]);
    let verdict = held(Indeterminate::TimestampOrderFailure);
    let late = desk.timestamped(letter(), "20260601000000Z");
    let file = desk.signed(late.clone(), &official, Some("20260501000000Z"));
    let about = desk.about(&file);
    assert_eq!(about.verdict, verdict, "{about:#?}");
    assert!(
        about
            .findings
            .iter()
            .any(|finding| finding.code == Code::TimestampOrder)
    );
    // The same between two document timestamps, and between a signature and one that covers it.
    let file = desk.timestamped(late, "20260501000000Z");
    assert_eq!(desk.judged(&file).signatures[1].verdict, verdict);
    let file = desk.signed(letter(), &official, Some("20260601000000Z"));
    let file = desk.timestamped(file, "20260501000000Z");
    assert_eq!(desk.about(&file).verdict, Verdict::TotalPassed);
    // Clocks of two authorities are never quite the same.
    let late = desk.timestamped(letter(), "20260601000000Z");
    let file = desk.signed(late, &official, Some("20260531235900Z"));
    assert_eq!(desk.judged(&file).headline, Headline::Intact);
}

#[test]
fn outside_its_time_a_certificate_that_is_known_good_is_told_from_one_that_is_not() {
    let mut desk = Desk::new();
    let official = desk.official([2020, 2025]);
    let file = desk.signed(letter(), &official, None);
    assert_eq!(
        desk.about(&file).verdict,
        held(Indeterminate::OutOfBoundsNoPoe)
    );
    desk.evidence
        .crls
        .push(desk.root.list(date_time_ymd(2024, 12, 1), None));
    let verdict = held(Indeterminate::OutOfBoundsNotRevoked);
    assert_eq!(desk.about(&file).verdict, verdict);
    let future = desk.official([2029, 2032]);
    let file = desk.signed(letter(), &future, None);
    assert_eq!(desk.about(&file).verdict, verdict);
}

#[test]
fn an_algorithm_is_held_against_the_best_time_that_is_proven() {
    let mut desk = Desk::new();
    let official = desk.official_p384([2020, 2030]);
    let bare = desk.signed(letter(), &official, None);
    let stamped = desk.signed(letter(), &official, Some("20250601000000Z"));
    let late = desk.signed(letter(), &official, Some("20260601000000Z"));
    for file in [&bare, &stamped, &late] {
        assert_eq!(desk.judged(file).headline, Headline::Intact);
    }
    desk.ends("P-384", Some("2025-12-31T23:59:59Z"));
    let no_proof = held(Indeterminate::CryptoConstraintsFailureNoPoe);
    assert_eq!(desk.about(&bare).verdict, no_proof);
    assert_eq!(desk.about(&stamped).verdict, Verdict::TotalPassed);
    assert_eq!(desk.about(&late).verdict, no_proof);
}

#[test]
fn an_algorithm_that_had_ended_when_the_certificate_was_made_fails_for_good() {
    let mut desk = Desk::new();
    let file = desk.signed(letter(), &desk.official_p384([2026, 2030]), None);
    desk.ends("P-384", Some("2025-12-31T23:59:59Z"));
    let ended = held(Indeterminate::CryptoConstraintsFailure);
    assert_eq!(desk.about(&file).verdict, ended);
    let file = desk.signed(letter(), &desk.official_p384([2020, 2030]), None);
    desk.ends("P-384", None);
    assert_eq!(desk.about(&file).verdict, ended);
}

#[test]
fn a_timestamp_by_an_algorithm_that_has_ended_proves_nothing() {
    let mut desk = Desk::new();
    let official = desk.official_p384([2020, 2030]);
    let file = desk.signed(letter(), &official, Some("20250601000000Z"));
    // The clock and the root are P-256; nothing proves that they were used before their end.
    desk.ends("P-256", Some("2025-12-31T23:59:59Z"));
    let about = desk.about(&file);
    let unusable = |finding: &signing::validate::Finding| finding.code == Code::TimestampUnusable;
    assert!(about.findings.iter().any(unusable), "{about:#?}");
    assert_eq!(
        about.verdict,
        held(Indeterminate::CryptoConstraintsFailureNoPoe)
    );
}
