//! The configuration: a flag wins over the environment, the environment over the file, the file over the default.
//!
//! The file is TOML, `pena.toml` in the data directory or the one `--config` names:
//!
//! ```toml
//! [server]
//! listen = "127.0.0.1:8080"
//! base_address = "https://tte.contohrejo.example"   # printed in letters and certificates
//! trusted_proxies = ["127.0.0.1"]                   # whose X-Forwarded-For is believed
//!
//! [storage]
//! data_dir = "pena-data"                            # only in a file that --config names
//! database = "postgres://localhost/pena"            # default: SQLite in the data directory
//!
//! [custody]
//! kek_file = "/etc/pena/kek"                        # the server's key-encryption key, outside the backups
//!
//! [signing]                                         # how far signatures carry their own proof
//! level = "B-LTA"                                   # B-B (default), B-T, B-LT or B-LTA
//! tsa = [{ url = "http://tsa.contoh.example", trust = "/etc/pena/tsa-root.pem" }]
//!
//! [signing.pkcs11.hsm]                              # a token or HSM that officials' keys may lie on
//! module = "/usr/lib/softhsm/libsofthsm2.so"
//! token = "Kab Contohrejo"
//!
//! [signing.csc.psre]                                # a signing service (Cloud Signature Consortium API 2)
//! url = "https://tanda.contoh.example"
//! access_token_file = "/etc/pena/psre-token"        # read anew at each use
//!
//! [remote]                                          # what may be asked besides the open internet
//! webhook_allow = ["10.20.0.0/16"]                  # networks, or hosts with or without a port
//! oidc_allow = ["sso.contohrejo.example:8443"]      # the issuer itself needs no entry
//! evidence_allow = ["pki.contohrejo.example"]       # where certificates may send us for evidence
//!
//! [oidc]                                            # single sign-on; without an issuer there is none
//! issuer = "https://sso.contohrejo.example/realms/pemkab"
//! client_id = "pena"
//! client_secret_file = "/etc/pena/oidc-secret"
//! username_claim = "preferred_username"             # ties an account at its first log-in
//!
//! [limits]
//! page = 12000                                      # a minute and address: many people behind one address
//! ```
//!
//! Paths in the file are relative to the file.

mod address;
mod error;
mod file;
mod known;
mod outside;
mod server;
mod show;
mod signing;

use std::path::{Path, PathBuf};

use clap::Args;

pub use error::ConfigError;
pub use file::Limits;
pub use outside::{Oidc, Remote};
pub use server::{Server, ServerArgs, Tls};
pub use signing::{Signing, Tsa, name as level_name};

use self::file::{FILE_NAME, File};

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
    /// How far signatures carry their own proof.
    pub signing: Signing,
    /// How often what may be asked.
    pub limits: Limits,
    /// What may be asked outside.
    pub remote: Remote,
    /// Who else says who people are.
    pub oidc: Option<Oidc>,
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

impl Config {
    /// Reads the file, if there is one, and puts flags and environment over it.
    ///
    /// # Errors
    /// [`ConfigError`] names the file and the key.
    pub fn load(args: &ConfigArgs) -> Result<Self, ConfigError> {
        Self::load_server(args, &ServerArgs::default())
    }

    /// As [`Config::load`], with the options that only a server has.
    ///
    /// # Errors
    /// [`ConfigError`] names the file and the key.
    pub fn load_server(args: &ConfigArgs, server: &ServerArgs) -> Result<Self, ConfigError> {
        let file = match &args.config {
            Some(path) => File::read(path)?.ok_or_else(|| ConfigError::Unreadable {
                path: path.clone(),
                source: std::io::ErrorKind::NotFound.into(),
            })?,
            None => Self::found_in_data_dir(args)?,
        };
        Ok(Self {
            server: Server::resolve(server, args.base_address.clone(), file.server)?,
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
            signing: file.signing.resolve()?,
            limits: file.limits,
            remote: file.remote.resolve()?,
            oidc: file.oidc.resolve()?,
        })
    }

