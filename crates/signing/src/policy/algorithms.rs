//! Until when an algorithm proves anything by itself, as data.
//!
//! What was made before an algorithm's end stays proven by it where a proof of existence is older than the end; so
//! every use of an algorithm is held against this table at the best time that is proven for what was made by it
//! (EN 319 102-1 5.2.8 and 5.6.2.4).

use serde::{Deserialize, Serialize};

use crate::{
    UtcTime,
    x509::signature::{Digest, KeyKind, Scheme},
};

/// Until when algorithms prove anything by themselves. The default is [`SUNSETS`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AlgorithmPolicy {
    sunsets: Vec<Sunset>,
}

/// The end of one algorithm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sunset {
    /// The digest or the kind of key, as reports name it: `SHA-1`, `RSA`, `P-256`.
    pub name: String,
    /// Only keys with fewer bits than this; of RSA alone, whose keys differ in length.
    #[serde(default)]
    pub bits_below: Option<usize>,
    /// The last instant at which it proved anything; `None`: it never did.
    #[serde(default)]
    pub until: Option<UtcTime>,
}

/// Ends by default: name, keys with fewer bits than this, and the last second, in seconds since 1970.
///
/// Pena's own policy. The ends of SHA-1 and of RSA below 2048 bits are those that NIST SP 800-131A sets for making
/// signatures (disallowed after 2013), that of RSA below 3072 bits the one that NIST SP 800-57 part 1 revision 5 sets for a strength
/// of 112 bits (through 2030). ETSI TS 119 312 lists shorter ones for some; a policy file may say so.
const SUNSETS: [(&str, Option<usize>, i64); 3] = [
    ("SHA-1", None, END_OF_2013),
    (RSA, Some(2048), END_OF_2013),
    (RSA, Some(3072), END_OF_2030),
];
const END_OF_2013: i64 = 1_388_534_399;
const END_OF_2030: i64 = 1_924_991_999;
const RSA: &str = "RSA";

/// What a signature rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Used {
    /// A digest by itself.
    Digest(Digest),
    /// A signature value, with the digest inside.
    Value(Scheme, KeyKind),
}

/// An algorithm that proved nothing any more at the time asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// As people are told of it.
    pub algorithm: String,
    /// The last instant at which it proved anything, where there was one.
    pub until: Option<UtcTime>,
}

/// A name that no algorithm has, or a limit that makes no sense for it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no algorithm whose end can be set: {0}")]
pub struct UnknownAlgorithm(pub String);

impl Default for AlgorithmPolicy {
    fn default() -> Self {
        let sunsets = SUNSETS.map(|(name, bits_below, until)| Sunset {
            name: name.to_owned(),
            bits_below,
            until: Some(UtcTime::from_unix(until)),
        });
        Self {
            sunsets: sunsets.into(),
        }
    }
}

impl AlgorithmPolicy {
    /// Sets the end of an algorithm, in place of the one that stands for the same name and limit.
    ///
    /// # Errors
    /// When nothing goes by that name.
    pub fn set(&mut self, sunset: Sunset) -> Result<(), UnknownAlgorithm> {
        let digest = Digest::ALL.iter().any(|known| known.name() == sunset.name);
        let key = KEYS.iter().any(|known| *known == sunset.name);
        if !(digest || key) || (sunset.bits_below.is_some() && sunset.name != RSA) {
            let limit = sunset.bits_below.map(|bits| format!(" below {bits} bits"));
            let name = format!("{}{}", sunset.name, limit.unwrap_or_default());
            return Err(UnknownAlgorithm(name));
        }
        let same =
            |known: &Sunset| (&known.name, known.bits_below) == (&sunset.name, sunset.bits_below);
        self.sunsets.retain(|known| !same(known));
        self.sunsets.push(sunset);
        Ok(())
    }

    /// Every end, in the order in which they were set.
    pub fn sunsets(&self) -> &[Sunset] {
        &self.sunsets
    }

    /// Why a digest proved nothing any more at a time; `None` when it did.
    pub fn digest(&self, digest: Digest, at: UtcTime) -> Option<Ended> {
        self.first_ended(at, digest.name().to_owned(), |sunset| {
            sunset.name == digest.name()
        })
    }

    /// The same for a signature value: by the digest inside it, or by the key.
    pub fn value(&self, scheme: Scheme, key: &KeyKind, at: UtcTime) -> Option<Ended> {
        let by_digest = scheme
            .digest()
            .and_then(|digest| self.digest(digest, at))
            .map(|ended| Ended {
                algorithm: scheme.to_string(),
                ..ended
            });
        let by_key = self.first_ended(at, key.to_string(), |sunset| match key {
            KeyKind::Rsa { bits } => {
                sunset.name == RSA && sunset.bits_below.is_none_or(|limit| *bits < limit)
            }
            KeyKind::P256
            | KeyKind::P384
            | KeyKind::P521
            | KeyKind::BrainpoolP256
            | KeyKind::BrainpoolP384
            | KeyKind::Ed25519
            | KeyKind::Ed448 => sunset.name == key.to_string(),
            KeyKind::Other(_) => false,
        });
        match (by_digest, by_key) {
            (Some(one), Some(other)) => Some(if one.until <= other.until { one } else { other }),
            (ended, None) | (None, ended) => ended,
        }
    }

