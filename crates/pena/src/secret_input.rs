//! How a passphrase comes in: from a file, from an open descriptor, or typed by a person. Never as an argument,
//! where every user of the machine could read it.

use std::{
    fs::File,
    io::{self, IsTerminal, Read},
    path::{Path, PathBuf},
};

use clap::Args;
use custody::Passphrase;
use signing::{Access, Budget, Password};
use zeroize::Zeroizing;

/// Options of every command that opens a key.
#[derive(Debug, Args)]
pub struct PassphraseArgs {
    /// Read the passphrase from FILE (its last line break is not part of it)
    #[arg(
        long,
        alias = "pin-file",
        value_name = "FILE",
        conflicts_with = "passphrase_fd"
    )]
    pub passphrase_file: Option<PathBuf>,
    /// Read the passphrase from the open file descriptor N, as in 3< <(secret-tool ...)
    #[arg(long, alias = "pin-fd", value_name = "N")]
    pub passphrase_fd: Option<u32>,
}

/// The option of every command that reads documents which may be locked.
#[derive(Debug, Args)]
pub struct PasswordArgs {
    /// Read the password of locked PDF files from FILE: the user's or the owner's (its last line break is not part of it)
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
}

impl PasswordArgs {
    /// The cost of reading for somebody at a terminal, and the password, if one was given.
    ///
    /// # Errors
    /// [`SecretInputError`] names the file.
    pub fn access(&self) -> Result<Access, SecretInputError> {
        let password = match &self.password_file {
            Some(path) => {
                let read = from_path(path, path.display().to_string())?;
                Some(Password::new(Zeroizing::new(read.expose().to_owned())))
            }
            None => None,
        };
        Ok(Access::new(Budget::cli(), password))
    }
}

/// Why there is no passphrase.
#[derive(Debug, thiserror::Error)]
pub enum SecretInputError {
    /// Nobody to ask.
    #[error(
        "a passphrase is needed and there is no terminal to ask at; give --passphrase-file FILE or --passphrase-fd N"
    )]
    NobodyToAsk,
    /// The file, descriptor or terminal could not be read.
    #[error("the passphrase cannot be read from {from}: {source}")]
    Unreadable {
        /// Where it was to come from.
        from: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// It is not UTF-8.
    #[error("the passphrase in {0} is not UTF-8 text")]
    NotText(String),
    /// Longer than any passphrase.
    #[error("{0} holds more than {MAX_BYTES} bytes; is it the right file?")]
    TooLong(String),
}

impl PassphraseArgs {
    /// Obtains the passphrase; a person at the terminal is asked with these words.
    ///
    /// # Errors
    /// [`SecretInputError`] names the source.
    pub fn obtain(&self, question: &str) -> Result<Passphrase, SecretInputError> {
        if let Some(path) = &self.passphrase_file {
            return from_path(path, path.display().to_string());
        }
        if let Some(descriptor) = self.passphrase_fd {
            let path = PathBuf::from(format!("/dev/fd/{descriptor}"));
            return from_path(&path, format!("descriptor {descriptor}"));
        }
        if !io::stdin().is_terminal() {
            return Err(SecretInputError::NobodyToAsk);
        }
        rpassword::prompt_password(format!("{question}: "))
            .map(Passphrase::new)
            .map_err(|source| SecretInputError::Unreadable {
                from: "the terminal".to_owned(),
                source,
            })
    }
}

/// A secret from a file.
///
/// # Errors
/// [`SecretInputError`] names the file.
pub fn from_file(path: &Path) -> Result<Passphrase, SecretInputError> {
    from_path(path, path.display().to_string())
}

const MAX_BYTES: usize = 4096;

fn from_path(path: &Path, from: String) -> Result<Passphrase, SecretInputError> {
    match File::open(path).and_then(read_bounded) {
        Ok(bytes) if bytes.len() > MAX_BYTES => Err(SecretInputError::TooLong(from)),
        Ok(bytes) => passphrase(&bytes).ok_or(SecretInputError::NotText(from)),
        Err(source) => Err(SecretInputError::Unreadable { from, source }),
    }
}

/// Reads into a buffer that never grows, so that no copy of the secret is left behind unwiped.
fn read_bounded(file: File) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_BYTES + 64));
    let limit = u64::try_from(MAX_BYTES + 1).unwrap_or(u64::MAX);
    file.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// One line break at the end belongs to the editor that wrote the file, not to the secret.
fn passphrase(bytes: &[u8]) -> Option<Passphrase> {
    let text = std::str::from_utf8(bytes).ok()?;
    let secret = text
        .strip_suffix("\r\n")
        .or_else(|| text.strip_suffix('\n'))
        .unwrap_or(text);
    Some(Passphrase::new(secret.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_one_line_break_at_the_end_is_not_part_of_the_passphrase() {
        for (file, secret) in [
            ("s3cret\n", "s3cret"),
            ("s3cret\r\n", "s3cret"),
            ("s3cret\n\n", "s3cret\n"),
            (" s3cret ", " s3cret "),
            ("s3cret\r", "s3cret\r"),
            ("", ""),
        ] {
            assert_eq!(passphrase(file.as_bytes()).unwrap().expose(), secret);
        }
        assert!(passphrase(&[0xff]).is_none());
    }

    #[test]
    fn a_film_is_not_taken_for_a_passphrase() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("film");
        std::fs::write(&path, vec![b'x'; MAX_BYTES + 1]).unwrap();
        let args = PassphraseArgs {
            passphrase_file: Some(path),
            passphrase_fd: None,
        };
        assert!(matches!(
            args.obtain("key.p12"),
            Err(SecretInputError::TooLong(_))
        ));
    }
}
