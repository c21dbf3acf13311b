//! From a signed file to one that carries its own evidence: only ever appended to, and read back before it is believed.

use std::sync::Arc;

use remote::evidence::{self, NoEvidence};
use signing::UtcTime;
use signing::policy::Policy;
use signing::sign::archive;
use signing::source::ByteSource;
use signing::validate::{Evidence, Headline, Kind, Level as Reached, Need, Report};
use worker::{PdfWorker, WorkerError};

use super::own::Own;
use super::{Level, NoToken, PreservationProblem, timestamp};
use crate::verification::Trust;
use crate::{App, ServiceError};

/// Why a file is not at its level yet.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotRaised {
    /// No authority gave a timestamp.
    #[error(transparent)]
    Timestamp(#[from] NoToken),
    /// A source did not answer.
    #[error(transparent)]
    Evidence(#[from] NoEvidence),
    /// One of our own lists is missing or out of date.
    #[error("our own revocation list does not tell about the certificate of {0}")]
    OwnList(String),
    /// A certificate is revoked, not trusted or not cleared.
    #[error("{0}")]
    Certificate(String),
    /// The result does not read back as the level.
    #[error("what was made reads back as {0}")]
    Level(String),
    /// The service itself failed.
    #[error(transparent)]
    Service(#[from] ServiceError),
}

impl NotRaised {
    /// The word under which people are told; `None` for a failure that is not about this letter.
    pub(super) const fn word(&self) -> Option<PreservationProblem> {
        match self {
            Self::Timestamp(_) => Some(PreservationProblem::Timestamp),
            Self::Evidence(_) | Self::OwnList(_) => Some(PreservationProblem::Evidence),
            Self::Certificate(_) => Some(PreservationProblem::Certificate),
            Self::Level(_) => Some(PreservationProblem::Level),
            Self::Service(_) => None,
        }
    }
}

impl From<WorkerError> for NotRaised {
    fn from(error: WorkerError) -> Self {
        Self::Service(error.into())
    }
}

/// A file at its level.
pub(super) struct Raised {
    pub(super) bytes: Vec<u8>,
    /// When the certificate of its newest document timestamp ends, where it has one.
    pub(super) expires: Option<UtcTime>,
}

/// Appends what the file lacks to be at `level`, above B-T.
pub(super) async fn raise(
    app: &Arc<App>,
    bytes: Vec<u8>,
    level: Level,
) -> Result<Raised, NotRaised> {
    let own = Own::load(app).await?;
    let Trust { policy, evidence } = Trust::load(app).await?;
    let mut work = Work {
        app,
        own,
        policy,
        evidence,
        at: UtcTime::from_unix(app.now().seconds()),
        bytes: Arc::new(bytes),
        expires: None,
    };
    if !work.complete().await? {
        work.timestamp(level).await?;
        work.complete().await?;
    }
    work.keep_evidence().await?;
    if level == Level::BLta {
        work.timestamp(level).await?;
    }
    work.confirm(level).await?;
    let bytes = Arc::unwrap_or_clone(work.bytes);
    Ok(Raised {
        bytes,
        expires: work.expires,
    })
}

struct Work<'a> {
    app: &'a Arc<App>,
    own: Own,
    policy: Policy,
    evidence: Evidence,
    at: UtcTime,
    bytes: Arc<Vec<u8>>,
    expires: Option<UtcTime>,
}

impl Work<'_> {
    /// Fetches until nothing more is needed; says whether timestamps prove every signature.
    async fn complete(&mut self) -> Result<bool, NotRaised> {
        let mut met: Vec<Need> = Vec::new();
        loop {
            let (evidence, policy, at) = (self.evidence.clone(), self.policy.clone(), self.at);
            let lacking = self
                .work(move |worker, source| worker.lacking(source, evidence, policy, at))
                .await?;
            // What was fetched once and is needed again is not helped by fetching it again.
            let next = lacking.needs.into_iter().find(|need| !met.contains(need));
            let Some(need) = next.filter(|_| met.len() < MOST_NEEDS) else {
                return Ok(lacking.proven);
            };
            if self.own.would_tell(&need) {
                let (Need::Revocation { subject, .. } | Need::Issuer { subject, .. }) = need;
                return Err(NotRaised::OwnList(subject));
            }
            let outside = &self.app.outside;
            evidence::meet(outside, &mut self.evidence, &self.app.rng, at, &need).await?;
            met.push(need);
        }
    }

    async fn keep_evidence(&mut self) -> Result<(), NotRaised> {
        let (evidence, policy, at) = (self.evidence.clone(), self.policy.clone(), self.at);
        let append = self
            .work(move |worker, source| worker.keep_evidence(source, evidence, policy, at))
            .await?;
        self.append(&append);
        Ok(())
    }

    async fn timestamp(&mut self, level: Level) -> Result<(), NotRaised> {
        let prepared = self
            .work(|worker, source| worker.prepare_timestamp(source))
            .await?;
        let imprint = archive::imprint(&prepared);
        let token = timestamp(self.app, &imprint, level, archive::CAPACITY).await?;
        let ends = token.check().ok().map(|authority| authority.not_after);
        let append = self
            .work(move |worker, source| worker.embed(source, prepared, token.der))
            .await?;
        self.append(&append);
        self.expires = ends;
        Ok(())
    }

    /// Judges the result as somebody would who has the file and the anchors only.
    async fn confirm(&self, level: Level) -> Result<(), NotRaised> {
        let (policy, at) = (self.policy.clone(), self.at);
        let report = self
            .work(move |worker, source| worker.validate(source, Evidence::new(), policy, at))
            .await?;
        if report.headline == Headline::Intact && is_at(&report, level) {
            return Ok(());
        }
        let [headline, ..] = report.lines(signing::validate::Language::En);
        Err(NotRaised::Level(headline))
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn PdfWorker, Arc<dyn ByteSource>) -> Result<T, WorkerError>
        + Send
        + 'static,
    ) -> Result<T, NotRaised> {
        let (worker, bytes) = (Arc::clone(&self.app.worker), Arc::clone(&self.bytes));
        let source: Arc<dyn ByteSource> = bytes;
        let done = tokio::task::spawn_blocking(move || work(worker.as_ref(), source)).await;
        match done.map_err(ServiceError::from)? {
            // The reasons of a refusal are about certificates; what is broken is not about this letter.
            Err(WorkerError::Refused { reason } | WorkerError::Forbidden { reason, .. }) => {
                Err(NotRaised::Certificate(reason))
            }
            done => Ok(done?),
        }
    }

    fn append(&mut self, append: &[u8]) {
        Arc::make_mut(&mut self.bytes).extend_from_slice(append);
    }
}

fn is_at(report: &Report, level: Level) -> bool {
    report
        .signatures
        .iter()
        .filter(|one| one.kind == Kind::Signature)
        .all(|one| {
            one.level
                .and_then(named)
                .is_some_and(|found| found >= level)
        })
}

const fn named(reached: Reached) -> Option<Level> {
    match reached {
        Reached::PadesBB => Some(Level::BB),
        Reached::PadesBT => Some(Level::BT),
        Reached::PadesBLT => Some(Level::BLt),
        Reached::PadesBLTA => Some(Level::BLta),
        Reached::Pkcs7B => None,
    }
}

/// Far above what signers and authorities of one letter need.
const MOST_NEEDS: usize = 100;
