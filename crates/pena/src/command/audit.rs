//! `pena audit`: does everything that is stored explain itself, and packages that prove themselves elsewhere.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use clap::{Args, Subcommand};
use flow::id::NaskahId;
use service::archive::{Package, PackageTrust, export_as_operator, verify_package};
use signing::policy::Policy;
use worker::{Caller, InProcess};

use super::verify::material;
use crate::clock;
use crate::config::{Config, ConfigArgs};
use crate::exit::{Exit, UsageError};
use crate::output::{json, line, talk};
use crate::output_file::Draft;
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
    /// Check events, leaves and checkpoints against each other; or a package, without any data directory
    Verify(VerifyArgs),
    /// Write letters with everything that proves them into one zip file (BagIt)
    Export(ExportArgs),
    /// Print the public key of the audit log, for whoever verifies packages
    Key,
}

#[derive(Debug, Args)]
struct VerifyArgs {
    /// A package, as a zip file or unpacked; without it the data directory is checked
    package: Option<PathBuf>,
    /// The public key of the log, as text or in a file; get it from the office, not from the package
    #[arg(long, value_name = "KEY|FILE", requires = "package")]
    checkpoint_key: Option<String>,
    /// Certificates of an authority you trust, PEM or DER; may be given several times
    #[arg(long, value_name = "CA.pem", requires = "package")]
    trust: Vec<PathBuf>,
    /// One line of JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct ExportArgs {
    /// The package to write
    #[arg(short, long, value_name = "FILE.zip")]
    output: PathBuf,
    /// Letters by id; without any, every letter that is no secret
    letters: Vec<NaskahId>,
    /// One line of JSON
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  pena audit verify                   exit 0: clean; exit 1: names each row that does not fit
  pena audit export -o arsip.zip      every letter that is no secret
  pena audit key > kunci-log.txt      to be handed out apart from the packages
  pena audit verify arsip.zip --checkpoint-key kunci-log.txt --trust root.pem

Of a package: exit 0: all of it holds; 1: something does not; 3: it cannot be told without a key or an authority";

/// Runs the command.
///
/// # Errors
/// When the data or the package cannot be read at all.
pub fn run(args: &AuditArgs) -> anyhow::Result<Exit> {
    match &args.command {
        AuditCommand::Verify(verify) => match &verify.package {
            Some(package) => check_package(package, verify),
            None => check_data(&args.config, verify),
        },
        AuditCommand::Export(export) => write_package(&args.config, export),
        AuditCommand::Key => {
            let config = Config::load(&args.config)?;
            wiring::block_on(async {
                let app = wiring::open_existing(&config).await?;
                let key = app.checkpoint_verifier().vkey();
                app.close().await;
                line(&key)?;
                Ok(Exit::Ok)
            })
        }
    }
}

fn check_data(config: &ConfigArgs, args: &VerifyArgs) -> anyhow::Result<Exit> {
    let config = Config::load(config)?;
    wiring::block_on(async {
        let app = wiring::open_existing(&config).await?;
        let report = service::audit::verify(&app).await?;
        app.close().await;
        if args.json {
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

fn check_package(path: &Path, args: &VerifyArgs) -> anyhow::Result<Exit> {
    let trust = PackageTrust {
        checkpoint_key: args.checkpoint_key.as_deref().map(key).transpose()?,
        policy: Policy::new(material::anchors("audit", &args.trust)?),
        evidence: material::evidence("audit", &[])?,
        at: clock::now(),
        worker: Arc::new(InProcess::new(Caller::Cli)),
    };
    let package = Package::open(path).with_context(|| format!("{}", path.display()))?;
    let report = verify_package(package, trust)?;
    if args.json {
        json(&report)?;
    } else {
        for sentence in report.sentences() {
            line(&sentence)?;
        }
        line(&report.summary())?;
    }
    if args.checkpoint_key.is_none() {
        talk(
            "hint: the key of the log came with the package; give the one you got from the office by --checkpoint-key",
        );
    }
    Ok(if !report.problems.is_empty() {
        Exit::Failed
    } else if report.is_proved() {
        Exit::Ok
    } else {
        Exit::CannotTell
    })
}

/// The key itself, or the file that holds it.
fn key(text: &str) -> Result<String, UsageError> {
    if text.contains('+') && !Path::new(text).exists() {
        return Ok(text.to_owned());
    }
    std::fs::read_to_string(text)
        .map_err(|error| UsageError::new("audit", format!("--checkpoint-key {text}: {error}")))
}

fn write_package(config: &ConfigArgs, args: &ExportArgs) -> anyhow::Result<Exit> {
    let config = Config::load(config)?;
    wiring::block_on(async {
        let app = wiring::open_existing(&config).await?;
        let draft =
            Draft::beside(&args.output).with_context(|| format!("{}", args.output.display()))?;
        let mut out = BufWriter::new(draft.file());
        let summary = export_as_operator(&app, &args.letters, &mut out).await?;
        out.flush()?;
        drop(out);
        app.close().await;
        draft
            .publish()
            .with_context(|| format!("{}", args.output.display()))?;
        if args.json {
            json(&summary)?;
        } else {
            line(&format!(
                "{} letters, {} files, {} bytes in {}",
                summary.letters,
                summary.files,
                summary.bytes,
                args.output.display()
            ))?;
        }
        if !summary.left_out.is_empty() {
            talk(&format!(
                "{} letters were left out: secret ones are for those who need to know, erased ones are gone",
                summary.left_out.len()
            ));
        }
        Ok(Exit::Ok)
    })
}
