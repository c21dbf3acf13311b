//! Carrying one letter from wherever it stands to its dispatch. What is to be done next is read from the letter, so a
//! run that was cut off is carried on by the next one.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use custody::Passphrase;
use flow::digest::Sha256;
use flow::id::{ActivationId, NaskahId, PejabatId};
use flow::naskah::{Naskah, Refusal, Tahap};
use flow::office::{Actor, Office};
use service::naskah::{self, NewLetter};
use service::{App, ServiceError, sign};

use super::script::{Script, actor};
use super::secrets::Secrets;
use super::texts;
use crate::output;

/// The letter of a script, begun if it is not there yet.
pub async fn begin(app: &App, script: &Script) -> anyhow::Result<NaskahId> {
    if let Some(row) = naskah::find_batch(app, script.name).await?.first() {
        return Ok(row.id);
    }
    let letter = NewLetter {
        content: script.content.clone(),
        chain: script.chain.clone(),
        imported: script.imported.clone(),
        batch: Some(script.name.to_owned()),
    };
    Ok(naskah::create(app, &actor(script.drafter), &letter).await?)
}

/// Does everything the script wants until the letter is dispatched.
pub async fn carry(
    app: &Arc<App>,
    secrets: &Secrets,
    office: &Office,
    script: &Script,
    id: NaskahId,
) -> anyhow::Result<()> {
    let drafter = actor(script.drafter);
    loop {
        let letter = naskah::show(app, id).await?;
        match letter.tahap() {
            Tahap::Signed { .. } => naskah::dispatch(app, &drafter, id).await?,
            Tahap::Signing { .. } => sign_next(app, secrets, &letter, &drafter).await?,
            Tahap::Dispatched { .. } | Tahap::Filed { .. } => return Ok(()),
            Tahap::New
            | Tahap::Draft
            | Tahap::Review { .. }
            | Tahap::Returned { .. }
            | Tahap::Ready
            | Tahap::Withdrawn => step_to_signing(app, office, script, &drafter, &letter).await?,
            Tahap::Rejected { .. } | Tahap::Cancelled { .. } => {
                anyhow::bail!("letter {id} was rejected or cancelled by somebody else")
            }
        }
    }
}

/// One step of a letter that is not prepared yet.
pub async fn step_to_signing(
    app: &Arc<App>,
    office: &Office,
    script: &Script,
    drafter: &Actor,
    letter: &Naskah,
) -> anyhow::Result<()> {
    let id = letter.id();
    match letter.tahap() {
        Tahap::Draft | Tahap::Withdrawn => naskah::submit(app, drafter, id).await?,
        Tahap::Review { .. } => review(app, office, script, letter).await?,
        Tahap::Returned { .. } => {
            let (_, revised) = script
                .returned
                .as_ref()
                .with_context(|| format!("letter {id} was returned by somebody else"))?;
            let seen = naskah::Seen::Any;
            naskah::edit(app, drafter, id, seen, revised, &script.chain).await?;
            naskah::submit(app, drafter, id).await?;
        }
        Tahap::Ready => {
            naskah::prepare(app, drafter, id).await?;
        }
        other @ (Tahap::New
        | Tahap::Signing { .. }
        | Tahap::Signed { .. }
        | Tahap::Dispatched { .. }
        | Tahap::Filed { .. }
        | Tahap::Rejected { .. }
        | Tahap::Cancelled { .. }) => {
            anyhow::bail!(
                "letter {id} is not on its way to signing but {}",
                other.word()
            )
        }
    }
    Ok(())
}

/// The next participant initials, or returns the first wording if the script wants that.
async fn review(
    app: &App,
    office: &Office,
    script: &Script,
    letter: &Naskah,
) -> anyhow::Result<()> {
    let id = letter.id();
    let jabatan = letter
        .awaited()
        .into_iter()
        .next()
        .with_context(|| format!("letter {id} waits for nobody"))?;
    let pejabat = office
        .holder(jabatan, app.now())
        .with_context(|| format!("nobody holds {jabatan}"))?;
    let participant = Actor { pejabat, jabatan };
    let shown = letter
        .content()
        .map(|content| content.digest)
        .with_context(|| format!("letter {id} has no content"))?;
    let returns = script
        .returned
        .as_ref()
        .is_some_and(|(title, _)| actor(title).jabatan == jabatan);
    if returns && shown == script.content.digest()? {
        naskah::return_for_revision(app, &participant, id, jabatan, texts::RETURN_NOTE).await?;
    } else {
        naskah::paraf(app, &participant, id, jabatan, shown).await?;
    }
    Ok(())
}

/// Enters the passphrase. Runs that were killed while it was tried count as wrong attempts, so the delay they brought
/// is waited out.
pub async fn activate_patiently(
    app: &Arc<App>,
    official: PejabatId,
    passphrase: &Passphrase,
    versions: &[Sha256],
) -> anyhow::Result<ActivationId> {
    loop {
        match sign::activate(app, official, passphrase, None, versions).await {
            Err(ServiceError::Wait { until, .. }) => {
                output::talk(&format!(
                    "Waiting until {until}: earlier runs were cut off while the passphrase was tried."
                ));
                let micros = until.micros().saturating_sub(app.now().micros());
                let micros = u64::try_from(micros).unwrap_or(0);
                tokio::time::sleep(Duration::from_micros(micros)).await;
            }
            done => return Ok(done?),
        }
    }
}

/// The next signer enters the passphrase for the version shown, and signs.
async fn sign_next(
    app: &Arc<App>,
    secrets: &Secrets,
    letter: &Naskah,
    drafter: &Actor,
) -> anyhow::Result<()> {
    let id = letter.id();
    let signer = letter
        .next_signer()
        .and_then(|(step, _)| {
            let prepared = letter.tahap().prepared()?;
            prepared.signers.get(usize::from(step))
        })
        .with_context(|| format!("letter {id} waits for no signer"))?;
    let signer = Actor {
        pejabat: signer.pejabat,
        jabatan: signer.jabatan,
    };
    let shown = letter
        .tahap()
        .current_version()
        .with_context(|| format!("letter {id} has no version"))?;
    let passphrase = secrets.of(signer.pejabat)?;
    let activation = activate_patiently(app, signer.pejabat, &passphrase, &[shown]).await?;
    let signed = sign::sign(app, &signer, id, activation).await;
    sign::deactivate(app, activation).await?;
    match signed {
        Ok(_) => Ok(()),
        // Midnight passed since the letter was prepared: same number, new date.
        Err(ServiceError::Refused(Refusal::DateMoved)) => {
            naskah::prepare(app, drafter, id).await?;
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}
