//! Letters signed and timestamped at times that a test chooses, and judged by whoever trusts their authority.

use std::fmt::Write as _;

use rcgen::{KeyPair, PKCS_ECDSA_P384_SHA384};
use signing::{
    CertificateDer, UtcTime,
    budget::Budget,
    cms::{TimestampRequest, TimestampToken, timestamp::Imprint},
    policy::{Anchor, Policy, RevocationRule, Sunset, TrustAnchors},
    sign::{self, Ceremony, Place, Request, archive},
    validate::{Evidence, Report, SignatureReport, verify},
    x509::signature::Digest,
};

use super::{
    made::{Authority, Holder, Marked, TIME_STAMPING, now},
    token::Recipe,
};

/// An authority, its clock and its policy.
pub struct Desk {
    pub root: Authority,
    clock: Holder,
    pub policy: Policy,
    pub evidence: Evidence,
}

impl Desk {
    pub fn new() -> Self {
        Self::under(Authority::new("Akar Contoh"))
    }

    pub fn under(root: Authority) -> Self {
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

    pub fn official(&self, years: [i32; 2]) -> Holder {
        let key = KeyPair::generate().unwrap();
        self.root.person("Siti Contoh", years, key)
    }

    pub fn official_p384(&self, years: [i32; 2]) -> Holder {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap();
        self.root.person("Siti Contoh", years, key)
    }

    pub fn token(&self, imprint: Imprint, time: &str) -> Vec<u8> {
        let request = TimestampRequest {
            imprint,
            nonce: [0x31; 16],
        };
        let mut recipe = Recipe::honest(&self.clock, &request);
        recipe.time = time;
        recipe.token()
    }

    /// Signs, with a signature timestamp of a time.
    pub fn signed(&self, mut file: Vec<u8>, by: &Holder, stamped: Option<&str>) -> Vec<u8> {
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
    pub fn timestamped(&self, mut file: Vec<u8>, time: &str) -> Vec<u8> {
        let prepared = archive::prepare(&file, Budget::office()).unwrap();
        let token = self.token(archive::imprint(&prepared), time);
        let append = prepared.embed(&token).unwrap();
        file.extend_from_slice(append.bytes());
        file
    }

    pub fn judged(&self, file: &[u8]) -> Report {
        verify(&file, &self.evidence, &self.policy, now(), Budget::public())
    }

    /// About the signature, whatever timestamps stand beside it.
    pub fn about(&self, file: &[u8]) -> SignatureReport {
        let report = self.judged(file);
        let kind = signing::validate::Kind::Signature;
        let found = report.signatures.into_iter().find(|one| one.kind == kind);
        found.unwrap()
    }

    pub fn ends(&mut self, name: &str, until: Option<&str>) {
        let sunset = Sunset {
            name: name.to_owned(),
            bits_below: None,
            until: until.map(|time| UtcTime::parse_rfc3339(time).unwrap()),
        };
        self.policy.algorithms.set(sunset).unwrap();
    }
}

/// One empty page.
pub fn letter() -> Vec<u8> {
    document(&[
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> >>",
    ])
}

/// A document of these objects, numbered from 1, the first of them its catalog.
pub fn document(objects: &[&str]) -> Vec<u8> {
    let size = objects.len() + 1;
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut table = format!("xref\n0 {size}\n0000000000 65535 f \n");
    for (at, body) in objects.iter().enumerate() {
        writeln!(table, "{:010} 00000 n ", file.len()).unwrap();
        file.extend_from_slice(format!("{} 0 obj\n{body}\nendobj\n", at + 1).as_bytes());
    }
    let start = file.len();
    let trailer = format!("trailer\n<< /Size {size} /Root 1 0 R >>");
    let end = format!("{table}{trailer}\nstartxref\n{start}\n%%EOF\n");
    file.extend_from_slice(end.as_bytes());
    file
}
