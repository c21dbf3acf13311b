//! The demo: a made-up regency whose letters go from draft to a signature that anyone can check.

mod accounts;
mod batch;
mod carry;
mod imported;
mod office;
mod receive;
mod regency;
mod samples;
mod script;
mod secrets;
mod table;
mod texts;

use std::sync::Arc;

use flow::id::{JabatanId, PejabatId};
use flow::mandat::Matter;
use flow::office::Office;
use flow::time::Timestamp;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use service::office::Identity;
use service::{App, key, naskah, sign};
use signing::validate::Headline;

pub use batch::Tell;
pub use secrets::FILE as ACCOUNTS_FILE;

use self::samples::keep_sample;
use self::script::{Script, scripts};
use self::secrets::Secrets;
use crate::output;

/// Row by which a demo's database is known.
pub const MARK: &str = "demo";

/// What the demo left behind.
pub struct Outcome {
    /// Whether there was anything to do.
    pub did_something: bool,
    /// Whether every verdict is "intact" and the audit found nothing.
    pub is_clean: bool,
    /// The table of what exists.
    pub table: String,
}

/// Carries everything through; what an earlier run did stays as it is.
///
/// # Errors
/// What a use case refuses; the next run carries on from there.
pub async fn run(app: &Arc<App>, batch: usize, tell: Tell) -> anyhow::Result<Outcome> {
    let leases = tokio::spawn(sign::keep_leases(Arc::clone(app)));
    let done = carry_through(app, batch, tell).await;
    leases.abort();
    done
}

async fn carry_through(app: &Arc<App>, count: usize, tell: Tell) -> anyhow::Result<Outcome> {
    let resumed = sign::resume(app).await?;
    if !resumed.finished.is_empty() || resumed.released > 0 {
        output::talk(&format!(
            "An earlier run was cut off: {} signatures finished, {} released.",
            resumed.finished.len(),
            resumed.released
        ));
    }
    let scripts = scripts()?;
    let before = service::audit::log_size(app).await?;
    let progress = progress(STEPS + scripts.len() + count);
    let secrets = settle_in(app, &scripts, &progress).await?;
    let office = service::office::current(app).await?;

    let mut samples = Vec::new();
    for script in &scripts {
        progress.set_message(script.name);
        let id = carry::begin(app, script).await?;
        carry::carry(app, &secrets, &office, script, id).await?;
        samples.push(keep_sample(app, script.name, id).await?);
        progress.inc(1);
    }
    progress.set_message("agendas and disposisi");
    service::jobs::finish_all(app).await?;
    receive::dispose_of_network_letter(app).await?;
    progress.inc(1);
    progress.set_message("batch");
    batch::run(
        app,
        &secrets,
        &office,
        count,
        &resumed.finished,
        tell,
        &progress,
    )
    .await?;
    progress.set_message("audit log");
    service::audit::sequence_all(app).await?;
    progress.finish_and_clear();

    let after = service::audit::log_size(app).await?;
    let letters = naskah::find_batch(app, batch::NAME).await?.len();
    let report = service::audit::verify(app).await?;
    let intact = samples
        .iter()
        .all(|sample| sample.headline == Headline::Intact);
    Ok(Outcome {
        did_something: after > before,
        is_clean: intact && report.is_clean() && resumed.stuck == 0,
        table: table::of(app, &office, &samples, letters, &report)?,
    })
}

/// Office, CA, a key for everybody who signs, and accounts to try the service with.
async fn settle_in(
    app: &Arc<App>,
    scripts: &[Script],
    progress: &ProgressBar,
) -> anyhow::Result<Secrets> {
    progress.set_message("office");
    let (office, nik) = office::office(app.now())?;
    let whose = Identity {
        pemda: regency::PEMDA.to_owned(),
        organisation: regency::ORGANISATION.to_owned(),
        place: regency::PLACE.to_owned(),
    };
    service::office::install(app, &whose, &office, &nik).await?;
    progress.inc(1);
    progress.set_message("certificates");
    let signers = signers(&office, scripts, app.now());
    let secrets = Secrets::load_or_make(&app.data_dir, &signers, accounts::ACCOUNTS)?;
    key::found_authority(app, &secrets.operator()).await?;
    let with_key: Vec<PejabatId> = key::list(app)
        .await?
        .into_iter()
        .map(|key| key.official)
        .collect();
    for signer in signers {
        if !with_key.contains(&signer) {
            key::issue(app, signer, &secrets.of(signer)?).await?;
        }
    }
    progress.inc(1);
    progress.set_message("accounts");
    accounts::settle(app, &secrets).await?;
    progress.inc(1);
    Ok(secrets)
}

/// Everybody who signs in the demo, or may in the service.
fn signers(office: &Office, scripts: &[Script], now: Timestamp) -> Vec<PejabatId> {
    let mut signers: Vec<PejabatId> = scripts
        .iter()
        .flat_map(|script| {
            let matter = Matter {
                jenis: script.content.jenis,
                opd: script.content.opd,
            };
            let who = move |jabatan: &JabatanId| office.signatory(*jabatan, matter, now);
            script.content.signers.iter().filter_map(who)
        })
        .map(|(actor, _)| actor.pejabat)
        .chain([office::holder_of(script::BATCH_SIGNER)])
        .chain(
            accounts::ACCOUNTS
                .iter()
                .filter(|seed| seed.signs)
                .filter_map(accounts::Seed::person),
        )
        .collect();
    signers.sort();
    signers.dedup();
    signers
}

fn progress(steps: usize) -> ProgressBar {
    // Hidden by itself when standard error is no terminal.
    let bar =
        ProgressBar::with_draw_target(u64::try_from(steps).ok(), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len}  {msg}") {
        bar.set_style(style);
    }
    bar
}

/// Office, certificates, accounts, agendas.
const STEPS: usize = 4;
