//! `pena serve`: the office over HTTP.

use clap::Args;

use crate::config::{Config, ConfigArgs, ServerArgs};
use crate::exit::Exit;
use crate::{serve, wiring};

/// Options of `pena serve`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct ServeArgs {
    #[command(flatten)]
    config: ConfigArgs,
    #[command(flatten)]
    server: ServerArgs,
}

const EXAMPLES: &str = "\
Examples:
  pena serve                                         http://127.0.0.1:8080, SQLite in ./pena-data
  pena serve --database postgres://pena@localhost/pena
                                                     several such processes share one --data-dir
  pena serve --listen 0.0.0.0:8443 --tls-cert chain.pem --tls-key key.pem --base-address https://tte.kab.example
  pena serve --listen 10.0.0.2:8080 --trusted-proxy 10.0.0.5 --base-address https://tte.kab.example

It stops on SIGTERM and on Ctrl-C, after the requests under way. PENA_LOG sets what the log on standard error says
(default: info). Exit code 2: it may not listen there as configured; the message says what to set.";

/// Runs the command.
///
/// # Errors
/// When the configuration is refused, the office does not open, or the listener breaks.
pub fn run(args: &ServeArgs) -> anyhow::Result<Exit> {
    let config = Config::load_server(&args.config, &args.server)?;
    serve::log();
    if let Err(error) = serve::settle_allocator() {
        tracing::warn!(%error, "the process will hold on to memory that it no longer needs");
    }
    wiring::on_runtime(serve::run(&config))?;
    Ok(Exit::Ok)
}
