//! Facts as they are kept: what was received stays in its own bytes and is read again, so that old facts can be judged
//! under a new policy.

use serde::{Deserialize, Serialize};

use super::{
    facts::{Covered, DocumentDigest, Form, Later, RangeProblem, SignatureFacts},
    report::Kind,
};
use crate::{UtcTime, cms::parse::ReceivedCms};

/// [`SignatureFacts`] without what can be read from the rest.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredSignature {
    field: String,
    shared_with: Vec<String>,
    kind: Kind,
    form: Form,
    range: Result<Covered, RangeProblem>,
    #[serde(with = "hexadecimal")]
    contents: Vec<u8>,
    #[serde(default, with = "hexadecimal_list")]
    named_certificates: Vec<Vec<u8>>,
    digest: Option<DocumentDigest>,
    claimed_time: Option<UtcTime>,
    reason: Option<String>,
    location: Option<String>,
    certifies: Option<u8>,
    covers_store: bool,
    later: Later,
}

impl From<SignatureFacts> for StoredSignature {
    fn from(facts: SignatureFacts) -> Self {
        Self {
            field: facts.field,
            shared_with: facts.shared_with,
            kind: facts.kind,
            form: facts.form,
            range: facts.range,
            contents: facts.contents,
            named_certificates: facts.named_certificates,
            digest: facts.digest,
            claimed_time: facts.claimed_time,
            reason: facts.reason,
            location: facts.location,
            certifies: facts.certifies,
            covers_store: facts.covers_store,
            later: facts.later,
        }
    }
}

impl From<StoredSignature> for SignatureFacts {
    fn from(stored: StoredSignature) -> Self {
        Self {
            field: stored.field,
            shared_with: stored.shared_with,
            kind: stored.kind,
            form: stored.form,
            range: stored.range,
            cms: ReceivedCms::parse(&stored.contents),
            contents: stored.contents,
            named_certificates: stored.named_certificates,
            digest: stored.digest,
            claimed_time: stored.claimed_time,
            reason: stored.reason,
            location: stored.location,
            certifies: stored.certifies,
            covers_store: stored.covers_store,
            later: stored.later,
        }
    }
}

/// Octets as pairs of hexadecimal digits.
pub(super) mod hexadecimal {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use crate::num;

    pub(in crate::validate) fn serialize<S: Serializer>(
        octets: &[u8],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&num::hexadecimal(octets))
    }

    pub(in crate::validate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        octets(&text).ok_or_else(|| D::Error::custom("not pairs of hexadecimal digits"))
    }

    pub(super) fn octets(text: &str) -> Option<Vec<u8>> {
        let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
            return None;
        };
        let octet = |pair: &[u8; 2]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
        pairs.iter().map(octet).collect()
    }
}

/// The same for a list.
pub(super) mod hexadecimal_list {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    use super::hexadecimal::octets;
    use crate::num;

    pub(in crate::validate) fn serialize<S: Serializer>(
        all: &[Vec<u8>],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let all: Vec<String> = all.iter().map(|one| num::hexadecimal(one)).collect();
        all.serialize(serializer)
    }

    pub(in crate::validate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<Vec<u8>>, D::Error> {
        let all = Vec::<String>::deserialize(deserializer)?;
        let all: Option<Vec<Vec<u8>>> = all.iter().map(|text| octets(text)).collect();
        all.ok_or_else(|| D::Error::custom("not pairs of hexadecimal digits"))
    }
}
