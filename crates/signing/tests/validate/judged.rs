//! Signatures made here, byte by byte and without the crate's writer, and what a validator must say of them.

use crate::made::{
    Office, letter, letter_of, letter_waiting_for, page_changed, signed, signed_again,
    signed_again_showing, signed_again_with_an_action, signed_and_locked,
};
use signing::{
    UtcTime,
    budget::Budget,
    policy::{Anchor, AnchorPurpose, Policy, RevocationRule, TrustAnchors},
    validate::{
        ChangeKind, Code, Evidence, Failure, Headline, Indeterminate, Language, Modification,
        Report, Revocation, Verdict, verify,
    },
};

fn at() -> UtcTime {
    UtcTime::parse_rfc3339("2026-11-24T00:00:00Z").unwrap()
}

fn judged(bytes: &[u8], evidence: &Evidence, policy: &Policy) -> Report {
    verify(&bytes, evidence, policy, at(), Budget::public())
}

fn passes(bytes: &[u8], policy: &Policy) -> bool {
    let report = judged(bytes, &Evidence::new(), policy);
    report
        .signatures
        .iter()
        .any(|one| one.verdict == Verdict::TotalPassed)
}

#[test]
fn a_signed_letter_is_intact_and_reads_in_five_lines() {
    let office = Office::new();
    let file = signed(&letter(), &office.official("Siti Contoh"));
    let report = judged(&file, &Evidence::new(), &office.policy());
    assert_eq!(report.headline, Headline::Intact, "{report:#?}");
    let one = &report.signatures[0];
    assert_eq!((one.digest_ok, one.signature_ok), (Some(true), Some(true)));
    assert!(one.covers_whole_file);
    assert_eq!(one.modification, Modification::None);
    let lines = report.lines(Language::Id);
    assert_eq!(lines[0], "Asli dan utuh");
    assert_eq!(lines[1], "Penanda tangan: CN=Siti Contoh");
    assert_eq!(
        lines[2],
        "Waktu: 2026-11-24T01:00:00Z (menurut penanda tangan, tidak dibuktikan cap waktu)"
    );
    assert_eq!(lines[3], "Perubahan sesudahnya: tidak ada");
    assert!(
        lines[4].ends_with("status pencabutan tidak diperiksa"),
        "{}",
        lines[4]
    );
}

#[test]
fn an_anchor_for_timestamps_vouches_for_no_person() {
    let office = Office::new();
    let file = signed(&letter(), &office.official("Siti Contoh"));
    let mut anchors = TrustAnchors::new();
    anchors.add(Anchor {
        purpose: AnchorPurpose::Timestamps,
        ..Anchor::new(office.root(), RevocationRule::default())
    });
    let report = judged(&file, &Evidence::new(), &Policy::new(anchors));
    assert_eq!(report.headline, Headline::Untrusted, "{report:#?}");
    assert_eq!(report.signatures[0].anchor, None);
}

#[test]
fn the_json_has_the_frozen_keys_and_reads_back() {
    let office = Office::new();
    let file = signed(&letter(), &office.official("Siti Contoh"));
    let report = judged(&file, &Evidence::new(), &office.policy());
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["headline"], "intact");
    let one = &json["signatures"][0];
    for (key, value) in [
        ("field", "Tanda Tangan 1"),
        ("kind", "signature"),
        ("indication", "TOTAL-PASSED"),
        ("modification", "none"),
        ("level", "PAdES-B-B"),
        ("signer", "CN=Siti Contoh"),
        ("claimed_time", "2026-11-24T01:00:00Z"),
        ("best_time", "2026-11-24T00:00:00Z"),
    ] {
        assert_eq!(one[key], value, "{key}");
    }
    assert!(one["sub_indication"].is_null());
    for key in [
        "digest_ok",
        "signature_ok",
        "covers_whole_file",
        "modification_permitted",
    ] {
        assert_eq!(one[key], true, "{key}");
    }
    assert!(one["findings"].is_array() && json["findings"].is_array());
    assert_eq!(serde_json::from_value::<Report>(json).unwrap(), report);
}

