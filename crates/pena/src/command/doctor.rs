//! `pena doctor`: is this installation well?

use std::fs;
use std::num::NonZeroUsize;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Arc;

use clap::Args;
use serde::Serialize;
use service::doctor::{Check, State, examine};
use worker::{ChildPool, PoolSettings};

use crate::config::{Config, ConfigArgs, ServerArgs};
use crate::exit::Exit;
use crate::output::{Palette, Tone, harmless, json, line};
use crate::wiring;

/// Options of `pena doctor`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct DoctorArgs {
    #[command(flatten)]
    config: ConfigArgs,
    #[command(flatten)]
    server: ServerArgs,
    /// One line of JSON
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  pena doctor                         one line per check, and what to do about it
  pena doctor --json                  the same for a monitor

Exit codes: 0, nothing failed (there may be warnings); 1, something does not work.";

/// Runs the command.
///
/// # Errors
/// When the configuration is refused, or nothing can be written.
pub fn run(args: &DoctorArgs) -> anyhow::Result<Exit> {
    let config = Config::load_server(&args.config, &args.server)?;
    let mut checks = vec![program(), listening(&config), address(&config)];
    checks.extend(data_dir(&config.storage.data_dir));
    let (worker, pool) = worker();
    checks.push(worker);
    checks.extend(wiring::block_on(office(&config, pool))?);

    let failed = checks.iter().any(|check| check.state == State::Fail);
    if args.json {
        json(&Answer {
            ok: !failed,
            checks: &checks,
        })?;
    } else {
        let palette = Palette::of_stdout();
        for check in &checks {
            for text in lines(check, palette) {
                line(&text)?;
            }
        }
    }
    Ok(if failed { Exit::Failed } else { Exit::Ok })
}

#[derive(Serialize)]
struct Answer<'a> {
    ok: bool,
    checks: &'a [Check],
}

fn lines(check: &Check, palette: Palette) -> Vec<String> {
    let (word, tone) = match check.state {
        State::Ok => ("ok  ", Tone::Good),
        State::Warn => ("warn", Tone::Unsure),
        State::Fail => ("fail", Tone::Bad),
    };
    let word = palette.paint(tone, word);
    let mut lines = vec![format!("{word}  {}: {}", check.name, harmless(&check.seen))];
    if let Some(advice) = &check.advice {
        lines.push(format!("      -> {}", harmless(advice)));
    }
    lines
}

fn program() -> Check {
    Check::ok("program", concat!("pena ", env!("CARGO_PKG_VERSION")))
}

fn listening(config: &Config) -> Check {
    let listen = config.server.listen;
    match config.server.check_exposure() {
        Ok(()) => Check::ok("listening", format!("{listen} is safe as configured")),
        Err(error) => Check::fail(
            "listening",
            format!("pena serve refuses: {error}"),
            "set what the message names",
        ),
    }
}

/// What is printed into QR codes and certificates must still be reached in ten years.
fn address(config: &Config) -> Check {
    match &config.server.base_address {
        Some(address) if address.starts_with("https://") => Check::ok("base address", address),
        Some(address) => Check::warn(
            "base address",
            format!("{address} is not https"),
            "good for a trial; set server.base_address to the lasting https address",
        ),
        None => Check::warn(
            "base address",
            "none is set, so QR codes and certificates name this machine",
            "set server.base_address before the first real letter",
        ),
    }
}

fn data_dir(path: &Path) -> Vec<Check> {
    let shown = path.display();
    let Ok(about) = fs::metadata(path) else {
        return vec![Check::fail(
            "data directory",
            format!("there is none at {shown}"),
            "name the right one by --data-dir, or start pena serve to make one",
        )];
    };
    let open = [path.to_owned(), path.join("keys")]
        .into_iter()
        .filter(|folder| fs::metadata(folder).is_ok_and(|about| about.mode() & OTHERS != 0))
        .map(|folder| folder.display().to_string())
        .collect::<Vec<_>>();
    let ours = about.uid() == rustix::process::geteuid().as_raw();
    let rights = if !ours {
        Check::fail(
            "data directory",
            format!("{shown} belongs to another user"),
            "run pena as its owner",
        )
    } else if open.is_empty() {
        Check::ok("data directory", format!("{shown}, closed to others"))
    } else {
        Check::warn(
            "data directory",
            format!("others may look into {}", open.join(" and ")),
            "chmod 700 it",
        )
    };
    vec![rights, disk(path)]
}

fn disk(path: &Path) -> Check {
    let Ok(about) = rustix::fs::statvfs(path) else {
        return Check::warn(
            "disk",
            "how much room there is cannot be told",
            "look by df",
        );
    };
    let mib = about.f_bavail.saturating_mul(about.f_frsize) >> 20;
    let seen = format!("{mib} MiB free");
    let advice = "make room: a letter that cannot be stored is not signed";
    match mib {
        0..DISK_FAIL => Check::fail("disk", seen, advice),
        DISK_FAIL..DISK_WARN => Check::warn("disk", seen, advice),
        _ => Check::ok("disk", seen),
    }
}

/// Starts a child of each kind and asks what the kernel refused it.
fn worker() -> (Check, Option<Arc<ChildPool>>) {
    let cores = std::thread::available_parallelism().map_or(2, NonZeroUsize::get);
    let probed = std::env::current_exe().and_then(|program| {
        let pool = ChildPool::new(&PoolSettings::new(program, cores));
        pool.probe().map(|refused| (refused, pool))
    });
    match probed {
        Ok((refused, pool)) if refused.is_empty() => (
            Check::ok("worker", "system call filter and every limit in force"),
            Some(Arc::new(pool)),
        ),
        Ok((refused, pool)) => (
            Check::warn(
                "worker",
                format!("the kernel refuses {}", refused.join(", ")),
                "use a kernel with seccomp, or a container that allows it",
            ),
            Some(Arc::new(pool)),
        ),
        Err(error) => (
            Check::fail(
                "worker",
                format!("no child can be started: {error}"),
                "let pena start itself as a child",
            ),
            None,
        ),
    }
}

async fn office(config: &Config, pool: Option<Arc<ChildPool>>) -> anyhow::Result<Vec<Check>> {
    let directory = &config.storage.data_dir;
    // The check of the data directory has said it; opening would make one.
    let (true, Some(pool)) = (directory.join(service::data_dir::LOCK_FILE).exists(), pool) else {
        return Ok(Vec::new());
    };
    let app = match wiring::open_to_serve(config, config.base_address(), pool).await {
        Ok(app) => app,
        Err(error) if in_use(&error) => {
            return Ok(vec![Check::warn(
                "office",
                "a pena process is at work in the data directory",
                "stop it to have the rest looked at; /readyz tells whether it is well",
            )]);
        }
        Err(error) => {
            return Ok(vec![Check::fail(
                "office",
                format!("it does not open: {error:#}"),
                "see what the message names",
            )]);
        }
    };
    let checks = examine(&app).await;
    app.close().await;
    Ok(checks)
}

fn in_use(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref())
        .any(|cause| matches!(cause, service::data_dir::DataDirError::InUse(_)))
}

/// The bits of a folder's mode that let anybody else in.
const OTHERS: u32 = 0o077;
const DISK_FAIL: u64 = 100;
const DISK_WARN: u64 = 1_024;
