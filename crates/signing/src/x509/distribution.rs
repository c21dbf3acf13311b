//! Where revocation lists lie and which certificates each is about (RFC 5280 4.2.1.13 and 5.2.5).

use super::{
    certificate::Certificate,
    name::{GeneralName, Name, RelativeName},
};
use crate::cms::ber::{BerError, Reader, Tlv, tag};

/// One of a certificate's cRLDistributionPoints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DistributionPoint {
    pub(crate) name: Option<PointName>,
    pub(crate) reasons: Reasons,
    /// Who issues the lists there, when it is not the certificate's issuer.
    pub(crate) list_issuer: Vec<GeneralName>,
}

/// `DistributionPointName`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PointName {
    Full(Vec<GeneralName>),
    /// One step below the name of the list's issuer.
    Relative(RelativeName),
}

/// A set of reasons for a revocation, as the bits of `ReasonFlags`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reasons(u16);

/// What a list says about its own extent (issuingDistributionPoint). The default is a complete list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Extent {
    name: Option<PointName>,
    about: About,
    reasons: Reasons,
    /// Whether its entries may name other issuers.
    pub(crate) indirect: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum About {
    Everyone,
    Users,
    Authorities,
    /// Attribute certificates, or two kinds at once, which no certificate is.
    Nobody,
}

impl Reasons {
    pub(crate) const NONE: Self = Self(0);
    /// keyCompromise to aACompromise.
    pub(crate) const ALL: Self = Self(0x7f80);

    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(crate) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn read(bits: &[u8]) -> Self {
        let octet = |at| bits.get(at).copied().unwrap_or(0);
        Self(u16::from_be_bytes([octet(1), octet(2)])).and(Self::ALL)
    }
}

impl Default for Extent {
    fn default() -> Self {
        Self {
            name: None,
            about: About::Everyone,
            reasons: Reasons::ALL,
            indirect: false,
        }
    }
}

impl DistributionPoint {
    /// Reads cRLDistributionPoints.
    pub(crate) fn read_all(value: &[u8]) -> Result<Vec<Self>, BerError> {
        let points = Reader::new(value)
            .expect(tag::SEQUENCE)?
            .reader()
            .all(MAX_POINTS)?;
        points.into_iter().map(Self::read).collect()
    }

    fn read(tlv: Tlv<'_>) -> Result<Self, BerError> {
        let mut fields = tlv.expect(tag::SEQUENCE)?.reader();
        let name = fields.optional(tag::context(0))?;
        let reasons = fields.optional(tag::implicit(1))?;
        let list_issuer = fields.optional(tag::context(2))?;
        Ok(Self {
            name: name.map(PointName::read).transpose()?,
            reasons: reasons.map_or(Reasons::ALL, |bits| Reasons::read(bits.value)),
            list_issuer: list_issuer
                .map(GeneralName::read_all)
                .transpose()?
                .unwrap_or_default(),
        })
    }

    /// The addresses at which its lists can be fetched.
    pub(crate) fn urls(&self) -> impl Iterator<Item = &str> {
        let names = match &self.name {
            Some(PointName::Full(names)) => names.as_slice(),
            Some(PointName::Relative(_)) | None => &[],
        };
        names.iter().filter_map(|name| match name {
            GeneralName::Uri(uri) => Some(uri.as_str()),
            GeneralName::Email(_)
            | GeneralName::Dns(_)
            | GeneralName::Directory(_)
            | GeneralName::Ip(_)
            | GeneralName::Other(_) => None,
        })
    }
}

impl PointName {
    fn read(explicit: Tlv<'_>) -> Result<Self, BerError> {
        let choice = explicit.reader().any()?;
        if choice.tag == tag::context(1) {
            return Ok(Self::Relative(RelativeName::read(choice)?));
        }
        Ok(Self::Full(GeneralName::read_all(
            choice.expect(tag::context(0))?,
        )?))
    }

    fn names(&self, issuer: &Name) -> Vec<GeneralName> {
        match self {
            Self::Full(names) => names.clone(),
            Self::Relative(step) => vec![GeneralName::Directory(issuer.below(step))],
        }
    }
}

impl Extent {
    /// Reads issuingDistributionPoint.
    pub(crate) fn read(value: &[u8]) -> Result<Self, BerError> {
        let mut extent = Self::default();
        let fields = Reader::new(value).expect(tag::SEQUENCE)?.reader();
        for field in fields.all(MAX_POINTS)? {
            let set = field.value != [0].as_slice();
            match field.tag {
                0xa0 => extent.name = Some(PointName::read(field)?),
                0x81 if set => extent.about = extent.about.narrowed(About::Users),
                0x82 if set => extent.about = extent.about.narrowed(About::Authorities),
                0x83 => extent.reasons = Reasons::read(field.value),
                0x84 => extent.indirect = set,
                0x85 if set => extent.about = About::Nobody,
                0x81 | 0x82 | 0x85 => {}
                _ => return Err(BerError::Value("extent of a revocation list")),
            }
        }
        Ok(extent)
    }

    /// For which reasons a list of this extent by `list_issuer` would show a certificate as revoked (RFC 5280 6.3.3 b
    /// and d); none when it is not about the certificate.
    pub(crate) fn reasons_for(&self, certificate: &Certificate, list_issuer: &Name) -> Reasons {
        let authority = certificate
            .basic_constraints
            .is_some_and(|constraints| constraints.ca);
        let concerned = match self.about {
            About::Everyone => true,
            About::Users => !authority,
            About::Authorities => authority,
            About::Nobody => false,
        };
        if !concerned {
            return Reasons::NONE;
        }
        // A complete list of the issuer counts even where the certificate does not point at it.
        let implied = DistributionPoint {
            name: None,
            reasons: Reasons::ALL,
            list_issuer: Vec::new(),
        };
        let points = certificate.distribution_points.iter().chain([&implied]);
        points
            .filter(|point| self.is_at(point, certificate, list_issuer))
            .fold(Reasons::NONE, |sum, point| {
                sum.or(point.reasons.and(self.reasons))
            })
    }

    fn is_at(
        &self,
        point: &DistributionPoint,
        certificate: &Certificate,
        list_issuer: &Name,
    ) -> bool {
        let lawful_issuer = if point.list_issuer.is_empty() {
            *list_issuer == certificate.issuer_name
        } else {
            let named = GeneralName::Directory(list_issuer.clone());
            self.indirect && point.list_issuer.contains(&named)
        };
        if !lawful_issuer {
            return false;
        }
        let Some(own) = &self.name else { return true };
        let own = own.names(list_issuer);
        // To a certificate that points nowhere, an address says no more than where its issuer's list lies; a directory
        // name would be that of another part of the list (NIST PKITS 4.14.9).
        let is_address = |name: &GeneralName| matches!(name, GeneralName::Uri(_));
        if certificate.distribution_points.is_empty() && own.iter().all(is_address) {
            return true;
        }
        let theirs = match &point.name {
            Some(name) => name.names(list_issuer),
            None if point.list_issuer.is_empty() => {
                vec![GeneralName::Directory(certificate.issuer_name.clone())]
            }
            None => point.list_issuer.clone(),
        };
        own.iter().any(|name| theirs.contains(name))
    }
}

impl About {
    fn narrowed(self, to: Self) -> Self {
        if self == Self::Everyone {
            to
        } else {
            Self::Nobody
        }
    }
}

const MAX_POINTS: usize = 64;
