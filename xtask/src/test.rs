//! `cargo xtask test`: everything CI runs, in an order that fails early.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use cargo_metadata::MetadataCommand;

use crate::postgres::Server;
use crate::process::{cargo, must, root};
use crate::step::{OnFailure, Steps};
use crate::tools::Tools;
use crate::{check_deps, docs, fmt_lint, tools};

/// The tests of the product. xtask's own run by themselves: its dependencies ask for other features
/// of crates that the program uses, and together everything above them would be built twice.
const PRODUCT_TESTS: [&str; 4] = ["test", "--workspace", "--exclude", "xtask"];

/// One thing that `cargo xtask test` does.
type Step = (&'static str, fn() -> Result<String>);

/// Cheap checks first; clippy sees a compile error minutes before the tests would.
const STEPS: [Step; 8] = [
    ("tools", install_tools),
    ("fmt", fmt_lint::fmt),
    ("check-deps", check_deps::check),
    ("docs", docs::check),
    ("test-xtask", test_xtask),
    ("clippy", fmt_lint::clippy),
    ("build", build),
    ("test", test_product),
];

/// Runs the steps and prints a table of what came of them.
///
/// # Errors
///
/// When the arguments are not understood or a step failed.
pub fn run(arguments: &[String]) -> Result<()> {
    let options = Options::parse(arguments)?;
    let mut steps = Steps::new(options.on_failure);
    for (name, work) in STEPS {
        if options.only.as_deref().is_none_or(|only| only == name) {
            steps.run(name, work);
        }
    }
    steps.finish()
}

/// Builds the program in the very configuration that `cargo run -- demo` uses.
///
/// # Errors
///
/// When it does not compile.
pub fn build_program() -> Result<()> {
    must(&mut cargo(&["build"])?)
}

/// What the test processes find in their environment; servers stop when it is dropped.
#[derive(Debug)]
pub struct TestEnvironment {
    tools: Tools,
    server: Server,
    program: PathBuf,
}

/// Installs the tools and starts the servers that the tests use.
///
/// # Errors
///
/// When a tool cannot be installed or a server does not start.
pub fn test_environment() -> Result<TestEnvironment> {
    let root = root()?;
    let tools = tools::ensure(&root)?;
    let metadata = MetadataCommand::new()
        .manifest_path(root.join("Cargo.toml"))
        .no_deps()
        .exec()?;
    let program = metadata
        .target_directory
        .join("debug/pena")
        .into_std_path_buf();
    Ok(TestEnvironment {
        tools,
        server: Server::start()?,
        program,
    })
}

impl TestEnvironment {
    /// A cargo command whose tests find the program, the servers and the foreign validators, and
    /// fail, rather than leave something out, when one is missing.
    ///
    /// # Errors
    ///
    /// When the project's folder cannot be found.
    pub fn cargo(&self, arguments: &[&str]) -> Result<Command> {
        let mut command = cargo(arguments)?;
        command
            .env("CI", "1")
            .env("PENA_BIN", &self.program)
            .env("PENA_TEST_PG", self.server.url())
            .env("PENA_PYTHON", &self.tools.python)
            .env("PENA_AXE", &self.tools.axe);
        Ok(command)
    }
}

#[derive(Debug)]
struct Options {
    only: Option<String>,
    on_failure: OnFailure,
}

impl Options {
    fn parse(arguments: &[String]) -> Result<Self> {
        let mut options = Self {
            only: None,
            on_failure: OnFailure::Stop,
        };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match argument.as_str() {
                "--keep-going" => options.on_failure = OnFailure::KeepGoing,
                "--only" => options.only = Some(known_step(rest.next())?),
                unknown => bail!("test takes no `{unknown}`"),
            }
        }
        Ok(options)
    }
}

fn known_step(name: Option<&String>) -> Result<String> {
    let names: Vec<&str> = STEPS.iter().map(|(name, _)| *name).collect();
    match name {
        Some(name) if names.contains(&name.as_str()) => Ok(name.clone()),
        Some(_) | None => bail!("--only takes one of: {}", names.join(", ")),
    }
}

fn install_tools() -> Result<String> {
    let tools = tools::ensure(&root()?)?;
    Ok(format!("foreign validators by {}", tools.python.display()))
}

fn test_xtask() -> Result<String> {
    let mut command = cargo(&["test", "--package", "xtask"])?;
    command.env("CI", "1");
    count_results(&mut command)
}

fn build() -> Result<String> {
    build_program()?;
    must(cargo(&PRODUCT_TESTS)?.arg("--no-run"))?;
    Ok(String::new())
}

fn test_product() -> Result<String> {
    build_program()?;
    let environment = test_environment()?;
    count_results(&mut environment.cargo(&PRODUCT_TESTS)?)
}

/// Shows cargo's own lines as they come and adds up its results.
fn count_results(command: &mut Command) -> Result<String> {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start cargo")?;
    let mut total = Tally::default();
    let stdout = child.stdout.take().context("cargo has no output")?;
    for line in BufReader::new(stdout).lines() {
        let line = line?;
        total.add(&line);
        writeln!(std::io::stdout(), "{line}")?;
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("{status}; {}", total.show());
    }
    Ok(total.show())
}

/// The sum of libtest's result lines.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    passed: u64,
    failed: u64,
    ignored: u64,
}

impl Tally {
    fn add(&mut self, line: &str) {
        let Some(counts) = line.strip_prefix("test result: ") else {
            return;
        };
        for part in counts.split([';', '.']) {
            let mut words = part.split_whitespace();
            let (Some(number), Some(what)) = (words.next(), words.next()) else {
                continue;
            };
            let Ok(number) = number.parse::<u64>() else {
                continue;
            };
            match what {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                "ignored" => self.ignored += number,
                _ => {}
            }
        }
    }

    fn show(&self) -> String {
        format!(
            "{} passed, {} failed, {} ignored",
            self.passed, self.failed, self.ignored
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn result_lines_are_added_up_and_other_lines_are_not() {
        let mut tally = Tally::default();
        tally.add("test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out");
        tally.add("test a_letter_is_signed ... ok");
        tally.add("test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured");
        assert_eq!(
            tally,
            Tally {
                passed: 14,
                failed: 1,
                ignored: 1
            }
        );
    }

    #[test]
    fn a_step_that_does_not_exist_is_refused_and_the_others_are_named() {
        let words = |text: &str| text.split(' ').map(String::from).collect::<Vec<_>>();
        assert_eq!(
            Options::parse(&words("--only clippy"))
                .unwrap()
                .only
                .as_deref(),
            Some("clippy")
        );
        let told = Options::parse(&words("--only lint"))
            .unwrap_err()
            .to_string();
        assert!(told.contains("check-deps"), "{told}");
        assert!(Options::parse(&words("--fast")).is_err());
    }
}
