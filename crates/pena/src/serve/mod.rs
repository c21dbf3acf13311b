//! The serving process: opens the office, listens, keeps house, and stops in order.

mod allocator;
mod door;
mod listen;
mod notify;

use std::io::{self, IsTerminal};
use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use api::health;
use api::limits::Rates;
use api::settings::{Cookies, Oidc};
use api::{ApiSettings, ApiState};
use service::housekeeping::housekeeping;
use service::{App, setup};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;
use worker::{ChildPool, PoolSettings};

pub use self::allocator::settle as settle_allocator;
use self::listen::Listener;
use self::notify::notify;
use crate::config::{Config, Limits};
use crate::output::line;
use crate::wiring;

/// Serves until the process is told to stop.
///
/// # Errors
/// When it may not listen there, the office does not open, or the listener breaks.
pub async fn run(config: &Config) -> anyhow::Result<()> {
    config.server.check_exposure()?;
    keep_memory_private()?;
    let listener = Listener::bind(&config.server).await?;
    let address = listener.address().to_owned();
    let workers = Arc::new(ChildPool::new(&PoolSettings::new(
        std::env::current_exe().context("the program cannot find itself")?,
        std::thread::available_parallelism().map_or(2, NonZeroUsize::get),
    )));
    tell_refusals(&workers)?;
    let app = wiring::open_to_serve(config, &address, workers).await?;
    let resumed = service::sign::resume(&app).await?;
    tracing::info!(
        finished = resumed.finished.len(),
        released = resumed.released,
        stuck = resumed.stuck,
        "settled what an earlier process left behind"
    );
    let start = if setup::offer(&app).await? {
        Start::New
    } else {
        Start::Office
    };
    health::begin_counting();
    let state = ApiState::new(Arc::clone(&app), settings(config, &address)?);
    let keeping = housekeeping(&app);
    let serving = listener.serve(api::router(state.clone()))?;
    welcome(&app, &address, start)?;
    notify("READY=1");
    let alive = [
        tokio::spawn(tell_alive()),
        tokio::spawn(tidy(state.clone())),
        tokio::spawn(fold_counts()),
    ];

    let ended = serving
        .until(async {
            let signal = told_to_stop().await;
            state.drain();
            notify("STOPPING=1");
            signal
        })
        .await;

    for task in alive {
        task.abort();
    }
    keeping.stop().await;
    app.close().await;
    tracing::info!("stopped");
    ended
}

/// Structured lines for machines, plain ones for a person at a terminal; `PENA_LOG` sets what is said.
pub fn log() {
    let filter =
        EnvFilter::try_from_env("PENA_LOG").unwrap_or_else(|_| EnvFilter::new(DEFAULT_LOG));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(false);
    // Refused when there is a logger already, which is as good.
    let _installed = if io::stderr().is_terminal() {
        lines.try_init()
    } else {
        lines
            .json()
            .flatten_event(true)
            .with_span_list(false)
            .try_init()
    };
}

/// Starts one worker of each kind, so that a machine that cannot is known before the first letter.
fn tell_refusals(workers: &ChildPool) -> anyhow::Result<()> {
    for refused in workers.probe().context("no worker can be started")? {
        tracing::warn!(
            refused,
            "the kernel refused a limit of the workers; they run without it"
        );
    }
    Ok(())
}

/// Keys are in this memory: no core file, and no other process of the same user that reads it.
fn keep_memory_private() -> anyhow::Result<()> {
    rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable)
        .context("the memory of the process cannot be closed to others")
}

fn settings(config: &Config, address: &str) -> anyhow::Result<ApiSettings> {
    let token = config
        .server
        .metrics_token_file
        .as_deref()
        .map(|path| {
            std::fs::read_to_string(path).with_context(|| {
                format!(
                    "the token of /metrics cannot be read from {}",
                    path.display()
                )
            })
        })
        .transpose()?;
    Ok(ApiSettings {
        base_address: address.to_owned(),
        cookies: if address.starts_with("https://") {
            Cookies::Secure
        } else {
            Cookies::Loopback
        },
        trusted_proxies: config.server.trusted_proxies.clone(),
        oidc: if config.oidc.is_some() {
            Oidc::Offered
        } else {
            Oidc::Absent
        },
        rates: rates(&config.limits),
        metrics_token: token.map(|token| token.trim().to_owned()),
    })
}

fn rates(limits: &Limits) -> Rates {
    let usual = Rates::default();
    let or = |set: Option<NonZeroU32>, usual: NonZeroU32| set.unwrap_or(usual);
    Rates {
        log_in: or(limits.log_in, usual.log_in),
        verification: or(limits.verification, usual.verification),
        code: or(limits.code, usual.code),
        api: or(limits.api, usual.api),
        wrong_key: or(limits.wrong_key, usual.wrong_key),
        page: or(limits.page, usual.page),
    }
}

/// The first line is the address, for people and scripts alike; then what to do next.
fn welcome(app: &App, address: &str, start: Start) -> io::Result<()> {
    line(&format!("Pena is at {address}"))?;
    line(&format!("Data: {}", app.data_dir.root().display()))?;
    let accounts = app.data_dir.path(DEMO_ACCOUNTS);
    match start {
        Start::New => line(&format!(
            "A new office: open {address}{SET_UP_PAGE} and enter the code in {}",
            app.data_dir.path(setup::CODE_FILE).display()
        ))?,
        Start::Office if accounts.exists() => line(&format!(
            "A demo: log in at {address}{LOG_IN_PAGE} with an account of {}",
            accounts.display()
        ))?,
        Start::Office => {}
    }
    line("Stop it with Ctrl-C.")
}

/// What the process found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Start {
    /// An office at work.
    Office,
    /// An empty database, for which a set-up code was written.
    New,
}

async fn told_to_stop() -> &'static str {
    let (Ok(mut terminate), Ok(mut interrupt)) = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    ) else {
        // Without handlers the signals end the process at once, which loses nothing either.
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => "SIGTERM",
        _ = interrupt.recv() => "SIGINT",
    }
}

async fn tell_alive() {
    let Some(pause) = notify::watchdog_pause() else {
        return;
    };
    loop {
        notify("WATCHDOG=1");
        tokio::time::sleep(pause).await;
    }
}

/// Lets limits and database forget what they need not remember.
async fn tidy(state: ApiState) {
    loop {
        tokio::time::sleep(TIDYING).await;
        state.tidy();
        if let Err(error) = service::jobs::tidy(&state.app).await {
            tracing::warn!(%error, "nothing was tidied up");
        }
    }
}

async fn fold_counts() {
    loop {
        tokio::time::sleep(FOLDING).await;
        health::fold_counts();
    }
}

const TIDYING: Duration = Duration::from_mins(1);
const FOLDING: Duration = Duration::from_secs(1);
const DEFAULT_LOG: &str = "info,sqlx=warn,hyper=warn,h2=warn,rustls=warn,typst=warn";
/// Where `pena demo` writes the made-up people's accounts.
const DEMO_ACCOUNTS: &str = crate::demo::ACCOUNTS_FILE;
const SET_UP_PAGE: &str = "/pasang";
const LOG_IN_PAGE: &str = "/masuk";
/// How long requests under way may take to end once the process is told to stop.
const DRAIN: Duration = Duration::from_secs(10);
/// How long connections at rest are kept after that, for requests that are already on their way.
const LINGER: Duration = Duration::from_millis(300);
