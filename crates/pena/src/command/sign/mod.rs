//! `pena sign`: signs PDF files with a key from a file, on a token or at a service. Each output is its input and an append, nothing else.

mod args;
mod key;
mod one;
mod plan;
mod refusal;
mod request;
mod trial;

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressStyle};
use letter::Standing;
use serde::Serialize;
use signing::{Access, AttributeSigner, SignerError};

pub use self::{
    args::SignArgs,
    refusal::{explain, explain_passed_on},
};
use self::{
    one::{Begun, Signed},
    plan::Job,
    trial::Trial,
};
use super::{
    look::Painter,
    provable::{Level, Provable},
};
use crate::{
    exit::{Exit, UsageError},
    output::{self, harmless},
};

/// Signs every file. One that is refused does not stop the others.
///
/// # Errors
/// When the arguments contradict each other, the key does not open, or standard output is gone.
pub fn run(args: &SignArgs) -> anyhow::Result<Exit> {
    let jobs = plan::jobs(args)?;
    let access = args.password.access()?;
    let mut provable = provable(args, &access)?;
    let mut painter = Painter::open(&args.look, &args.place, Standing::Signed)?;
    let signer = key::open(&args.key)?;
    let mut trial = Trial::begin(signer.as_ref())?;
    if let Some(provable) = provable.as_mut().filter(|_| args.level >= Level::BLt) {
        provable.clear_signer(signer.certificate_chain())?;
    }
    plan::make_out_dir(args)?;
    let progress = progress(jobs.len());
    let (mut exit, mut refused) = (Exit::Ok, 0_usize);
    for group in jobs.chunks(signer.most_together().clamp(1, MOST_OPEN)) {
        let results = sign(
            group,
            args,
            signer.as_ref(),
            &mut trial,
            &access,
            &mut painter,
            provable.as_mut(),
        );
        for (job, result) in group.iter().zip(results) {
            if result.is_err() {
                refused += 1;
                exit = Exit::Failed;
            }
            progress.inc(1);
            progress.suspend(|| tell(job, &result, args))?;
        }
    }
    progress.finish_and_clear();
    if refused > 0 && jobs.len() > 1 {
        output::talk(&format!(
            "{refused} of {} files were not signed; why stands above",
            jobs.len()
        ));
    }
    Ok(exit)
}

/// Files that are open at once when a key signs several together.
const MOST_OPEN: usize = 64;

/// Signs a group by one use of the key: most keys sign one by one, a service authorises several together.
fn sign(
    group: &[Job],
    args: &SignArgs,
    signer: &dyn AttributeSigner,
    trial: &mut Trial,
    access: &Access,
    painter: &mut Painter,
    mut provable: Option<&mut Provable>,
) -> Vec<anyhow::Result<Signed>> {
    let begun = group
        .iter()
        .map(|job| Begun::new(job, args, signer, access, painter, trial));
    let begun: Vec<anyhow::Result<Begun<'_>>> = begun.collect();
    let ready = begun.iter().filter_map(|begun| begun.as_ref().ok());
    let messages: Vec<&[u8]> = ready.map(Begun::attributes).collect();
    let values = if messages.is_empty() {
        Ok(Vec::new())
    } else {
        signer.sign_together(&messages)
    };
    let mut values = values.map(Vec::into_iter);
    begun
        .into_iter()
        .map(|begun| {
            let begun = begun?;
            let value = match &mut values {
                Ok(values) => values.next().ok_or(SignerError::WrongValue)?,
                Err(error) => return Err(error.clone().into()),
            };
            begun.finish(&value, args, signer, access, provable.as_deref_mut())
        })
        .collect()
}

/// What a level above B-B takes.
fn provable(args: &SignArgs, access: &Access) -> anyhow::Result<Option<Provable>> {
    let given = &args.provable;
    if args.level > Level::BB {
        return Provable::open("sign", given, access.clone()).map(Some);
    }
    if given.tsa.is_empty() && given.trust.is_empty() && given.allow.is_empty() {
        return Ok(None);
    }
    let what = "--tsa, --trust and --allow serve a level above b-b; add --level b-t, b-lt or b-lta";
    Err(UsageError::new("sign", what).into())
}

/// One line of `--json`.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Line<'a> {
    Signed {
        path: String,
        output: String,
        sha256: Option<&'a str>,
        field: &'a str,
    },
    Refused {
        path: String,
        error: String,
    },
}

fn tell(job: &Job, result: &anyhow::Result<Signed>, args: &SignArgs) -> std::io::Result<()> {
    let path = job.input.display().to_string();
    let output = job.output.display().to_string();
    match (result, args.json) {
        (Ok(signed), true) => output::json(&Line::Signed {
            path,
            output,
            sha256: signed.sha256.as_deref(),
            field: &signed.field,
        }),
        (Ok(signed), false) => output::line(&format!(
            "signed {} -> {} (field {})",
            harmless(path),
            harmless(output),
            harmless(&signed.field)
        )),
        (Err(error), true) => output::json(&Line::Refused {
            path,
            error: format!("{error:#}"),
        }),
        (Err(error), false) => {
            output::talk(&format!(
                "error: {}: {}",
                harmless(path),
                harmless(format!("{error:#}"))
            ));
            Ok(())
        }
    }
}

/// A bar for long work; one file, or no person watching, needs none.
fn progress(files: usize) -> ProgressBar {
    if files < 2 || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(u64::try_from(files).unwrap_or(u64::MAX));
    match ProgressStyle::with_template("{bar:30} {pos} of {len} files, {eta} left") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
