//! `--batch N`: N more letters, prepared and signed sixteen at a time under one passphrase entry per hundred.

use std::collections::BTreeSet;
use std::future::Future;
use std::sync::Arc;

use flow::id::NaskahId;
use flow::naskah::{Refusal, Tahap};
use flow::office::Office;
use indicatif::ProgressBar;
use serde::Serialize;
use service::naskah::{self, NewLetter};
use service::sign::{self, Signed};
use service::{App, ServiceError};
use tokio::task::JoinSet;

use super::carry::{activate_patiently, step_to_signing};
use super::samples::keep_batch_letter;
use super::script::{BATCH_DRAFTER, BATCH_SIGNER, Script, actor, invitation};
use super::secrets::Secrets;
use crate::output;

/// What letters of a batch are found under again.
pub const NAME: &str = "kumpulan";
/// Stages of letters that an earlier run left behind.
const UNDER_WAY: &[&str] = &["draft", "review", "ready", "signing"];
const AT_ONCE: usize = 16;
/// Letters under one passphrase entry: they must be signed within the five minutes it lives.
const PER_ACTIVATION: usize = 100;

/// How signatures are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tell {
    /// One line of JSON per signature.
    Json,
    /// Nothing; the table at the end says it.
    Quiet,
}

/// One line per signature, printed only after its outcome is durable.
#[derive(Serialize)]
struct Line {
    letter: NaskahId,
    version: u64,
    sha256: flow::digest::Sha256,
}

/// Signs `count` letters: first those that `finished` at the start of this run, then all that an earlier run left
/// behind, then new ones.
pub async fn run(
    app: &Arc<App>,
    secrets: &Secrets,
    office: &Office,
    count: usize,
    finished: &[Signed],
    tell: Tell,
    progress: &ProgressBar,
) -> anyhow::Result<()> {
    let rows = naskah::find_batch(app, NAME).await?;
    let members: BTreeSet<NaskahId> = rows.iter().map(|row| row.id).collect();
    for row in &rows {
        keep_batch_letter(app, row.id).await?;
    }
    let mut done = 0;
    for signed in finished
        .iter()
        .filter(|signed| members.contains(&signed.naskah))
    {
        told(app, *signed, tell).await?;
        done += 1;
        progress.inc(1);
    }
    let mut letters: Vec<NaskahId> = rows
        .iter()
        .filter(|row| UNDER_WAY.contains(&row.tahap.as_str()))
        .map(|row| row.id)
        .collect();
    let missing = count.saturating_sub(done + letters.len());
    let script = Arc::new(script()?);
    let create = |_: usize| {
        let (app, script) = (Arc::clone(app), Arc::clone(&script));
        async move { create(&app, &script).await }
    };
    letters.extend(sixteen_at_a_time((0..missing).collect(), create).await?);
    for part in letters.chunks(PER_ACTIVATION) {
        sign_part(app, secrets, office, &script, part, tell, progress).await?;
    }
    Ok(())
}

async fn create(app: &App, script: &Script) -> anyhow::Result<NaskahId> {
    let letter = NewLetter {
        content: script.content.clone(),
        chain: script.chain.clone(),
        imported: None,
        batch: Some(NAME.to_owned()),
    };
    Ok(naskah::create(app, &actor(BATCH_DRAFTER), &letter).await?)
}

fn script() -> anyhow::Result<Script> {
    let (content, chain) = invitation()?;
    Ok(Script {
        name: NAME,
        drafter: BATCH_DRAFTER,
        content,
        returned: None,
        chain,
        imported: None,
    })
}

async fn sign_part(
    app: &Arc<App>,
    secrets: &Secrets,
    office: &Office,
    script: &Arc<Script>,
    letters: &[NaskahId],
    tell: Tell,
    progress: &ProgressBar,
) -> anyhow::Result<()> {
    let shared = Arc::new(office.clone());
    let ready = |id: NaskahId| {
        let (app, script, office) = (Arc::clone(app), Arc::clone(script), Arc::clone(&shared));
        async move { make_ready(&app, &office, &script, id).await }
    };
    let versions = sixteen_at_a_time(letters.to_vec(), ready).await?;
    let signer = actor(BATCH_SIGNER);
    let passphrase = secrets.of(signer.pejabat)?;
    let activation = activate_patiently(app, signer.pejabat, &passphrase, &versions).await?;
    let sign_one = |id: NaskahId| {
        let (app, progress) = (Arc::clone(app), progress.clone());
        async move {
            match sign::sign(&app, &signer, id, activation).await {
                Ok(signed) => told(&app, signed, tell).await?,
                // Midnight passed: the next run prepares it again with the new date.
                Err(ServiceError::Refused(Refusal::DateMoved)) => {
                    naskah::prepare(&app, &actor(BATCH_DRAFTER), id).await?;
                }
                Err(error) => return Err(error.into()),
            }
            progress.inc(1);
            Ok(())
        }
    };
    let signed = sixteen_at_a_time(letters.to_vec(), sign_one).await;
    sign::deactivate(app, activation).await?;
    signed.map(drop)
}

/// Takes a letter to where it waits for the signer; returns the version to be shown.
async fn make_ready(
    app: &Arc<App>,
    office: &Office,
    script: &Script,
    id: NaskahId,
) -> anyhow::Result<flow::digest::Sha256> {
    loop {
        let letter = naskah::show(app, id).await?;
        match (letter.tahap(), letter.tahap().current_version()) {
            (Tahap::Signing { .. }, Some(version)) => return Ok(version),
            _ => step_to_signing(app, office, script, &actor(script.drafter), &letter).await?,
        }
    }
}

/// The signature is durable: keep the file, then say so.
async fn told(app: &App, signed: Signed, tell: Tell) -> anyhow::Result<()> {
    keep_batch_letter(app, signed.naskah).await?;
    match tell {
        Tell::Json => output::json(&Line {
            letter: signed.naskah,
            version: signed.version,
            sha256: signed.sha256,
        })?,
        Tell::Quiet => {}
    }
    Ok(())
}

/// Runs the work on every item, sixteen at once; the first failure ends it, after those under way.
async fn sixteen_at_a_time<I, T, W>(items: Vec<I>, work: impl Fn(I) -> W) -> anyhow::Result<Vec<T>>
where
    T: Send + 'static,
    W: Future<Output = anyhow::Result<T>> + Send + 'static,
{
    let mut running = JoinSet::new();
    let mut results = Vec::with_capacity(items.len());
    let mut items = items.into_iter();
    let mut failure = None;
    loop {
        while failure.is_none() && running.len() < AT_ONCE {
            let Some(item) = items.next() else { break };
            running.spawn(work(item));
        }
        let Some(done) = running.join_next().await else {
            break;
        };
        match done.map_err(anyhow::Error::from).flatten() {
            Ok(result) => results.push(result),
            Err(error) => failure = failure.or(Some(error)),
        }
    }
    failure.map_or(Ok(results), Err)
}
