//! Judging a file that anybody brought.

use std::sync::Arc;
use std::time::{Duration, Instant};

use flow::digest::Sha256;
use flow::id::NaskahId;
use ring::digest::{Context, SHA256};
use signing::source::ByteSource;
use signing::validate::{Particulars, Report};
use signing::{Password, UtcTime};
use store::model::VersionKind;
use worker::{Done, ForPublic, PdfWorker, Task};

use super::Basis;
use super::trust::Trust;
use crate::{App, ServiceError};

/// What is found about a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// The judgement.
    pub report: Report,
    /// What fuller reports show of each signature.
    pub particulars: Vec<Particulars>,
    /// SHA-256 of the file.
    pub sha256: Sha256,
    /// How many bytes it has.
    pub size: u64,
    /// By what it was judged.
    pub basis: Basis,
    /// The letter of the register that it is a version of, byte for byte.
    pub known: Option<KnownLetter>,
}

/// A letter of the register, as far as whoever holds a version of it may know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownLetter {
    /// Where the register tells about it.
    pub code: String,
    /// The place of the version among the letter's versions.
    pub version: u64,
    /// Whether it is the newest.
    pub newest: bool,
}

/// Judges a file within the limits of the public; a password opens one that is locked. What cannot be read is a
/// headline, never an error.
///
/// # Errors
/// [`ServiceError::Worker`] when the worker is at fault, [`ServiceError::Store`].
pub async fn examine(
    app: &Arc<App>,
    source: Arc<dyn ByteSource>,
    password: Option<Password>,
) -> Result<Verdict, ServiceError> {
    let trust = Trust::load(app).await?;
    let basis = Basis::of(&trust.policy);
    let size = source.len();
    let at = UtcTime::from_unix(app.now().micros().div_euclid(1_000_000));
    let (worker, file) = (Arc::clone(&app.worker), Arc::clone(&source));
    let task = Task::Examine {
        evidence: trust.evidence,
        policy: trust.policy,
        at,
        password,
    };
    let (sha256, report, particulars) = tokio::task::spawn_blocking(move || {
        let sha256 = sha256_of(&*file)?;
        let began = Instant::now();
        let done = worker.run_for_public(task, Arc::clone(&file))?;
        let Done::Examine {
            report,
            particulars,
        } = done
        else {
            return Err(other_answer());
        };
        let report = if began.elapsed() > AGAIN_WITHIN {
            report
        } else {
            ForPublic(worker).read_again(report, file)
        };
        Ok::<_, ServiceError>((sha256, report, particulars))
    })
    .await??;
    let known = known(app, sha256).await?;
    Ok(Verdict {
        report,
        particulars,
        sha256,
        size,
        basis,
        known,
    })
}

/// The worker answered something that was not asked.
pub(super) fn other_answer() -> ServiceError {
    ServiceError::Worker(worker::WorkerError::Broken {
        reason: "an answer to another question".to_owned(),
    })
}

/// SHA-256 of a whole file, read in windows.
///
/// # Errors
/// [`ServiceError::Worker`] when the medium fails.
pub fn sha256_of(source: &dyn ByteSource) -> Result<Sha256, ServiceError> {
    let mut context = Context::new(&SHA256);
    let mut window = vec![0; WINDOW];
    let mut offset = 0;
    while offset < source.len() {
        let left = usize::try_from(source.len() - offset).unwrap_or(usize::MAX);
        let width = left.min(WINDOW);
        let part = window.get_mut(..width).unwrap_or_default();
        source.read_at(offset, part).map_err(|error| {
            ServiceError::Worker(worker::WorkerError::Broken {
                reason: error.to_string(),
            })
        })?;
        context.update(part);
        offset += u64::try_from(width).unwrap_or(u64::MAX);
    }
    let mut bytes = [0; 32];
    for (to, from) in bytes.iter_mut().zip(context.finish().as_ref()) {
        *to = *from;
    }
    Ok(Sha256(bytes))
}

/// The letter of the register that a file of this digest is a version of.
///
/// # Errors
/// [`ServiceError::Store`].
pub async fn known(app: &App, sha256: Sha256) -> Result<Option<KnownLetter>, ServiceError> {
    let mut tx = app.store.snapshot().await?;
    let Some(version) = tx.version_of_digest(sha256).await? else {
        return Ok(None);
    };
    if version.kind == VersionKind::Prepared {
        return Ok(None);
    }
    let newest = tx.newest_version(version.naskah).await?;
    let code = code(&mut tx, version.naskah).await?;
    Ok(code.map(|code| KnownLetter {
        code,
        version: version.no,
        newest: newest.is_some_and(|newest| newest.no == version.no),
    }))
}

async fn code(tx: &mut store::Tx, naskah: NaskahId) -> Result<Option<String>, ServiceError> {
    Ok(tx.naskah(naskah).await?.and_then(|row| row.code))
}

const WINDOW: usize = 64 * 1024;
/// A judgement that took longer is not followed by a second reading: a stranger is answered within five seconds.
const AGAIN_WITHIN: Duration = Duration::from_secs(3);
