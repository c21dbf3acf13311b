//! Exit codes, and what is said on the way out when a command could not do its work.

use std::{fmt, io, process::ExitCode};

use crate::config::ConfigError;

/// How a command ended, as scripts see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Everything asked for was done, every check passed.
    Ok,
    /// A check failed, or the request was refused.
    Failed,
    /// The command line was wrong.
    Usage,
    /// Nothing failed, but it cannot be told.
    CannotTell,
}

impl Exit {
    /// The outcome of this and another file together: a failure outweighs "cannot tell", which outweighs success.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        if other.weight() > self.weight() {
            other
        } else {
            self
        }
    }

    fn weight(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::CannotTell => 1,
            Self::Failed => 2,
            Self::Usage => 3,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Ok => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::CannotTell => 3,
        })
    }
}

/// A command line that parses but asks for something that makes no sense.
#[derive(Debug)]
pub struct UsageError {
    message: String,
    command: &'static str,
}

impl UsageError {
    /// Says what is wrong with the arguments of a command, and what to write instead.
    pub fn new(command: &'static str, message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            command,
        }
    }
}

impl fmt::Display for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}\n\nFor more information, try 'pena {} --help'.",
            self.message, self.command
        )
    }
}

impl std::error::Error for UsageError {}

/// Tells a person why the command ended early, and a script by the code.
pub fn explain(error: &anyhow::Error) -> Exit {
    // The reader of a pipe went away, as in `pena verify … | head -1`: nobody is left to be told.
    if error
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    {
        return Exit::Failed;
    }
    crate::output::talk(&format!("error: {}", told(error)));
    let refused = error
        .downcast_ref::<ConfigError>()
        .is_some_and(ConfigError::is_usage);
    if refused || error.is::<UsageError>() {
        Exit::Usage
    } else {
        Exit::Failed
    }
}

/// The error and its causes, each once: many an error's text repeats its cause's.
fn told(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if text.is_empty() {
            text = cause;
        } else if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_that_is_told_already_is_not_told_again() {
        let inner = io::Error::other("disk full");
        let error = anyhow::Error::new(inner).context("x.pdf: disk full");
        assert_eq!(told(&error), "x.pdf: disk full");
        let error = error.context("the letter was not kept");
        assert_eq!(told(&error), "the letter was not kept: x.pdf: disk full");
    }

    #[test]
    fn one_failure_among_many_files_outweighs_what_cannot_be_told() {
        assert_eq!(Exit::Ok.and(Exit::CannotTell), Exit::CannotTell);
        assert_eq!(Exit::CannotTell.and(Exit::Failed), Exit::Failed);
        assert_eq!(Exit::Failed.and(Exit::CannotTell), Exit::Failed);
        assert_eq!(Exit::Ok.and(Exit::Ok), Exit::Ok);
    }
}
