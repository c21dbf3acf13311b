//! Which addresses belong to the open internet.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::Refusal;

/// Passes an address of the open internet, in whatever notation an IPv4 address is wrapped.
///
/// # Errors
/// [`Refusal::Inside`] names what it is instead (IANA special-purpose address registries, RFC 6890).
pub(crate) fn check_public(address: IpAddr) -> Result<(), Refusal> {
    let kind = match address {
        IpAddr::V4(v4) => special_v4(v4),
        IpAddr::V6(v6) => special_v6(v6),
    };
    match kind {
        None => Ok(()),
        Some(kind) => Err(Refusal::Inside { address, kind }),
    }
}

fn special_v4(address: Ipv4Addr) -> Option<&'static str> {
    let kind = match address.octets() {
        [0, ..] => "an address of this network",
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => "a private address",
        [100, 64..=127, ..] => "an address shared behind a provider",
        [127, ..] => "an address of this machine",
        [169, 254, ..] => "a link-local address",
        [192, 0, 0, _] | [192, 88, 99, _] | [198, 18..=19, ..] => "an address for special use",
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => "an address for documentation",
        [224..=239, ..] => "a multicast address",
        [240..=255, ..] => "a reserved address",
        _ => return None,
    };
    Some(kind)
}

fn special_v6(address: Ipv6Addr) -> Option<&'static str> {
    match address.segments() {
        // An IPv4 address in IPv6 dress is judged by what it wraps: mapped, NAT64 (RFC 6052), 6to4 (RFC 3056).
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            special_v4(wrapped(high, low))
        }
        [0x2002, high, low, ..] => special_v4(wrapped(high, low)),
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => Some("an address of this machine"),
        [0, 0, 0, 0, 0, 0, _, _] => Some("an obsolete IPv4-compatible address"),
        [0xfe80..=0xfebf, ..] => Some("a link-local address"),
        [0xfc00..=0xfdff, ..] => Some("a private address"),
        [0xff00..=0xffff, ..] => Some("a multicast address"),
        // 2001::/23 holds protocol assignments, Teredo among them.
        [0x2001, 0..=0x1ff, ..] => Some("an address for special use"),
        [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => Some("an address for documentation"),
        // Nothing else is given out to the open internet (2000::/3).
        [0x2000..=0x3fff, ..] => None,
        _ => Some("a reserved address"),
    }
}

fn wrapped(high: u16, low: u16) -> Ipv4Addr {
    let [a, b] = high.to_be_bytes();
    let [c, d] = low.to_be_bytes();
    Ipv4Addr::new(a, b, c, d)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_open_internet_pass() {
        for open in [
            "93.184.215.14",
            "100.63.255.255",
            "172.32.0.1",
            "2606:4700::1111",
            "2002:5db8:d70e::1",
            "64:ff9b::5db8:d70e",
            "::ffff:93.184.215.14",
        ] {
            assert_eq!(check_public(open.parse().unwrap()), Ok(()), "{open}");
        }
        for inside in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.0.1",
            "198.19.0.1",
            "203.0.113.9",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::7f00:1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "64:ff9b:1::5db8:d70e",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(check_public(inside.parse().unwrap()).is_err(), "{inside}");
        }
    }
}
