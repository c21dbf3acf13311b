//! An authority, and DER written by hand.

use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer,
    CustomExtension, DnType, IsCa, KeyIdMethod, KeyPair, KeyUsagePurpose, RevokedCertParams,
    SerialNumber, date_time_ymd,
};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair},
};
use signing::{CertificateDer, LocalSigner, UtcTime, x509::Certificate};
use time::OffsetDateTime;

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
        Self::with_key(name, KeyPair::generate().unwrap())
    }

    pub fn with_key(name: &str, key: KeyPair) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
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
        let mut params = named(name, &[0x11, 0x22], [2020, year]);
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
        self.certify(&params, KeyPair::generate().unwrap())
    }

    /// A clock whose key is for this alone.
    pub fn clock_for(&self, purpose: KeyUsagePurpose) -> Holder {
        let mut params = named("Cap Waktu", &[0x11, 0x22], [2020, 2040]);
        let content = der(0x30, &[TIME_STAMPING]);
        let mut usage = CustomExtension::from_oid_content(&[2, 5, 29, 37], content);
        usage.set_criticality(true);
        params.custom_extensions.push(usage);
        params.key_usages.push(purpose);
        self.certify(&params, KeyPair::generate().unwrap())
    }

    /// A person whose certificate holds from the beginning of one year to the beginning of another.
    pub fn person(&self, name: &str, years: [i32; 2], key: KeyPair) -> Holder {
        self.certify(&named(name, PERSON, years), key)
    }

    /// An authority below this one.
    pub fn authority(&self, name: &str) -> Self {
        let mut params = named(name, PERSON, [2020, 2040]);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        Self {
            root: CertifiedIssuer::signed_by(params, key, &self.root).unwrap(),
        }
    }

    /// A list that promises the next for 2040, with the person, or the authority below, on it since then, or nobody.
    pub fn list(&self, made: OffsetDateTime, person_since: Option<OffsetDateTime>) -> Vec<u8> {
        let revoked = person_since.map(|since| RevokedCertParams {
            serial_number: SerialNumber::from(PERSON.to_vec()),
            revocation_time: since,
            reason_code: None,
            invalidity_date: None,
        });
        let params = CertificateRevocationListParams {
            this_update: made,
            next_update: date_time_ymd(2040, 1, 1),
            crl_number: SerialNumber::from(1_u64),
            issuing_distribution_point: None,
            revoked_certs: revoked.into_iter().collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        params.signed_by(&self.root).unwrap().der().to_vec()
    }

    fn certify(&self, params: &CertificateParams, key: KeyPair) -> Holder {
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

const PERSON: &[u8] = &[0x33, 0x44];

fn named(name: &str, serial: &[u8], [from, until]: [i32; 2]) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.serial_number = Some(SerialNumber::from(serial.to_vec()));
    params.not_before = date_time_ymd(from, 1, 1);
    params.not_after = date_time_ymd(until, 1, 1);
    params
}

impl Holder {
    /// The key as the crate's own writer takes it.
    pub fn ring(&self) -> LocalSigner {
        let chain = vec![CertificateDer(self.certificate.der.clone())];
        LocalSigner::from_pkcs8(self.key.serialized_der(), chain, SystemRandom::new()).unwrap()
    }

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
