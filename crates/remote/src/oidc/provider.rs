//! The identity provider, as the operator names it and as it describes itself.

use openidconnect::core::{CoreClientAuthMethod, CoreProviderMetadata};
use openidconnect::{AuthType, DiscoveryError, HttpRequest, HttpResponse, IssuerUrl};
use url::{Host, Url};
use zeroize::Zeroizing;

use super::OidcError;
use crate::{Outgoing, Outside, Purpose, RemoteError};

/// The identity provider, as the operator names it.
pub struct Provider {
    issuer: IssuerUrl,
    pub(super) client_id: String,
    pub(super) client_secret: Option<Zeroizing<String>>,
}

impl Provider {
    /// # Errors
    /// [`OidcError::Issuer`] unless it is https, or this machine.
    pub fn new(
        issuer: &str,
        client_id: String,
        client_secret: Option<Zeroizing<String>>,
    ) -> Result<Self, OidcError> {
        let issuer = IssuerUrl::new(issuer.to_owned()).map_err(|_| OidcError::Issuer)?;
        if !is_private_way(issuer.url()) {
            return Err(OidcError::Issuer);
        }
        Ok(Self {
            issuer,
            client_id,
            client_secret,
        })
    }

    /// Its address.
    pub fn issuer(&self) -> &str {
        self.issuer.as_str()
    }

    /// What the provider says of itself, with its present keys.
    pub(super) async fn describe(
        &self,
        outside: &Outside,
    ) -> Result<CoreProviderMetadata, OidcError> {
        let http = http(outside);
        let metadata = CoreProviderMetadata::discover_async(self.issuer.clone(), &http)
            .await
            .map_err(of_discovery)?;
        // Code and secret go where the metadata points; an https issuer never sends them in the open.
        let token = metadata.token_endpoint().map(|url| url.url().clone());
        let keys = metadata.jwks_uri().url().clone();
        let asks = metadata.authorization_endpoint().url().clone();
        let all_private = [Some(asks), token, Some(keys)]
            .iter()
            .all(|url| url.as_ref().is_some_and(is_private_way));
        if all_private {
            Ok(metadata)
        } else {
            Err(OidcError::Metadata)
        }
    }
}

/// How the client proves itself at the token endpoint: as the standard prefers, unless the provider only takes the
/// other way.
pub(super) fn auth_type(metadata: &CoreProviderMetadata) -> AuthType {
    match metadata.token_endpoint_auth_methods_supported() {
        Some(methods)
            if !methods.contains(&CoreClientAuthMethod::ClientSecretBasic)
                && methods.contains(&CoreClientAuthMethod::ClientSecretPost) =>
        {
            AuthType::RequestBody
        }
        Some(_) | None => AuthType::BasicAuth,
    }
}

/// The guarded client in the shape the protocol library asks for.
pub(super) fn http(
    outside: &Outside,
) -> impl Fn(HttpRequest) -> futures::future::BoxFuture<'static, Result<HttpResponse, RemoteError>> + use<>
{
    let outside = outside.clone();
    move |request: HttpRequest| {
        let outside = outside.clone();
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let url = parts.uri.to_string();
            let answer = outside
                .send(Outgoing {
                    purpose: Purpose::Oidc,
                    method: parts.method,
                    url: &url,
                    headers: parts.headers,
                    body: body.into(),
                })
                .await?;
            let mut response = HttpResponse::new(answer.body.to_vec());
            *response.status_mut() = answer.status;
            *response.headers_mut() = answer.headers;
            Ok(response)
        })
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the enum is non-exhaustive; whatever else it names is about the metadata"
)]
fn of_discovery(error: DiscoveryError<RemoteError>) -> OidcError {
    match error {
        DiscoveryError::Request(error) => OidcError::Unreachable(error),
        _ => OidcError::Metadata,
    }
}

/// Nobody else can listen: encrypted, or never leaving this machine.
fn is_private_way(url: &Url) -> bool {
    match (url.scheme(), url.host()) {
        ("https", Some(_)) => true,
        ("http", Some(Host::Ipv4(address))) => address.is_loopback(),
        ("http", Some(Host::Ipv6(address))) => address.is_loopback(),
        (_, _) => false,
    }
}
