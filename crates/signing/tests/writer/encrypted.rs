//! Documents encrypted by qpdf in every published way: opened, signed, and read back by foreign tools.

use std::{fs, path::Path, process::Command};

use crate::support::{drawing, p256, plain_pdf, tool};
use signing::{
    Access, Budget, Password, UtcTime,
    pdf::ReadError,
    policy::TrustAnchors,
    sign::{Appearance, NewField, Place, Request, Rule, SignError, fields, place_fields, sign},
    validate::{Evidence, Headline, Policy, verify},
};

const USER: &str = "pembaca";
const OWNER: &str = "pemilik";

/// How qpdf is told to encrypt: key length and further options.
const WAYS: [&[&str]; 7] = [
    &["40"],
    &["128", "--use-aes=n"],
    &["128", "--use-aes=y"],
    &["128", "--use-aes=y", "--cleartext-metadata"],
    &["256", "--force-R5"],
    &["256"],
    &["256", "--cleartext-metadata"],
];

fn at() -> UtcTime {
    UtcTime::from_unix(1_795_000_000)
}

fn access(password: &str) -> Access {
    Access::new(
        Budget::office(),
        Some(Password::new(password.to_owned().into())),
    )
}

fn request() -> Request {
    let place = Place::New {
        name: Some("Kepala (Plt)".to_owned()),
        page: 0,
        rect: [50.0, 50.0, 150.0, 40.0],
    };
    Request {
        reason: Some("Disetujui – sah".to_owned()),
        location: Some("Kabupaten Contoh".to_owned()),
        appearance: Appearance::Drawn(drawing()),
        ..Request::new(place, at())
    }
}

/// A document encrypted by qpdf; `None` where there is no qpdf, which CI does not forgive.
fn encrypted(folder: &Path, way: &[&str], layout: &str, passwords: [&str; 2]) -> Option<Vec<u8>> {
    tool("qpdf", &[Path::new("--version")])?;
    let (plain, target) = (folder.join("plain.pdf"), folder.join("encrypted.pdf"));
    fs::write(&plain, plain_pdf()).unwrap();
    let done = Command::new("qpdf")
        .args(["--allow-weak-crypto", layout, "--encrypt"])
        .args(passwords)
        .args(way)
        .arg("--")
        .args([&plain, &target])
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    Some(fs::read(target).unwrap())
}

#[test]
fn every_way_of_encryption_is_opened_by_either_password_and_inherited_by_the_signature() {
    let pki = p256("Penanda Tangan Uji");
    let mut anchors = TrustAnchors::new();
    anchors.add_file(pki.root_pem.as_bytes()).unwrap();
    let policy = Policy::new(anchors);
    let folder = tempfile::tempdir().unwrap();
    for way in WAYS {
        for layout in ["--object-streams=disable", "--object-streams=generate"] {
            let Some(source) = encrypted(folder.path(), way, layout, [USER, OWNER]) else {
                return;
            };
            for password in [USER, OWNER] {
                let case = format!("{way:?} {layout} {password}");
                let append = sign(&source, request(), &pki.signer, access(password))
                    .unwrap_or_else(|error| panic!("{case}: {error}"));
                for clear in [b"Disetujui".as_slice(), b"Kabupaten", b"Kepala"] {
                    let bytes = append.bytes();
                    assert!(
                        !bytes.windows(clear.len()).any(|part| part == clear),
                        "{case}: a string is in clear"
                    );
                }
                let result = [source.as_slice(), append.bytes()].concat();
                let listed = fields(&result, access(USER)).unwrap();
                assert_eq!(listed[0].name, "Kepala (Plt)", "{case}");
                let report = verify(&result, &Evidence::default(), &policy, at(), access(USER));
                assert_eq!(report.headline, Headline::Intact, "{case}: {report:?}");

                let target = folder.path().join("signed.pdf");
                fs::write(&target, &result).unwrap();
                let shown = Command::new("qpdf")
                    .arg(format!("--password={USER}"))
                    .args(["--qdf", "--decrypt"])
                    .args([&target, Path::new("-")])
                    .output()
                    .unwrap();
                assert_eq!(shown.status.code(), Some(0), "{case}");
                let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
                assert!(
                    shown.contains("/Location (Kabupaten Contoh)"),
                    "{case}: {shown}"
                );
                assert!(shown.contains("(Bupati Contoh) Tj"), "{case}: {shown}");
                let report = Command::new("pdfsig")
                    .args(["-nocert", "-upw", USER])
                    .arg(&target)
                    .output();
                if let Ok(report) = report {
                    let report = String::from_utf8_lossy(&report.stdout).into_owned();
                    assert!(report.contains("Signature is Valid"), "{case}: {report}");
                }
            }
        }
    }
}