    /// The address that letters and certificates carry where no server says otherwise.
    pub fn base_address(&self) -> &str {
        self.server
            .base_address
            .as_deref()
            .unwrap_or(DEFAULT_BASE_ADDRESS)
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

const DEFAULT_DATA_DIR: &str = "pena-data";
const DEFAULT_BASE_ADDRESS: &str = "https://tte.contohrejo.example";

#[cfg(test)]
mod tests {
    use std::fs;

    use service::key::{Providers, ServiceProvider, TokenProvider};
    use service::provable::Level;

    use super::*;

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
        assert_eq!(config.base_address(), "https://flag.example");
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
        let text = "\
            [server]\nlisten='[::1]:1'\nbase_address='http://a'\ntls_cert='c'\ntls_key='k'\n\
            trusted_proxies=['10.0.0.5']\nmetrics_token_file='t'\n\
            [storage]\ndata_dir='b'\ndatabase='c'\n[custody]\nkek_file='d'\n\
            [signing]\nlevel='B-LT'\ntsa=[{url='http://t',trust='u'}]\n\
            [signing.pkcs11.h]\nmodule='m'\ntoken='l'\n[signing.csc.s]\nurl='https://s'\naccess_token_file='a'\n\
            [limits]\nlog_in=1\nverification=2\ncode=3\napi=4\nwrong_key=5\npage=6\n\
            [remote]\nwebhook_allow=['10.0.0.0/8']\noidc_allow=['sso']\nevidence_allow=['pki']\n\
            [oidc]\nissuer='https://sso'\nclient_id='e'\nclient_secret_file='f'\nusername_claim='g'\n";
        fs::write(&path, text).unwrap();
        let mut written: Vec<String> = Vec::new();
        for (section, keys) in text.parse::<toml::Table>().unwrap() {
            let keys = keys.as_table().unwrap().keys();
            written.extend(keys.map(|key| format!("{section}.{key}")));
        }
        written.sort();
        assert_eq!(written, known::KNOWN_KEYS);
        let args = ConfigArgs {
            config: Some(path),
            ..ConfigArgs::default()
        };
        let at = |name: &str| folder.path().join(name);
        let rate = std::num::NonZeroU32::new;
        let expected = Config {
            server: Server {
                listen: "[::1]:1".parse().unwrap(),
                base_address: Some("http://a".into()),
                tls: Some(Tls {
                    cert: at("c"),
                    key: at("k"),
                }),
                trusted_proxies: vec!["10.0.0.5/32".parse().unwrap()],
                metrics_token_file: Some(at("t")),
            },
            storage: Storage {
                data_dir: at("b"),
                database: Some("c".into()),
            },
            custody: Custody {
                kek_file: Some(at("d")),
            },
            signing: Signing {
                level: Level::BLt,
                tsa: vec![Tsa {
                    url: "http://t".into(),
                    trust: at("u"),
                }],
                providers: Providers {
                    tokens: [(
                        "h".to_owned(),
                        TokenProvider {
                            module: at("m"),
                            token: "l".to_owned(),
                        },
                    )]
                    .into(),
                    services: [(
                        "s".to_owned(),
                        ServiceProvider {
                            url: "https://s".to_owned(),
                            access_token_file: at("a"),
                        },
                    )]
                    .into(),
                },
            },
            limits: Limits {
                log_in: rate(1),
                verification: rate(2),
                code: rate(3),
                api: rate(4),
                wrong_key: rate(5),
                page: rate(6),
            },
            remote: Remote {
                webhook_allow: vec!["10.0.0.0/8".into()],
                oidc_allow: vec!["sso".into()],
                evidence_allow: vec!["pki".into()],
            },
            oidc: Some(Oidc {
                issuer: "https://sso".into(),
                client_id: "e".into(),
                client_secret_file: Some(at("f")),
                username_claim: Some("g".into()),
            }),
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
            Config::load(&args).unwrap().base_address(),
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

    #[test]
    fn an_allow_list_of_nonsense_and_half_a_section_are_errors() {
        for (text, key) in [
            (
                "[remote]\nwebhook_allow = ['https://x']",
                "remote.webhook_allow",
            ),
            ("[oidc]\nissuer = 'https://x'", "oidc.client_id"),
            ("[oidc]\nusername_claim = 'nip'", "oidc.issuer"),
            ("[remote]\nevidence_allow = ['*']", "remote.evidence_allow"),
            ("[signing]\nlevel = 'B-T'", "signing.tsa"),
            ("[signing]\nlevel = 'b-t'", "B-LTA"),
            ("[signing]\ntsa = [{ url = 'http://t' }]", "trust"),
            ("[signing.pkcs11.h]\nmodule = 'm'", "token"),
            (
                "[signing.csc.s]\nurl = 'https://s'\naccess_token_file = 'a'\npin = '1'",
                "pin",
            ),
        ] {
            let error = with_file(text, ConfigArgs::default()).unwrap_err();
            assert!(error.to_string().contains(key), "{error}");
        }
    }
}
