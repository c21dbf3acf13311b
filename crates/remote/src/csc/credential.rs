//! A credential: a remote key and its certificate.

use std::fmt::Write as _;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use signing::{
    CertificateDer, SignatureAlgorithm, SignerError,
    cms::signature_parameters,
    sign::{Wish, ecdsa, signer::believe},
    x509::{
        Certificate, chain,
        signature::{KeyKind, PublicKey, Scheme},
    },
};

use super::{
    CscError, Secret, Service,
    message::{
        AuthObject, AuthValue, AuthorizeRequest, AuthorizeResponse, Call, CertInfo, InfoRequest,
        InfoResponse, KeyInfo, SignHashRequest, SignHashResponse,
    },
};

/// What an official gives to allow the use of the key.
#[derive(Clone, Default)]
pub struct Factors {
    /// The PIN.
    pub pin: Option<Secret>,
    /// A one-time code; good for one authorisation.
    pub otp: Option<Secret>,
}

/// A remote key that was described by its service, and not used yet.
pub struct Credential {
    service: Service,
    id: String,
    /// The ids of what the service wants to be told, in its order.
    wanted: Vec<Wanted>,
    multisign: usize,
    algorithm: SignatureAlgorithm,
    public: PublicKey,
    chain: Vec<CertificateDer>,
}

/// Something that authorises.
enum Wanted {
    Pin(String),
    Otp(String),
}

impl Credential {
    /// Has the service describe the credential, and holds the description against itself.
    ///
    /// # Errors
    /// [`CscError`]: the service does not answer, the key or certificate is not fit, or it does not do what is wished.
    pub async fn open(service: Service, id: &str, wish: Wish) -> Result<Self, CscError> {
        let question = InfoRequest {
            credential_id: id,
            certificates: "chain",
            cert_info: true,
            auth_info: true,
        };
        let info: InfoResponse = service.call(Call::Info, &question).await?;
        if info.key.status != "enabled" {
            return Err(CscError::KeyStatus(short(&info.key.status)));
        }
        if let Some(status) = info.cert.status.as_deref().filter(|said| *said != "valid") {
            return Err(CscError::CertificateStatus(short(status)));
        }
        let certificates = certificates(&info.cert)?;
        let leaf = certificates.first().ok_or(SignerError::NoCertificate)?;
        agree(&info, leaf)?;
        let algorithm = SignatureAlgorithm::choose(&leaf.key.kind, wish)?;
        if !offers(&info.key, algorithm) {
            return Err(CscError::NotOffered(algorithm.to_string()));
        }
        let wanted = match info.auth.mode.as_str() {
            "implicit" => Vec::new(),
            "explicit" => info
                .auth
                .objects
                .iter()
                .map(wanted)
                .collect::<Result<_, _>>()?,
            other => return Err(CscError::Authorisation(short(other))),
        };
        Ok(Self {
            service,
            id: id.to_owned(),
            wanted,
            multisign: info.multisign.max(1),
            algorithm,
            public: leaf.key.clone(),
            chain: chain::ordered(leaf, &certificates),
        })
    }

    /// How its values are made.
    pub fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    /// The certificate of the key first, then its issuers.
    pub fn certificate_chain(&self) -> &[CertificateDer] {
        &self.chain
    }

    /// How many signatures one authorisation is good for.
    pub fn multisign(&self) -> usize {
        self.multisign
    }

    /// Whether the service wants a PIN.
    pub fn wants_pin(&self) -> bool {
        self.wanted
            .iter()
            .any(|wanted| matches!(wanted, Wanted::Pin(_)))
    }

    /// Whether the service wants a one-time code.
    pub fn wants_otp(&self) -> bool {
        self.wanted
            .iter()
            .any(|wanted| matches!(wanted, Wanted::Otp(_)))
    }

    /// Has exactly these messages authorised and signed, and checks every value.
    ///
    /// # Errors
    /// [`CscError`]; no value is given then, not even a right one.
    pub async fn sign(
        &self,
        messages: &[&[u8]],
        factors: &Factors,
    ) -> Result<Vec<Vec<u8>>, CscError> {
        let mut values = Vec::new();
        for part in messages.chunks(self.multisign) {
            values.extend(self.sign_together(part, factors).await?);
        }
        Ok(values)
    }

    /// One authorisation and its signatures.
    async fn sign_together(
        &self,
        messages: &[&[u8]],
        factors: &Factors,
    ) -> Result<Vec<Vec<u8>>, CscError> {
        let digest = self.algorithm.digest();
        let hashed = messages
            .iter()
            .map(|message| STANDARD.encode(digest.of(message)));
        let hashes: Vec<String> = hashed.collect();
        let hash_algorithm = digest.oid().to_string();
        let authorize = AuthorizeRequest {
            credential_id: &self.id,
            num_signatures: hashes.len(),
            hashes: &hashes,
            hash_algorithm: &hash_algorithm,
            auth_data: self.auth_data(factors)?,
        };
        let leave: AuthorizeResponse = self.service.call(Call::Authorize, &authorize).await?;
        if leave.expires_in == 0 {
            return Err(CscError::SadExpired);
        }
        let parameters = signature_parameters(self.algorithm).map(|der| STANDARD.encode(der));
        let sign = SignHashRequest {
            credential_id: &self.id,
            sad: &leave.sad,
            hashes: &hashes,
            hash_algorithm: &hash_algorithm,
            sign_algo: self.algorithm.oid(),
            sign_algo_params: parameters,
        };
        let answer: SignHashResponse = self.service.call(Call::SignHash, &sign).await?;
        if answer.signatures.len() != messages.len() {
            return Err(CscError::Count {
                asked: messages.len(),
                got: answer.signatures.len(),
            });
        }
        let pairs = messages.iter().zip(&answer.signatures);
        pairs
            .map(|(message, text)| self.checked(message, text))
            .collect()
    }

