//! Signatures and timestamps that tell different stories about time, and the sub-indication of EN 319 102-1 that each one
//! ends in (`docs/reference/sub-indications.md`).

use rcgen::{KeyPair, PKCS_ECDSA_P384_SHA384, date_time_ymd};
use signing::{
    CertificateDer,
    validate::{Code, Failure, Headline, Indeterminate, Language, Revocation, Severity, Verdict},
};

use crate::shared::{
    desk::{Desk, letter},
    made::Authority,
};

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
fn what_is_revoked_by_now_is_not_said_to_be_good() {
    let mut desk = Desk::new();
    let official = desk.official([2020, 2030]);
    let list = desk
        .root
        .list(date_time_ymd(2026, 11, 1), Some(date_time_ymd(2026, 3, 1)));
    desk.evidence.crls.push(list);
    let file = desk.signed(letter(), &official, Some("20260201000000Z"));
    let report = desk.judged(&file);
    assert_eq!(report.headline, Headline::Intact, "{report:#?}");
    let about = &report.signatures[0];
    assert_eq!(about.revocation, Revocation::RevokedLater);
    let said = about
        .findings
        .iter()
        .find(|one| one.code == Code::RevokedLater);
    assert_eq!(said.unwrap().severity, Severity::Warning);
    let lines = report.lines(Language::Id);
    assert!(
        lines[4].ends_with("sertifikat baru DICABUT sesudah waktu yang dibuktikan"),
        "{lines:?}"
    );
}

#[test]
fn a_list_of_a_time_to_come_clears_nobody_and_still_revokes() {
    let mut desk = Desk::new();
    let file = desk.signed(letter(), &desk.official([2020, 2030]), None);
    let to_come = date_time_ymd(2027, 3, 1);
    desk.evidence.crls = vec![desk.root.list(to_come, None)];
    assert_eq!(desk.about(&file).revocation, Revocation::Unknown);
    let since = date_time_ymd(2026, 3, 1);
    desk.evidence.crls = vec![desk.root.list(to_come, Some(since))];
    assert_eq!(desk.about(&file).verdict, held(Indeterminate::RevokedNoPoe));
}

#[test]
fn an_authority_that_is_revoked_too_weakens_no_failure() {
    let mut desk = Desk::new();
    let below = desk.root.authority("Penerbit Contoh");
    let official = below.person("Siti Contoh", [2020, 2030], KeyPair::generate().unwrap());
    let certificate = CertificateDer(below.certificate().der);
    desk.evidence.certificates.push(certificate);
    let (made, since) = (date_time_ymd(2026, 11, 1), date_time_ymd(2026, 3, 1));
    desk.evidence.crls = vec![
        below.list(made, Some(since)),
        desk.root.list(made, Some(since)),
    ];
    let late = desk.timestamped(letter(), "20260601000000Z");
    let file = desk.signed(late, &official, None);
    let verdict = Verdict::TotalFailed(Failure::Revoked);
    assert_eq!(desk.about(&file).verdict, verdict);
}

#[test]
fn a_timestamp_older_than_its_authority_proves_nothing() {
    let desk = Desk::new();
    let official = desk.official([2018, 2030]);
    for (time, proven) in [("20190601000000Z", false), ("20200601000000Z", true)] {
        let about = desk.about(&desk.signed(letter(), &official, Some(time)));
        assert_eq!(about.time_authority.is_some(), proven, "{about:#?}");
        let unusable = |one: &signing::validate::Finding| one.code == Code::TimestampUnusable;
        assert_eq!(about.findings.iter().any(unusable), !proven);
    }
}

#[test]
fn a_clock_that_was_certified_by_an_algorithm_that_has_ended_proves_nothing() {
    let key = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap();
    let mut desk = Desk::under(Authority::with_key("Akar Contoh", key));
    let official = desk.official([2020, 2030]);
    let file = desk.signed(letter(), &official, Some("20250601000000Z"));
    assert!(desk.about(&file).time_authority.is_some());
    desk.ends("P-384", Some("2025-12-31T23:59:59Z"));
    assert_eq!(desk.about(&file).time_authority, None);
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
