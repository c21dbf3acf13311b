//! How often what may be asked: one table, kept per address.

use std::net::IpAddr;
use std::num::NonZeroU32;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use http::{HeaderName, HeaderValue};

use crate::client;
use crate::problem::{Problem, ProblemKind};
use crate::state::ApiState;

/// What is counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Attempts to log in.
    LogIn,
    /// Files given to public verification: each costs a worker.
    Verification,
    /// Codes looked up in public: slow enough that guessing finds nothing.
    Code,
    /// Requests with an API key.
    Api,
    /// Requests with a wrong API key.
    WrongKey,
    /// Pages.
    Page,
}

/// How many requests of each class an address may make in a minute; as many at once.
#[derive(Debug, Clone)]
pub struct Rates {
    /// Attempts to log in.
    pub log_in: NonZeroU32,
    /// Files given to public verification.
    pub verification: NonZeroU32,
    /// Codes looked up in public.
    pub code: NonZeroU32,
    /// Requests with an API key.
    pub api: NonZeroU32,
    /// Requests with a wrong API key.
    pub wrong_key: NonZeroU32,
    /// Pages.
    pub page: NonZeroU32,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            log_in: per_minute(20),
            verification: per_minute(20),
            code: per_minute(60),
            api: per_minute(6_000),
            wrong_key: per_minute(30),
            page: per_minute(1_200),
        }
    }
}

impl Rates {
    /// The same rate for everything: for load tests, where one address plays a whole regency.
    pub const fn all(rate: NonZeroU32) -> Self {
        Self {
            log_in: rate,
            verification: rate,
            code: rate,
            api: rate,
            wrong_key: rate,
            page: rate,
        }
    }
}

/// The present counts.
pub struct Limits {
    log_in: Limiter,
    verification: Limiter,
    code: Limiter,
    api: Limiter,
    wrong_key: Limiter,
    page: Limiter,
}

struct Limiter {
    rate: NonZeroU32,
    counts: DefaultKeyedRateLimiter<IpAddr>,
}

impl Limits {
    pub(crate) fn new(rates: &Rates) -> Self {
        let limiter = |rate: NonZeroU32| Limiter {
            rate,
            counts: RateLimiter::keyed(Quota::per_minute(rate)),
        };
        Self {
            log_in: limiter(rates.log_in),
            verification: limiter(rates.verification),
            code: limiter(rates.code),
            api: limiter(rates.api),
            wrong_key: limiter(rates.wrong_key),
            page: limiter(rates.page),
        }
    }

    /// Counts one request of this class from this address.
    ///
    /// # Errors
    /// The problem that says when to come back, if there were too many.
    pub fn spend(&self, class: Class, address: Option<IpAddr>) -> Result<(), Problem> {
        // Without an address the request did not come over a socket.
        let Some(address) = address else {
            return Ok(());
        };
        let limiter = self.limiter(class);
        limiter
            .counts
            .check_key(&network(address))
            .map_err(|not_until| {
                let wait = not_until.wait_time_from(DefaultClock::default().now());
                let seconds = wait.as_secs().saturating_add(1);
                Problem::new(ProblemKind::TooOften)
                    .retry_after(seconds)
                    .header(RATE_LIMIT, rate_limit(0, seconds))
                    .header(RATE_LIMIT_POLICY, policy(limiter.rate))
            })
    }

    /// Forgets addresses that have their full allowance again.
    pub fn tidy(&self) {
        for class in [
            Class::LogIn,
            Class::Verification,
            Class::Code,
            Class::Api,
            Class::WrongKey,
            Class::Page,
        ] {
            self.limiter(class).counts.retain_recent();
        }
    }

    const fn limiter(&self, class: Class) -> &Limiter {
        match class {
            Class::LogIn => &self.log_in,
            Class::Verification => &self.verification,
            Class::Code => &self.code,
            Class::Api => &self.api,
            Class::WrongKey => &self.wrong_key,
            Class::Page => &self.page,
        }
    }
}

/// A layer that counts every request of a route:
/// `route.layer(from_fn_with_state((state, Class::Code), limits::guard))`.
pub async fn guard(
    State((state, class)): State<(ApiState, Class)>,
    request: Request,
    next: Next,
) -> Response {
    let client::ClientInfo(asking) = client::of(request.headers(), request.extensions(), &state);
    if let Err(problem) = state.limits.spend(class, asking.address) {
        return problem.into_response();
    }
    let mut response = next.run(request).await;
    response
        .headers_mut()
        .insert(RATE_LIMIT_POLICY, policy(state.limits.limiter(class).rate));
    response
}

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// Whoever holds one IPv6 address holds its whole /64.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => {
            let high = v6.to_bits() & (u128::from(u64::MAX) << 64);
            IpAddr::V6(std::net::Ipv6Addr::from_bits(high))
        }
    }
}

fn rate_limit(remaining: u32, seconds: u64) -> HeaderValue {
    HeaderValue::from_str(&format!("\"minute\";r={remaining};t={seconds}"))
        .unwrap_or_else(|_| HeaderValue::from_static("\"minute\";r=0"))
}

fn policy(rate: NonZeroU32) -> HeaderValue {
    HeaderValue::from_str(&format!("\"minute\";q={rate};w=60"))
        .unwrap_or_else(|_| HeaderValue::from_static("\"minute\""))
}

const fn per_minute(rate: u32) -> NonZeroU32 {
    match NonZeroU32::new(rate) {
        Some(rate) => rate,
        None => NonZeroU32::MIN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_request_after_the_last_one_is_told_when_to_come_back() {
        let limits = Limits::new(&Rates::all(per_minute(2)));
        let here = Some("203.0.113.9".parse().unwrap());
        let there = Some("203.0.113.10".parse().unwrap());
        assert!(limits.spend(Class::Code, here).is_ok());
        assert!(limits.spend(Class::Code, here).is_ok());
        let problem = limits.spend(Class::Code, here).unwrap_err();
        assert_eq!(problem.kind(), ProblemKind::TooOften);
        let seconds = problem.member("retry_after").unwrap().as_u64().unwrap();
        assert!((1..=31).contains(&seconds), "{seconds}");
        assert!(limits.spend(Class::Code, there).is_ok());
        assert!(limits.spend(Class::LogIn, here).is_ok());
    }

    #[test]
    fn a_whole_network_of_addresses_counts_as_one() {
        assert_eq!(
            network("2001:db8:1:2:3:4:5:6".parse().unwrap()),
            network("2001:db8:1:2:ffff::1".parse().unwrap())
        );
    }
}