#[test]
fn no_flip_of_any_signed_byte_passes() {
    let office = Office::new();
    let file = signed(&letter(), &office.official("Siti Contoh"));
    let policy = office.policy();
    let gap = crate::made::gap(&file);
    for position in (0..file.len()).filter(|position| !gap.contains(position)) {
        for flip in [0x01, 0x20, 0x80] {
            let mut other = file.clone();
            other[position] ^= flip;
            assert!(!passes(&other, &policy), "byte {position} ^ {flip:#x}");
        }
    }
}

#[test]
fn no_truncation_passes_or_panics() {
    let office = Office::new();
    let file = signed(&letter(), &office.official("Siti Contoh"));
    let policy = office.policy();
    for end in (0..file.len()).filter(|end| end % 7 == 0 || *end > file.len() - 300) {
        // Without its last line end the file is still the whole signed revision, and its digest is not.
        assert!(!passes(&file[..end], &policy), "cut at {end}");
    }
}

#[test]
fn appended_bytes_are_flagged_and_a_line_end_is_named() {
    let office = Office::new();
    let mut file = signed(&letter(), &office.official("Siti Contoh"));
    let mut spaced = file.clone();
    spaced.extend_from_slice(b"\r\n");
    let report = judged(&spaced, &Evidence::new(), &office.policy());
    assert_eq!(report.headline, Headline::Intact);
    assert!(!report.signatures[0].covers_whole_file);
    let codes = || {
        report.signatures[0]
            .findings
            .iter()
            .map(|finding| finding.code)
    };
    assert!(codes().any(|code| code == Code::TrailingWhiteSpace));
    file.extend_from_slice(b"% nothing to see here\n");
    assert_eq!(
        judged(&file, &Evidence::new(), &office.policy()).headline,
        Headline::Changed
    );
}

#[test]
fn a_changed_page_is_genuine_then_changed() {
    let office = Office::new();
    let file = page_changed(&signed(&letter(), &office.official("Siti Contoh")));
    let report = judged(&file, &Evidence::new(), &office.policy());
    assert_eq!(report.headline, Headline::Changed);
    assert_eq!(report.headline.exit_code(), 1);
    assert_eq!(report.signatures[0].modification, Modification::Other);
    assert_eq!(
        report.lines(Language::Id)[0].split(" (").next(),
        Some("Asli, lalu diubah")
    );
}

#[test]
fn a_second_signature_is_permitted_and_named() {
    let office = Office::new();
    let first = signed(&letter(), &office.official("Siti Contoh"));
    let file = signed_again(&first, &office.official("Budi Contoh"));
    let report = judged(&file, &Evidence::new(), &office.policy());
    assert_eq!(report.headline, Headline::Intact, "{report:#?}");
    let [one, two] = report.signatures.as_slice() else {
        panic!("{report:#?}")
    };
    assert_eq!(
        (one.modification, two.modification),
        (Modification::Sign, Modification::None)
    );
    assert!(!one.covers_whole_file && two.covers_whole_file);
    let line = &report.lines(Language::Id)[3];
    assert_eq!(
        line,
        "Perubahan sesudahnya: tanda tangan lain ditambahkan (diizinkan)"
    );
}

#[test]
fn a_flip_in_the_second_revision_leaves_only_the_first_signature() {
    let office = Office::new();
    let first = signed(&letter(), &office.official("Siti Contoh"));
    let file = signed_again(&first, &office.official("Budi Contoh"));
    let gap = crate::made::gap(&file);
    for position in (first.len()..file.len())
        .filter(|at| !gap.contains(at))
        .step_by(3)
    {
        let mut other = file.clone();
        other[position] ^= 0x04;
        let report = judged(&other, &Evidence::new(), &office.policy());
        assert_ne!(report.headline, Headline::Intact, "byte {position}");
    }
}

#[test]
fn a_stranger_is_untrusted() {
    let (office, stranger) = (Office::new(), Office::new());
    let file = signed(&letter(), &stranger.official("Siti Contoh"));
    let report = judged(&file, &Evidence::new(), &office.policy());
    assert_eq!(report.headline, Headline::Untrusted);
    assert_eq!(report.signatures[0].signature_ok, Some(true));
    let nobody = judged(&file, &Evidence::new(), &Policy::default());
    let expected = Verdict::Indeterminate(Some(Indeterminate::NoCertificateChainFound));
    assert_eq!(nobody.signatures[0].verdict, expected);
}

