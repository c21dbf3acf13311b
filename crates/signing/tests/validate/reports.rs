//! One judgement in its several forms, and old facts under a new policy.

use serde_json::{Value, json};
use signing::{
    budget::Budget,
    policy::{Anchor, AnchorPurpose, Policy, RevocationRule},
    validate::{
        Code, Evidence, Facts, Headline, Language, Report, SecondReading, Severity, bsre, examine,
        gather, judge, particulars, verify,
    },
};

use crate::{
    corpus::at,
    made::{Office, letter, page_changed, signed, signed_again},
};

#[test]
fn stored_facts_are_judged_again_under_another_policy() {
    let office = Office::new();
    let file = signed(&letter(), &office.official("Siti Contoh"));
    let facts = gather(&file, Budget::public()).unwrap();
    let stored = serde_json::to_string(&facts).unwrap();
    let read: Facts = serde_json::from_str(&stored).unwrap();
    assert_eq!(read, facts);
    let stranger = judge(&read, &Evidence::new(), &Policy::default(), at());
    assert_eq!(stranger.headline, Headline::Untrusted);
    let trusted = judge(&read, &Evidence::new(), &office.policy(), at());
    assert_eq!(trusted.headline, Headline::Intact);
}

#[test]
fn an_anchor_vouches_for_its_purpose_alone_and_goes_by_its_name() {
    let office = Office::new();
    let file = signed(&letter(), &office.official("Siti Contoh"));
    let headline = |purpose| {
        let mut policy = Policy::default();
        policy.anchors.add(Anchor {
            purpose,
            name: Some("PSrE Contoh".to_owned()),
            ..Anchor::new(office.root(), RevocationRule::default())
        });
        let report = verify(&file, &Evidence::new(), &policy, at(), Budget::public());
        (report.headline, report.signatures[0].anchor.clone())
    };
    let named = Some("PSrE Contoh".to_owned());
    assert_eq!(headline(AnchorPurpose::National), (Headline::Intact, named));
    let none = (Headline::Untrusted, None);
    assert_eq!(headline(AnchorPurpose::Timestamps), none);
}

#[test]
fn programs_made_for_bsre_read_the_same_judgement() {
    let office = Office::new();
    let file = signed(&letter(), &office.official("Siti Contoh"));
    let told = |file: &Vec<u8>| {
        let policy = office.policy();
        let (facts, report) = examine(file, &Evidence::new(), &policy, at(), Budget::public());
        let particulars = particulars(&report, &facts.unwrap());
        let one = bsre::version_1(&report, &particulars, "surat.pdf");
        (one, bsre::version_2(&report, &particulars))
    };
    let (one, two) = told(&file);
    assert_eq!(one["summary"], "VALID");
    assert_eq!(
        one["details"][0]["info_signer"]["signer_name"],
        "Siti Contoh"
    );
    assert_eq!(
        one["details"][0]["info_tsa"]["tsa_cert_validity"],
        "null to null"
    );
    assert_eq!(
        one["details"][0]["signature_document"]["document_integrity"],
        true
    );
    assert_eq!(two["conclusion"], "VALID");
    let information = &two["signatureInformations"][0];
    assert_eq!(information["signatureFormat"], "PAdES-BASELINE-B");
    assert_eq!(
        information["signatureDate"],
        "2026-11-24T01:00:00.000+00:00"
    );
    assert_eq!(information["timestampInfomation"], Value::Null);
    assert_eq!(information["lastSignature"], true);
    let (one, two) = told(&page_changed(&file));
    assert_eq!(
        (&one["summary"], &two["conclusion"]),
        (&json!("INVALID"), &json!("INVALID"))
    );
    assert_eq!(two["signatureInformations"][0]["modified"], true);
    let (one, two) = told(&letter());
    assert_eq!(
        (&one["summary"], &two["conclusion"]),
        (&Value::Null, &json!("NO_SIGNATURE"))
    );
}

#[test]
fn the_standard_report_names_conclusion_time_and_signer() {
    let office = Office::new();
    let file = signed(&letter(), &office.official("Siti <Contoh>"));
    let policy = office.policy();
    let (facts, report) = examine(&file, &Evidence::new(), &policy, at(), Budget::public());
    let xml = report.to_xml(&particulars(&report, &facts.unwrap()));
    for part in [
        "<vr:MainIndication>urn:etsi:019102:mainindication:total-passed</vr:MainIndication>",
        "<vr:POETime>2026-11-24T00:00:00Z</vr:POETime>",
        "<vr:Signer>CN=Siti \\&lt;Contoh\\&gt;</vr:Signer>",
        "<vr:SignerCertificate VOReference=\"C-1\"/>",
        "<vr:ValidationObject id=\"C-1\">",
    ] {
        assert!(xml.contains(part), "{part} is not in\n{xml}");
    }
}

fn verified(file: &[u8], office: &Office) -> Report {
    verify(
        &file,
        &Evidence::new(),
        &office.policy(),
        at(),
        Budget::public(),
    )
}

#[test]
fn what_a_second_reader_sees_differently_is_not_established() {
    let office = Office::new();
    let first = signed(&letter(), &office.official("Siti Contoh"));
    let report = verified(
        &signed_again(&first, &office.official("Budi Contoh")),
        &office,
    );
    assert_eq!(report.headline, Headline::Intact);
    let places = vec!["object 4".to_owned()];
    let report = report.with_second_reading(SecondReading::Differs { places });
    assert_eq!(report.headline, Headline::Untrusted);
    assert_eq!(report.headline.exit_code(), 3);
    let differs = &report.findings[0];
    let expected = (Code::SecondReadingDiffers, Severity::Failure);
    assert_eq!((differs.code, differs.severity), expected);
    for one in &report.signatures {
        assert_eq!((one.headline(), one.best_time), (Headline::Untrusted, None));
    }
    let line = &report.lines(Language::Id)[0];
    assert!(line.starts_with("Tidak dapat dipastikan"), "{line}");
}

#[test]
fn a_second_reader_makes_no_bad_report_better() {
    let office = Office::new();
    let first = signed(&letter(), &office.official("Siti Contoh"));
    let report = verified(&page_changed(&first), &office);
    let again = report.with_second_reading(SecondReading::Differs { places: vec![] });
    assert_eq!(again.headline, Headline::Changed);
    assert_eq!(again.findings[0].severity, Severity::Warning);
}
