//! What a field demands of the signature in it: its seed value dictionary (ISO 32000-2 12.7.5.5, tables 237 to 239). What is
//! demanded is kept, or refused by name before anything is signed. A flag whose entry is not there demands nothing.

mod certificate;
mod demand;

pub use demand::Demand;

use super::{
    error::{Rule, SignError},
    request::{Lock, Permission, Request, Room},
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
    /// What the field locks.
    pub(super) lock: Option<&'a Lock>,
}

/// What the signature has to have because its field demands it.
#[derive(Default)]
pub(super) struct Kept {
    /// A permission that neither the request nor the field's lock has.
    pub(super) permission: Option<Permission>,
    /// A timestamp.
    pub(super) stamped: bool,
}

/// Holds the signature that is asked for against the demands of its field.
///
/// # Errors
/// The first demand that cannot be met.
pub(super) fn keep(
    view: &View<'_>,
    (name, field): (&str, &Located),
    request: &Request,
    known: Known<'_>,
) -> Result<Kept, SignError> {
    let Some(seed) = Seed::of(view, field)? else {
        return Ok(Kept::default());
    };
    seed.keep(request, known).map_err(|unmet| match unmet {
        Unmet::Demand(demand) => SignError::Forbidden(Rule::SeedValue {
            field: name.to_owned(),
            demand,
        }),
        Unmet::Unread(error) => error.into(),
    })
}

/// What a field demands, as the keys that say so.
pub(super) fn demands(view: &View<'_>, field: &Located) -> Result<Vec<String>, ReadError> {
    let Some(seed) = Seed::of(view, field)? else {
        return Ok(Vec::new());
    };
    let mut named: Vec<String> = KEYS
        .iter()
        .filter(|(bit, _)| seed.part.demands(*bit))
        .map(|(_, key)| (*key).to_owned())
        .collect();
    if let Some(mdp) = seed.part.dictionary(b"MDP")?
        && let Some(number) = mdp.number(b"P")?
    {
        named.push(format!("MDP {number}"));
    }
    for key in ["Cert", "TimeStamp"] {
        if seed
            .part
            .dictionary(key.as_bytes())?
            .is_some_and(|part| part.flags != 0)
        {
            named.push(key.to_owned());
        }
    }
    Ok(named)
}

/// Why a field stands against a signature.
enum Unmet {
    /// A demand is not met.
    Demand(Demand),
    /// The demands cannot be read.
    Unread(ReadError),
}

impl From<Demand> for Unmet {
    fn from(demand: Demand) -> Self {
        Self::Demand(demand)
    }
}

impl From<ReadError> for Unmet {
    fn from(error: ReadError) -> Self {
        Self::Unread(error)
    }
}

/// A dictionary of demands, with the flags that say which of them are no mere wishes.
struct Part<'a> {
    view: &'a View<'a>,
    at: Located,
    flags: i64,
}

impl<'a> Part<'a> {
    fn of(view: &'a View<'a>, of: &Located, key: &[u8]) -> Result<Option<Self>, ReadError> {
        let Some(at) = view.entry(of, key)?.filter(|at| at.dictionary().is_some()) else {
            return Ok(None);
        };
        let flags = view.entry(&at, b"Ff")?;
        let flags = flags.and_then(|flags| flags.node.as_integer()).unwrap_or(0);
        Ok(Some(Self { view, at, flags }))
    }

    fn dictionary(&self, key: &[u8]) -> Result<Option<Self>, ReadError> {
        Self::of(self.view, &self.at, key)
    }

    fn demands(&self, bit: u32) -> bool {
        self.flags >> (bit - 1) & 1 == 1
    }

    /// The entry that a flag demands, when it is there.
    fn demanded(&self, bit: u32, key: &[u8]) -> Result<Option<Located>, ReadError> {
        if self.demands(bit) {
            self.view.entry(&self.at, key)
        } else {
            Ok(None)
        }
    }

    /// The texts of an array that a flag demands, when it is there.
    fn texts(&self, bit: u32, key: &[u8]) -> Result<Option<Vec<String>>, ReadError> {
        let Some(listed) = self.demanded(bit, key)? else {
            return Ok(None);
        };
        let items = self.view.items(&listed)?;
        Ok(Some(items.iter().map(said).collect()))
    }

    fn text(&self, key: &[u8]) -> Result<Option<String>, ReadError> {
        Ok(self.view.entry(&self.at, key)?.as_ref().map(said))
    }

    fn number(&self, key: &[u8]) -> Result<Option<i64>, ReadError> {
        let found = self.view.entry(&self.at, key)?;
        Ok(found.and_then(|found| found.node.as_integer()))
    }

    /// Flags beyond those that the standard names.
    fn known_flags(&self, name: &'static str, known: i64) -> Result<(), Unmet> {
        match self.flags & !known {
            0 => Ok(()),
            unknown => Err(Demand::Unknown(name, unknown).into()),
        }
    }
}

/// A name or a string as text, anything else as it is written.
fn said(at: &Located) -> String {
    let bytes = at.node.as_name().or_else(|| at.node.as_string());
    bytes.map_or_else(
        || String::from_utf8_lossy(at.source()).into_owned(),
        text::decode,
    )
}

struct Seed<'a> {
    part: Part<'a>,
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
const ALL: i64 = (1 << LOOK) - 1;

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

/// ISO 32000-2 is the third version of seed values.
const NEWEST_VERSION: f64 = 3.0;

impl<'a> Seed<'a> {
    fn of(view: &'a View<'a>, field: &Located) -> Result<Option<Self>, ReadError> {
        Ok(Part::of(view, field, b"SV")?.map(|part| Self { part }))
    }

