//! `[remote]` and `[oidc]`: what may be asked outside.

use std::path::PathBuf;

use serde::Deserialize;
use service::Allow;

use super::ConfigError;

/// `[remote]`: networks, or hosts with or without a port.
#[expect(clippy::struct_field_names, reason = "the names of the keys")]
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Remote {
    /// Where webhooks may go besides the open internet.
    pub webhook_allow: Vec<String>,
    /// What single sign-on may ask besides the open internet and its issuer.
    pub oidc_allow: Vec<String>,
    /// Where certificates may send us for evidence besides the open internet.
    pub evidence_allow: Vec<String>,
}

/// `[oidc]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Oidc {
    /// The identity provider.
    pub issuer: String,
    /// How it knows this installation.
    pub client_id: String,
    /// File of what proves it; `None` is a public client.
    pub client_secret_file: Option<PathBuf>,
    /// The claim that names the account at a first log-in; with `None` only tied accounts get in.
    pub username_claim: Option<String>,
}

impl Remote {
    /// The allow-list for webhooks.
    ///
    /// # Errors
    /// [`ConfigError::Allow`].
    pub fn for_webhooks(&self) -> Result<Allow, ConfigError> {
        read("remote.webhook_allow", &self.webhook_allow)
    }

    /// The allow-list for single sign-on.
    ///
    /// # Errors
    /// [`ConfigError::Allow`].
    pub fn for_oidc(&self) -> Result<Allow, ConfigError> {
        read("remote.oidc_allow", &self.oidc_allow)
    }

    /// The allow-list for responders, revocation lists and issuers' certificates.
    ///
    /// # Errors
    /// [`ConfigError::Allow`].
    pub fn for_evidence(&self) -> Result<Allow, ConfigError> {
        read("remote.evidence_allow", &self.evidence_allow)
    }
}

fn read(key: &'static str, entries: &[String]) -> Result<Allow, ConfigError> {
    Allow::read(entries.iter().map(String::as_str))
        .map_err(|source| ConfigError::Allow { key, source })
}

#[expect(clippy::struct_field_names, reason = "the names of the keys")]
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct RemoteSection {
    webhook_allow: Vec<String>,
    oidc_allow: Vec<String>,
    evidence_allow: Vec<String>,
}

impl RemoteSection {
    pub(super) fn resolve(self) -> Result<Remote, ConfigError> {
        let remote = Remote {
            webhook_allow: self.webhook_allow,
            oidc_allow: self.oidc_allow,
            evidence_allow: self.evidence_allow,
        };
        remote.for_webhooks()?;
        remote.for_oidc()?;
        remote.for_evidence()?;
        Ok(remote)
    }
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct OidcSection {
    issuer: Option<String>,
    client_id: Option<String>,
    pub(super) client_secret_file: Option<PathBuf>,
    username_claim: Option<String>,
}

impl OidcSection {
    pub(super) fn resolve(self) -> Result<Option<Oidc>, ConfigError> {
        match (self.issuer, self.client_id) {
            (Some(issuer), Some(client_id)) => Ok(Some(Oidc {
                issuer,
                client_id,
                client_secret_file: self.client_secret_file,
                username_claim: self.username_claim,
            })),
            (Some(_), None) => Err(ConfigError::HalfOidc {
                missing: "client_id",
            }),
            (None, Some(_)) => Err(ConfigError::HalfOidc { missing: "issuer" }),
            (None, None) if self.client_secret_file.is_some() || self.username_claim.is_some() => {
                Err(ConfigError::HalfOidc { missing: "issuer" })
            }
            (None, None) => Ok(None),
        }
    }
}
