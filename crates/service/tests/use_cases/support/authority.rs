//! An authority for timestamps on loopback, by the test's own clock, with the list that tells whether it is revoked.
//! How it behaves can be changed while it runs.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer,
    CrlDistributionPoint, CustomExtension, DnType, IsCa, KeyIdMethod, KeyPair, KeyUsagePurpose,
    RevokedCertParams, SerialNumber,
};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair};
use service::clock::Clock as _;
use service::provable::{Authority, Level, Provability};
use service::{Allow, Outside};
use signing::CertificateDer;
use signing::x509::Certificate;
use signing::x509::signature::Digest;
use time::{Duration, OffsetDateTime};
use tokio::net::TcpListener;

use super::clock::TestClock;
use super::http::{Request, listen};

/// How it behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    Honest,
    /// It answers with an error of the server.
    Down,
    /// It puts the time on something else than it was asked to.
    OtherImprint,
    /// It answers to another request.
    OtherNonce,
    /// Its clock is a day behind.
    Yesterday,
    /// Its list says that it is revoked.
    Revoked,
    /// It gives timestamps, and its list is not to be had.
    NoList,
}

pub struct Tsa {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    clock: Arc<TestClock>,
    manner: Mutex<Manner>,
    asked: Mutex<u32>,
    root: CertifiedIssuer<'static, KeyPair>,
    key: KeyPair,
    certificate: Certificate,
}

impl Tsa {
    /// One whose certificate is good for so many days.
    pub async fn start(clock: &Arc<TestClock>, days: i64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let now = instant(clock);
        let mut params = named("Akar Waktu Contoh", now - Duration::days(1), 7300);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let root = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let mut params = named("Cap Waktu Contoh", now - Duration::days(1), days + 1);
        params.serial_number = Some(SERIAL.into());
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.crl_distribution_points = vec![CrlDistributionPoint {
            uris: vec![format!("http://{address}/crl")],
        }];
        let mut usage = CustomExtension::from_oid_content(
            &[2, 5, 29, 37],
            der(0x30, &[&[0x06, 8, 0x2b, 6, 1, 5, 5, 7, 3, 8]]),
        );
        usage.set_criticality(true);
        params.custom_extensions.push(usage);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &root).unwrap();
        let shared = Arc::new(Shared {
            clock: Arc::clone(clock),
            manner: Mutex::new(Manner::Honest),
            asked: Mutex::new(0),
            root,
            key,
            certificate: Certificate::parse(certificate.der()).unwrap(),
        });
        let answering = Arc::clone(&shared);
        listen(listener, move |request| answering.answer(&request));
        Self { address, shared }
    }

    pub fn behave(&self, manner: Manner) {
        *self.shared.manner.lock().unwrap() = manner;
    }

    /// How many timestamps it was asked for.
    pub fn asked(&self) -> u32 {
        *self.shared.asked.lock().unwrap()
    }

    fn authority(&self) -> Authority {
        Authority {
            url: format!("http://{}/tsa", self.address),
            anchors: vec![CertificateDer(self.shared.root.der().to_vec())],
        }
    }
}

/// What the operator wants: that level, by these authorities in their order.
pub fn wanted(level: Level, authorities: &[&Tsa]) -> Provability {
    Provability {
        level,
        authorities: authorities.iter().map(|one| one.authority()).collect(),
    }
}

/// A way out that leads to these authorities.
pub fn way_out(authorities: &[&Tsa]) -> Outside {
    let hosts: Vec<String> = authorities
        .iter()
        .map(|one| one.address.to_string())
        .collect();
    let allow = Allow::read(hosts.iter().map(String::as_str)).unwrap();
    Outside::new(&Allow::none(), &Allow::none()).and_evidence(&allow, &allow)
}

impl Shared {
    fn answer(&self, request: &Request) -> (u16, Vec<u8>) {
        let manner = *self.manner.lock().unwrap();
        match (request.path.as_str(), manner) {
            ("/tsa", _) => {
                *self.asked.lock().unwrap() += 1;
                match manner {
                    Manner::Down => (503, Vec::new()),
                    Manner::Honest
                    | Manner::OtherImprint
                    | Manner::OtherNonce
                    | Manner::Yesterday
                    | Manner::Revoked
                    | Manner::NoList => (200, self.timestamp(&request.bytes, manner)),
                }
            }
            ("/crl", Manner::NoList) => (404, Vec::new()),
            ("/crl", _) => (200, self.list(manner)),
            _ => (404, Vec::new()),
        }
    }