    fn keep(&self, request: &Request, known: Known<'_>) -> Result<Kept, Unmet> {
        self.part.known_flags("SV", ALL)?;
        self.form()?;
        self.digest(known.digest)?;
        self.reason(request)?;
        self.certification(request)?;
        if let Some(cert) = self.part.dictionary(b"Cert")? {
            certificate::check(&cert, known.chain, request.claimed_time)?;
        }
        Ok(Kept {
            permission: self.lock(request, known.lock)?,
            stamped: self.timestamp(request)?,
        })
    }

    /// What form the signature has.
    fn form(&self) -> Result<(), Unmet> {
        if let Some(filter) = self.part.demanded(FILTER, b"Filter")?
            && filter.node.as_name() != Some(b"Adobe.PPKLite")
        {
            return Err(Demand::Filter(said(&filter)).into());
        }
        if let Some(forms) = self.part.texts(SUB_FILTER, b"SubFilter")?
            && !forms.iter().any(|form| form == "ETSI.CAdES.detached")
        {
            return Err(Demand::SubFilter(forms).into());
        }
        if let Some(version) = self.part.demanded(VERSION, b"V")?
            && version
                .node
                .as_number()
                .is_none_or(|version| version > NEWEST_VERSION)
        {
            return Err(Demand::Version(said(&version)).into());
        }
        if self.part.demanded(LEGAL, b"LegalAttestation")?.is_some() {
            return Err(Demand::LegalAttestation.into());
        }
        if let Some(inside) = self.part.demanded(REVOCATION, b"AddRevInfo")?
            && inside.node.value != Value::Boolean(false)
        {
            return Err(Demand::AddRevInfo.into());
        }
        if let Some(look) = self.part.demanded(LOOK, b"AppearanceFilter")? {
            return Err(Demand::AppearanceFilter(said(&look)).into());
        }
        Ok(())
    }

    fn digest(&self, digest: Digest) -> Result<(), Unmet> {
        match self.part.texts(DIGEST, b"DigestMethod")? {
            Some(named)
                if !named
                    .iter()
                    .any(|one| one.eq_ignore_ascii_case(method(digest))) =>
            {
                Err(Demand::DigestMethod(named).into())
            }
            Some(_) | None => Ok(()),
        }
    }

    /// No array, or one with a lone full stop, means that no reason may be given.
    fn reason(&self, request: &Request) -> Result<(), Unmet> {
        if !self.part.demands(REASONS) {
            return Ok(());
        }
        let offered = self.part.texts(REASONS, b"Reasons")?.unwrap_or_default();
        match &request.reason {
            None if offered.is_empty() || offered == ["."] => Ok(()),
            Some(_) if offered.is_empty() || offered == ["."] => Err(Demand::NoReason.into()),
            Some(reason) if offered.contains(reason) => Ok(()),
            Some(_) | None => Err(Demand::Reasons(offered).into()),
        }
    }

    /// `/MDP`: 0 asks for an approval signature, 1 to 3 for a certification that allows just this. It has no flag.
    fn certification(&self, request: &Request) -> Result<(), Unmet> {
        let mdp = self.part.dictionary(b"MDP")?;
        let wanted = mdp.map(|mdp| mdp.number(b"P")).transpose()?.flatten();
        match wanted {
            Some(wanted)
                if wanted != request.certify.map_or(0, |given| i64::from(given.number())) =>
            {
                Err(Demand::Certification(wanted).into())
            }
            Some(_) | None => Ok(()),
        }
    }

    /// A locked document is one that a signature closes (DocMDP P=1), be it by certification, by the field's own lock, or,
    /// where neither says anything, because it is demanded.
    fn lock(&self, request: &Request, lock: Option<&Lock>) -> Result<Option<Permission>, Unmet> {
        let Some(wanted) = self.part.demanded(LOCK, b"LockDocument")? else {
            return Ok(None);
        };
        let given = request.certify.or(lock.and_then(|lock| lock.permission));
        match (said(&wanted).as_str(), given) {
            ("true", None) => Ok(Some(Permission::P1)),
            ("true", Some(Permission::P2 | Permission::P3)) => Err(Demand::Lock.into()),
            ("false", Some(Permission::P1)) => Err(Demand::NoLock.into()),
            // "auto" leaves it to whoever signs.
            _ => Ok(None),
        }
    }

    /// `/TimeStamp` (table 237): its flag asks for a timestamp; its address is one where there are some.
    fn timestamp(&self, request: &Request) -> Result<bool, Unmet> {
        let Some(part) = self
            .part
            .dictionary(b"TimeStamp")?
            .filter(|part| part.flags != 0)
        else {
            return Ok(false);
        };
        part.known_flags("TimeStamp", 1)?;
        match request.room {
            Room::Signature => {
                let authority = part.text(b"URL")?;
                Err(Demand::Timestamp { authority }.into())
            }
            Room::Stamped | Room::Bytes(_) => Ok(true),
        }
    }
}

/// A digest as `/DigestMethod` names it (table 237).
fn method(digest: Digest) -> &'static str {
    match digest {
        Digest::Sha1 => "SHA1",
        Digest::Sha256 => "SHA256",
        Digest::Sha384 => "SHA384",
        Digest::Sha512 => "SHA512",
        Digest::Sha3_256 => "SHA3-256",
        Digest::Sha3_384 => "SHA3-384",
        Digest::Sha3_512 => "SHA3-512",
        Digest::Shake256 => "SHAKE256",
    }
}
