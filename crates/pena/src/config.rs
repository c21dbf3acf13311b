//! The configuration: a flag wins over the environment, the environment over the file, the file over the default.
//!
//! The file is TOML, `pena.toml` in the data directory or the one `--config` names:
//!
//! ```toml
//! [server]
//! base_address = "https://tte.contohrejo.example"   # printed in letters and certificates
//!
//! [storage]
//! data_dir = "pena-data"                            # only in a file that --config names
//! database = "postgres://localhost/pena"            # default: SQLite in the data directory
//!
//! [custody]
//! kek_file = "/etc/pena/kek"                        # the server's key-encryption key, outside the backups
//! ```
//!
//! Paths in the file are relative to the file.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use clap::Args;
use serde::Deserialize;

/// Options of every command that works on a data directory. Flag and environment are one source to `clap`.
#[derive(Debug, Clone, Default, Args)]
pub struct ConfigArgs {
    /// Configuration file [default: pena.toml in the data directory, if there is one]
    #[arg(long, global = true, value_name = "FILE", env = "PENA_CONFIG")]
    pub config: Option<PathBuf>,
    /// Where everything lies [default: pena-data]
    #[arg(long, global = true, value_name = "DIR", env = "PENA_DATA_DIR")]
    pub data_dir: Option<PathBuf>,
    /// Database: sqlite://FILE or postgres://… [default: SQLite in the data directory]
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "PENA_DATABASE",
        hide_env_values = true
    )]
    pub database: Option<String>,
    /// File with the server's key-encryption key [default: in the data directory]
    #[arg(long, global = true, value_name = "FILE", env = "PENA_KEK_FILE")]
    pub kek_file: Option<PathBuf>,
    /// Address under which letters are verified and revocation lists are fetched
    #[arg(long, global = true, value_name = "URL", env = "PENA_BASE_ADDRESS")]
    pub base_address: Option<String>,
}

/// What is in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// How the office is reached.
    pub server: Server,
    /// Where its data lies.
    pub storage: Storage,
    /// What its keys are sealed under.
    pub custody: Custody,
}

/// `[server]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Printed in letters as the address of verification, and in certificates as that of the revocation lists.
    pub base_address: String,
}

/// `[storage]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Storage {
    /// Blobs, certificates, audit tiles, and the database if it is SQLite.
    pub data_dir: PathBuf,
    /// Address of the database; `None` is SQLite in the data directory.
    pub database: Option<String>,
}

/// `[custody]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Custody {
    /// File of the server's key-encryption key; `None` is the one in the data directory.
    pub kek_file: Option<PathBuf>,
}

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("the configuration {path} cannot be read: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The file is no TOML, or a value has the wrong type.
    #[error("the configuration {path} is not right: {message}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Where and why.
        message: String,
    },
    /// A key that nothing reads, most likely misspelt.
    #[error("the configuration {path} has the unknown key \"{key}\"; did you mean \"{nearest}\"?")]
    UnknownKey {
        /// The file.
        path: PathBuf,
        /// The key as written, with its section.
        key: String,
        /// The known key that is spelt most like it.
        nearest: &'static str,
    },
    /// An address nobody could open.
    #[error(
        "server.base_address {address} must be http:// or https:// and a host, as in https://tte.kab.example"
    )]
    BaseAddress {
        /// The address as written.
        address: String,
    },
    /// A file inside one data directory that sends its reader to another.
    #[error(
        "the configuration {path} lies in a data directory and names another one; pass such a file by --config"
    )]
    OtherDataDir {
        /// The file.
        path: PathBuf,
    },
}

impl Config {
    /// Reads the file, if there is one, and puts flags and environment over it.
    ///
    /// # Errors
    /// [`ConfigError`] names the file and the key.
    pub fn load(args: &ConfigArgs) -> Result<Self, ConfigError> {
        let file = match &args.config {
            Some(path) => File::read(path)?.ok_or_else(|| ConfigError::Unreadable {
                path: path.clone(),
                source: io::ErrorKind::NotFound.into(),
            })?,
            None => Self::found_in_data_dir(args)?,
        };
        let base_address = args
            .base_address
            .clone()
            .or(file.server.base_address)
            .unwrap_or_else(|| DEFAULT_BASE_ADDRESS.to_owned());
        Ok(Self {
            server: Server {
                base_address: checked_address(&base_address)?,
            },
            storage: Storage {
                data_dir: args
                    .data_dir
                    .clone()
                    .or(file.storage.data_dir)
                    .unwrap_or_else(|| DEFAULT_DATA_DIR.into()),
                database: args.database.clone().or(file.storage.database),
            },
            custody: Custody {
                kek_file: args.kek_file.clone().or(file.custody.kek_file),
            },
        })
    }

