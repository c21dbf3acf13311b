//! What lists and answers together say about a certificate.

use super::{
    certificate::Certificate,
    crl::{self, Crl, Status, Unknown},
    ocsp::{CLOCKS_APART, OcspResponse},
    path::{self, Validity},
};
use crate::UtcTime;

/// Everything that is known about revocation, of whatever kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revocations {
    /// The clock of who asks.
    now: UtcTime,
    known: Known,
    /// What is of a time to come, further than a clock is wrong: it clears nobody, whatever made it.
    ahead: Known,
    /// Who may have signed a list that the certificate's own issuer did not sign.
    authorities: Vec<Certificate>,
    /// Who must vouch for them.
    anchors: Vec<Certificate>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Known {
    /// Revocation lists.
    lists: Vec<Crl>,
    /// Answers of responders.
    answers: Vec<OcspResponse>,
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
    /// Reads what can be read, for somebody whose clock says `now`.
    pub fn read<'a>(
        lists: impl Iterator<Item = &'a Vec<u8>>,
        answers: impl Iterator<Item = &'a Vec<u8>>,
        now: UtcTime,
    ) -> Self {
        let (ahead, answers) = answers
            .filter_map(|der| OcspResponse::parse(der).ok())
            .partition(|answer| is_ahead(answer.newest(), now));
        let read = Self {
            now,
            known: Known {
                lists: Vec::new(),
                answers,
            },
            ahead: Known {
                lists: Vec::new(),
                answers: ahead,
            },
            authorities: Vec::new(),
            anchors: Vec::new(),
        };
        read.and_lists(lists.filter_map(|der| Crl::parse(der).ok()))
    }

    /// With more lists.
    #[must_use]
    pub fn and_lists(mut self, more: impl Iterator<Item = Crl>) -> Self {
        for list in more {
            let ahead = is_ahead(list.this_update, self.now);
            let known = if ahead {
                &mut self.ahead
            } else {
                &mut self.known
            };
            known.lists.push(list);
        }
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

    /// Since when it is revoked by now, and why, whatever was so at another time.
    pub fn revoked_by_now(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
    ) -> Option<(UtcTime, Option<u8>)> {
        match self.status(certificate, issuer, self.now) {
            Status::Revoked { since, reason } => Some((since, reason)),
            Status::Good { .. } | Status::Unknown(_) => None,
        }
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
        let said = |by: &Known| {
            let by_lists = crl::status_by(&by.lists, certificate, at, &authorised);
            let answers = by.answers.iter();
            let by_answers =
                answers.map(|answer| answer.status(certificate, issuer, &self.known.lists, at));
            crl::weigh(std::iter::once(by_lists).chain(by_answers))
        };
        match (said(&self.known), said(&self.ahead)) {
            // What the issuer says against it is no less true for a clock that is wrong.
            (revoked @ Status::Revoked { .. }, _) | (_, revoked @ Status::Revoked { .. }) => {
                revoked
            }
            (Status::Unknown(_), Status::Good { .. }) => Status::Unknown(Unknown::Ahead),
            (known @ (Status::Good { .. } | Status::Unknown(_)), _) => known,
        }
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
            .known
            .answers
            .iter()
            .filter_map(|answer| {
                let at = when(answer.status(certificate, issuer, &self.known.lists, at))?;
                Some((at, answer))
            })
            .max_by_key(|(at, _)| *at)
            .map(|(_, answer)| Clearing::Answer(answer));
        answer.or_else(|| {
            let lists = self.known.lists.iter();
            lists
                .filter_map(|list| Some((when(list.status(certificate, issuer, at))?, list)))
                .max_by_key(|(at, _)| *at)
                .map(|(_, list)| Clearing::List(list))
        })
    }
}

fn is_ahead(made: UtcTime, now: UtcTime) -> bool {
    made.unix().saturating_sub(now.unix()) > CLOCKS_APART
}

/// A list may rest on another list, which may rest on a third.
const MAX_DELEGATION: u8 = 2;
const MAX_CANDIDATES: usize = 8;
