//! The defaults of our letters (certify P=2, lock everything with the last signature) as foreign validators see them.

use std::{fs, path::Path};

use crate::support::{Pki, drawing, p256, plain_pdf, pyhanko, rsa2048, tool};
use signing::{
    Budget, UtcTime,
    sign::{
        Appearance, Ceremony, Lock, NewField, Permission, Place, Request, Rule, SignError,
        ToBeSigned, fields, place_fields, sign,
    },
};

const RECT: [f64; 4] = [60.0, 60.0, 160.0, 50.0];

fn at() -> UtcTime {
    UtcTime::from_unix(1_795_000_000)
}

fn field(name: &str, lock: Option<Lock>) -> NewField {
    NewField {
        name: name.to_owned(),
        page: 0,
        rect: RECT,
        appearance: Appearance::Transparent,
        lock,
    }
}

fn place(source: &[u8], new: &[NewField]) -> Vec<u8> {
    let append = place_fields(&source, new, Budget::office()).unwrap();
    [source, append.bytes()].concat()
}

fn signed(source: &[u8], request: Request, pki: &Pki) -> Vec<u8> {
    let append = sign(&source, request, &pki.signer, Budget::office()).unwrap();
    [source, append.bytes()].concat()
}

fn existing(name: &str, certify: Option<Permission>) -> Request {
    Request {
        certify,
        reason: Some("Menyetujui – sah".to_owned()),
        location: Some("Kabupaten Contoh".to_owned()),
        ..Request::new(Place::Existing(name.to_owned()), at())
    }
}

fn letter(pki: &Pki) -> Vec<u8> {
    let placed = place(&plain_pdf(), &[field("Sig1", Some(Lock::EVERYTHING))]);
    signed(&placed, existing("Sig1", Some(Permission::P2)), pki)
}

fn letter_of_two(pki: &Pki) -> Vec<u8> {
    let new = [field("Sig1", None), field("Sig2", Some(Lock::EVERYTHING))];
    let first = signed(
        &place(&plain_pdf(), &new),
        existing("Sig1", Some(Permission::P2)),
        pki,
    );
    signed(&first, existing("Sig2", None), pki)
}

fn assert_accepted(bytes: &[u8], count: usize, pki: &Pki) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("signed.pdf");
    fs::write(&file, bytes).unwrap();
    if let Some(check) = tool("qpdf", &[Path::new("--check"), &file]) {
        assert_eq!(
            check.status.code(),
            Some(0),
            "{}",
            String::from_utf8_lossy(&check.stdout)
        );
    }
    if let Some(report) = tool("pdfsig", &[Path::new("-nocert"), &file]) {
        let report = String::from_utf8_lossy(&report.stdout).into_owned();
        assert_eq!(
            report.matches("Signature is Valid").count(),
            count,
            "{report}"
        );
        assert!(report.contains("Total document signed"), "{report}");
    }
    let root = folder.path().join("root.pem");
    fs::write(&root, &pki.root_pem).unwrap();
    for verdict in pyhanko(&root, &[(&file, "")]).unwrap_or_default() {
        assert!(verdict.accepted, "{}", verdict.said);
        assert_eq!(verdict.said.matches("\"accepted\": true").count(), count);
    }
}

#[test]
fn a_letter_with_one_signer_is_accepted() {
    let pki = p256("Penanda Tangan Uji");
    assert_accepted(&letter(&pki), 1, &pki);
}

#[test]
fn a_letter_with_two_signers_is_accepted() {
    let pki = p256("Penanda Tangan Uji");
    assert_accepted(&letter_of_two(&pki), 2, &pki);
}

#[test]
fn an_rsa_signature_with_a_visible_block_is_accepted() {
    let pki = rsa2048("Penanda Tangan RSA");
    let place = Place::New {
        name: Some("Cap".to_owned()),
        page: 0,
        rect: RECT,
    };
    let request = Request {
        appearance: Appearance::Drawn(drawing()),
        ..Request::new(place, at())
    };
    assert_accepted(&signed(&plain_pdf(), request, &pki), 1, &pki);
}

