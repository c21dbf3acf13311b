//! What is sent and received: CSC API 2.0, 11.5 (`credentials/info`), 11.6 (`credentials/authorize`) and 11.10
//! (`signatures/signHash`).

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};
use zeroize::Zeroizing;

/// A method of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// `credentials/info`
    Info,
    /// `credentials/authorize`
    Authorize,
    /// `signatures/signHash`
    SignHash,
}

impl Call {
    /// As it stands in the address and in messages.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Info => "credentials/info",
            Self::Authorize => "credentials/authorize",
            Self::SignHash => "signatures/signHash",
        }
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.path())
    }
}

/// Asks about a credential.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct InfoRequest<'a> {
    #[serde(rename = "credentialID")]
    pub(super) credential_id: &'a str,
    pub(super) certificates: &'static str,
    pub(super) cert_info: bool,
    pub(super) auth_info: bool,
}

/// What a credential is.
#[derive(Deserialize)]
pub(super) struct InfoResponse {
    pub(super) key: KeyInfo,
    pub(super) cert: CertInfo,
    pub(super) auth: AuthInfo,
    /// How many signatures one authorisation is good for.
    #[serde(default = "one")]
    pub(super) multisign: usize,
}

#[derive(Deserialize)]
pub(super) struct KeyInfo {
    pub(super) status: String,
    pub(super) algo: Vec<String>,
    /// Bits of the key.
    pub(super) len: Option<usize>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CertInfo {
    pub(super) status: Option<String>,
    #[serde(default)]
    pub(super) certificates: Vec<String>,
    pub(super) serial_number: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct AuthInfo {
    pub(super) mode: String,
    #[serde(default)]
    pub(super) objects: Vec<AuthObject>,
}

#[derive(Deserialize)]
pub(super) struct AuthObject {
    pub(super) id: String,
    /// `Password`, or `ChallengeResponse` and others that need a talk.
    #[serde(rename = "type")]
    pub(super) kind: String,
}

/// Asks for leave to sign these hashes.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AuthorizeRequest<'a> {
    #[serde(rename = "credentialID")]
    pub(super) credential_id: &'a str,
    pub(super) num_signatures: usize,
    pub(super) hashes: &'a [String],
    #[serde(rename = "hashAlgorithmOID")]
    pub(super) hash_algorithm: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) auth_data: Vec<AuthValue<'a>>,
}

/// What the official gives; it has no `Debug`.
#[derive(Serialize)]
pub(super) struct AuthValue<'a> {
    pub(super) id: &'a str,
    pub(super) value: &'a str,
}

/// Signature activation data; it has no `Debug`.
#[derive(Deserialize)]
pub(super) struct AuthorizeResponse {
    #[serde(rename = "SAD", deserialize_with = "wiped")]
    pub(super) sad: Zeroizing<String>,
    /// Seconds.
    #[serde(rename = "expiresIn", default = "an_hour")]
    pub(super) expires_in: u64,
}

/// Asks for the signatures.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SignHashRequest<'a> {
    #[serde(rename = "credentialID")]
    pub(super) credential_id: &'a str,
    #[serde(rename = "SAD")]
    pub(super) sad: &'a str,
    pub(super) hashes: &'a [String],
    #[serde(rename = "hashAlgorithmOID")]
    pub(super) hash_algorithm: &'a str,
    pub(super) sign_algo: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sign_algo_params: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct SignHashResponse {
    pub(super) signatures: Vec<String>,
}

/// A refusal (10.1).
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Refusal {
    pub(super) error: String,
    pub(super) error_description: String,
}

fn wiped<'de, D: Deserializer<'de>>(from: D) -> Result<Zeroizing<String>, D::Error> {
    String::deserialize(from).map(Zeroizing::new)
}

const fn one() -> usize {
    1
}

const fn an_hour() -> u64 {
    3600
}
