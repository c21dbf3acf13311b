//! What is written is a copy of the input with something behind it: the beginning that these commands share.

use std::{fs::File, io, path::Path};

use anyhow::{Context as _, bail};

use crate::{
    exit::UsageError,
    output::harmless,
    output_file::{Draft, identity},
};

/// A draft of the output that begins as a copy of the input. Errors do not name the input.
///
/// # Errors
/// When one cannot be read, or the other not written.
pub fn copy(input: &Path, output: &Path) -> anyhow::Result<Draft> {
    let mut from = File::open(input).context("cannot be read")?;
    if from.metadata().context("cannot be read")?.is_dir() {
        bail!("is a folder; name the files in it");
    }
    let shown = harmless(output.display());
    let draft = Draft::beside(output).with_context(|| format!("{shown} cannot be written"))?;
    io::copy(&mut from, &mut draft.file())
        .with_context(|| format!("cannot be copied to {shown}"))?;
    Ok(draft)
}

/// Refuses an output that is the input, under this name or another.
///
/// # Errors
/// [`UsageError`] for that command.
pub fn keep_input(command: &'static str, input: &Path, output: &Path) -> Result<(), UsageError> {
    if identity(input).is_none() || identity(input) != identity(output) {
        return Ok(());
    }
    Err(never_overwritten(command, input, output))
}

/// What is said when an output is an input.
pub fn never_overwritten(command: &'static str, input: &Path, output: &Path) -> UsageError {
    let (input, output) = (harmless(input.display()), harmless(output.display()));
    UsageError::new(
        command,
        format!(
            "the output {output} is the input {input}; an input is never overwritten, choose another place"
        ),
    )
}