#[test]
fn two_signers_in_new_fields_without_certification_are_accepted() {
    let pki = p256("Penanda Tangan Uji");
    let request = Request::new(Place::Invisible { name: None }, at());
    let once = signed(&plain_pdf(), request.clone(), &pki);
    assert_accepted(&signed(&once, request, &pki), 2, &pki);
}

#[test]
fn a_closed_letter_refuses_any_further_signature_or_field() {
    let pki = p256("Penanda Tangan Uji");
    for closed in [letter(&pki), letter_of_two(&pki)] {
        let request = Request::new(Place::Invisible { name: None }, at());
        let error = sign(&closed, request, &pki.signer, Budget::office()).unwrap_err();
        assert_eq!(error, SignError::Forbidden(Rule::Closed));
        let error = place_fields(&closed, &[field("Lagi", None)], Budget::office()).unwrap_err();
        assert_eq!(error, SignError::Forbidden(Rule::Closed));
        let error = sign(
            &closed,
            existing("Sig1", None),
            &pki.signer,
            Budget::office(),
        )
        .unwrap_err();
        assert_eq!(error, SignError::AlreadySigned("Sig1".to_owned()));
    }
}

#[test]
fn only_the_first_signature_certifies() {
    let pki = p256("Penanda Tangan Uji");
    let once = signed(
        &plain_pdf(),
        Request::new(Place::Invisible { name: None }, at()),
        &pki,
    );
    let request = Request {
        certify: Some(Permission::P2),
        ..Request::new(Place::Invisible { name: None }, at())
    };
    let error = sign(&once, request, &pki.signer, Budget::office()).unwrap_err();
    assert_eq!(error, SignError::Forbidden(Rule::CertifyFirst));
}

#[test]
fn fields_are_listed_with_place_lock_and_state() {
    let pki = p256("Penanda Tangan Uji");
    let new = [field("Sig1", None), field("Sig2", Some(Lock::EVERYTHING))];
    let first = signed(&place(&plain_pdf(), &new), existing("Sig1", None), &pki);
    let listed = fields(&first, Budget::public()).unwrap();
    assert_eq!(listed.len(), 2);
    assert!(listed[0].signed && !listed[1].signed);
    assert_eq!((listed[1].page, listed[1].rect), (Some(0), RECT));
    assert_eq!(listed[1].lock, Some(Lock::EVERYTHING));
}

#[test]
fn untouched_entries_are_copied_as_they_are_written() {
    let placed = place(&plain_pdf(), &[field("Sig1", None)]);
    let appended = String::from_utf8_lossy(&placed[plain_pdf().len()..]).into_owned();
    assert!(appended.contains("/Odd (kept  as it is)"));
    assert!(appended.contains("[0 0 595.2756 841.8898]"));
}

#[test]
fn a_prepared_signature_survives_storage_and_embeds_the_same_bytes() {
    let source = plain_pdf();
    let request = Request::new(Place::Invisible { name: None }, at());
    let prepared = Ceremony::new(&source, request, Budget::office())
        .unwrap()
        .prepare()
        .unwrap();
    let digest = ring::digest::digest(&ring::digest::SHA256, &source);
    assert_eq!(prepared.version_sha256(), digest.as_ref());
    let stored = serde_json::to_string(&prepared).unwrap();
    let again: ToBeSigned = serde_json::from_str(&stored).unwrap();
    assert_eq!(again, prepared);
    let cms = [0x30, 3, 2, 1, 5];
    assert_eq!(again.embed(&cms).unwrap(), prepared.embed(&cms).unwrap());
    assert!(prepared.embed(&vec![0x30; 20_000]).is_err());
}

#[test]
fn leading_junk_moves_every_offset_and_still_signs() {
    let pki = p256("Penanda Tangan Uji");
    let junk = [b"junk from a mail gateway\n".as_slice(), &plain_pdf()].concat();
    let request = Request::new(Place::Invisible { name: None }, at());
    let append = sign(&junk, request, &pki.signer, Budget::office()).unwrap();
    let result = [junk.as_slice(), append.bytes()].concat();
    assert!(fields(&result, Budget::public()).unwrap()[0].signed);
}
