//! The digests that can be computed, at once or piece by piece: SHA-1 and SHA-2 by ring, SHA-3 and SHAKE256 by RustCrypto.

use der::asn1::ObjectIdentifier;
use ring::digest;
use sha3::{Digest as _, Sha3_256, Sha3_384, Sha3_512};
use shake::{
    Shake256,
    digest::{ExtendableOutput as _, XofReader as _},
};

use crate::cms::parse::AlgorithmId;

/// The digests that can be computed.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Digest {
    /// SHA-1: computed to name it, never trusted.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
    /// SHA3-256 (FIPS 202).
    Sha3_256,
    /// SHA3-384.
    Sha3_384,
    /// SHA3-512.
    Sha3_512,
    /// SHAKE256 with 512 bits of output, which is what CMS uses of it (RFC 8702, RFC 8419).
    Shake256,
}

impl Digest {
    /// Every one.
    pub const ALL: [Self; 8] = [
        Self::Sha1,
        Self::Sha256,
        Self::Sha384,
        Self::Sha512,
        Self::Sha3_256,
        Self::Sha3_384,
        Self::Sha3_512,
        Self::Shake256,
    ];

    /// The digest that an algorithm identifier names. Ed448 (RFC 8419) says the length of a SHAKE256 in its
    /// parameters, where another than 512 bits is none of these.
    pub fn read(algorithm: &AlgorithmId) -> Option<Self> {
        if algorithm.oid == SHAKE256_OF_A_LENGTH {
            let whole = algorithm.parameters.as_deref() == Some(&BITS_512);
            return whole.then_some(Self::Shake256);
        }
        Self::ALL
            .into_iter()
            .find(|digest| digest.oid() == algorithm.oid)
    }

    /// Its object identifier.
    pub const fn oid(self) -> ObjectIdentifier {
        ObjectIdentifier::new_unwrap(match self {
            Self::Sha1 => "1.3.14.3.2.26",
            Self::Sha256 => "2.16.840.1.101.3.4.2.1",
            Self::Sha384 => "2.16.840.1.101.3.4.2.2",
            Self::Sha512 => "2.16.840.1.101.3.4.2.3",
            Self::Sha3_256 => "2.16.840.1.101.3.4.2.8",
            Self::Sha3_384 => "2.16.840.1.101.3.4.2.9",
            Self::Sha3_512 => "2.16.840.1.101.3.4.2.10",
            Self::Shake256 => "2.16.840.1.101.3.4.2.12",
        })
    }

    /// Its name for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA-1",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
            Self::Sha3_256 => "SHA3-256",
            Self::Sha3_384 => "SHA3-384",
            Self::Sha3_512 => "SHA3-512",
            Self::Shake256 => "SHAKE256",
        }
    }

    /// How many bytes its values have.
    pub const fn length(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 | Self::Sha3_256 => 32,
            Self::Sha384 | Self::Sha3_384 => 48,
            Self::Sha512 | Self::Sha3_512 | Self::Shake256 => 64,
        }
    }

    /// Its value over `bytes`.
    pub fn of(self, bytes: &[u8]) -> Vec<u8> {
        let mut running = Running::new(self);
        running.update(bytes);
        running.finish()
    }
}

const SHAKE256_OF_A_LENGTH: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.18");
/// DER of the INTEGER 512.
const BITS_512: [u8; 4] = [2, 2, 2, 0];

/// A digest underway; a clone goes on by itself.
#[derive(Clone)]
pub struct Running(State);

#[derive(Clone)]
enum State {
    Ring(digest::Context),
    Sha3_256(Sha3_256),
    Sha3_384(Sha3_384),
    Sha3_512(Sha3_512),
    Shake256(Shake256),
}

impl Running {
    /// Over nothing yet.
    pub fn new(digest: Digest) -> Self {
        Self(match digest {
            Digest::Sha1 => State::Ring(digest::Context::new(&digest::SHA1_FOR_LEGACY_USE_ONLY)),
            Digest::Sha256 => State::Ring(digest::Context::new(&digest::SHA256)),
            Digest::Sha384 => State::Ring(digest::Context::new(&digest::SHA384)),
            Digest::Sha512 => State::Ring(digest::Context::new(&digest::SHA512)),
            Digest::Sha3_256 => State::Sha3_256(Sha3_256::new()),
            Digest::Sha3_384 => State::Sha3_384(Sha3_384::new()),
            Digest::Sha3_512 => State::Sha3_512(Sha3_512::new()),
            Digest::Shake256 => State::Shake256(Shake256::default()),
        })
    }

    /// And over these bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        match &mut self.0 {
            State::Ring(context) => context.update(bytes),
            State::Sha3_256(context) => context.update(bytes),
            State::Sha3_384(context) => context.update(bytes),
            State::Sha3_512(context) => context.update(bytes),
            State::Shake256(context) => shake::digest::Update::update(context, bytes),
        }
    }

    /// The value.
    pub fn finish(self) -> Vec<u8> {
        match self.0 {
            State::Ring(context) => context.finish().as_ref().to_vec(),
            State::Sha3_256(context) => context.finalize().to_vec(),
            State::Sha3_384(context) => context.finalize().to_vec(),
            State::Sha3_512(context) => context.finalize().to_vec(),
            State::Shake256(context) => {
                let mut value = vec![0; Digest::Shake256.length()];
                context.finalize_xof().read(&mut value);
                value
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pdf::text::hex_digits;

    fn hex(bytes: &[u8]) -> String {
        String::from_utf8(hex_digits(bytes).collect()).unwrap()
    }

    /// FIPS 180-4 and FIPS 202, "abc".
    #[test]
    fn every_digest_gives_the_value_of_its_standard_and_its_own_length() {
        let known = [
            "a9993e364706816aba3e25717850c26c9cd0d89d",
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
            "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532",
            "ec01498288516fc926459f58e2c6ad8df9b473cb0fc08c2596da7cf0e49be4b298d88cea927ac7f539f1edf228376d25",
            "b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e10e116e9192af3c91a7ec57647e3934057340b4cf408d5a56592f8274eec53f0",
            "483366601360a8771c6863080cc4114d8db44530f8f1e1ee4f94ea37e78b5739d5a15bef186a5386c75744c0527e1faa9f8726e462a12a4feb06bd8801e751e4",
        ];
        for (digest, value) in Digest::ALL.into_iter().zip(known) {
            assert_eq!(hex(&digest.of(b"abc")), value, "{}", digest.name());
            assert_eq!(digest.of(b"").len(), digest.length());
            assert_eq!(
                Digest::read(&algorithm(&digest.oid().to_string(), None)),
                Some(digest)
            );
        }
    }

    fn algorithm(oid: &str, parameters: Option<&[u8]>) -> AlgorithmId {
        AlgorithmId {
            oid: ObjectIdentifier::new_unwrap(oid),
            parameters: parameters.map(<[u8]>::to_vec),
        }
    }

    #[test]
    fn a_shake256_of_another_length_is_another_digest() {
        let of = |parameters| Digest::read(&algorithm("2.16.840.1.101.3.4.2.18", parameters));
        assert_eq!(of(Some(&[2, 2, 2, 0])), Some(Digest::Shake256));
        assert_eq!(of(Some(&[2, 2, 1, 0])), None);
        assert_eq!(of(None), None);
    }
}
