//! An address as typed, taken apart and held against the rules that need no look-up.

use std::net::IpAddr;

use url::{Host, Url};

use crate::address::check_public;
use crate::{Allow, Refusal};

/// An address whose form is allowed. Where it leads is checked once its host is resolved.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) url: Url,
    pub(crate) host: TargetHost,
    pub(crate) port: u16,
}

#[derive(Debug)]
pub(crate) enum TargetHost {
    /// To be looked up.
    Name(String),
    /// An address that was checked.
    Address(IpAddr),
}

impl Target {
    /// # Errors
    /// [`Refusal`]: the rule it breaks.
    pub(crate) fn read(text: &str, allow: &Allow) -> Result<Self, Refusal> {
        if text.len() > MAX_LENGTH {
            return Err(Refusal::Long(MAX_LENGTH));
        }
        // Parsers drop these or read them as slashes; no honest address has them.
        if text
            .chars()
            .any(|c| c.is_control() || c.is_whitespace() || c == '\\')
        {
            return Err(Refusal::Malformed);
        }
        let url = Url::parse(text).map_err(|_| Refusal::Malformed)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Refusal::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() || text_has_userinfo(text) {
            return Err(Refusal::Userinfo);
        }
        if url.fragment().is_some() {
            return Err(Refusal::Fragment);
        }
        let port = url.port_or_known_default().ok_or(Refusal::Malformed)?;
        // The parser has turned 0x7f.1, 017700000001 and 2130706433 into the address they mean.
        let host = match url.host().ok_or(Refusal::Malformed)? {
            Host::Domain(name) if name.ends_with('.') => return Err(Refusal::TrailingDot),
            Host::Domain(name) => TargetHost::Name(name.to_owned()),
            Host::Ipv4(address) => TargetHost::Address(address.into()),
            Host::Ipv6(address) => TargetHost::Address(address.into()),
        };
        let target = Self { url, host, port };
        if let TargetHost::Address(address) = target.host {
            target.admit(address, allow)?;
        }
        Ok(target)
    }

    /// Whether a connection to this address of the host may be made.
    ///
    /// # Errors
    /// [`Refusal::Port`], [`Refusal::Inside`].
    pub(crate) fn admit(&self, address: IpAddr, allow: &Allow) -> Result<(), Refusal> {
        let name = self.url.host_str().unwrap_or_default();
        if allow.address(address) || allow.host(name, self.port) {
            return Ok(());
        }
        check_public(address)?;
        match self.port {
            80 | 443 => Ok(()),
            port => Err(Refusal::Port(port)),
        }
    }
}

/// An empty user name is dropped by the parser, but is there all the same.
fn text_has_userinfo(text: &str) -> bool {
    text.split_once("://")
        .and_then(|(_, rest)| rest.split(['/', '?', '#']).next())
        .is_some_and(|authority| authority.contains('@'))
}

const MAX_LENGTH: usize = 2_000;
