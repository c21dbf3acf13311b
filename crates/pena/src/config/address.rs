//! Addresses that are printed into letters and certificates.

use super::ConfigError;

/// An address that can be printed into letters and certificates, without a slash at its end.
pub(super) fn checked_address(text: &str) -> Result<String, ConfigError> {
    let refused = || ConfigError::BaseAddress {
        address: text.to_owned(),
    };
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))
        .ok_or_else(refused)?;
    let host = rest.split(['/', ':']).next().unwrap_or_default();
    let odd = |found: char| found.is_whitespace() || matches!(found, '?' | '#' | '@' | '"');
    if host.is_empty() || rest.chars().any(odd) {
        return Err(refused());
    }
    Ok(text.trim_end_matches('/').to_owned())
}

/// Whether an address of plain HTTP names this machine and no other.
pub(super) fn is_this_machine(address: &str) -> bool {
    let host = address.strip_prefix("http://").unwrap_or(address);
    let host = host.split('/').next().unwrap_or_default();
    let is_port = |port: &str| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    let host = match host.rsplit_once(':') {
        Some((host, port)) if is_port(port) => host,
        Some(_) | None => host,
    };
    host == "localhost"
        || host
            .trim_matches(['[', ']'])
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_scheme_and_a_host_without_a_slash_at_its_end() {
        let address = checked_address("https://tte.kab.example/").unwrap();
        assert_eq!(address, "https://tte.kab.example");
        for refused in [
            "nonsense",
            "https://",
            "ftp://x",
            "https://a b",
            "https://x?y",
        ] {
            assert!(checked_address(refused).is_err(), "{refused}");
        }
    }

    #[test]
    fn only_loopback_is_this_machine() {
        for here in [
            "http://127.0.0.1:8080",
            "http://localhost",
            "http://[::1]:80/x",
        ] {
            assert!(is_this_machine(here), "{here}");
        }
        for elsewhere in [
            "http://10.0.0.1",
            "http://localhost.example",
            "http://127.0.0.1.example:80",
        ] {
            assert!(!is_this_machine(elsewhere), "{elsewhere}");
        }
    }
}
