//! `pena audit`: does everything that is stored explain itself?

use clap::{Args, Subcommand};

use crate::config::{Config, ConfigArgs};
use crate::exit::Exit;
use crate::output::{json, line};
use crate::wiring;

/// Options of `pena audit`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct AuditArgs {
    #[command(flatten)]
    config: ConfigArgs,
    #[command(subcommand)]
    command: AuditCommand,
}

#[derive(Debug, Subcommand)]
enum AuditCommand {
    /// Check events, leaves and checkpoints against each other; numbers, key uses and intents too
    Verify {
        /// One line of JSON
        #[arg(long)]
        json: bool,
    },
}

const EXAMPLES: &str = "\
Examples:
  pena audit verify                   exit 0: clean; exit 1: names each row that does not fit";

/// Runs the command.
///
/// # Errors
/// When the data cannot be read at all.
pub fn run(args: &AuditArgs) -> anyhow::Result<Exit> {
    let config = Config::load(&args.config)?;
    let AuditCommand::Verify { json: as_json } = args.command;
    wiring::block_on(async {
        let app = wiring::open_existing(&config).await?;
        let report = service::audit::verify(&app).await?;
        app.close().await;
        if as_json {
            json(&report)?;
        } else {
            for offence in report.sentences() {
                line(&offence)?;
            }
            line(&report.summary())?;
        }
        Ok(if report.is_clean() {
            Exit::Ok
        } else {
            Exit::Failed
        })
    })
}
