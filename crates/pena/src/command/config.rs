//! `pena config`: what is in force, before anything is started.

use clap::{Args, Subcommand};

use crate::config::{Config, ConfigArgs, ServerArgs};
use crate::exit::Exit;
use crate::output::line;

/// Options of `pena config`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct ConfigCommandArgs {
    #[command(flatten)]
    config: ConfigArgs,
    #[command(flatten)]
    server: ServerArgs,
    #[command(subcommand)]
    command: ConfigCommand,
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Print what flags, environment, file and defaults say together, secrets masked
    Check,
}

const EXAMPLES: &str = "\
Examples:
  pena config check                          exit 0: `pena serve` would start with this; exit 2: says what to set
  pena config --config /etc/pena.toml check";

/// Runs the command.
///
/// # Errors
/// When the configuration is refused.
pub fn run(args: &ConfigCommandArgs) -> anyhow::Result<Exit> {
    let config = Config::load_server(&args.config, &args.server)?;
    match args.command {
        ConfigCommand::Check => {
            line(config.show().trim_end())?;
            config.server.check_exposure()?;
        }
    }
    Ok(Exit::Ok)
}