    pub(crate) fn ended(&self, used: &Used, at: UtcTime) -> Option<Ended> {
        match used {
            Used::Digest(digest) => self.digest(*digest, at),
            Used::Value(scheme, key) => self.value(*scheme, key, at),
        }
    }

    /// The earliest end before `at` among those that concern an algorithm.
    fn first_ended(
        &self,
        at: UtcTime,
        algorithm: String,
        concerns: impl Fn(&Sunset) -> bool,
    ) -> Option<Ended> {
        let ends = self.sunsets.iter().filter(|sunset| concerns(sunset));
        let until = ends
            .map(|sunset| sunset.until)
            .filter(|until| until.is_none_or(|until| until < at))
            .min()?;
        Some(Ended { algorithm, until })
    }
}

impl std::fmt::Display for Ended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.until {
            Some(until) => write!(f, "{}, which did until {until}", self.algorithm),
            None => write!(f, "{}, which never did", self.algorithm),
        }
    }
}

/// Names of kinds of keys, as [`KeyKind`] shows them.
const KEYS: [&str; 8] = [
    RSA,
    "P-256",
    "P-384",
    "P-521",
    "brainpoolP256r1",
    "brainpoolP384r1",
    "Ed25519",
    "Ed448",
];

/// Why evidence about revocation is not taken however old it says it is: who can forge it today writes any date into it.
pub(crate) fn forgeable(scheme: Scheme, key: &KeyKind) -> Option<String> {
    match key {
        _ if scheme.digest() == Some(Digest::Sha1) => Some(scheme.to_string()),
        KeyKind::Rsa { bits } if *bits < MIN_RSA_BITS => Some(key.to_string()),
        KeyKind::Rsa { .. }
        | KeyKind::P256
        | KeyKind::P384
        | KeyKind::P521
        | KeyKind::BrainpoolP256
        | KeyKind::BrainpoolP384
        | KeyKind::Ed25519
        | KeyKind::Ed448
        | KeyKind::Other(_) => None,
    }
}

const MIN_RSA_BITS: usize = 2048;

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> UtcTime {
        UtcTime::parse_rfc3339(text).unwrap()
    }

    fn rsa(bits: usize) -> KeyKind {
        KeyKind::Rsa { bits }
    }

    #[test]
    fn an_algorithm_holds_to_the_last_second_of_its_time() {
        let policy = AlgorithmPolicy::default();
        let sha1 = |time| policy.digest(Digest::Sha1, at(time));
        assert_eq!(sha1("2013-12-31T23:59:59Z"), None);
        let ended = sha1("2014-01-01T00:00:00Z").unwrap();
        assert_eq!(ended.until, Some(at("2013-12-31T23:59:59Z")));
        assert_eq!(
            policy.digest(Digest::Sha256, at("2090-01-01T00:00:00Z")),
            None
        );
    }

    #[test]
    fn the_shorter_a_key_the_earlier_its_end() {
        let policy = AlgorithmPolicy::default();
        let scheme = Scheme::RsaPkcs1(Digest::Sha256);
        let until = |bits, time| {
            Some(
                policy
                    .value(scheme, &rsa(bits), at(time))?
                    .until?
                    .to_string(),
            )
        };
        let (now, later) = ("2026-11-24T00:00:00Z", "2031-01-01T00:00:00Z");
        assert_eq!(until(1024, later).as_deref(), Some("2013-12-31T23:59:59Z"));
        assert_eq!(until(2048, now), None);
        assert_eq!(until(2048, later).as_deref(), Some("2030-12-31T23:59:59Z"));
        assert_eq!(until(3072, later), None);
    }

    #[test]
    fn a_policy_may_end_an_algorithm_earlier_or_never_have_it() {
        let mut policy = AlgorithmPolicy::default();
        let sunset = |name: &str, bits_below, until: Option<&str>| Sunset {
            name: name.to_owned(),
            bits_below,
            until: until.map(at),
        };
        policy
            .set(sunset("P-256", None, Some("2026-01-01T00:00:00Z")))
            .unwrap();
        policy.set(sunset("SHA-1", None, None)).unwrap();
        policy
            .set(sunset("RSA", Some(3072), Some("2099-01-01T00:00:00Z")))
            .unwrap();
        let scheme = Scheme::Ecdsa(Digest::Sha256);
        assert!(
            policy
                .value(scheme, &KeyKind::P256, at("2026-11-24T00:00:00Z"))
                .is_some()
        );
        assert!(
            policy
                .value(scheme, &KeyKind::P384, at("2026-11-24T00:00:00Z"))
                .is_none()
        );
        let never = policy
            .digest(Digest::Sha1, at("1996-01-01T00:00:00Z"))
            .unwrap();
        assert_eq!(never.until, None);
        let scheme = Scheme::RsaPkcs1(Digest::Sha256);
        assert!(
            policy
                .value(scheme, &rsa(2048), at("2031-01-01T00:00:00Z"))
                .is_none()
        );
    }

    #[test]
    fn a_name_that_nothing_has_is_refused() {
        let mut policy = AlgorithmPolicy::default();
        for (name, bits_below) in [("SHA1", None), ("P-256", Some(256)), ("Rot13", None)] {
            let sunset = Sunset {
                name: name.to_owned(),
                bits_below,
                until: None,
            };
            assert!(policy.set(sunset).is_err(), "{name}");
        }
    }
}