    fn found_in_data_dir(args: &ConfigArgs) -> Result<File, ConfigError> {
        let folder = args
            .data_dir
            .as_deref()
            .unwrap_or(Path::new(DEFAULT_DATA_DIR));
        let path = folder.join(FILE_NAME);
        let Some(file) = File::read(&path)? else {
            return Ok(File::default());
        };
        // It was found by the directory, so it cannot move the directory.
        if file.storage.data_dir.is_some() {
            return Err(ConfigError::OtherDataDir { path });
        }
        Ok(file)
    }
}

/// An address that can be printed into letters and certificates, without a slash at its end.
fn checked_address(text: &str) -> Result<String, ConfigError> {
    let refused = || ConfigError::BaseAddress {
        address: text.to_owned(),
    };
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))
        .ok_or_else(refused)?;
    let host = rest.split(['/', ':']).next().unwrap_or_default();
    let odd = |found: char| found.is_whitespace() || matches!(found, '?' | '#' | '@' | '"');
    if host.is_empty() || rest.chars().any(odd) {
        return Err(refused());
    }
    Ok(text.trim_end_matches('/').to_owned())
}

/// The file as written: everything may be left out.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct File {
    server: ServerSection,
    storage: StorageSection,
    custody: CustodySection,
}

#[derive(Debug, Default, Deserialize)]
struct ServerSection {
    base_address: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
struct StorageSection {
    data_dir: Option<PathBuf>,
    database: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
struct CustodySection {
    kek_file: Option<PathBuf>,
}

const FILE_NAME: &str = "pena.toml";
const DEFAULT_DATA_DIR: &str = "pena-data";
const DEFAULT_BASE_ADDRESS: &str = "https://tte.contohrejo.example";

const KNOWN_KEYS: [&str; 4] = [
    "custody.kek_file",
    "server.base_address",
    "storage.data_dir",
    "storage.database",
];

impl File {
    fn read(path: &Path) -> Result<Option<Self>, ConfigError> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => {
                return Err(ConfigError::Unreadable {
                    path: path.to_owned(),
                    source,
                });
            }
        };
        let malformed = |error: toml::de::Error| ConfigError::Malformed {
            path: path.to_owned(),
            message: error.to_string(),
        };
        let table: toml::Table = toml::from_str(&text).map_err(malformed)?;
        if let Some(key) = unknown_key(&table) {
            return Err(ConfigError::UnknownKey {
                path: path.to_owned(),
                nearest: nearest(&key),
                key,
            });
        }
        // Once more from the text, because only it still knows the line of a wrong value.
        let mut file: Self = toml::from_str(&text).map_err(malformed)?;
        let folder = path.parent().unwrap_or(Path::new(""));
        for path in [&mut file.storage.data_dir, &mut file.custody.kek_file] {
            *path = path.take().map(|path| folder.join(path));
        }
        Ok(Some(file))
    }
}

/// The first key, written with its section, that nothing reads.
fn unknown_key(table: &toml::Table) -> Option<String> {
    table
        .iter()
        .flat_map(|(section, value)| match value.as_table() {
            Some(keys) if !keys.is_empty() => {
                keys.keys().map(|key| format!("{section}.{key}")).collect()
            }
            Some(_) | None => vec![section.clone()],
        })
        .find(|key| !is_known(key))
}

/// A known key, or the heading of an empty section.
fn is_known(key: &str) -> bool {
    KNOWN_KEYS.contains(&key)
        || KNOWN_KEYS.iter().any(|known| {
            known
                .split_once('.')
                .is_some_and(|(section, _)| section == key)
        })
}

