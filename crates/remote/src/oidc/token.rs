//! Believing an ID token, or not.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use openidconnect::core::{
    CoreGenderClaim, CoreJsonWebKey, CoreJsonWebKeySet, CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
};
use openidconnect::{
    AdditionalClaims, ClaimsVerificationError, ClientId, IdToken, IdTokenClaims, IdTokenVerifier,
    IssuerUrl, Nonce, SignatureVerificationError,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::TokenProblem;

/// Who the provider says it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The provider.
    pub issuer: String,
    /// Its lasting name of the person.
    pub subject: String,
    claims: BTreeMap<String, Value>,
}

impl Person {
    /// What else it says of them under that name, if that is a text.
    pub fn claim(&self, name: &str) -> Option<&str> {
        self.claims.get(name).and_then(Value::as_str)
    }
}

/// Whatever else the token says.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Rest {
    #[serde(flatten)]
    all: BTreeMap<String, Value>,
}

impl AdditionalClaims for Rest {}

pub(super) type Token =
    IdToken<Rest, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;
type Claims = IdTokenClaims<Rest, CoreGenderClaim>;

/// Checks the token as OpenID Connect Core 1.0, 3.1.3.7 asks, at `now` in seconds since 1970.
pub(super) fn believe(
    token: &Token,
    client_id: &str,
    issuer: &IssuerUrl,
    keys: CoreJsonWebKeySet,
    nonce: &str,
    now: i64,
) -> Result<Person, TokenProblem> {
    let id = ClientId::new(client_id.to_owned());
    let verifier: IdTokenVerifier<'_, CoreJsonWebKey> =
        IdTokenVerifier::new_public_client(id, issuer.clone(), keys)
            .set_allowed_algs(ALGORITHMS)
            .set_time_fn(move || instant(now - SKEW_SECONDS))
            .set_issue_time_verifier_fn(move |issued| {
                let age = now - issued.timestamp();
                if (-SKEW_SECONDS..=OLDEST_SECONDS).contains(&age) {
                    Ok(())
                } else {
                    Err(String::new())
                }
            });
    let nonce = Nonce::new(nonce.to_owned());
    let claims = token
        .claims(&verifier, &nonce)
        .map_err(|error| of(&error))?;
    // The library leaves the authorized party to its user.
    let party = claims.authorized_party();
    if party.is_some_and(|party| party.as_str() != client_id) {
        return Err(TokenProblem::Audience);
    }
    Ok(person(claims))
}

fn person(claims: &Claims) -> Person {
    let mut all = claims.additional_claims().all.clone();
    let mut add = |name: &str, value: Option<&String>| {
        if let Some(value) = value {
            all.insert(name.to_owned(), Value::String(value.clone()));
        }
    };
    // The library takes these out of the rest.
    add(
        "preferred_username",
        claims.preferred_username().map(|name| &**name),
    );
    // An address nobody proved to have names nobody.
    if claims.email_verified() == Some(true) {
        add("email", claims.email().map(|email| &**email));
    }
    Person {
        issuer: claims.issuer().to_string(),
        subject: claims.subject().to_string(),
        claims: all,
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the enum is non-exhaustive; whatever else it names is about the token's form"
)]
fn of(error: &ClaimsVerificationError) -> TokenProblem {
    match error {
        ClaimsVerificationError::Expired(_) => TokenProblem::Time,
        ClaimsVerificationError::InvalidAudience(_) => TokenProblem::Audience,
        ClaimsVerificationError::InvalidIssuer(_) => TokenProblem::Issuer,
        ClaimsVerificationError::InvalidNonce(_) => TokenProblem::Nonce,
        ClaimsVerificationError::SignatureVerification(
            SignatureVerificationError::DisallowedAlg(_)
            | SignatureVerificationError::UnsupportedAlg(_)
            | SignatureVerificationError::NoSignature,
        ) => TokenProblem::Algorithm,
        ClaimsVerificationError::SignatureVerification(_) => TokenProblem::Signature,
        _ => TokenProblem::Malformed,
    }
}

fn instant(seconds: i64) -> DateTime<Utc> {
    // Out of range only for a broken clock; then every token is over.
    DateTime::from_timestamp(seconds, 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// Asymmetric only: with a symmetric one, whoever knows a public key could sign.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 3] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
];
/// How far clocks may differ.
const SKEW_SECONDS: i64 = 60;
/// A token is made while the browser waits.
const OLDEST_SECONDS: i64 = 600;
