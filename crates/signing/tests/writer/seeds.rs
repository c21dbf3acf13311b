//! What a field demands of the form of its signature is met or refused by name.

use std::fs;

use signing::{
    Budget, UtcTime,
    sign::{Permission, Place, Request, Rule, SignError, fields, sign},
    validate::gather,
};

use crate::support::{Pki, p256, pdf_of, pyhanko};

/// A document with one empty field, of this seed value and lock.
pub fn document(seed: &str, lock: &str) -> Vec<u8> {
    pdf_of(&[
        "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [5 0 R] >> >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 600 800] >>",
        "<< /Type /Page /Parent 2 0 R /Annots [5 0 R] >>",
        "null",
        &format!(
            "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Kepala) /Rect [0 0 0 0] /P 3 0 R {lock} /SV 6 0 R >>"
        ),
        &format!("<< /Type /SV {seed} >>"),
    ])
}

pub fn request() -> Request {
    Request::new(
        Place::Existing("Kepala".to_owned()),
        UtcTime::from_unix(1_795_000_000),
    )
}

/// The signed file, or the demand that was not met.
pub fn tried(file: &[u8], request: Request, pki: &Pki) -> Result<Vec<u8>, String> {
    match sign(&file, request, &pki.signer, Budget::office()) {
        Ok(append) => Ok([file, append.bytes()].concat()),
        Err(SignError::Forbidden(Rule::SeedValue { demand, .. })) => Err(demand.to_string()),
        Err(other) => panic!("{other}"),
    }
}

/// pyHanko holds signatures against seed values itself.
pub fn assert_accepted(files: &[Vec<u8>], pki: &Pki) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root.pem");
    fs::write(&root, &pki.root_pem).unwrap();
    let paths: Vec<_> = (0..files.len())
        .map(|number| folder.path().join(format!("{number}.pdf")))
        .collect();
    for (path, file) in paths.iter().zip(files) {
        fs::write(path, file).unwrap();
    }
    let order: Vec<_> = paths.iter().map(|path| (path.as_path(), "")).collect();
    let verdicts = pyhanko(&root, &order).unwrap_or_default();
    let refused = verdicts.iter().filter(|verdict| !verdict.accepted);
    let refused: Vec<&str> = refused.map(|verdict| verdict.said.as_str()).collect();
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}

fn for_reason(reason: &str) -> Request {
    Request {
        reason: Some(reason.to_owned()),
        ..request()
    }
}

fn certifying(certify: Permission) -> Request {
    Request {
        certify: Some(certify),
        ..request()
    }
}

const LOCK_P1: &str = "/Lock << /Type /SigFieldLock /Action /All /P 1 >>";
const LOCK_P2: &str = "/Lock << /Type /SigFieldLock /Action /All /P 2 >>";

#[test]
fn demands_that_are_met_do_not_hinder() {
    let pki = p256("Penanda Tangan Uji");
    let met = [
        ("", "", request()),
        ("/Ff 0 /SubFilter [/adbe.x509.rsa_sha1]", "", request()),
        ("/Ff 1 /Filter /Adobe.PPKLite", "", request()),
        (
            "/Ff 2 /SubFilter [/ETSI.CAdES.detached /adbe.pkcs7.detached]",
            "",
            request(),
        ),
        ("/Ff 64 /DigestMethod [(SHA384) (SHA256)]", "", request()),
        ("/Ff 64 /DigestMethod [(sha256)]", "", request()),
        ("/Ff 4 /V 3", "", request()),
        ("/Ff 8 /Reasons [(.)]", "", request()),
        ("/Ff 8", "", request()),
        ("/Ff 8 /Reasons [(Tahu) (Setuju)]", "", for_reason("Setuju")),
        ("/Ff 32 /AddRevInfo false", "", request()),
        (
            "/Ff 128 /LockDocument /true",
            "",
            certifying(Permission::P1),
        ),
        ("/Ff 128 /LockDocument /true", LOCK_P1, request()),
        (
            "/Ff 128 /LockDocument /false",
            "",
            certifying(Permission::P2),
        ),
        ("/Ff 128 /LockDocument /false", LOCK_P2, request()),
        ("/Ff 128 /LockDocument /auto", LOCK_P1, request()),
        ("/MDP << /P 0 >>", "", request()),
        ("/MDP << /P 2 >>", "", certifying(Permission::P2)),
        (
            "/TimeStamp << /Ff 0 /URL (http://waktu.example) >>",
            "",
            request(),
        ),
        // A flag without its entry.
        ("/Ff 369", "", request()),
    ];
    let signed = met.map(|(seed, lock, request)| {
        tried(&document(seed, lock), request, &pki)
            .unwrap_or_else(|demand| panic!("{seed}: {demand}"))
    });
    assert_accepted(&signed, &pki);
    // A newer version is no hindrance while nothing demands that it is known; pyHanko reads no further.
    assert!(tried(&document("/Ff 0 /V 4", ""), request(), &pki).is_ok());
}

