//! `pena completion`: the completion script of a shell.

use std::io::{self, Write};

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::{cli::Cli, exit::Exit};

/// Options of `pena completion`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct CompletionArgs {
    /// The shell to write for
    shell: Shell,
}

const EXAMPLES: &str = "\
Examples:
  pena completion bash > ~/.local/share/bash-completion/completions/pena
  pena completion zsh > ~/.zfunc/_pena
  pena completion fish > ~/.config/fish/completions/pena.fish";

/// Writes the script to standard output.
///
/// # Errors
/// When standard output is gone.
pub fn run(args: &CompletionArgs) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "pena", &mut script);
    io::stdout().lock().write_all(&script)?;
    Ok(Exit::Ok)
}
