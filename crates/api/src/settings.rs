//! What the operator set and the outside reads.

use ipnet::IpNet;

use crate::limits::Rates;

/// Settings of the outside of one installation.
#[derive(Debug, Clone)]
pub struct ApiSettings {
    /// Where people reach the service, without a trailing slash. Every address the service writes comes from here,
    /// never from a `Host` header.
    pub base_address: String,
    /// Which cookies browsers are given.
    pub cookies: Cookies,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Whether logging in with the institution's account is offered.
    pub oidc: Oidc,
    /// How often what may be asked.
    pub rates: Rates,
    /// What a reader of `/metrics` from another machine presents as bearer token; without one only loopback reads it.
    pub metrics_token: Option<String>,
}

/// Which cookies browsers are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cookies {
    /// `__Host-` cookies, sent over TLS only.
    Secure,
    /// Cookies without `Secure`, for plain HTTP on loopback.
    Loopback,
}

/// Whether logging in with the institution's account is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Oidc {
    /// An issuer is configured.
    Offered,
    /// Local accounts only.
    Absent,
}

impl ApiSettings {
    /// Settings for plain HTTP at this address: on loopback, for trying and for tests.
    pub fn loopback(base_address: &str) -> Self {
        Self {
            base_address: base_address.trim_end_matches('/').to_owned(),
            cookies: Cookies::Loopback,
            trusted_proxies: Vec::new(),
            oidc: Oidc::Absent,
            rates: Rates::default(),
            metrics_token: None,
        }
    }

    /// The official address of a path of ours.
    pub fn address(&self, path: &str) -> String {
        format!("{}{path}", self.base_address)
    }

    /// Whether browsers reach the service over TLS.
    pub fn is_https(&self) -> bool {
        self.base_address.starts_with("https://")
    }
}
