//! From where somebody asks.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use http::header::USER_AGENT;
use http::request::Parts;
use http::{Extensions, HeaderMap};
use ipnet::IpNet;
use service::identity::Client;

use crate::state::ApiState;

/// From where somebody asks: browser and address.
#[derive(Debug, Clone)]
pub struct ClientInfo(pub Client);

impl FromRequestParts<ApiState> for ClientInfo {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Infallible> {
        Ok(of(&parts.headers, &parts.extensions, state))
    }
}

/// From where a request comes.
pub fn of(headers: &HeaderMap, extensions: &Extensions, state: &ApiState) -> ClientInfo {
    let agent = headers
        .get(USER_AGENT)
        .and_then(|agent| agent.to_str().ok())
        .unwrap_or_default();
    let peer = extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map(|ConnectInfo(peer)| peer.ip().to_canonical());
    ClientInfo(Client {
        // Longer ones only serve to fill tables.
        agent: agent.chars().take(MOST_AGENT).collect(),
        address: peer.map(|peer| asking(peer, headers, &state.settings.trusted_proxies)),
    })
}

const MOST_AGENT: usize = 300;
const FORWARDED_FOR: &str = "x-forwarded-for";

/// The address that asks: the peer, or, where the peer is a trusted proxy, the rightmost address in
/// `X-Forwarded-For` that is not one. Whatever stands left of it anybody may have written.
fn asking(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|net| net.contains(address));
    if !is_trusted(&peer) {
        return peer;
    }
    let values: Vec<&str> = headers
        .get_all(FORWARDED_FOR)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    let mut nearest = peer;
    for value in values.into_iter().rev() {
        let Ok(address) = value.trim().parse::<IpAddr>() else {
            return nearest;
        };
        nearest = address.to_canonical();
        if !is_trusted(&nearest) {
            return nearest;
        }
    }
    nearest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(peer: &str, forwarded: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(FORWARDED_FOR, value.parse().unwrap());
        }
        let trusted = ["10.0.0.0/8".parse().unwrap()];
        asking(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn a_stranger_cannot_name_another_address() {
        assert_eq!(asked("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(
            asked("10.0.0.1", &["198.51.100.1, 203.0.113.9"]),
            "203.0.113.9"
        );
        assert_eq!(
            asked("10.0.0.1", &["198.51.100.1", "203.0.113.9, 10.0.0.2"]),
            "203.0.113.9"
        );
    }

    #[test]
    fn words_that_are_no_address_end_the_search() {
        assert_eq!(asked("10.0.0.1", &["198.51.100.1, unknown"]), "10.0.0.1");
        assert_eq!(asked("10.0.0.1", &[]), "10.0.0.1");
    }
}
