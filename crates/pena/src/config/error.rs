//! Why a configuration cannot be used.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use service::AllowError;

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("the configuration {path} cannot be read: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The file is no TOML, or a value has the wrong type.
    #[error("the configuration {path} is not right: {message}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Where and why.
        message: String,
    },
    /// A key that nothing reads, most likely misspelt.
    #[error("the configuration {path} has the unknown key \"{key}\"; did you mean \"{nearest}\"?")]
    UnknownKey {
        /// The file.
        path: PathBuf,
        /// The key as written, with its section.
        key: String,
        /// The known key that is spelt most like it.
        nearest: &'static str,
    },
    /// An address nobody could open.
    #[error(
        "server.base_address {address} must be http:// or https:// and a host, as in https://tte.kab.example"
    )]
    BaseAddress {
        /// The address as written.
        address: String,
    },
    /// A file inside one data directory that sends its reader to another.
    #[error(
        "the configuration {path} lies in a data directory and names another one; pass such a file by --config"
    )]
    OtherDataDir {
        /// The file.
        path: PathBuf,
    },
    /// Not an address and a port.
    #[error("server.listen \"{0}\" must be an address and a port, as in 127.0.0.1:8080")]
    Listen(String),
    /// Not a network.
    #[error(
        "server.trusted_proxies \"{0}\" must be an address or a network, as in 10.0.0.5 or 10.0.0.0/8"
    )]
    Proxy(String),
    /// Half of what TLS needs.
    #[error(
        "TLS needs both the certificate (server.tls_cert) and its key (server.tls_key); {missing} is missing"
    )]
    HalfTls {
        /// The key of the configuration that is missing.
        missing: &'static str,
    },
    /// Passwords would cross a network in clear.
    #[error(
        "server.listen {listen} is reachable from other machines, and without TLS passwords would cross the network in clear. \
         Do one of these: listen on 127.0.0.1; or name TLS files in server.tls_cert and server.tls_key; \
         or, behind a proxy that does TLS, name its address in server.trusted_proxies"
    )]
    Exposed {
        /// The address asked for.
        listen: SocketAddr,
    },
    /// Other machines reach the service, and letters would name an address that they do not.
    #[error(
        "server.listen {listen} is reachable from other machines, so server.base_address must say under which \
         https:// address: it is printed in letters as the place of verification"
    )]
    NoAddress {
        /// The address asked for.
        listen: SocketAddr,
    },
    /// An entry of an allow-list that is neither a network nor a host.
    #[error("{key}: {source}")]
    Allow {
        /// The key.
        key: &'static str,
        /// What is wrong with which entry.
        source: AllowError,
    },
    /// Single sign-on that is half set up.
    #[error("oidc.{missing} is missing; single sign-on needs oidc.issuer and oidc.client_id")]
    HalfOidc {
        /// The key of its section that is missing.
        missing: &'static str,
    },
    /// A level that needs timestamps, and nobody to give them.
    #[error("signing.level {level} needs an authority for timestamps: name one in signing.tsa")]
    NoTsa {
        /// The level as written.
        level: &'static str,
    },
    /// A public address without TLS.
    #[error(
        "server.base_address {address} must be https://: cookies and passwords are not given to browsers over plain HTTP, \
         except on this machine itself"
    )]
    PlainAddress {
        /// The address as written.
        address: String,
    },
}

impl ConfigError {
    /// Whether the command line or configuration asks for what must not be, so that nothing was tried.
    pub fn is_usage(&self) -> bool {
        match self {
            Self::Unreadable { .. } | Self::Malformed { .. } => false,
            Self::UnknownKey { .. }
            | Self::BaseAddress { .. }
            | Self::OtherDataDir { .. }
            | Self::Listen(_)
            | Self::Proxy(_)
            | Self::HalfTls { .. }
            | Self::Allow { .. }
            | Self::HalfOidc { .. }
            | Self::NoTsa { .. }
            | Self::Exposed { .. }
            | Self::NoAddress { .. }
            | Self::PlainAddress { .. } => true,
        }
    }
}
