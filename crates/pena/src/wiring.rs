//! From configuration to a running application: the one place that knows all the rooms.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use custody::Kek;
use service::clock::SystemClock;
use service::data_dir::{DataDir, Hold};
use service::identity::oidc::SingleSignOn;
use service::provable::{Authority, Provability};
use service::{Allow, App, Opening, Outside, Settings};
use store::Location;
use tracing_subscriber::EnvFilter;
use worker::{Caller, InProcess, PdfWorker};
use zeroize::Zeroizing;

use crate::config::{Config, Oidc, Signing, Tsa};

/// Opens the application. Without `kek_file` the server key lies in the data directory.
///
/// # Errors
/// When the data directory is in use, the database does not open, or the server key is another one.
pub async fn open(config: &Config) -> anyhow::Result<Arc<App>> {
    let data_dir = DataDir::open_held(&config.storage.data_dir, hold(config)?)?;
    open_in(data_dir, config).await
}

/// Opens the application in a data directory that is held already.
///
/// # Errors
/// As [`open`].
pub async fn open_in(data_dir: DataDir, config: &Config) -> anyhow::Result<Arc<App>> {
    let worker = Arc::new(InProcess::new(Caller::Office));
    open_with(data_dir, config, config.base_address(), worker).await
}

/// Opens the application for a server that people reach at this address.
///
/// # Errors
/// As [`open`].
pub async fn open_to_serve(
    config: &Config,
    address: &str,
    worker: Arc<dyn PdfWorker>,
) -> anyhow::Result<Arc<App>> {
    let data_dir = DataDir::open_held(&config.storage.data_dir, hold(config)?)?;
    open_with(data_dir, config, address, worker).await
}

async fn open_with(
    data_dir: DataDir,
    config: &Config,
    address: &str,
    worker: Arc<dyn PdfWorker>,
) -> anyhow::Result<Arc<App>> {
    let app = App::open(Opening {
        database: config
            .storage
            .database
            .as_deref()
            .map(location)
            .transpose()?,
        kek: config.custody.kek_file.as_deref().map(kek).transpose()?,
        data_dir,
        settings: Settings {
            base_address: address.to_owned(),
            provability: provability(&config.signing)?,
        },
        worker,
        clock: Arc::new(SystemClock),
        outside: outside(config)?,
        single_sign_on: config.oidc.as_ref().map(single_sign_on).transpose()?,
        providers: config.signing.providers.clone(),
    })
    .await?;
    Ok(Arc::new(app))
}

/// Several processes at a time only where the database serves several.
fn hold(config: &Config) -> anyhow::Result<Hold> {
    Ok(match config.storage.database.as_deref().map(location) {
        Some(Ok(Location::Postgres(_))) => Hold::Together,
        Some(Err(error)) => return Err(error),
        Some(Ok(Location::Sqlite(_))) | None => Hold::Alone,
    })
}

/// The operator who names an issuer means it to be asked, wherever it stands.
fn outside(config: &Config) -> anyhow::Result<Outside> {
    let oidc = config.remote.for_oidc()?;
    let oidc = match &config.oidc {
        Some(named) => oidc.and_host_of(&named.issuer),
        None => oidc,
    };
    // Whoever names an authority for timestamps means it as well.
    let tsa = config.signing.tsa.iter();
    let tsa = tsa.fold(Allow::none(), |allow, tsa| allow.and_host_of(&tsa.url));
    // And whoever names a signing service.
    let services = config.signing.providers.services.values();
    let csc = services.fold(Allow::none(), |allow, one| allow.and_host_of(&one.url));
    let outside = Outside::new(&config.remote.for_webhooks()?, &oidc)
        .and_evidence(&tsa, &config.remote.for_evidence()?);
    Ok(outside.and_csc(&csc))
}

fn provability(signing: &Signing) -> anyhow::Result<Provability> {
    let authorities = signing.tsa.iter().map(authority);
    Ok(Provability {
        level: signing.level,
        authorities: authorities.collect::<Result<_, _>>()?,
    })
}

fn authority(tsa: &Tsa) -> anyhow::Result<Authority> {
    let whose = || format!("signing.tsa {}", tsa.url);
    let shown = tsa.trust.display();
    let bytes = std::fs::read(&tsa.trust)
        .with_context(|| format!("its trust file {shown} cannot be read"))
        .with_context(whose)?;
    Authority::new(&tsa.url, &bytes).with_context(whose)
}

fn single_sign_on(oidc: &Oidc) -> anyhow::Result<SingleSignOn> {
    SingleSignOn::new(
        &oidc.issuer,
        oidc.client_id.clone(),
        oidc.client_secret_file.as_deref().map(secret).transpose()?,
        oidc.username_claim.clone(),
    )
    .context("in the section oidc of the configuration")
}

fn secret(path: &Path) -> anyhow::Result<Zeroizing<String>> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("the client secret {} cannot be read", path.display()))?;
    let text = Zeroizing::new(text);
    Ok(Zeroizing::new(text.trim_end().to_owned()))
}

/// Opens the application of a data directory that is there: a mistyped path is said, not made.
///
/// # Errors
/// As [`open`], and when there is no data directory.
pub async fn open_existing(config: &Config) -> anyhow::Result<Arc<App>> {
    let directory = &config.storage.data_dir;
    if !directory.join(service::data_dir::LOCK_FILE).exists() {
        anyhow::bail!(
            "there is no data directory {}; name the right one by --data-dir, or make one by `pena demo`",
            directory.display()
        );
    }
    open(config).await
}

/// Runs one command's work on an asynchronous runtime, with its warnings on standard error.
///
/// # Errors
/// What the work says, or when the runtime does not start.
pub fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    log_to_stderr();
    on_runtime(work)
}

/// Runs work on an asynchronous runtime of its own.
///
/// # Errors
/// What the work says, or when the runtime does not start.
pub fn on_runtime<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the asynchronous runtime does not start")?
        .block_on(work)
}

/// Warnings and worse, unless `RUST_LOG` asks for something else.
fn log_to_stderr() {
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn,sqlx=error"));
    // Refused when there is a logger already, which is as good.
    let _installed = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .try_init();
}

/// The database an address names.
///
/// # Errors
/// When it is neither SQLite nor PostgreSQL.
pub fn location(url: &str) -> anyhow::Result<Location> {
    if let Some(path) = url.strip_prefix("sqlite://") {
        return Ok(Location::Sqlite(path.into()));
    }
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        return Ok(Location::Postgres(url.to_owned()));
    }
    // The address may hold a password, so it is not repeated.
    anyhow::bail!("the database address must begin with sqlite:// or postgres://")
}

fn kek(path: &Path) -> anyhow::Result<Kek> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("the server key {} cannot be read", path.display()))?;
    Kek::from_hex(&Zeroizing::new(text)).with_context(|| format!("in {}", path.display()))
}
