//! What a field demands of the signer's certificate is met or refused by name.

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, CustomExtension, DnType, IsCa, Issuer,
    KeyPair, KeyUsagePurpose,
};
use ring::rand::SystemRandom;
use signing::{
    Budget, CertificateDer, LocalSigner,
    sign::{Ceremony, Demand, Rule, SignError},
};

use crate::{
    seeds::{assert_accepted, document, request, tried},
    support::Pki,
};

/// An official, the authority above and the root above that, and one that has nothing to do with them.
struct World {
    root: Certificate,
    middle: Certificate,
    leaf: Certificate,
    stranger: Certificate,
    key: KeyPair,
}

/// certificatePolicies with 2.16.360.1.1.1 alone.
const POLICIES: &[u8] = &[0x30, 10, 0x30, 8, 6, 6, 0x60, 0x82, 0x68, 1, 1, 1];

impl World {
    fn new() -> Self {
        let authority = |name: &str| {
            let mut params = CertificateParams::default();
            params.distinguished_name.push(DnType::CommonName, name);
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
            params
        };
        let (root_key, middle_key, key) = (
            KeyPair::generate().unwrap(),
            KeyPair::generate().unwrap(),
            KeyPair::generate().unwrap(),
        );
        let root = authority("Akar Uji").self_signed(&root_key).unwrap();
        let issuer = Issuer::new(authority("Akar Uji"), root_key);
        let middle = authority("Penerbit Uji")
            .signed_by(&middle_key, &issuer)
            .unwrap();
        let issuer = Issuer::new(authority("Penerbit Uji"), middle_key);
        let mut leaf = CertificateParams::default();
        for (kind, value) in [
            (DnType::CommonName, "Kepala Dinas"),
            (DnType::OrganizationName, "Kabupaten Contoh"),
        ] {
            leaf.distinguished_name.push(kind, value);
        }
        leaf.key_usages = vec![
            KeyUsagePurpose::DigitalSignature,
            KeyUsagePurpose::ContentCommitment,
        ];
        leaf.use_authority_key_identifier_extension = true;
        let policies = CustomExtension::from_oid_content(&[2, 5, 29, 32], POLICIES.to_vec());
        leaf.custom_extensions.push(policies);
        let leaf = leaf.signed_by(&key, &issuer).unwrap();
        // Of the same name as the authority above the official.
        let stranger_key = KeyPair::generate().unwrap();
        let stranger = authority("Penerbit Uji")
            .self_signed(&stranger_key)
            .unwrap();
        Self {
            root,
            middle,
            leaf,
            stranger,
            key,
        }
    }

    fn signing_with(&self, chain: &[&Certificate]) -> Pki {
        let chain = chain.iter().map(|one| CertificateDer(one.der().to_vec()));
        let key = self.key.serialize_der();
        Pki {
            root_pem: self.root.pem(),
            signer: LocalSigner::from_pkcs8(&key, chain.collect(), SystemRandom::new()).unwrap(),
        }
    }

    fn whole(&self) -> Pki {
        self.signing_with(&[&self.leaf, &self.middle, &self.root])
    }
}

fn hex(certificate: &Certificate) -> String {
    let digits = certificate.der().iter().map(|byte| format!("{byte:02x}"));
    format!("<{}>", digits.collect::<String>())
}

fn demanding(cert: &str) -> Vec<u8> {
    document(&format!("/Cert << /Type /SVCert {cert} >>"), "")
}

