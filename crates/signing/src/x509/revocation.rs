//! What lists and answers together say about a certificate.

use super::{
    certificate::Certificate,
    crl::{self, Crl, Status},
    ocsp::OcspResponse,
    path::{self, Validity},
};
use crate::UtcTime;

/// Everything that is known about revocation, of whatever kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Revocations {
    /// Revocation lists.
    pub lists: Vec<Crl>,
    /// Answers of responders.
    pub answers: Vec<OcspResponse>,
    /// Who may have signed a list that the certificate's own issuer did not sign.
    authorities: Vec<Certificate>,
    /// Who must vouch for them.
    anchors: Vec<Certificate>,
}

/// The one piece of evidence that clears a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clearing<'a> {
    /// A list it is not on.
    List(&'a Crl),
    /// An answer that says so.
    Answer(&'a OcspResponse),
}

impl Revocations {
    /// Reads what can be read.
    pub fn read<'a>(
        lists: impl Iterator<Item = &'a Vec<u8>>,
        answers: impl Iterator<Item = &'a Vec<u8>>,
    ) -> Self {
        Self {
            lists: lists.filter_map(|der| Crl::parse(der).ok()).collect(),
            answers: answers
                .filter_map(|der| OcspResponse::parse(der).ok())
                .collect(),
            authorities: Vec::new(),
            anchors: Vec::new(),
        }
    }

    /// With more lists.
    #[must_use]
    pub fn and_lists(mut self, more: impl Iterator<Item = Crl>) -> Self {
        self.lists.extend(more);
        self
    }

    /// With certificates among which the signers of lists may be, and the anchors that must vouch for those.
    #[must_use]
    pub fn and_authorities(mut self, pool: &[Certificate], anchors: &[Certificate]) -> Self {
        self.authorities = pool.to_vec();
        self.anchors = anchors.to_vec();
        self
    }

    /// Revoked wins, then good by the newest evidence, then the best-founded "unknown".
    pub fn status(&self, certificate: &Certificate, issuer: &Certificate, at: UtcTime) -> Status {
        self.status_within(certificate, issuer, at, MAX_DELEGATION)
    }

    fn status_within(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
        at: UtcTime,
        depth: u8,
    ) -> Status {
        let authorised = |list: &Crl| {
            list.is_by(issuer) || self.is_delegated(list, certificate, issuer, at, depth)
        };
        let by_lists = crl::status_by(&self.lists, certificate, at, &authorised);
        let by_answers = self
            .answers
            .iter()
            .map(|answer| answer.status(certificate, issuer, &self.lists, at));
        crl::weigh(std::iter::once(by_lists).chain(by_answers))
    }

    /// Whether another authority signed a list, to which the same anchor leads, and which is not revoked (RFC 5280
    /// 6.3.3 f). How far one list rests on another is bounded by `depth`.
    fn is_delegated(
        &self,
        list: &Crl,
        certificate: &Certificate,
        issuer: &Certificate,
        at: UtcTime,
        depth: u8,
    ) -> bool {
        let Some(depth) = depth.checked_sub(1) else {
            return false;
        };
        let named = |one: &&Certificate| one.subject_name == list.issuer && one.der != issuer.der;
        let candidates = self.authorities.iter().filter(named);
        candidates.take(MAX_CANDIDATES).any(|signer| {
            list.is_by(signer)
                && path::build(signer, &self.authorities, &self.anchors, at).is_ok_and(|path| {
                    let same_anchor = path.certificates().last().is_some_and(|anchor| {
                        let anchor = std::slice::from_ref(anchor);
                        path::build(certificate, &self.authorities, anchor, at).is_ok()
                    });
                    same_anchor
                        && *path.validity() == Validity::Inside
                        && !path.links().any(|(certificate, issuer)| {
                            let status = self.status_within(certificate, issuer, at, depth);
                            matches!(status, Status::Revoked { .. })
                        })
                })
        })
    }

    /// What clears it, an answer before a list, the newest of each kind; nothing when it is revoked or not known.
    pub fn clearing(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
        at: UtcTime,
    ) -> Option<Clearing<'_>> {
        if !matches!(self.status(certificate, issuer, at), Status::Good { .. }) {
            return None;
        }
        let when = |status: Status| match status {
            Status::Good { this_update } => Some(this_update),
            Status::Revoked { .. } | Status::Unknown(_) => None,
        };
        let answer = self
            .answers
            .iter()
            .filter_map(|answer| {
                let at = when(answer.status(certificate, issuer, &self.lists, at))?;
                Some((at, answer))
            })
            .max_by_key(|(at, _)| *at)
            .map(|(_, answer)| Clearing::Answer(answer));
        answer.or_else(|| {
            self.lists
                .iter()
                .filter_map(|list| Some((when(list.status(certificate, issuer, at))?, list)))
                .max_by_key(|(at, _)| *at)
                .map(|(_, list)| Clearing::List(list))
        })
    }
}

/// A list may rest on another list, which may rest on a third.
const MAX_DELEGATION: u8 = 2;
const MAX_CANDIDATES: usize = 8;
