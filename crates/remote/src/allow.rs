//! What the operator opened besides the open internet.

use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;

/// What the operator opened for one purpose besides ports 80 and 443 of the open internet: networks
/// (`10.20.0.0/16`, `127.0.0.1`), and hosts by name with or without a port (`sso.contohrejo.example:8443`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Allow {
    networks: Vec<IpNet>,
    hosts: Vec<Host>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Host {
    name: String,
    port: Option<u16>,
}

/// An entry that is neither a network nor a host.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is neither a network such as 10.20.0.0/16 nor a host such as sso.kab.example:8443")]
pub struct AllowError(String);

impl Allow {
    /// Nothing besides the open internet.
    pub fn none() -> Self {
        Self::default()
    }

    /// Reads the entries of a configuration.
    ///
    /// # Errors
    /// [`AllowError`] names the first entry that cannot be understood.
    pub fn read<'a>(entries: impl IntoIterator<Item = &'a str>) -> Result<Self, AllowError> {
        let mut allow = Self::none();
        for entry in entries {
            if let Ok(network) = IpNet::from_str(entry) {
                allow.networks.push(network.trunc());
            } else if let Ok(address) = IpAddr::from_str(entry) {
                allow.networks.push(address.into());
            } else {
                allow.hosts.push(Host::read(entry)?);
            }
        }
        Ok(allow)
    }

    /// And the host and port of this address, which the operator named elsewhere.
    #[must_use]
    pub fn and_host_of(mut self, url: &str) -> Self {
        let host = url::Url::parse(url).ok().and_then(|url| {
            let name = url.host_str()?.to_owned();
            let port = url.port_or_known_default();
            Some(Host { name, port })
        });
        self.hosts.extend(host);
        self
    }

    /// Whether the operator opened this address.
    pub(crate) fn address(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.networks
            .iter()
            .any(|network| network.contains(&address))
    }

    /// Whether the operator opened this port of this host by name.
    pub(crate) fn host(&self, name: &str, port: u16) -> bool {
        self.hosts
            .iter()
            .any(|host| host.name == name && host.port.is_none_or(|open| open == port))
    }
}

impl Host {
    fn read(entry: &str) -> Result<Self, AllowError> {
        let refused = || AllowError(entry.to_owned());
        let (name, port) = match entry.split_once(':') {
            Some((name, port)) => (name, Some(port.parse().map_err(|_| refused())?)),
            None => (entry, None),
        };
        // The same reading as that of addresses, so that both are compared in one form.
        let plain = |name: &str| {
            let letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
            name.chars().all(letter) && !name.ends_with('.')
        };
        match url::Host::parse(name) {
            Ok(url::Host::Domain(name)) if plain(&name) => Ok(Self { name, port }),
            Ok(url::Host::Ipv4(address)) => Ok(Self {
                name: address.to_string(),
                port,
            }),
            Ok(_) | Err(_) => Err(refused()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_and_hosts_are_told_apart_and_nonsense_is_named() {
        let allow =
            Allow::read(["10.20.0.0/16", "127.0.0.1", "SSO.Kab.example:8443", "hook"]).unwrap();
        assert!(allow.address("10.20.3.4".parse().unwrap()));
        assert!(allow.address("::ffff:127.0.0.1".parse().unwrap()));
        assert!(!allow.address("10.21.0.1".parse().unwrap()));
        assert!(allow.host("sso.kab.example", 8443));
        assert!(!allow.host("sso.kab.example", 22));
        assert!(allow.host("hook", 1));
        for nonsense in ["", "https://x", "x:y", "a b", "*"] {
            let error = Allow::read([nonsense]).unwrap_err();
            assert!(
                error.to_string().contains(&format!("{nonsense:?}")),
                "{error}"
            );
        }
    }
}
