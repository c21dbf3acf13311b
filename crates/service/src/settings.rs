//! What the operator sets and use cases read.

use crate::provable::Provability;

/// Settings of one installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Where people verify, without a trailing slash: `https://tte.contohrejo.example`. Addresses in QR codes and
    /// certificates come from here and from nothing else.
    pub base_address: String,
    /// How far signatures of letters carry their own proof.
    pub provability: Provability,
}

impl Settings {
    /// The host of the base address, printed beside QR codes so that a forged one is noticed.
    pub fn domain(&self) -> &str {
        let rest = self
            .base_address
            .split_once("://")
            .map_or(self.base_address.as_str(), |(_, rest)| rest);
        rest.split(['/', ':']).next().unwrap_or(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_domain_is_the_host_without_scheme_port_and_path() {
        let domain = |base: &str| {
            let settings = Settings {
                base_address: base.to_owned(),
                provability: Provability::default(),
            };
            settings.domain().to_owned()
        };
        assert_eq!(
            domain("https://tte.contohrejo.example"),
            "tte.contohrejo.example"
        );
        assert_eq!(domain("http://127.0.0.1:8080/x"), "127.0.0.1");
    }
}
