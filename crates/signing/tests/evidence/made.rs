//! An authority, and DER written by hand.

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, CustomExtension, DnType, IsCa, KeyPair,
    SerialNumber, date_time_ymd,
};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair},
};
use signing::{UtcTime, x509::Certificate};

pub struct Authority {
    root: CertifiedIssuer<'static, KeyPair>,
}

/// A key with its certificate.
pub struct Holder {
    key: KeyPair,
    pub certificate: Certificate,
}

/// Content of extendedKeyUsage.
pub const TIME_STAMPING: &[u8] = &[0x06, 8, 0x2b, 6, 1, 5, 5, 7, 3, 8];
pub const OCSP_SIGNING: &[u8] = &[0x06, 8, 0x2b, 6, 1, 5, 5, 7, 3, 9];
pub const CODE_SIGNING: &[u8] = &[0x06, 8, 0x2b, 6, 1, 5, 5, 7, 3, 3];

/// How an extendedKeyUsage is marked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Marked {
    Critical,
    Not,
}

impl Authority {
    pub fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        Self {
            root: CertifiedIssuer::self_signed(params, key).unwrap(),
        }
    }

    pub fn certificate(&self) -> Certificate {
        Certificate::parse(self.root.der()).unwrap()
    }

    pub fn holder(&self, name: &str, usages: &[&[u8]], marked: Marked) -> Holder {
        self.holder_until(name, usages, marked, 2040)
    }

    pub fn holder_until(&self, name: &str, usages: &[&[u8]], marked: Marked, year: i32) -> Holder {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.serial_number = Some(SerialNumber::from(vec![0x11, 0x22]));
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(year, 1, 1);
        if !usages.is_empty() {
            let content = der(0x30, usages);
            let mut usage = CustomExtension::from_oid_content(&[2, 5, 29, 37], content);
            usage.set_criticality(marked == Marked::Critical);
            params.custom_extensions.push(usage);
        }
        if usages.contains(&OCSP_SIGNING) {
            params
                .custom_extensions
                .push(CustomExtension::from_oid_content(
                    &[1, 3, 6, 1, 5, 5, 7, 48, 1, 5],
                    vec![5, 0],
                ));
        }
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.root).unwrap();
        Holder {
            key,
            certificate: Certificate::parse(certificate.der()).unwrap(),
        }
    }

    /// The authority itself as whoever signs.
    pub fn itself(&self) -> Holder {
        Holder {
            key: KeyPair::try_from(self.root.key().serialized_der()).unwrap(),
            certificate: self.certificate(),
        }
    }
}

impl Holder {
    /// ECDSA with SHA-256.
    pub fn sign(&self, bytes: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        let key = EcdsaKeyPair::from_pkcs8(
            &ECDSA_P256_SHA256_ASN1_SIGNING,
            self.key.serialized_der(),
            &random,
        )
        .unwrap();
        key.sign(&random, bytes).unwrap().as_ref().to_vec()
    }
}

pub fn now() -> UtcTime {
    UtcTime::parse_rfc3339("2026-11-24T01:02:03Z").unwrap()
}

/// A value around its parts.
pub fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let mut out = vec![tag];
    match content.len() {
        short @ 0..=127 => out.push(u8::try_from(short).unwrap()),
        long => {
            let octets = u32::try_from(long).unwrap().to_be_bytes();
            out.push(0x84);
            out.extend(octets);
        }
    }
    out.extend(content);
    out
}

pub const SHA256: &[u8] = &[0x06, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1];
pub const SHA1: &[u8] = &[0x06, 5, 0x2b, 0x0e, 3, 2, 0x1a];
pub const ECDSA_SHA256: &[u8] = &[0x30, 10, 0x06, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];
