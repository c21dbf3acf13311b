//! The one client.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use reqwest::redirect;

use crate::resolve::System;
use crate::target::{Target, TargetHost};
use crate::{Allow, Purpose, Refusal, RemoteError, Resolve};

/// The way out of the house. Cloning shares it.
#[derive(Clone)]
pub struct Outside(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    webhook: Allow,
    oidc: Allow,
    timestamps: Allow,
    evidence: Allow,
    csc: Allow,
    resolver: Arc<dyn Resolve>,
    /// For plain HTTP, where no certificate is looked at: a machine without any authorities can still talk to its
    /// neighbour.
    no_authorities: Option<rustls::ClientConfig>,
}

/// A request that wants out.
pub struct Outgoing<'a> {
    /// Why.
    pub purpose: Purpose,
    /// The verb.
    pub method: Method,
    /// Where to, as typed.
    pub url: &'a str,
    /// Header fields.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The status; a redirect is given back, never followed.
    pub status: StatusCode,
    /// Header fields.
    pub headers: HeaderMap,
    /// The body; empty for a purpose that does not read it.
    pub body: Bytes,
}

impl Default for Outside {
    /// Nothing but the open internet.
    fn default() -> Self {
        Self::new(&Allow::none(), &Allow::none())
    }
}

impl std::fmt::Debug for Outside {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outside").finish_non_exhaustive()
    }
}

impl Outside {
    /// With what the operator opened for webhooks and for single sign-on.
    pub fn new(webhook: &Allow, oidc: &Allow) -> Self {
        Self::with_resolver(webhook, oidc, Box::new(System))
    }

    /// With another way to look up names.
    pub fn with_resolver(webhook: &Allow, oidc: &Allow, resolver: Box<dyn Resolve>) -> Self {
        let provider = rustls::crypto::ring::default_provider();
        let no_authorities =
            rustls::ClientConfig::builder_with_provider(Arc::new(provider.clone()))
                .with_safe_default_protocol_versions()
                .ok()
                .map(|config| {
                    config
                        .with_root_certificates(rustls::RootCertStore::empty())
                        .with_no_client_auth()
                });
        // Refused when the process has one already, which is as good.
        let _installed = provider.install_default();
        Self(Arc::new(Inner {
            webhook: webhook.clone(),
            oidc: oidc.clone(),
            timestamps: Allow::none(),
            evidence: Allow::none(),
            csc: Allow::none(),
            resolver: resolver.into(),
            no_authorities,
        }))
    }

    /// And with what the operator opened for authorities of timestamps, and for responders, revocation lists and
    /// issuers' certificates.
    #[must_use]
    pub fn and_evidence(mut self, timestamps: &Allow, evidence: &Allow) -> Self {
        let inner = Arc::make_mut(&mut self.0);
        inner.timestamps = timestamps.clone();
        inner.evidence = evidence.clone();
        self
    }

    /// And with what the operator opened for signing services.
    #[must_use]
    pub fn and_csc(mut self, csc: &Allow) -> Self {
        Arc::make_mut(&mut self.0).csc = csc.clone();
        self
    }

    /// Whether an address could be asked at all; where its name leads is seen when it is.
    ///
    /// # Errors
    /// [`Refusal`]: the rule it breaks.
    pub fn check(&self, purpose: Purpose, url: &str) -> Result<(), Refusal> {
        Target::read(url, self.allow(purpose)).map(|_| ())
    }

    /// Sends it, once.
    ///
    /// # Errors
    /// [`RemoteError`].
    pub async fn send(&self, outgoing: Outgoing<'_>) -> Result<Answer, RemoteError> {
        let target = Target::read(outgoing.url, self.allow(outgoing.purpose))?;
        tokio::time::timeout(outgoing.purpose.patience(), self.exchange(target, outgoing))
            .await
            .map_err(|_| RemoteError::Timeout)?
    }

    async fn exchange(
        &self,
        target: Target,
        outgoing: Outgoing<'_>,
    ) -> Result<Answer, RemoteError> {
        let client = self.client_for(&target, outgoing.purpose).await?;
        let limit = outgoing.purpose.answer_limit();
        let mut response = client
            .request(outgoing.method, target.url)
            .headers(outgoing.headers)
            .body(outgoing.body)
            .send()
            .await
            .map_err(|error| kind_of(&error))?;
        let mut answer = Answer {
            status: response.status(),
            headers: std::mem::take(response.headers_mut()),
            body: Bytes::new(),
        };
        if limit > 0 {
            answer.body = read(response, limit).await?;
        }
        Ok(answer)
    }

    /// A client that can reach nothing but the addresses checked here. It lives for one request: a kept connection
    /// would outlive the check that allowed it.
    async fn client_for(
        &self,
        target: &Target,
        purpose: Purpose,
    ) -> Result<reqwest::Client, RemoteError> {
        let mut client = reqwest::Client::builder()
            .redirect(redirect::Policy::none())
            .no_proxy()
            .referer(false)
            .pool_max_idle_per_host(0)
            .timeout(purpose.patience())
            .user_agent(USER_AGENT);
        if let TargetHost::Name(name) = &target.host {
            let addresses = self.addresses(target, name, purpose).await?;
            client = client.resolve_to_addrs(name, &addresses);
        }
        if target.url.scheme() == "http" {
            let config = self.0.no_authorities.clone();
            let config = config.ok_or(RemoteError::Setup("no protocol version is usable"))?;
            client = client.tls_backend_preconfigured(config);
        }
        client
            .build()
            .map_err(|_| RemoteError::Setup("no certificate authorities are installed"))
    }

    /// The addresses of the host. One that is not allowed refuses the whole name: an honest name has no mixture.
    async fn addresses(
        &self,
        target: &Target,
        name: &str,
        purpose: Purpose,
    ) -> Result<Vec<SocketAddr>, RemoteError> {
        let found = self.0.resolver.resolve(name).0.await;
        let found = found.map_err(|_| RemoteError::Name)?;
        if found.is_empty() {
            return Err(RemoteError::Name);
        }
        let allow = self.allow(purpose);
        found
            .into_iter()
            .map(|address| {
                target.admit(address, allow)?;
                Ok(SocketAddr::new(address, target.port))
            })
            .collect()
    }

    fn allow(&self, purpose: Purpose) -> &Allow {
        match purpose {
            Purpose::Webhook => &self.0.webhook,
            Purpose::Oidc => &self.0.oidc,
            Purpose::Timestamp => &self.0.timestamps,
            Purpose::Ocsp | Purpose::Crl | Purpose::Issuer => &self.0.evidence,
            Purpose::Csc => &self.0.csc,
        }
    }
}

async fn read(mut response: reqwest::Response, limit: usize) -> Result<Bytes, RemoteError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| kind_of(&error))? {
        if body.len() + chunk.len() > limit {
            return Err(RemoteError::TooLarge(limit));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.into())
}

/// The texts of the library name the address, which may hold a secret.
fn kind_of(error: &reqwest::Error) -> RemoteError {
    if error.is_timeout() {
        RemoteError::Timeout
    } else if error.is_connect() {
        RemoteError::Connect
    } else {
        RemoteError::Broken
    }
}

const USER_AGENT: &str = concat!("Pena/", env!("CARGO_PKG_VERSION"));
