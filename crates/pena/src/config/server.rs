//! `[server]`: where `pena serve` listens, and whether it may.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use clap::Args;
use ipnet::IpNet;

use super::ConfigError;
use super::address::{checked_address, is_this_machine};
use super::file::ServerSection;

/// Options of `pena serve`.
#[derive(Debug, Clone, Default, Args)]
pub struct ServerArgs {
    /// Address and port to listen on [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS:PORT", env = "PENA_LISTEN")]
    pub listen: Option<String>,
    /// Certificate chain for TLS, PEM
    #[arg(long, value_name = "FILE", env = "PENA_TLS_CERT")]
    pub tls_cert: Option<PathBuf>,
    /// Private key of the certificate, PEM
    #[arg(long, value_name = "FILE", env = "PENA_TLS_KEY")]
    pub tls_key: Option<PathBuf>,
    /// Proxy in front that does TLS, an address or a network; its X-Forwarded-For is believed
    #[arg(
        long = "trusted-proxy",
        value_name = "NETWORK",
        env = "PENA_TRUSTED_PROXIES",
        value_delimiter = ','
    )]
    pub trusted_proxies: Vec<String>,
    /// File with the token that a reader of /metrics from another machine presents
    #[arg(long, value_name = "FILE", env = "PENA_METRICS_TOKEN_FILE")]
    pub metrics_token_file: Option<PathBuf>,
}

/// `[server]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Printed in letters as the address of verification, and in certificates as that of the revocation lists;
    /// `None` if nobody set one.
    pub base_address: Option<String>,
    /// Files for TLS of our own.
    pub tls: Option<Tls>,
    /// Proxies whose word about the caller is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// File with the token of `/metrics`.
    pub metrics_token_file: Option<PathBuf>,
}

/// Files for TLS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tls {
    /// The certificate chain.
    pub cert: PathBuf,
    /// Its key.
    pub key: PathBuf,
}

impl Server {
    /// What flags and file say together.
    pub(super) fn resolve(
        args: &ServerArgs,
        base_address: Option<String>,
        file: ServerSection,
    ) -> Result<Self, ConfigError> {
        let listen = match args.listen.clone().or(file.listen) {
            Some(text) => text.parse().map_err(|_| ConfigError::Listen(text))?,
            None => DEFAULT_LISTEN,
        };
        let proxies = if args.trusted_proxies.is_empty() {
            file.trusted_proxies.unwrap_or_default()
        } else {
            args.trusted_proxies.clone()
        };
        let tls = Tls::whole(
            args.tls_cert.clone().or(file.tls_cert),
            args.tls_key.clone().or(file.tls_key),
        )?;
        Ok(Self {
            listen,
            base_address: base_address
                .or(file.base_address)
                .map(|address| checked_address(&address))
                .transpose()?,
            tls,
            trusted_proxies: proxies
                .iter()
                .map(|text| network(text))
                .collect::<Result<_, _>>()?,
            metrics_token_file: args.metrics_token_file.clone().or(file.metrics_token_file),
        })
    }

    /// Refuses to be reached from other machines in clear, or under an address that they do not know.
    ///
    /// # Errors
    /// [`ConfigError`] says what to set instead.
    pub fn check_exposure(&self) -> Result<(), ConfigError> {
        let listen = self.listen;
        if !listen.ip().is_loopback() {
            if self.tls.is_none() && self.trusted_proxies.is_empty() {
                return Err(ConfigError::Exposed { listen });
            }
            if self.base_address.is_none() {
                return Err(ConfigError::NoAddress { listen });
            }
        }
        match &self.base_address {
            Some(address) if address.starts_with("http://") && !is_this_machine(address) => {
                Err(ConfigError::PlainAddress {
                    address: address.clone(),
                })
            }
            Some(_) | None => Ok(()),
        }
    }

    /// The address under which people reach a server that listens here.
    pub fn address_at(&self, bound: SocketAddr) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        self.base_address
            .clone()
            .unwrap_or_else(|| format!("{scheme}://{bound}"))
    }
}

impl Tls {
    fn whole(cert: Option<PathBuf>, key: Option<PathBuf>) -> Result<Option<Self>, ConfigError> {
        let missing = |missing| Err(ConfigError::HalfTls { missing });
        match (cert, key) {
            (Some(cert), Some(key)) => Ok(Some(Self { cert, key })),
            (None, None) => Ok(None),
            (Some(_), None) => missing("server.tls_key"),
            (None, Some(_)) => missing("server.tls_cert"),
        }
    }
}

/// A network, or one address as a network of its own.
fn network(text: &str) -> Result<IpNet, ConfigError> {
    text.parse()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .map_err(|_| ConfigError::Proxy(text.to_owned()))
}

const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

#[cfg(test)]
mod tests {
    use super::*;

    fn server(args: &ServerArgs, base_address: Option<&str>) -> Result<Server, ConfigError> {
        Server::resolve(
            args,
            base_address.map(str::to_owned),
            ServerSection::default(),
        )
    }

    fn exposed(listen: &str) -> ServerArgs {
        ServerArgs {
            listen: Some(listen.to_owned()),
            ..ServerArgs::default()
        }
    }

    #[test]
    fn without_configuration_it_listens_on_this_machine_alone() {
        let server = server(&ServerArgs::default(), None).unwrap();
        assert!(server.check_exposure().is_ok());
        let bound = "127.0.0.1:41234".parse().unwrap();
        assert_eq!(server.address_at(bound), "http://127.0.0.1:41234");
    }

    #[test]
    fn other_machines_are_let_in_only_with_tls_or_behind_a_declared_proxy() {
        let plain = server(&exposed("0.0.0.0:80"), Some("https://a.example")).unwrap();
        let refused = plain.check_exposure().unwrap_err();
        assert!(refused.is_usage());
        let said = refused.to_string();
        for remedy in [
            "127.0.0.1",
            "server.tls_cert",
            "server.tls_key",
            "server.trusted_proxies",
        ] {
            assert!(said.contains(remedy), "{said}");
        }
        let behind = ServerArgs {
            trusted_proxies: vec!["10.0.0.5".into()],
            ..exposed("[::]:80")
        };
        assert!(
            server(&behind, Some("https://a.example"))
                .unwrap()
                .check_exposure()
                .is_ok()
        );
        assert!(matches!(
            server(&behind, None).unwrap().check_exposure(),
            Err(ConfigError::NoAddress { .. })
        ));
        assert!(matches!(
            server(&behind, Some("http://a.example"))
                .unwrap()
                .check_exposure(),
            Err(ConfigError::PlainAddress { .. })
        ));
    }

    #[test]
    fn half_of_tls_is_refused_by_the_name_of_the_other_half() {
        let half = ServerArgs {
            tls_cert: Some("chain.pem".into()),
            ..ServerArgs::default()
        };
        let refused = server(&half, None).unwrap_err().to_string();
        assert!(refused.contains("server.tls_key is missing"), "{refused}");
    }

    #[test]
    fn a_proxy_is_an_address_or_a_network_and_nothing_else() {
        let proxies = |text: &str| {
            let args = ServerArgs {
                trusted_proxies: vec![text.to_owned()],
                ..ServerArgs::default()
            };
            server(&args, None).map(|server| server.trusted_proxies)
        };
        assert_eq!(proxies("10.0.0.5").unwrap()[0].to_string(), "10.0.0.5/32");
        assert_eq!(proxies("fd00::/8").unwrap()[0].to_string(), "fd00::/8");
        assert!(proxies("proxy.example").is_err());
    }
}
