//! `pena demo`: a made-up regency at work, in one command.

use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use anyhow::bail;
use clap::Args;
use service::data_dir::{DataDir, LOCK_FILE};
use service::office::OFFICE_MARK;
use service::{App, mark};

use crate::config::{Config, ConfigArgs};
use crate::demo::{self, MARK, Tell};
use crate::exit::Exit;
use crate::output::talk;
use crate::wiring;

/// Options of `pena demo`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct DemoArgs {
    #[command(flatten)]
    config: ConfigArgs,
    /// Start over: erase an earlier demo's directory and database first
    #[arg(long)]
    fresh: bool,
    /// Sign N more letters, 16 at a time
    #[arg(long, value_name = "N", default_value_t = 0)]
    batch: usize,
    /// One line of JSON per signature of the batch, printed once it is durable
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  pena demo                            letters from draft to signature, in ./pena-data
  pena demo --batch 100                a hundred more
  pena demo --fresh                    all over again
  pena demo --database postgres://…    the same on PostgreSQL

A run that was cut off is carried on by the next one; a run after a finished one changes nothing.";

/// Runs the command.
///
/// # Errors
/// When the directory or database is not a demo's, or a use case refuses.
pub fn run(args: &DemoArgs) -> anyhow::Result<Exit> {
    let config = Config::load(&args.config)?;
    let directory = &config.storage.data_dir;
    if !directory.join(MARK_FILE).exists() && !may_become_a_demo(directory)? {
        bail!(
            "{} is not empty and not a demo's; choose another --data-dir",
            directory.display()
        );
    }
    wiring::block_on(async {
        leave_mark(directory)?;
        // Held from here on: another run's demo is not erased under it.
        let data_dir = DataDir::open(directory)?;
        if args.fresh {
            erase(&config, &data_dir).await?;
        }
        let app = wiring::open_in(data_dir, &config).await?;
        if mark::read(&app, MARK).await?.is_none() {
            if !service::office::current(&app).await?.opd.is_empty() {
                bail!("the database holds an office that is not a demo's; choose another one");
            }
            mark::set(&app, MARK, "Kabupaten Contohrejo").await?;
        }
        let tell = if args.json { Tell::Json } else { Tell::Quiet };
        let outcome = demo::run(&app, args.batch, tell).await?;
        if !outcome.did_something {
            talk("Everything was there already; nothing was changed.");
        }
        // With --json standard output belongs to the script that reads it.
        match tell {
            Tell::Json => talk(outcome.table.trim_end()),
            Tell::Quiet => crate::output::line(outcome.table.trim_end())?,
        }
        app.close().await;
        Ok(if outcome.is_clean {
            Exit::Ok
        } else {
            Exit::Failed
        })
    })
}

/// Nothing is there yet, or nothing but a configuration.
fn may_become_a_demo(directory: &Path) -> anyhow::Result<bool> {
    let entries = match std::fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(error.into()),
    };
    for entry in entries {
        if entry?.file_name() != CONFIGURATION {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The mark comes first: a run that is cut off at any later moment leaves a directory that the next one knows.
fn leave_mark(directory: &Path) -> anyhow::Result<()> {
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(directory)?;
    let path = directory.join(MARK_FILE);
    if !path.exists() {
        std::fs::write(&path, "A demo of Pena; `pena demo --fresh` erases it.\n")?;
    }
    Ok(())
}

/// Settings outlive a fresh start.
const CONFIGURATION: &str = "pena.toml";
const MARK_FILE: &str = "demo.mark";

/// Erases an earlier demo, and nothing that does not carry a demo's mark. The directory carries it, or was empty.
async fn erase(config: &Config, data_dir: &DataDir) -> anyhow::Result<()> {
    let location = match &config.storage.database {
        Some(url) => wiring::location(url)?,
        None => App::own_database(data_dir),
    };
    if store::peek(&location, MARK).await?.is_some() {
        store::erase(&location).await?;
    } else if store::peek(&location, OFFICE_MARK).await?.is_some() {
        bail!("the database holds an office that is not a demo's; choose another one");
    }
    for entry in std::fs::read_dir(data_dir.root())? {
        let path = entry?.path();
        // The mark stays, so that an erasure that is cut off can be done again.
        let kept = [CONFIGURATION, MARK_FILE, LOCK_FILE];
        if path
            .file_name()
            .is_some_and(|name| kept.iter().any(|kept| name == *kept))
        {
            continue;
        }
        if path.is_dir() {
            std::fs::remove_dir_all(&path)?;
        } else {
            std::fs::remove_file(&path)?;
        }
    }
    Ok(())
}
