//! Documents whose commands are run: every ` ```console ` block of a page, in order, in one shell and one empty folder.
//!
//! A line that begins with `$ ` is a command (a `\` at its end continues it); the lines below it are parts of what it
//! must print, in that order, `…` standing for anything. Commands of the operating system that a test must not run
//! (`systemctl`, `apt-get`, …) are replaced by programs that only record their arguments.

use std::fmt::Write as _;
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::process::run;
use crate::program;

/// A page of a document.
#[derive(Debug)]
pub struct Page {
    /// Its path, for messages.
    pub path: PathBuf,
    steps: Vec<Step>,
}

/// A command and what it must print.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Step {
    command: String,
    expected: Vec<String>,
}

/// What is recorded instead of run.
const RECORDED: [&str; 6] = ["apt-get", "chown", "nginx", "sudo", "systemctl", "useradd"];
const PATIENCE: Duration = Duration::from_mins(4);
/// The address documents speak of; every run has a port of its own.
const WRITTEN_PORT: &str = "8080";

impl Page {
    /// Reads a page.
    ///
    /// # Panics
    /// If it cannot be read.
    pub fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).expect("a document can be read");
        Self {
            path: path.to_owned(),
            steps: steps(&text),
        }
    }

    /// How many commands it has.
    pub fn commands(&self) -> usize {
        self.steps.len()
    }

    /// Runs its commands, with `extra` lines of shell before the first.
    ///
    /// # Panics
    /// If a command fails or does not print what the page says it prints.
    pub fn run(&self, extra: &str) {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let bin = folder.path().join("bin");
        record(&bin);
        let script = self.script(folder.path(), extra);
        let finished = run(
            Command::new("bash")
                .arg("-c")
                .arg(&script)
                .current_dir(folder.path()),
            b"",
            PATIENCE,
        );
        let printed = finished.text();
        let mut rest = printed.as_str();
        for (number, step) in self.steps.iter().enumerate() {
            let mark = mark(number);
            let Some((_, after)) = rest.split_once(mark.as_str()) else {
                panic!(
                    "{}: `{}` was not reached\n{}",
                    self.path.display(),
                    step.command,
                    finished.all()
                );
            };
            let output = after.split(MARK).next().unwrap_or(after);
            step.must_match(&self.path, output);
            rest = after;
        }
        finished.must_exit(0);
    }

    fn script(&self, folder: &Path, extra: &str) -> String {
        let pena = program::path();
        let pena = pena.parent().expect("a program lies in a folder").display();
        let port = free_port();
        let mut script = format!(
            "set -e\nexport PATH='{}':'{pena}':\"$PATH\" NO_COLOR=1 HOME='{}' PENA_LISTEN=127.0.0.1:{port}\n\
             trap 'kill $(jobs -p) 2>/dev/null || true; wait || true' EXIT\nexec 2>&1\n{extra}\n",
            folder.join("bin").display(),
            folder.display(),
        );
        for (number, step) in self.steps.iter().enumerate() {
            let command = step.command.replace(
                &format!("127.0.0.1:{WRITTEN_PORT}"),
                &format!("127.0.0.1:{port}"),
            );
            writeln!(script, "echo '{}'\n{command}", mark(number)).expect("text can be appended");
        }
        script
    }
}

impl Step {
    fn must_match(&self, path: &Path, output: &str) {
        let mut rest = output;
        for expected in &self.expected {
            for part in expected
                .split('…')
                .map(str::trim)
                .filter(|part| !part.is_empty())
            {
                let Some((_, after)) = rest.split_once(part) else {
                    panic!(
                        "{}: `{}` does not print `{part}` but\n{output}",
                        path.display(),
                        self.command
                    );
                };
                rest = after;
            }
        }
    }
}

const MARK: &str = "=== command ";

fn mark(number: usize) -> String {
    format!("{MARK}{number} ===")
}

fn steps(text: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut inside = false;
    let mut continued = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            inside = !inside && line.trim() == "```console";
            continued = false;
            continue;
        }
        if !inside {
            continue;
        }
        if continued {
            if let Some(step) = steps.last_mut() {
                step.command.push('\n');
                step.command.push_str(line);
            }
        } else if let Some(command) = line.strip_prefix("$ ") {
            steps.push(Step {
                command: command.to_owned(),
                expected: Vec::new(),
            });
        } else if let Some(step) = steps.last_mut() {
            step.expected.push(line.to_owned());
            continue;
        }
        continued = line.ends_with('\\');
    }
    steps
}

/// Programs that say what they were asked for and do nothing.
fn record(bin: &Path) {
    fs::create_dir_all(bin).expect("a folder can be made");
    for name in RECORDED {
        let path = bin.join(name);
        fs::write(&path, format!("#!/bin/sh\necho \"recorded: {name} $*\"\n"))
            .expect("a file can be written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755))
            .expect("a file can be made executable");
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("loopback has a free port")
        .port()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str) -> Page {
        Page {
            path: "page.md".into(),
            steps: steps(text),
        }
    }

    #[test]
    fn commands_and_what_they_print_are_read_from_console_blocks_alone() {
        let page = page("```\n$ no\n```\n```console\n$ echo a \\\n  b\na b\n$ true\n```\n");
        assert_eq!(page.commands(), 2);
        assert_eq!(page.steps.first().unwrap().command, "echo a \\\n  b");
        assert_eq!(page.steps.first().unwrap().expected, ["a b"]);
    }

    #[test]
    fn commands_share_a_shell_and_system_commands_are_only_recorded() {
        page("```console\n$ x=3\n$ echo value $x\nvalue 3\n$ systemctl start pena\nrecorded: systemctl start … pena\n```\n").run("");
    }

    #[test]
    #[should_panic(expected = "does not print `other`")]
    fn a_page_that_promises_other_output_fails() {
        page("```console\n$ echo one\nother\n```\n").run("");
    }

    #[test]
    #[should_panic(expected = "was not reached")]
    fn a_page_with_a_command_that_fails_fails() {
        page("```console\n$ false\n$ echo on\n```\n").run("");
    }
}