    fn auth_data<'a>(&'a self, factors: &'a Factors) -> Result<Vec<AuthValue<'a>>, CscError> {
        let one = |wanted: &'a Wanted| {
            let (id, given, what) = match wanted {
                Wanted::Pin(id) => (id, &factors.pin, "a PIN; give it by --pin-file FILE"),
                Wanted::Otp(id) => (
                    id,
                    &factors.otp,
                    "a one-time code; give it by --otp-file FILE",
                ),
            };
            let given = given.as_ref().ok_or(CscError::Needs(what))?;
            Ok(AuthValue {
                id,
                value: given.expose(),
            })
        };
        self.wanted.iter().map(one).collect()
    }

    /// A value as CMS carries it, if it is by the key over the message. ECDSA comes as DER or as two numbers in a row.
    fn checked(&self, message: &[u8], text: &str) -> Result<Vec<u8>, CscError> {
        let value = STANDARD.decode(text).map_err(|_| CscError::Malformed {
            call: Call::SignHash,
            what: "a signature is no base64",
        })?;
        let believed = |value| believe(self.algorithm, &self.public, message, value);
        let in_a_row = match self.algorithm.scheme() {
            Scheme::Ecdsa(_) => ecdsa::value_from_raw(&value),
            Scheme::RsaPkcs1(_) | Scheme::RsaPss(_) | Scheme::Ed25519 | Scheme::Ed448 => None,
        };
        match (believed(value), in_a_row) {
            (Err(_), Some(value)) => Ok(believed(value)?),
            (value, _) => Ok(value?),
        }
    }
}

fn certificates(info: &CertInfo) -> Result<Vec<Certificate>, CscError> {
    let malformed = |what| CscError::Malformed {
        call: Call::Info,
        what,
    };
    let listed = info.certificates.iter().take(MAX_CERTIFICATES);
    listed
        .map(|text| {
            let der = STANDARD
                .decode(text)
                .map_err(|_| malformed("a certificate is no base64"))?;
            Certificate::parse(&der).map_err(|_| malformed("a certificate is not readable"))
        })
        .collect()
}

/// The certificate is the one that is described.
fn agree(info: &InfoResponse, leaf: &Certificate) -> Result<(), CscError> {
    if let Some(serial) = &info.cert.serial_number
        && serial_digits(serial) != serial_digits(&hex(&leaf.serial))
    {
        return Err(CscError::OtherCertificate("its serial number"));
    }
    let bits = match &leaf.key.kind {
        KeyKind::Rsa { bits } => Some(*bits),
        KeyKind::P256 | KeyKind::BrainpoolP256 | KeyKind::Ed25519 => Some(256),
        KeyKind::P384 | KeyKind::BrainpoolP384 => Some(384),
        KeyKind::P521 => Some(521),
        KeyKind::Ed448 => Some(456),
        KeyKind::Other(_) => None,
    };
    if info.key.len.is_some() && bits.is_some() && info.key.len != bits {
        return Err(CscError::OtherCertificate("the length of its key"));
    }
    Ok(())
}

/// A serial number in hexadecimal, without zeros before it.
fn serial_digits(text: &str) -> String {
    let text = text.trim().trim_start_matches("0x").to_ascii_lowercase();
    text.trim_start_matches('0').to_owned()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a string cannot fail.
        let _written = write!(text, "{byte:02x}");
        text
    })
}

/// The key lists the very algorithm, or its kind. Over hashes nobody makes a pure Ed25519 or Ed448 signature (RFC 8032 4).
fn offers(key: &KeyInfo, algorithm: SignatureAlgorithm) -> bool {
    let kind = match algorithm.scheme() {
        Scheme::RsaPkcs1(_) => RSA,
        Scheme::RsaPss(_) => RSA_PSS,
        Scheme::Ecdsa(_) => EC_PUBLIC_KEY,
        Scheme::Ed25519 | Scheme::Ed448 => return false,
    };
    let listed = |oid: &str| key.algo.iter().any(|listed| listed == oid);
    listed(algorithm.oid()) || listed(kind)
}

fn wanted(object: &AuthObject) -> Result<Wanted, CscError> {
    match (object.kind.as_str(), object.id.to_ascii_lowercase()) {
        ("Password", id) if id.contains("otp") => Ok(Wanted::Otp(object.id.clone())),
        ("Password", _) => Ok(Wanted::Pin(object.id.clone())),
        (other, _) => Err(CscError::Authorisation(short(other))),
    }
}

fn short(text: &str) -> String {
    text.chars()
        .filter(|letter| !letter.is_control())
        .take(40)
        .collect()
}

const RSA: &str = "1.2.840.113549.1.1.1";
const RSA_PSS: &str = "1.2.840.113549.1.1.10";
const EC_PUBLIC_KEY: &str = "1.2.840.10045.2.1";
const MAX_CERTIFICATES: usize = 10;
