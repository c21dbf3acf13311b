//! The two halves of a log-in.

use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreErrorResponseType,
    CoreGenderClaim, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm,
    CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AuthorizationCode, Client, ClientId, ClientSecret, CsrfToken, EmptyExtraTokenFields,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, IdTokenFields, Nonce, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, StandardErrorResponse,
    StandardTokenResponse, TokenResponse as _,
};
use zeroize::Zeroizing;

use super::provider::{auth_type, http};
use super::token::{Rest, believe};
use super::{OidcError, Person, Provider};
use crate::Outside;

/// A log-in that began. All but the address is kept by whoever began it.
pub struct Begun {
    /// Where the browser goes.
    pub url: String,
    /// Comes back with the browser: that it is the browser that began.
    pub state: String,
    /// Comes back inside the token: that the token answers this question.
    pub nonce: String,
    /// Proves to the provider that whoever brings the code began (RFC 7636).
    pub verifier: Zeroizing<String>,
}

/// What the browser brought back, and what was kept.
pub struct Returned<'a> {
    /// The code of the provider.
    pub code: &'a str,
    /// Kept from [`Begun::nonce`].
    pub nonce: &'a str,
    /// Kept from [`Begun::verifier`].
    pub verifier: Zeroizing<String>,
    /// The address the browser came back to.
    pub redirect: &'a str,
}

type Tokens = StandardTokenResponse<
    IdTokenFields<
        Rest,
        EmptyExtraTokenFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    >,
    CoreTokenType,
>;
type Relying = Client<
    Rest,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Begins a log-in that ends at `redirect`.
///
/// # Errors
/// [`OidcError`].
pub async fn begin(
    outside: &Outside,
    provider: &Provider,
    redirect: &str,
) -> Result<Begun, OidcError> {
    let metadata = provider.describe(outside).await?;
    let client = relying(provider, metadata, redirect)?;
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (url, state, nonce) = client
        .authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            CsrfToken::new_random,
            Nonce::new_random,
        )
        .add_scope(Scope::new("profile".to_owned()))
        .set_pkce_challenge(challenge)
        .url();
    Ok(Begun {
        url: url.into(),
        state: state.into_secret(),
        nonce: nonce.secret().clone(),
        verifier: Zeroizing::new(verifier.into_secret()),
    })
}

/// Turns the code into a person, at `now` in seconds since 1970.
///
/// # Errors
/// [`OidcError`].
pub async fn finish(
    outside: &Outside,
    provider: &Provider,
    returned: Returned<'_>,
    now: i64,
) -> Result<Person, OidcError> {
    let metadata = provider.describe(outside).await?;
    let issuer = metadata.issuer().clone();
    let keys = metadata.jwks().clone();
    let client = relying(provider, metadata, returned.redirect)?;
    let http = http(outside);
    let tokens = client
        .exchange_code(AuthorizationCode::new(returned.code.to_owned()))
        .map_err(|_| OidcError::Metadata)?
        .set_pkce_verifier(PkceCodeVerifier::new(returned.verifier.to_string()))
        .request_async(&http)
        .await
        .map_err(|error| match error {
            RequestTokenError::Request(error) => OidcError::Unreachable(error),
            RequestTokenError::ServerResponse(_) => OidcError::Code,
            // The texts of these repeat the answer, tokens included.
            RequestTokenError::Parse(_, _) | RequestTokenError::Other(_) => OidcError::NoToken,
        })?;
    let token = tokens.id_token().ok_or(OidcError::NoToken)?;
    let person = believe(
        token,
        &provider.client_id,
        &issuer,
        keys,
        returned.nonce,
        now,
    )?;
    Ok(person)
}

fn relying(
    provider: &Provider,
    metadata: openidconnect::core::CoreProviderMetadata,
    redirect: &str,
) -> Result<Relying, OidcError> {
    let redirect = RedirectUrl::new(redirect.to_owned()).map_err(|_| OidcError::Metadata)?;
    let secret = provider.client_secret.as_ref();
    let secret = secret.map(|secret| ClientSecret::new(secret.to_string()));
    let auth_type = auth_type(&metadata);
    let id = ClientId::new(provider.client_id.clone());
    let client: Relying = Client::from_provider_metadata(metadata, id, secret);
    Ok(client.set_auth_type(auth_type).set_redirect_uri(redirect))
}
