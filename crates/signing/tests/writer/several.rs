//! Several signers one after another, and certifications that allow later ones more or less, as foreign validators see them.

use std::{fs, path::Path};

use crate::support::{Pki, p256, plain_pdf, pyhanko, tool};
use signing::{
    Budget, UtcTime,
    policy::TrustAnchors,
    sign::{
        Appearance, Lock, LockedFields, NewField, Permission, Place, Request, Rule, SignError,
        place_fields, sign,
    },
    validate::{Evidence, Headline, Policy, verify},
};

fn at() -> UtcTime {
    UtcTime::from_unix(1_795_000_000)
}

fn signed(source: &[u8], place: Place, certify: Option<Permission>, pki: &Pki) -> Vec<u8> {
    let append = attempt(source, place, certify, pki).unwrap();
    [source, &append].concat()
}

fn attempt(
    source: &[u8],
    place: Place,
    certify: Option<Permission>,
    pki: &Pki,
) -> Result<Vec<u8>, SignError> {
    let request = Request {
        certify,
        ..Request::new(place, at())
    };
    sign(&source, request, &pki.signer, Budget::office()).map(signing::sign::Append::into_bytes)
}

fn field(name: &str, lock: Option<Lock>) -> NewField {
    NewField {
        name: name.to_owned(),
        page: 0,
        rect: [60.0, 60.0, 160.0, 50.0],
        appearance: Appearance::Transparent,
        lock,
    }
}

fn placed(fields: &[NewField]) -> Vec<u8> {
    let plain = plain_pdf();
    let append = place_fields(&plain, fields, Budget::office()).unwrap();
    [plain.as_slice(), append.bytes()].concat()
}

fn existing(name: &str) -> Place {
    Place::Existing(name.to_owned())
}

fn invisible() -> Place {
    Place::Invisible { name: None }
}

fn visible() -> Place {
    Place::New {
        name: None,
        page: 0,
        rect: [60.0, 160.0, 160.0, 50.0],
    }
}

/// Ours, pdfsig's and pyHanko's word on every signature.
fn assert_all_valid(bytes: &[u8], count: usize, pki: &Pki) {
    let mut anchors = TrustAnchors::new();
    anchors.add_file(pki.root_pem.as_bytes()).unwrap();
    let report = verify(
        &bytes,
        &Evidence::default(),
        &Policy::new(anchors),
        at(),
        Budget::office(),
    );
    assert_eq!(report.headline, Headline::Intact, "{report:?}");
    assert_eq!(report.signatures.len(), count);
    let folder = tempfile::tempdir().unwrap();
    let (file, root) = (
        folder.path().join("signed.pdf"),
        folder.path().join("root.pem"),
    );
    fs::write(&file, bytes).unwrap();
    fs::write(&root, &pki.root_pem).unwrap();
    if let Some(report) = tool("pdfsig", &[Path::new("-nocert"), &file]) {
        let said = String::from_utf8_lossy(&report.stdout).into_owned();
        assert_eq!(said.matches("Signature is Valid").count(), count, "{said}");
    }
    for verdict in pyhanko(&root, &[(&file, "")]).unwrap_or_default() {
        assert!(verdict.accepted, "{}", verdict.said);
        assert_eq!(verdict.said.matches("\"accepted\": true").count(), count);
    }
}

#[test]
fn ten_signers_in_sequence_leave_every_earlier_signature_valid() {
    let pki = p256("Penanda Tangan Uji");
    let mut bytes = signed(&plain_pdf(), visible(), None, &pki);
    for _ in 1..10 {
        bytes = signed(&bytes, invisible(), None, &pki);
    }
    assert_all_valid(&bytes, 10, &pki);
}

#[test]
fn five_signers_of_fields_placed_before_touch_only_their_own() {
    let pki = p256("Penanda Tangan Uji");
    let names = ["Satu", "Dua", "Tiga", "Empat", "Lima"];
    let mut new: Vec<NewField> = names.iter().map(|name| field(name, None)).collect();
    new[4].lock = Some(Lock::EVERYTHING);
    let mut bytes = placed(&new);
    for (number, name) in names.into_iter().enumerate() {
        let certify = (number == 0).then_some(Permission::P2);
        let before = bytes.len();
        bytes = signed(&bytes, existing(name), certify, &pki);
        let added = String::from_utf8_lossy(&bytes[before..]).into_owned();
        let touched = names
            .iter()
            .filter(|of| added.contains(&format!("/T ({of})")));
        assert_eq!(touched.count(), 1, "{added}");
    }
    assert_all_valid(&bytes, 5, &pki);
}

#[test]
fn each_certification_allows_what_it_says_and_what_we_allow_others_accept() {
    let pki = p256("Penanda Tangan Uji");
    let source = placed(&[field("Satu", None), field("Dua", None)]);
    for (permission, fill, hidden, shown) in [
        (
            Permission::P1,
            Some(Rule::Closed),
            Some(Rule::Closed),
            Some(Rule::Closed),
        ),
        (Permission::P2, None, None, Some(Rule::NewField)),
        (Permission::P3, None, None, Some(Rule::NewField)),
    ] {
        let certified = signed(&source, existing("Satu"), Some(permission), &pki);
        assert_all_valid(&certified, 1, &pki);
        for (place, refusal) in [
            (existing("Dua"), fill),
            (invisible(), hidden),
            (visible(), shown),
        ] {
            match (attempt(&certified, place, None, &pki), refusal) {
                (Ok(append), None) => {
                    assert_all_valid(&[certified.as_slice(), &append].concat(), 2, &pki);
                }
                (Err(SignError::Forbidden(rule)), Some(refusal)) => assert_eq!(rule, refusal),
                (outcome, refusal) => panic!("{permission:?}: {outcome:?}, not {refusal:?}"),
            }
        }
    }
}

#[test]
fn a_lock_on_some_fields_binds_them_and_leaves_the_others() {
    let pki = p256("Penanda Tangan Uji");
    let lock = Lock {
        fields: LockedFields::Include(vec!["Dua".to_owned()]),
        permission: None,
    };
    let source = placed(&[
        field("Satu", Some(lock)),
        field("Dua", None),
        field("Tiga", None),
    ]);
    let once = signed(&source, existing("Satu"), None, &pki);
    let error = attempt(&once, existing("Dua"), None, &pki).unwrap_err();
    assert_eq!(
        error,
        SignError::Forbidden(Rule::LockedField("Dua".to_owned()))
    );
    assert_all_valid(&signed(&once, existing("Tiga"), None, &pki), 2, &pki);
}
