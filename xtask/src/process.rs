//! Running other programs, and finding the project's own places.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// The folder of the workspace manifest, wherever the clone lies.
///
/// # Errors
///
/// When neither cargo's environment nor the current folder says where the project is.
pub fn root() -> Result<PathBuf> {
    if let Some(manifest) = std::env::var_os("CARGO_MANIFEST_DIR") {
        let folder = PathBuf::from(manifest);
        return folder
            .parent()
            .map(Path::to_path_buf)
            .context("xtask's manifest has no parent folder");
    }
    std::env::current_dir().context("no current folder")
}

/// A cargo command in the workspace, free of the variables that `cargo run` gave to xtask itself:
/// build scripts that watch them would otherwise run, and compile C, again.
///
/// # Errors
///
/// When the project's folder cannot be found.
pub fn cargo(arguments: &[&str]) -> Result<Command> {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.current_dir(root()?).args(arguments);
    for (name, _) in std::env::vars_os() {
        if is_set_by_cargo_run(&name) {
            command.env_remove(name);
        }
    }
    Ok(command)
}

/// Runs to the end, showing the output; anything but success is an error.
///
/// # Errors
///
/// When the program cannot be started or ends with a failure.
pub fn must(command: &mut Command) -> Result<()> {
    let shown = show(command);
    let status = command
        .status()
        .with_context(|| format!("cannot start {shown}"))?;
    if !status.success() {
        bail!("{shown}: {status}");
    }
    Ok(())
}

/// Runs to the end and returns what it wrote to standard output.
///
/// # Errors
///
/// When the program cannot be started, ends with a failure, or writes something that is not text.
pub fn output(command: &mut Command) -> Result<String> {
    let shown = show(command);
    let output = command
        .stderr(Stdio::piped())
        .output()
        .with_context(|| format!("cannot start {shown}"))?;
    if !output.status.success() {
        let told = String::from_utf8_lossy(&output.stderr);
        bail!("{shown}: {}\n{}", output.status, told.trim_end());
    }
    String::from_utf8(output.stdout).with_context(|| format!("{shown} wrote no text"))
}

/// Whether the program runs and succeeds; its output is of no interest.
pub fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Whether a program of this name is on the search path.
pub fn is_on_path(program: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| {
        std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
    })
}

/// The effective user's number, or another user's when named.
///
/// # Errors
///
/// When there is no such user.
pub fn user_id(name: Option<&str>) -> Result<u32> {
    id("-u", name)
}

/// The number of the main group of a user.
///
/// # Errors
///
/// When there is no such user.
pub fn group_id(name: &str) -> Result<u32> {
    id("-g", Some(name))
}

fn id(what: &str, name: Option<&str>) -> Result<u32> {
    let text = output(Command::new("id").arg(what).args(name))?;
    text.trim()
        .parse()
        .with_context(|| format!("`id {what}` said {text:?}"))
}

fn is_set_by_cargo_run(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    name.starts_with("CARGO_PKG_")
        || name.starts_with("CARGO_MANIFEST_")
        || matches!(
            name.as_ref(),
            "CARGO" | "CARGO_BIN_NAME" | "CARGO_CRATE_NAME" | "CARGO_PRIMARY_PACKAGE" | "OUT_DIR"
        )
}

fn show(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(OsStr::to_string_lossy)
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_of_the_running_package_are_taken_away_but_the_users_settings_stay() {
        for taken in ["CARGO_PKG_NAME", "CARGO_MANIFEST_DIR", "CARGO", "OUT_DIR"] {
            assert!(is_set_by_cargo_run(OsStr::new(taken)), "{taken}");
        }
        for kept in [
            "CARGO_TARGET_DIR",
            "CARGO_HOME",
            "CARGO_NET_OFFLINE",
            "PATH",
        ] {
            assert!(!is_set_by_cargo_run(OsStr::new(kept)), "{kept}");
        }
    }

    #[test]
    fn a_failing_program_is_an_error_that_shows_what_was_run_and_what_it_said() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo broken >&2; exit 3"]);
        let told = output(&mut command).unwrap_err().to_string();
        assert!(told.contains("sh -c") && told.contains("broken"), "{told}");
    }
}