#[test]
fn a_document_that_is_to_be_locked_is_closed_by_the_signature() {
    let pki = p256("Penanda Tangan Uji");
    let closed = |seed: &str| {
        let file = tried(&document(seed, ""), request(), &pki).unwrap();
        let facts = gather(&file, Budget::public()).unwrap();
        let last = Request::new(Place::Invisible { name: None }, request().claimed_time);
        let next = sign(&file, last, &pki.signer, Budget::office());
        assert_eq!(facts.signatures.len(), 1);
        (file, next.err())
    };
    let (file, next) = closed("/Ff 128 /LockDocument /true");
    assert_eq!(next, Some(SignError::Forbidden(Rule::Closed)));
    assert_accepted(&[file], &pki);
    let (_, next) = closed("/Ff 0 /LockDocument /true");
    assert_eq!(next, None, "a mere wish");
}

#[test]
fn a_listed_field_names_its_demands() {
    let seed = "/Ff 10 /MDP << /P 2 >> /Cert << /Ff 1 >> /TimeStamp << /Ff 0 >>";
    let listed = fields(&document(seed, ""), Budget::public()).unwrap();
    assert_eq!(listed[0].demands, ["SubFilter", "Reasons", "MDP 2", "Cert"]);
}

#[test]
fn demands_that_are_not_met_are_named() {
    for (seed, named) in [
        ("/Ff 1 /Filter /Vendor.Own", "Vendor.Own (Filter)"),
        (
            "/Ff 2 /SubFilter [/adbe.pkcs7.detached]",
            "adbe.pkcs7.detached, not of PAdES (SubFilter)",
        ),
        ("/Ff 2 /SubFilter []", "SubFilter"),
        ("/Ff 4 /V 4", "version 4 of seed values (V)"),
        ("/Ff 4 /V 3.5", "version 3.5 of seed values (V)"),
        (
            "/Ff 64 /DigestMethod [(SHA512) (SHA384)]",
            "SHA512 or SHA384 (DigestMethod)",
        ),
        ("/Ff 8 /Reasons [(Tahu)]", "the reason Tahu (Reasons)"),
        ("/Ff 16 /LegalAttestation [(x)]", "LegalAttestation"),
        ("/Ff 32 /AddRevInfo true", "AddRevInfo"),
        (
            "/Ff 256 /AppearanceFilter (Cap)",
            "named Cap (AppearanceFilter)",
        ),
        (
            "/TimeStamp << /Ff 1 /URL (http://waktu.example) >>",
            "say of http://waktu.example (TimeStamp)",
        ),
        ("/TimeStamp << /Ff 1 >>", "a timestamp (TimeStamp)"),
        ("/TimeStamp << /Ff 2 >>", "unknown (TimeStamp, Ff 0b10)"),
        ("/MDP << /P 1 >>", "MDP 1"),
        ("/MDP << /P 4 >>", "MDP 4"),
        ("/Ff 512", "unknown (SV, Ff 0b1000000000)"),
    ] {
        assert_refused(seed, "", request(), named);
    }
}

#[test]
fn demands_that_a_request_or_a_lock_does_not_meet_are_named() {
    for (seed, lock, request, named) in [
        (
            "/Ff 8 /Reasons [(Tahu)]",
            "",
            for_reason("Setuju"),
            "the reason Tahu (Reasons)",
        ),
        (
            "/Ff 8 /Reasons [(.)]",
            "",
            for_reason("Setuju"),
            "no reason",
        ),
        ("/Ff 8", "", for_reason("Setuju"), "no reason"),
        (
            "/Ff 128 /LockDocument /true",
            "",
            certifying(Permission::P2),
            "is locked (LockDocument)",
        ),
        (
            "/Ff 128 /LockDocument /true",
            LOCK_P2,
            request(),
            "is locked (LockDocument)",
        ),
        (
            "/Ff 128 /LockDocument /false",
            "",
            certifying(Permission::P1),
            "is not locked (LockDocument)",
        ),
        (
            "/Ff 128 /LockDocument /false",
            LOCK_P1,
            request(),
            "is not locked (LockDocument)",
        ),
        ("/MDP << /P 0 >>", "", certifying(Permission::P2), "MDP 0"),
    ] {
        assert_refused(seed, lock, request, named);
    }
}

/// The refusal to sign a field with this seed value and lock says so.
fn assert_refused(seed: &str, lock: &str, request: Request, named: &str) {
    let pki = p256("Penanda Tangan Uji");
    let said = tried(&document(seed, lock), request, &pki).err();
    let said = said.unwrap_or_else(|| panic!("{seed} was signed"));
    assert!(said.contains(named), "{seed}: {said}");
}