    /// RFC 3161 2.4.2, RFC 5816.
    fn timestamp(&self, request: &[u8], manner: Manner) -> Vec<u8> {
        let place = request.windows(2).position(|two| two == [4, 32]).unwrap();
        let mut imprint = request[place + 2..place + 34].to_vec();
        let nonce = &request[place + 34..request.len() - 3];
        let mut nonce = nonce.to_vec();
        let mut time = instant(&self.clock);
        match manner {
            Manner::OtherImprint => imprint[0] ^= 1,
            Manner::OtherNonce => *nonce.last_mut().unwrap() ^= 1,
            Manner::Yesterday => time -= Duration::days(1),
            Manner::Honest | Manner::Down | Manner::Revoked | Manner::NoList => {}
        }
        let sha256 = der(0x30, &[SHA256]);
        let stamped = der(0x30, &[&sha256, &der(0x04, &[&imprint])]);
        let time = format!(
            "{:04}{:02}{:02}{:02}{:02}{:02}Z",
            time.year(),
            u8::from(time.month()),
            time.day(),
            time.hour(),
            time.minute(),
            time.second()
        );
        let info = der(
            0x30,
            &[
                &[2, 1, 1],
                &[0x06, 4, 0x2a, 3, 4, 1],
                &stamped,
                &[2, 1, 7],
                &der(0x18, &[time.as_bytes()]),
                &nonce,
            ],
        );
        der(0x30, &[&der(0x30, &[&[2, 1, 0]]), &self.token(&info)])
    }

    fn token(&self, info: &[u8]) -> Vec<u8> {
        let digest = |bytes: &[u8]| Digest::Sha256.of(bytes);
        let own = &self.certificate;
        let attribute = |oid: &[u8], value: &[u8]| der(0x30, &[oid, &der(0x31, &[value])]);
        let bound = der(0x30, &[&der(0x04, &[&digest(&own.der)])]);
        let bound = der(0x30, &[&der(0x30, &[&bound])]);
        let mut attributes = [
            attribute(CONTENT_TYPE, TST_INFO),
            attribute(MESSAGE_DIGEST, &der(0x04, &[&digest(info)])),
            attribute(CERTIFICATE_V2, &bound),
        ];
        attributes.sort();
        let attributes: Vec<&[u8]> = attributes.iter().map(Vec::as_slice).collect();
        let value = self.sign(&der(0x31, &attributes));
        let sid = der(0x30, &[&own.issuer, &der(0x02, &[&own.serial])]);
        let sha256 = der(0x30, &[SHA256]);
        let attributes = der(0xa0, &attributes);
        let value = der(0x04, &[&value]);
        let signer = [
            &[2, 1, 1],
            &sid[..],
            &sha256,
            &attributes,
            ECDSA_SHA256,
            &value,
        ];
        let signer = der(0x31, &[&der(0x30, &signer)]);
        let content = der(0x30, &[TST_INFO, &der(0xa0, &[&der(0x04, &[info])])]);
        let algorithms = der(0x31, &[&sha256]);
        let certificates = der(0xa0, &[&own.der]);
        let data = [
            &[2, 1, 3],
            &algorithms[..],
            &content,
            &certificates,
            &signer,
        ];
        der(0x30, &[SIGNED_DATA, &der(0xa0, &[&der(0x30, &data)])])
    }

    fn sign(&self, bytes: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
        let key = EcdsaKeyPair::from_pkcs8(algorithm, self.key.serialized_der(), &random).unwrap();
        key.sign(&random, bytes).unwrap().as_ref().to_vec()
    }

    fn list(&self, manner: Manner) -> Vec<u8> {
        let now = instant(&self.clock);
        let revoked = RevokedCertParams {
            serial_number: SERIAL.into(),
            revocation_time: now - Duration::hours(1),
            reason_code: None,
            invalidity_date: None,
        };
        let params = CertificateRevocationListParams {
            this_update: now,
            next_update: now + Duration::days(7),
            crl_number: SerialNumber::from(1_u64),
            issuing_distribution_point: None,
            revoked_certs: match manner {
                Manner::Revoked => vec![revoked],
                _ => Vec::new(),
            },
            key_identifier_method: KeyIdMethod::Sha256,
        };
        params.signed_by(&self.root).unwrap().der().to_vec()
    }
}

fn instant(clock: &TestClock) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(clock.now().seconds()).unwrap()
}

fn named(name: &str, from: OffsetDateTime, days: i64) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = from;
    params.not_after = from + Duration::days(days);
    params
}

/// A value around its parts.
fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let mut out = vec![tag];
    match content.len() {
        short @ 0..=127 => out.push(u8::try_from(short).unwrap()),
        long @ 128..=255 => out.extend([0x81, u8::try_from(long).unwrap()]),
        long => {
            let [high, low] = u16::try_from(long).unwrap().to_be_bytes();
            out.extend([0x82, high, low]);
        }
    }
    out.extend(content);
    out
}

const SERIAL: u64 = 0x1122;
const SIGNED_DATA: &[u8] = &[0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2];
const TST_INFO: &[u8] = &[0x06, 11, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 16, 1, 4];
const CONTENT_TYPE: &[u8] = &[0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 3];
const MESSAGE_DIGEST: &[u8] = &[0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 4];
const CERTIFICATE_V2: &[u8] = &[
    0x06, 11, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 16, 2, 47,
];
const SHA256: &[u8] = &[0x06, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1];
const ECDSA_SHA256: &[u8] = &[0x30, 10, 0x06, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];