/// The known key spelt most like this one; a key without its section is compared without sections.
fn nearest(key: &str) -> &'static str {
    let distance = |known: &str| {
        let bare = known.split_once('.').map_or(known, |(_, name)| name);
        let written = key.split_once('.').map_or(key, |(_, name)| name);
        (
            strsim::damerau_levenshtein(bare, written),
            strsim::damerau_levenshtein(known, key),
        )
    };
    let [first, rest @ ..] = KNOWN_KEYS;
    rest.into_iter().fold(first, |best, known| {
        if distance(known) < distance(best) {
            known
        } else {
            best
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_scheme_and_a_host_without_a_slash_at_its_end() {
        let address = checked_address("https://tte.kab.example/").unwrap();
        assert_eq!(address, "https://tte.kab.example");
        for refused in [
            "nonsense",
            "https://",
            "ftp://x",
            "https://a b",
            "https://x?y",
        ] {
            assert!(checked_address(refused).is_err(), "{refused}");
        }
    }

    fn with_file(text: &str, args: ConfigArgs) -> Result<Config, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("other.toml");
        fs::write(&path, text).unwrap();
        Config::load(&ConfigArgs {
            config: Some(path),
            ..args
        })
    }

    #[test]
    fn a_flag_wins_over_the_file_and_the_file_over_the_default() {
        let text =
            "[server]\nbase_address = 'https://file.example'\n[storage]\ndatabase = 'sqlite://x'";
        let config = with_file(
            text,
            ConfigArgs {
                base_address: Some("https://flag.example".into()),
                ..ConfigArgs::default()
            },
        )
        .unwrap();
        assert_eq!(config.server.base_address, "https://flag.example");
        assert_eq!(config.storage.database.as_deref(), Some("sqlite://x"));
        assert_eq!(config.storage.data_dir, Path::new("pena-data"));
    }

    #[test]
    fn a_misspelt_key_is_answered_with_the_nearest_one() {
        for (text, nearest) in [
            ("[server]\nbase_adress = 'x'", "server.base_address"),
            ("kek_file = 'x'", "custody.kek_file"),
            ("[stroage]\ndatabase = 'x'", "storage.database"),
            ("[storage]\ndata-dir = 'x'", "storage.data_dir"),
        ] {
            let error = with_file(text, ConfigArgs::default()).unwrap_err();
            assert!(
                error
                    .to_string()
                    .contains(&format!("did you mean \"{nearest}\"")),
                "{error}"
            );
        }
    }

    #[test]
    fn every_known_key_is_read_and_relative_to_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("other.toml");
        let text = "[server]\nbase_address='http://a'\n[storage]\ndata_dir='b'\ndatabase='c'\n[custody]\nkek_file='d'\n";
        fs::write(&path, text).unwrap();
        let args = ConfigArgs {
            config: Some(path),
            ..ConfigArgs::default()
        };
        let expected = Config {
            server: Server {
                base_address: "http://a".into(),
            },
            storage: Storage {
                data_dir: folder.path().join("b"),
                database: Some("c".into()),
            },
            custody: Custody {
                kek_file: Some(folder.path().join("d")),
            },
        };
        assert_eq!(Config::load(&args).unwrap(), expected);
    }

    #[test]
    fn the_file_in_a_data_directory_is_found_but_cannot_move_it() {
        let folder = tempfile::tempdir().unwrap();
        let args = ConfigArgs {
            data_dir: Some(folder.path().to_owned()),
            ..ConfigArgs::default()
        };
        let path = folder.path().join(FILE_NAME);
        fs::write(&path, "[server]\nbase_address = 'https://found.example'").unwrap();
        assert_eq!(
            Config::load(&args).unwrap().server.base_address,
            "https://found.example"
        );
        fs::write(&path, "[storage]\ndata_dir = 'elsewhere'").unwrap();
        assert!(matches!(
            Config::load(&args),
            Err(ConfigError::OtherDataDir { .. })
        ));
    }

    #[test]
    fn a_wrong_value_is_named_with_its_line_and_a_missing_named_file_is_an_error() {
        let error = with_file("[server]\nbase_address = 7", ConfigArgs::default()).unwrap_err();
        assert!(error.to_string().contains("line 2"), "{error}");
        let args = ConfigArgs {
            config: Some("no-such.toml".into()),
            ..ConfigArgs::default()
        };
        assert!(matches!(
            Config::load(&args),
            Err(ConfigError::Unreadable { .. })
        ));
    }
}