#[test]
fn an_expired_certificate_cannot_be_established() {
    let office = Office::new();
    let file = signed(&letter(), &office.expired("Siti Contoh"));
    let report = judged(&file, &Evidence::new(), &office.policy());
    let expected = Verdict::Indeterminate(Some(Indeterminate::OutOfBoundsNoPoe));
    assert_eq!(report.signatures[0].verdict, expected);
    assert_eq!(report.headline, Headline::Untrusted);
}

#[test]
fn a_revoked_certificate_makes_the_headline_invalid() {
    let office = Office::new();
    let official = office.official("Siti Contoh");
    let file = signed(&letter(), &official);
    let mut evidence = Evidence::new();
    evidence.add_crl_file(&office.crl(&official)).unwrap();
    let report = judged(&file, &evidence, &office.policy());
    assert_eq!(report.headline, Headline::Invalid);
    let expected = Verdict::Indeterminate(Some(Indeterminate::RevokedNoPoe));
    assert_eq!(report.signatures[0].verdict, expected);
    // A list on which somebody else stands clears this one.
    let mut other = Evidence::new();
    other
        .add_crl_file(&office.crl(&office.official("Budi Contoh")))
        .unwrap();
    let report = judged(&file, &other, &office.policy());
    assert_eq!(report.headline, Headline::Intact);
    assert_eq!(report.signatures[0].revocation, Revocation::Good);
    assert!(report.lines(Language::Id)[4].ends_with("sertifikat tidak dicabut"));
}

#[test]
fn where_the_policy_requires_revocation_its_absence_holds_the_signature_back() {
    let office = Office::new();
    let file = signed(&letter(), &office.official("Siti Contoh"));
    let mut policy = Policy::default();
    let certificate = office.root();
    policy
        .anchors
        .add(Anchor::new(certificate, RevocationRule::Require));
    let report = judged(&file, &Evidence::new(), &policy);
    let expected = Verdict::Indeterminate(Some(Indeterminate::TryLater));
    assert_eq!(report.signatures[0].verdict, expected);
}

#[test]
fn a_certificate_that_was_swapped_in_the_cms_is_not_the_signer() {
    let office = Office::new();
    let mut official = office.official("Siti Contoh");
    official.shown = office.same_key(&official, "Bupati");
    let file = signed(&letter(), &official);
    let report = judged(&file, &Evidence::new(), &office.policy());
    assert_ne!(report.headline, Headline::Intact, "{report:#?}");
}

#[test]
fn bytes_of_any_kind_get_a_report() {
    let policy = Policy::default();
    let unreadable = |bytes: &[u8]| judged(bytes, &Evidence::new(), &policy).headline;
    assert_eq!(unreadable(b""), Headline::Unreadable);
    assert_eq!(unreadable(b"not a PDF"), Headline::Unreadable);
    let report = judged(&letter(), &Evidence::new(), &policy);
    assert_eq!(report.headline, Headline::Unsigned);
    assert_eq!(report.headline.exit_code(), 3);
}

#[test]
fn a_wrong_digest_is_a_hash_failure() {
    let office = Office::new();
    let mut file = signed(&letter(), &office.official("Siti Contoh"));
    let place = file.windows(5).position(|five| five == b"Surat").unwrap();
    file[place] = b's';
    let report = judged(&file, &Evidence::new(), &office.policy());
    let one = &report.signatures[0];
    assert_eq!(one.verdict, Verdict::TotalFailed(Failure::HashFailure));
    assert_eq!((one.digest_ok, one.signature_ok), (Some(false), Some(true)));
}

#[test]
fn behind_a_signature_that_allows_nothing_a_further_one_is_a_change() {
    let office = Office::new();
    let first = signed_and_locked(&letter(), &office.official("Siti Contoh"));
    assert_eq!(
        judged(&first, &Evidence::new(), &office.policy()).headline,
        Headline::Intact
    );
    let file = signed_again(&first, &office.official("Budi Contoh"));
    let report = judged(&file, &Evidence::new(), &office.policy());
    assert_eq!(report.headline, Headline::Changed);
    assert_eq!(report.signatures[0].modification, Modification::Sign);
    assert!(!report.signatures[0].modification_permitted);
}

