//! What a field demands of the signature in it: its seed value dictionary (ISO 32000-2 12.7.5.5, tables 237 to 239). What is
//! demanded and cannot be given is refused by name, before anything is signed.

use x509_parser::prelude::{FromDer, X509Certificate};

use super::{
    error::Rule,
    request::{Permission, Request},
    signer::CertificateDer,
};
use crate::{
    pdf::{Located, ReadError, Value, View, text},
    x509::digest::Digest,
};

/// What is known of the signature beside what is asked for.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    /// Whose certificate it will be, signer first.
    pub(super) chain: Option<&'a [CertificateDer]>,
    /// The digest over the document.
    pub(super) digest: Digest,
}

/// The first demand that the request, or the certificate if it is known, does not meet.
pub(super) fn unmet(
    view: &View<'_>,
    field: (&str, &Located),
    request: &Request,
    known: Known<'_>,
) -> Result<Option<Rule>, ReadError> {
    let Some(seed) = view.entry(field.1, b"SV")? else {
        return Ok(None);
    };
    let seed = Seed {
        view,
        at: &seed,
        flags: flags(view, &seed)?,
    };
    let demand = match seed.of_form(request, known.digest)? {
        Some(demand) => Some(demand),
        None => seed.of_certificate(known.chain)?,
    };
    Ok(demand.map(|demand| Rule::SeedValue {
        field: field.0.to_owned(),
        demand,
    }))
}

/// What a field demands, as the keys that say so.
pub(super) fn demands(view: &View<'_>, field: &Located) -> Result<Vec<String>, ReadError> {
    let Some(seed) = view.entry(field, b"SV")? else {
        return Ok(Vec::new());
    };
    let seed = Seed {
        view,
        at: &seed,
        flags: flags(view, &seed)?,
    };
    let mut named: Vec<String> = KEYS
        .iter()
        .filter(|(bit, _)| seed.demands(*bit))
        .map(|(_, key)| (*key).to_owned())
        .collect();
    if let Some(mdp) = view.entry(seed.at, b"MDP")?
        && let Some(number) = seed.number(&mdp, b"P")?
    {
        named.push(format!("MDP {number}"));
    }
    for key in ["Cert", "TimeStamp"] {
        if let Some(part) = view.entry(seed.at, key.as_bytes())?
            && flags(view, &part)? != 0
        {
            named.push(key.to_owned());
        }
    }
    Ok(named)
}

struct Seed<'a> {
    view: &'a View<'a>,
    at: &'a Located,
    flags: i64,
}

/// Bits of `/Ff` (table 237).
const FILTER: u32 = 1;
const SUB_FILTER: u32 = 2;
const VERSION: u32 = 3;
const REASONS: u32 = 4;
const LEGAL: u32 = 5;
const REVOCATION: u32 = 6;
const DIGEST: u32 = 7;
const LOCK: u32 = 8;
const LOOK: u32 = 9;

const KEYS: [(u32, &str); 9] = [
    (FILTER, "Filter"),
    (SUB_FILTER, "SubFilter"),
    (VERSION, "V"),
    (REASONS, "Reasons"),
    (LEGAL, "LegalAttestation"),
    (REVOCATION, "AddRevInfo"),
    (DIGEST, "DigestMethod"),
    (LOCK, "LockDocument"),
    (LOOK, "AppearanceFilter"),
];

