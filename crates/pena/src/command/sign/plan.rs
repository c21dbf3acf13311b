//! Which file is signed into which: settled, and found free of contradictions, before any key is opened.

use std::{
    collections::HashMap,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context;

use super::SignArgs;
use crate::{command::copy::never_overwritten, exit::UsageError, output_file::identity};

/// One file to sign.
#[derive(Debug, PartialEq, Eq)]
pub struct Job {
    /// What is signed.
    pub input: PathBuf,
    /// Where the signed file goes.
    pub output: PathBuf,
}

/// Pairs inputs with outputs.
///
/// # Errors
/// [`UsageError`] when two inputs would land in one output, or an output is one of the inputs.
pub fn jobs(args: &SignArgs) -> Result<Vec<Job>, UsageError> {
    let jobs = match (&args.output, &args.out_dir) {
        (Some(output), _) => {
            let [input] = args.files.as_slice() else {
                return Err(usage(
                    "-o names one output, but several files are given; use --out-dir DIR",
                ));
            };
            vec![Job {
                input: input.clone(),
                output: output.clone(),
            }]
        }
        (None, Some(folder)) => into_folder(&args.files, folder)?,
        (None, None) => return Err(usage("give -o OUT.pdf or --out-dir DIR")),
    };
    refuse_to_overwrite_inputs(&jobs)?;
    Ok(jobs)
}

/// Makes the folder of `--out-dir` if it is missing.
///
/// # Errors
/// When it cannot be made.
pub fn make_out_dir(args: &SignArgs) -> anyhow::Result<()> {
    match &args.out_dir {
        Some(folder) => fs::create_dir_all(folder)
            .with_context(|| format!("the folder {} cannot be made", folder.display())),
        None => Ok(()),
    }
}

fn into_folder(files: &[PathBuf], folder: &Path) -> Result<Vec<Job>, UsageError> {
    let mut taken: HashMap<&OsStr, &Path> = HashMap::new();
    files
        .iter()
        .map(|input| {
            let name = input
                .file_name()
                .ok_or_else(|| usage(format!("{} names no file", input.display())))?;
            if let Some(other) = taken.insert(name, input) {
                return Err(usage(format!(
                    "{} and {} would both become {}; sign them into different folders",
                    other.display(),
                    input.display(),
                    folder.join(name).display()
                )));
            }
            Ok(Job {
                input: input.clone(),
                output: folder.join(name),
            })
        })
        .collect()
}

fn refuse_to_overwrite_inputs(jobs: &[Job]) -> Result<(), UsageError> {
    let inputs: HashMap<(u64, u64), &Path> = jobs
        .iter()
        .filter_map(|job| Some((identity(&job.input)?, job.input.as_path())))
        .collect();
    for job in jobs {
        if let Some(input) = identity(&job.output).and_then(|id| inputs.get(&id)) {
            return Err(never_overwritten("sign", input, &job.output));
        }
    }
    Ok(())
}

fn usage(message: impl Into<String>) -> UsageError {
    UsageError::new("sign", message)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::{Cli, Command};

    fn plan(line: &[&str]) -> Result<Vec<Job>, String> {
        let line = ["pena", "sign", "--p12", "k.p12"].iter().chain(line);
        let parsed = Cli::try_parse_from(line).map_err(|error| error.to_string())?;
        let Command::Sign(args) = parsed.command else {
            panic!("not a sign command");
        };
        jobs(&args).map_err(|error| error.to_string())
    }

    #[test]
    fn many_files_keep_their_names_in_the_folder() {
        let jobs = plan(&["in/a.pdf", "b.pdf", "--out-dir", "out"]).unwrap();
        let outputs: Vec<_> = jobs
            .iter()
            .map(|job| job.output.to_str().unwrap())
            .collect();
        assert_eq!(outputs, ["out/a.pdf", "out/b.pdf"]);
    }

    #[test]
    fn two_files_may_not_become_one() {
        assert!(
            plan(&["x/a.pdf", "y/a.pdf", "--out-dir", "out"])
                .unwrap_err()
                .contains("both become")
        );
        assert!(
            plan(&["a.pdf", "b.pdf", "-o", "c.pdf"])
                .unwrap_err()
                .contains("--out-dir")
        );
    }

    #[test]
    fn an_input_is_never_its_own_output_under_any_name() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("a.pdf"), folder.path().join("b.pdf"));
        fs::write(&file, "x").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        for output in [&file, &link] {
            let error =
                plan(&[file.to_str().unwrap(), "-o", output.to_str().unwrap()]).unwrap_err();
            assert!(error.contains("never overwritten"), "{error}");
        }
    }

    #[test]
    fn a_block_needs_both_a_page_and_a_rectangle_and_no_second_place() {
        assert!(plan(&["a.pdf", "-o", "b.pdf", "--page", "1", "--rect", "1,1,9,9"]).is_ok());
        assert!(plan(&["a.pdf", "-o", "b.pdf", "--page", "1"]).is_err());
        assert!(plan(&["a.pdf", "-o", "b.pdf", "--rect", "1,1,9,9"]).is_err());
        assert!(plan(&["a.pdf", "-o", "b.pdf", "--invisible", "--field", "S"]).is_err());
        assert!(plan(&["a.pdf"]).is_err());
    }
}
