//! What lists and answers together say about a certificate.

use super::{
    certificate::Certificate,
    crl::{self, Crl, Status},
    ocsp::OcspResponse,
};
use crate::UtcTime;

/// Everything that is known about revocation, of whatever kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Revocations {
    /// Revocation lists.
    pub lists: Vec<Crl>,
    /// Answers of responders.
    pub answers: Vec<OcspResponse>,
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
        }
    }

    /// With more lists.
    #[must_use]
    pub fn and_lists(mut self, more: impl Iterator<Item = Crl>) -> Self {
        self.lists.extend(more);
        self
    }

    /// Revoked wins, then good by the newest evidence, then the best-founded "unknown".
    pub fn status(&self, certificate: &Certificate, issuer: &Certificate, at: UtcTime) -> Status {
        let by_lists = crl::status(&self.lists, certificate, issuer, at);
        let by_answers = self
            .answers
            .iter()
            .map(|answer| answer.status(certificate, issuer, &self.lists, at));
        crl::weigh(std::iter::once(by_lists).chain(by_answers))
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