impl Seed<'_> {
    fn demands(&self, bit: u32) -> bool {
        self.flags >> (bit - 1) & 1 == 1
    }

    fn of_form(
        &self,
        request: &Request,
        digest: Digest,
    ) -> Result<Option<&'static str>, ReadError> {
        if self.demands(FILTER) && self.name(b"Filter")?.as_deref() != Some(b"Adobe.PPKLite") {
            return Ok(Some("another signature handler (Filter)"));
        }
        if self.demands(SUB_FILTER) && !self.offers(b"SubFilter", b"ETSI.CAdES.detached")? {
            return Ok(Some("another form of signature than PAdES (SubFilter)"));
        }
        if self.demands(VERSION)
            && self
                .number(self.at, b"V")?
                .is_some_and(|version| version > 3)
        {
            return Ok(Some("a newer handler of seed values (V)"));
        }
        if self.demands(DIGEST) && !self.offers(b"DigestMethod", method(digest))? {
            return Ok(Some("another digest (DigestMethod)"));
        }
        if self.demands(REASONS) && !self.reason_is_offered(request)? {
            return Ok(Some("one of its own reasons (Reasons)"));
        }
        if self.demands(LEGAL) {
            return Ok(Some("a legal attestation (LegalAttestation)"));
        }
        if self.demands(REVOCATION) && self.says(b"AddRevInfo")? {
            return Ok(Some("revocation data inside the signature (AddRevInfo)"));
        }
        if self.demands(LOCK) && self.name(b"LockDocument")?.as_deref() == Some(b"true") {
            return Ok(Some("a lock of the whole document (LockDocument)"));
        }
        if self.demands(LOOK) {
            return Ok(Some("an appearance of its own (AppearanceFilter)"));
        }
        if let Some(stamp) = self.view.entry(self.at, b"TimeStamp")?
            && flags(self.view, &stamp)? & 1 == 1
        {
            return Ok(Some("a timestamp of its own authority (TimeStamp)"));
        }
        self.certification(request)
    }

    /// `/MDP`: 0 asks for an approval signature, 1 to 3 for a certification that allows just this.
    fn certification(&self, request: &Request) -> Result<Option<&'static str>, ReadError> {
        let Some(mdp) = self.view.entry(self.at, b"MDP")? else {
            return Ok(None);
        };
        let Some(wanted) = self.number(&mdp, b"P")? else {
            return Ok(None);
        };
        let same = Permission::from_number(wanted) == request.certify;
        Ok(match wanted {
            _ if same => None,
            0 => Some("a signature that does not certify (MDP 0)"),
            1 => Some("certification that allows no change (MDP 1)"),
            2 => Some("certification that allows filling forms and signing (MDP 2)"),
            3 => Some("certification that also allows annotating (MDP 3)"),
            _ => Some("an unknown kind of certification (MDP)"),
        })
    }

    fn reason_is_offered(&self, request: &Request) -> Result<bool, ReadError> {
        let mut offered = Vec::new();
        if let Some(reasons) = self.view.entry(self.at, b"Reasons")? {
            for reason in self.view.items(&reasons)? {
                offered.extend(reason.node.as_string().map(text::decode));
            }
        }
        // None, or a lone full stop, means that no reason may be given.
        if offered.is_empty() || offered == ["."] {
            return Ok(request.reason.is_none());
        }
        Ok(request
            .reason
            .as_ref()
            .is_some_and(|reason| offered.contains(reason)))
    }

    /// `/Cert` (table 238), as far as a certificate at hand decides it.
    fn of_certificate(
        &self,
        chain: Option<&[CertificateDer]>,
    ) -> Result<Option<&'static str>, ReadError> {
        let Some(cert) = self.view.entry(self.at, b"Cert")? else {
            return Ok(None);
        };
        let flags = flags(self.view, &cert)?;
        let demands = |bit: u32| flags >> (bit - 1) & 1 == 1;
        let Some(([leaf, issuers @ ..], true)) = chain.map(|chain| (chain, flags != 0)) else {
            return Ok((flags != 0).then_some("certain certificates (Cert), and none is known yet"));
        };
        if demands(1) && !self.lists(&cert, b"Subject", std::slice::from_ref(leaf))? {
            return Ok(Some("another signer's certificate (Cert, Subject)"));
        }
        if demands(2) && !self.lists(&cert, b"Issuer", issuers)? {
            return Ok(Some("a certificate of another authority (Cert, Issuer)"));
        }
        if demands(3) {
            return Ok(Some("certain certificate policies (Cert, OID)"));
        }
        if demands(4) {
            return Ok(Some("a certain name in the certificate (Cert, SubjectDN)"));
        }
        if demands(6) && !self.key_usage_fits(&cert, leaf)? {
            return Ok(Some("another use of the key (Cert, KeyUsage)"));
        }
        if demands(7) {
            return Ok(Some("a certificate from a certain place (Cert, URL)"));
        }
        Ok(None)
    }

    /// Whether an array of certificates holds one of these.
    fn lists(
        &self,
        cert: &Located,
        key: &[u8],
        wanted: &[CertificateDer],
    ) -> Result<bool, ReadError> {
        let Some(listed) = self.view.entry(cert, key)? else {
            return Ok(false);
        };
        let listed = self.view.items(&listed)?;
        Ok(listed.iter().any(|listed| {
            let der = listed.node.as_string();
            wanted.iter().any(|wanted| Some(wanted.0.as_slice()) == der)
        }))
    }

    /// Whether the key usage of the certificate fits one of the patterns: a digit per bit, X where it does not matter.
    fn key_usage_fits(&self, cert: &Located, leaf: &CertificateDer) -> Result<bool, ReadError> {
        let Ok((_, certificate)) = X509Certificate::from_der(&leaf.0) else {
            return Ok(false);
        };
        let usage = certificate.key_usage().ok().flatten();
        let bits = usage.map_or(0, |usage| usage.value.flags);
        let Some(patterns) = self.view.entry(cert, b"KeyUsage")? else {
            return Ok(true);
        };
        let patterns = self.view.items(&patterns)?;
        Ok(patterns.iter().any(|pattern| {
            let pattern = pattern.node.as_string().unwrap_or_default();
            pattern.iter().take(9).enumerate().all(|(at, wanted)| {
                let set = bits >> at & 1 == 1;
                match wanted {
                    b'1' => set,
                    b'0' => !set,
                    _ => true,
                }
            })
        }))
    }

    fn name(&self, key: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        let found = self.view.entry(self.at, key)?;
        Ok(found.and_then(|found| found.node.as_name().map(<[u8]>::to_vec)))
    }

    fn says(&self, key: &[u8]) -> Result<bool, ReadError> {
        let found = self.view.entry(self.at, key)?;
        Ok(found.is_some_and(|found| found.node.value == Value::Boolean(true)))
    }

    fn number(&self, of: &Located, key: &[u8]) -> Result<Option<i64>, ReadError> {
        let found = self.view.entry(of, key)?;
        Ok(found.and_then(|found| found.node.as_integer()))
    }

    /// Whether an array of names or strings, when it is there, holds this one.
    fn offers(&self, key: &[u8], wanted: &[u8]) -> Result<bool, ReadError> {
        let Some(listed) = self.view.entry(self.at, key)? else {
            return Ok(true);
        };
        let items = self.view.items(&listed)?;
        Ok(items
            .iter()
            .any(|item| item.node.as_name().or_else(|| item.node.as_string()) == Some(wanted)))
    }
}

/// A digest as `/DigestMethod` names it (table 237).
fn method(digest: Digest) -> &'static [u8] {
    match digest {
        Digest::Sha1 => b"SHA1",
        Digest::Sha256 => b"SHA256",
        Digest::Sha384 => b"SHA384",
        Digest::Sha512 => b"SHA512",
        Digest::Sha3_256 => b"SHA3-256",
        Digest::Sha3_384 => b"SHA3-384",
        Digest::Sha3_512 => b"SHA3-512",
    }
}

fn flags(view: &View<'_>, of: &Located) -> Result<i64, ReadError> {
    let flags = view.entry(of, b"Ff")?;
    Ok(flags.and_then(|flags| flags.node.as_integer()).unwrap_or(0))
}
