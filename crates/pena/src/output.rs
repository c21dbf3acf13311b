//! What is written where: results on standard output, talk on standard error, colour only for a person.

use std::{
    fmt::Display,
    io::{self, IsTerminal, Write},
};

use flow::bidi::turns_direction;
use serde::Serialize;

/// Whether standard output may carry colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Palette {
    /// A person's terminal.
    Ansi,
    /// A pipe, a file, a terminal that cannot, or a person who said no.
    Plain,
}

/// What a colour means here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// As it should be.
    Good,
    /// Cannot be told.
    Unsure,
    /// Wrong.
    Bad,
}

impl Palette {
    /// Looks at standard output and at `NO_COLOR` (any value but an empty one, as no-color.org asks).
    pub fn of_stdout() -> Self {
        let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        if io::stdout().is_terminal() && !refused && !dumb {
            Self::Ansi
        } else {
            Self::Plain
        }
    }

    /// The text in its colour.
    pub fn paint(self, tone: Tone, text: &str) -> String {
        let colour = match tone {
            Tone::Good => "1;32",
            Tone::Unsure => "1;33",
            Tone::Bad => "1;31",
        };
        match self {
            Self::Ansi => format!("\u{1b}[{colour}m{text}\u{1b}[0m"),
            Self::Plain => text.to_owned(),
        }
    }
}

/// Writes one line to standard output.
///
/// # Errors
/// When standard output is gone.
pub fn line(text: &str) -> io::Result<()> {
    writeln!(io::stdout().lock(), "{text}")
}

/// Writes a value as one line of JSON to standard output.
///
/// # Errors
/// When standard output is gone.
pub fn json(value: &impl Serialize) -> io::Result<()> {
    let text = serde_json::to_string(value).map_err(io::Error::other)?;
    line(&text)
}

/// Tells a person something on standard error. If that is gone too, there is nobody to tell.
pub fn talk(text: &str) {
    let _gone = writeln!(io::stderr().lock(), "{text}");
}

/// Text out of somebody else's file, fit for a terminal: nothing in it can move the cursor, change colours or
/// turn the direction of writing.
pub fn harmless(text: impl Display) -> String {
    text.to_string()
        .chars()
        .map(|found| {
            if found.is_control() || turns_direction(found) {
                char::REPLACEMENT_CHARACTER
            } else {
                found
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signers_name_cannot_drive_the_terminal() {
        assert_eq!(
            harmless("CN=Budi\u{1b}[2J\u{202e}idub"),
            "CN=Budi\u{fffd}[2J\u{fffd}idub"
        );
    }

    #[test]
    fn without_colours_the_text_stays_as_it_is() {
        assert_eq!(Palette::Plain.paint(Tone::Bad, "Tidak sah"), "Tidak sah");
        assert!(Palette::Ansi.paint(Tone::Bad, "Tidak sah").contains("31m"));
    }
}