#[test]
fn a_certificate_that_is_demanded_signs() {
    let world = World::new();
    let [root, middle, leaf, stranger] =
        [&world.root, &world.middle, &world.leaf, &world.stranger].map(hex);
    let met = [
        format!("/Ff 0 /Subject [{stranger}] /OID [(1.2)]"),
        format!("/Ff 1 /Subject [{stranger} {leaf}]"),
        format!("/Ff 2 /Issuer [{middle}]"),
        format!("/Ff 2 /Issuer [{stranger} {root}]"),
        "/Ff 8 /SubjectDN [<< /CN (Kepala Dinas) >> << /o (Kabupaten Contoh) >>]".to_owned(),
        "/Ff 8 /SubjectDN [<< /2.5.4.3 (Kepala Dinas) >>]".to_owned(),
        "/Ff 32 /KeyUsage [(00X) (11)]".to_owned(),
        "/Ff 64 /URL (https://daftar.example)".to_owned(),
        "/Ff 64 /URL (https://daftar.example) /URLType /Browser".to_owned(),
        // Flags without their entries.
        "/Ff 111".to_owned(),
    ];
    let pki = world.whole();
    let mut signed = Vec::new();
    for cert in &met {
        let done = tried(&demanding(cert), request(), &pki);
        signed.push(done.unwrap_or_else(|demand| panic!("{cert}: {demand}")));
    }
    // pyHanko knows no policies, and refuses whatever demands one.
    signed.pop();
    assert_accepted(&signed, &pki);
    let policy = demanding("/Ff 4 /OID [(2.16.360.1.1.1)]");
    assert!(tried(&policy, request(), &pki).is_ok());
    // The listed authority need not come with the certificate, and its name is not written twice the same.
    let alone = world.signing_with(&[&world.leaf]);
    for cert in [
        format!("/Ff 2 /Issuer [{middle}]"),
        "/Ff 8 /SubjectDN [<< /cn (KEPALA  dinas) >>]".to_owned(),
    ] {
        assert!(
            tried(&demanding(&cert), request(), &alone).is_ok(),
            "{cert}"
        );
    }
}

#[test]
fn another_certificate_is_refused_by_name() {
    let world = World::new();
    let [root, leaf, stranger] = [&world.root, &world.leaf, &world.stranger].map(hex);
    let pki = world.whole();
    for (cert, named) in [
        (
            format!("/Ff 1 /Subject [{stranger}]"),
            "another signer's certificate (Cert, Subject)",
        ),
        ("/Ff 1 /Subject []".to_owned(), "(Cert, Subject)"),
        (
            format!("/Ff 2 /Issuer [{stranger}]"),
            "CN=Penerbit Uji (Cert, Issuer)",
        ),
        (format!("/Ff 2 /Issuer [{leaf}]"), "(Cert, Issuer)"),
        (
            "/Ff 2 /Issuer [(x)]".to_owned(),
            "none at all (Cert, Issuer)",
        ),
        (
            "/Ff 4 /OID [(2.16.360.1.1.1) (2.16.360.1.1.2)]".to_owned(),
            "2.16.360.1.1.1 and 2.16.360.1.1.2 (Cert, OID)",
        ),
        ("/Ff 4 /OID [(bukan OID)]".to_owned(), "(Cert, OID)"),
        (
            "/Ff 8 /SubjectDN [<< /cn (Kepala Dinas) >> << /o (Kota Contoh) >>]".to_owned(),
            "o=Kota Contoh in its subject (Cert, SubjectDN)",
        ),
        (
            "/Ff 8 /SubjectDN [<< /apa (Kepala Dinas) >>]".to_owned(),
            "apa=Kepala Dinas",
        ),
        (
            "/Ff 32 /KeyUsage [(0) (XX1)]".to_owned(),
            "0 or XX1 (Cert, KeyUsage)",
        ),
        (
            "/Ff 64 /URL (x) /URLType /ASSP".to_owned(),
            "comes by ASSP (Cert, URL)",
        ),
        (
            "/SignaturePolicyOID (2.16.360.9)".to_owned(),
            "the policy 2.16.360.9 (Cert, SignaturePolicyOID)",
        ),
        ("/Ff 16".to_owned(), "unknown (Cert, Ff 0b10000)"),
    ] {
        let said = tried(&demanding(&cert), request(), &pki).err();
        let said = said.unwrap_or_else(|| panic!("{cert} was signed"));
        assert!(said.contains(named), "{cert}: {said}");
    }
    // A certificate is not led to the root by what merely lies beside it.
    let loose = world.signing_with(&[&world.leaf, &world.stranger, &world.root]);
    let said = tried(
        &demanding(&format!("/Ff 2 /Issuer [{root}]")),
        request(),
        &loose,
    );
    assert!(said.unwrap_err().contains("(Cert, Issuer)"));
}

#[test]
fn no_certificate_is_taken_on_trust() {
    let file = demanding("/Ff 32 /KeyUsage [(1)]");
    let ceremony = Ceremony::new(&file, request(), Budget::office()).unwrap();
    let expected = SignError::Forbidden(Rule::SeedValue {
        field: "Kepala".to_owned(),
        demand: Demand::UnknownCertificate,
    });
    assert_eq!(ceremony.prepare().unwrap_err(), expected);
}
