//! `pena timestamp`: a time on a whole document, signed or not.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use worker::FileSource;

use super::{
    copy::{copy, keep_input},
    extend::Line,
    provable::{Provable, ProvableArgs},
    sign::explain_passed_on,
};
use crate::{
    exit::Exit,
    output::{self, harmless},
    secret_input::PasswordArgs,
};

/// Options of `pena timestamp`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct TimestampArgs {
    /// The PDF, signed or not; it is never changed
    #[arg(value_name = "IN.pdf")]
    pub input: PathBuf,
    /// Where the stamped file goes; an earlier file there is replaced, whole or not at all
    #[arg(short, long, value_name = "OUT.pdf")]
    pub output: PathBuf,
    #[command(flatten)]
    pub provable: ProvableArgs,
    #[command(flatten)]
    pub password: PasswordArgs,
    /// Print one line of JSON: path, output
    #[arg(long)]
    pub json: bool,
}

/// Puts a time on one file.
///
/// # Errors
/// When no authority gives a timestamp that holds, or the document cannot be appended to.
pub fn run(args: &TimestampArgs) -> anyhow::Result<Exit> {
    keep_input("timestamp", &args.input, &args.output)?;
    let access = args.password.access()?;
    let provable = Provable::open("timestamp", &args.provable, access.clone())?;
    let shown = harmless(args.input.display());
    let draft = copy(&args.input, &args.output).with_context(|| shown.clone())?;
    let source = FileSource::new(draft.file().try_clone()?)?;
    provable
        .timestamp(draft.file())
        .map_err(|error| explain_passed_on(error, &source, &access))
        .with_context(|| shown.clone())?;
    draft.publish()?;
    let output = args.output.display().to_string();
    if args.json {
        output::json(&Line {
            path: args.input.display().to_string(),
            output,
            level: None,
        })?;
    } else {
        output::line(&format!("timestamped {shown} -> {}", harmless(output)))?;
    }
    Ok(Exit::Ok)
}

const EXAMPLES: &str = "\
The timestamp proves that the document, with every signature in it, existed at that time. It needs no key of yours.

Examples:
  pena timestamp surat.pdf -o surat-cap.pdf --tsa http://tsa.contoh.example --trust tsa-root.pem
  pena timestamp surat.pdf -o surat-cap.pdf --tsa http://tsa1.example --tsa http://tsa2.example --trust tsa-root.pem";