#[test]
fn a_second_signature_in_an_encrypted_document_leaves_the_first_valid() {
    let pki = p256("Penanda Tangan Uji");
    let mut anchors = TrustAnchors::new();
    anchors.add_file(pki.root_pem.as_bytes()).unwrap();
    let policy = Policy::new(anchors);
    let folder = tempfile::tempdir().unwrap();
    for way in WAYS {
        let layout = "--object-streams=generate";
        let Some(mut bytes) = encrypted(folder.path(), way, layout, [USER, OWNER]) else {
            return;
        };
        for name in ["Satu", "Dua"] {
            let request = Request {
                place: Place::Invisible {
                    name: Some(name.to_owned()),
                },
                ..request()
            };
            let append = sign(&bytes, request, &pki.signer, access(USER)).unwrap();
            bytes.extend(append.into_bytes());
        }
        let report = verify(&bytes, &Evidence::default(), &policy, at(), access(USER));
        assert_eq!(report.headline, Headline::Intact, "{way:?}: {report:?}");
        assert_eq!(report.signatures.len(), 2, "{way:?}");
    }
}

#[test]
fn a_locked_document_says_so_and_a_wrong_password_does_not_open_it() {
    let pki = p256("Penanda Tangan Uji");
    let folder = tempfile::tempdir().unwrap();
    for way in WAYS {
        let layout = "--object-streams=generate";
        let Some(source) = encrypted(folder.path(), way, layout, [USER, OWNER]) else {
            return;
        };
        for access in [Access::from(Budget::office()), access("salah")] {
            let error = sign(&source, request(), &pki.signer, access.clone()).unwrap_err();
            assert_eq!(error, SignError::from(ReadError::Locked));
            assert_eq!(fields(&source, access).unwrap_err(), ReadError::Locked);
        }
    }
}

#[test]
fn permissions_bind_whoever_is_not_the_owner() {
    let pki = p256("Penanda Tangan Uji");
    let folder = tempfile::tempdir().unwrap();
    let new = NewField {
        name: "Sig1".to_owned(),
        page: 0,
        rect: [1.0; 4],
        appearance: Appearance::Transparent,
        lock: None,
    };
    let layout = "--object-streams=disable";
    // Filling forms, but nothing that makes a field.
    let way = ["256", "--modify=form"];
    let Some(source) = encrypted(folder.path(), &way, layout, ["", OWNER]) else {
        return;
    };
    let error = sign(&source, request(), &pki.signer, Budget::office()).unwrap_err();
    assert_eq!(error, SignError::Forbidden(Rule::NoNewField));
    let append = place_fields(&source, &[new], access(OWNER)).unwrap();
    let prepared = [source.as_slice(), append.bytes()].concat();
    let existing = Request::new(Place::Existing("Sig1".to_owned()), at());
    assert!(sign(&prepared, existing.clone(), &pki.signer, Budget::office()).is_ok());

    let way = ["256", "--modify=none"];
    let Some(source) = encrypted(folder.path(), &way, layout, ["", OWNER]) else {
        return;
    };
    let error = sign(&source, request(), &pki.signer, Budget::office()).unwrap_err();
    assert_eq!(error, SignError::Forbidden(Rule::NoNewField));
    let new = NewField {
        name: "Sig1".to_owned(),
        page: 0,
        rect: [1.0; 4],
        appearance: Appearance::Transparent,
        lock: None,
    };
    let append = place_fields(&source, &[new], access(OWNER)).unwrap();
    let prepared = [source.as_slice(), append.bytes()].concat();
    let error = sign(&prepared, existing.clone(), &pki.signer, Budget::office()).unwrap_err();
    assert_eq!(error, SignError::Forbidden(Rule::NoFilling));
    assert!(sign(&prepared, existing, &pki.signer, access(OWNER)).is_ok());
}

#[test]
fn a_document_for_holders_of_certificates_is_refused_by_that_name() {
    let mut source = plain_pdf();
    let trailer = b"trailer\n<<";
    let place = source.windows(trailer.len()).position(|at| at == trailer);
    let behind = place.unwrap() + trailer.len();
    let handler = b" /Encrypt << /Filter /Adobe.PubSec /SubFilter /adbe.pkcs7.s5 /V 4 >>";
    source.splice(behind..behind, *handler);
    let error = sign(&source, request(), &p256("Uji").signer, access("")).unwrap_err();
    assert!(
        error.to_string().contains("holders of certificates"),
        "{error}"
    );
}
