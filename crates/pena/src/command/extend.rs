//! `pena extend`: makes the signatures of a file provable for longer. The input stays a prefix of the output.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use serde::Serialize;
use signing::validate::Whose;
use worker::FileSource;

use super::{
    copy::{copy, keep_input},
    provable::{Goal, Level, Provable, ProvableArgs},
    sign::explain_passed_on,
};
use crate::{
    exit::Exit,
    output::{self, harmless},
    secret_input::PasswordArgs,
};

/// Options of `pena extend`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct ExtendArgs {
    /// The signed PDF; it is never changed
    #[arg(value_name = "IN.pdf")]
    pub input: PathBuf,
    /// Where the extended file goes; an earlier file there is replaced, whole or not at all
    #[arg(short, long, value_name = "OUT.pdf")]
    pub output: PathBuf,
    /// How far its signatures shall carry their own evidence
    #[arg(long, value_enum)]
    pub level: Goal,
    #[command(flatten)]
    pub provable: ProvableArgs,
    #[command(flatten)]
    pub password: PasswordArgs,
    /// Print one line of JSON: path, output, level
    #[arg(long)]
    pub json: bool,
}

/// Extends one file.
///
/// # Errors
/// When the options contradict each other, a source does not answer, or a certificate is revoked or not trusted.
pub fn run(args: &ExtendArgs) -> anyhow::Result<Exit> {
    keep_input("extend", &args.input, &args.output)?;
    let access = args.password.access()?;
    let mut provable = Provable::open("extend", &args.provable, access.clone())?;
    let level = Level::from(args.level);
    let shown = harmless(args.input.display());
    let draft = copy(&args.input, &args.output).with_context(|| shown.clone())?;
    let source = FileSource::new(draft.file().try_clone()?)?;
    provable
        .raise(draft.file(), level, Whose::Everyone)
        .map_err(|error| explain_passed_on(error, &source, &access))
        .with_context(|| shown.clone())?;
    draft.publish()?;
    let output = args.output.display().to_string();
    if args.json {
        output::json(&Line {
            path: args.input.display().to_string(),
            output,
            level: Some(level.name()),
        })?;
    } else {
        let output = harmless(output);
        output::line(&format!("extended {shown} -> {output} ({})", level.name()))?;
    }
    Ok(Exit::Ok)
}

/// The line of `--json`.
#[derive(Debug, Serialize)]
pub struct Line {
    /// The input.
    pub path: String,
    /// The output.
    pub output: String,
    /// The level that is reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<&'static str>,
}

const EXAMPLES: &str = "\
Nothing is written unless the level is reached: a revoked certificate, or an authority that does not answer, is an
error that names it. To refresh a b-lta file before its last timestamp's certificate expires, extend it to b-lta again.

Examples:
  pena extend surat-ttd.pdf -o surat-lt.pdf --level b-lt --tsa http://tsa.contoh.example --trust root.pem
  pena extend surat-lt.pdf -o surat-lta.pdf --level b-lta --tsa http://tsa1.example --tsa http://tsa2.example \\
      --trust root.pem --trust tsa-root.pem";
