//! What a field demands of its signature is met or refused by name.

use signing::{
    Budget, UtcTime,
    sign::{Permission, Place, Request, Rule, SignError, fields, sign},
};

use crate::support::{p256, pdf_of};

fn document(seed: &str) -> Vec<u8> {
    pdf_of(&[
        "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [5 0 R] >> >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 600 800] >>",
        "<< /Type /Page /Parent 2 0 R /Annots [5 0 R] >>",
        "null",
        &format!(
            "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Kepala) /Rect [0 0 0 0] /P 3 0 R /SV << /Type /SV {seed} >> >>"
        ),
    ])
}

fn request() -> Request {
    Request::new(
        Place::Existing("Kepala".to_owned()),
        UtcTime::from_unix(1_795_000_000),
    )
}

fn refused(seed: &str, request: Request) -> Option<&'static str> {
    let pki = p256("Penanda Tangan Uji");
    match sign(&document(seed), request, &pki.signer, Budget::office()) {
        Ok(_) => None,
        Err(SignError::Forbidden(Rule::SeedValue { demand, .. })) => Some(demand),
        Err(other) => panic!("{seed}: {other}"),
    }
}

#[test]
fn demands_that_are_met_do_not_hinder() {
    for seed in [
        "",
        "/Ff 0 /SubFilter [/adbe.x509.rsa_sha1]",
        "/Ff 1 /Filter /Adobe.PPKLite",
        "/Ff 2 /SubFilter [/adbe.pkcs7.detached /ETSI.CAdES.detached]",
        "/Ff 64 /DigestMethod [(SHA384) (SHA256)]",
        "/Ff 8 /Reasons [(.)]",
        "/MDP << /P 0 >>",
        "/Ff 32 /AddRevInfo false",
        "/Cert << /Ff 0 >>",
        "/Cert << /Ff 32 /KeyUsage [(11X)] >>",
    ] {
        assert_eq!(refused(seed, request()), None, "{seed}");
    }
    let reason = Request {
        reason: Some("Setuju".to_owned()),
        ..request()
    };
    assert_eq!(refused("/Ff 8 /Reasons [(Tahu) (Setuju)]", reason), None);
    let certify = Request {
        certify: Some(Permission::P2),
        ..request()
    };
    assert_eq!(refused("/MDP << /P 2 >>", certify), None);
}

#[test]
fn a_listed_field_names_its_demands() {
    let seed = "/Ff 10 /MDP << /P 2 >> /Cert << /Ff 1 >> /TimeStamp << /Ff 0 >>";
    let listed = fields(&document(seed), Budget::public()).unwrap();
    assert_eq!(listed[0].demands, ["SubFilter", "Reasons", "MDP 2", "Cert"]);
}

#[test]
fn demands_that_are_not_met_are_named() {
    for (seed, named) in [
        ("/Ff 1 /Filter /Vendor.Own", "Filter"),
        ("/Ff 2 /SubFilter [/adbe.pkcs7.detached]", "SubFilter"),
        ("/Ff 64 /DigestMethod [(SHA512)]", "DigestMethod"),
        ("/Ff 8 /Reasons [(Tahu)]", "Reasons"),
        ("/Ff 16 /LegalAttestation [(x)]", "LegalAttestation"),
        ("/Ff 32 /AddRevInfo true", "AddRevInfo"),
        ("/Ff 128 /LockDocument /true", "LockDocument"),
        ("/Ff 256 /AppearanceFilter (x)", "AppearanceFilter"),
        ("/TimeStamp << /Ff 1 /URL (x) >>", "TimeStamp"),
        ("/MDP << /P 1 >>", "MDP 1"),
        ("/Cert << /Ff 1 /Subject [(x)] >>", "Subject"),
        ("/Cert << /Ff 2 /Issuer [(x)] >>", "Issuer"),
        ("/Cert << /Ff 4 /OID [(1.2)] >>", "OID"),
        ("/Cert << /Ff 32 /KeyUsage [(0)] >>", "KeyUsage"),
    ] {
        let said = refused(seed, request()).unwrap_or_else(|| panic!("{seed} was signed"));
        assert!(said.contains(named), "{seed}: {said}");
    }
    let reason = Request {
        reason: Some("Setuju".to_owned()),
        ..request()
    };
    assert!(refused("/Ff 8 /Reasons [(.)]", reason).is_some());
    let certify = Request {
        certify: Some(Permission::P2),
        ..request()
    };
    assert!(refused("/MDP << /P 0 >>", certify).is_some());
}