#[test]
fn an_object_that_the_signed_part_waited_for_is_other_content() {
    let office = Office::new();
    let first = signed(&letter_waiting_for(20), &office.official("Siti Contoh"));
    let free = signed_again_showing(&first, &office.official("Budi Contoh"), 21);
    assert_eq!(
        judged(&free, &Evidence::new(), &office.policy()).headline,
        Headline::Intact
    );
    let taken = signed_again_showing(&first, &office.official("Budi Contoh"), 20);
    let report = judged(&taken, &Evidence::new(), &office.policy());
    assert_eq!(report.headline, Headline::Changed);
    assert_eq!(report.signatures[0].modification, Modification::Other);
}

#[test]
fn a_further_signature_that_brings_an_action_is_other_content() {
    let office = Office::new();
    let first = signed(&letter(), &office.official("Siti Contoh"));
    let file = signed_again_with_an_action(&first, &office.official("Budi Contoh"));
    let report = judged(&file, &Evidence::new(), &office.policy());
    assert_eq!(report.headline, Headline::Changed);
}

#[test]
fn a_letter_larger_than_one_reading_window_is_hashed_to_its_last_byte() {
    let office = Office::new();
    let file = signed(&letter_of(200_000), &office.official("Siti Contoh"));
    let policy = office.policy();
    assert_eq!(
        judged(&file, &Evidence::new(), &policy).headline,
        Headline::Intact
    );
    let gap = crate::made::gap(&file);
    for position in (0..file.len())
        .step_by(4_001)
        .filter(|position| !gap.contains(position))
    {
        let mut other = file.clone();
        other[position] ^= 0x01;
        assert!(!passes(&other, &policy), "byte {position}");
    }
}

#[test]
fn a_further_signature_that_no_field_holds_is_named_and_never_intact() {
    let office = Office::new();
    let first = signed(&letter(), &office.official("Siti Contoh"));
    let file = signed_again(&first, &office.official("Budi Contoh"));
    let value = b" /V 10 0 R";
    // Forgotten, in the place of something that shows, and in the field of something to fill in.
    let other: [(&[u8], &[u8]); 3] = [
        (value, b"          "),
        (value, b"/MK 10 0 R"),
        (
            b"/FT /Sig /T (Tanda Tangan 2)",
            b"/FT /Btn /T (Tanda Tangan 2)",
        ),
    ];
    for (before, after) in other {
        let place = first.len() + find(&file[first.len()..], before);
        let mut file = file.clone();
        file[place..place + after.len()].copy_from_slice(after);
        assert_orphaned(&file, &office);
    }
}

#[test]
fn a_further_signature_that_no_cross_reference_names_is_named_and_never_intact() {
    let office = Office::new();
    let first = signed(&letter(), &office.official("Siti Contoh"));
    let mut file = signed_again(&first, &office.official("Budi Contoh"));
    let table = first.len() + find(&file[first.len()..], b"xref\n") + b"xref\n".len();
    let trailer = table + find(&file[table..], b"trailer");
    file.drain(table..trailer);
    assert_orphaned(&file, &office);
}

fn find(file: &[u8], wanted: &[u8]) -> usize {
    let place = file.windows(wanted.len()).position(|part| part == wanted);
    place.unwrap()
}

/// The signature of object 10, in the second revision, is found though no field shows it.
fn assert_orphaned(file: &[u8], office: &Office) {
    let report = judged(file, &Evidence::new(), &office.policy());
    assert_eq!(report.headline, Headline::Changed, "{report:#?}");
    let [one] = report.signatures.as_slice() else {
        panic!("{report:#?}")
    };
    assert_eq!(one.modification, Modification::Other);
    let orphan = one
        .changes
        .iter()
        .find(|change| change.kind == ChangeKind::SignatureOrphaned);
    let place = orphan.map(|change| (change.place.object, change.place.revision));
    assert_eq!(place, Some((Some(10), Some(3))), "{report:#?}");
}
