//! `[signing]`: how far signatures of letters carry their own proof, and where officials' keys may lie.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use service::key::{Providers, ServiceProvider, TokenProvider};
use service::provable::Level;

use super::ConfigError;

/// `[signing]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signing {
    /// The level of signatures that are made from now on.
    pub level: Level,
    /// Authorities for timestamps; the next is asked when one fails.
    pub tsa: Vec<Tsa>,
    /// Tokens and signing services that officials' keys may lie at.
    pub providers: Providers,
}

/// An authority for timestamps.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tsa {
    /// Where it is asked.
    pub url: String,
    /// Certificates of who vouches for it, PEM or DER.
    pub trust: PathBuf,
}

/// The levels of EN 319 142-1, as people write them.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub(super) enum LevelName {
    #[default]
    #[serde(rename = "B-B")]
    BB,
    #[serde(rename = "B-T")]
    BT,
    #[serde(rename = "B-LT")]
    BLt,
    #[serde(rename = "B-LTA")]
    BLta,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct SigningSection {
    level: LevelName,
    pub(super) tsa: Vec<Tsa>,
    pub(super) pkcs11: BTreeMap<String, TokenSection>,
    pub(super) csc: BTreeMap<String, ServiceSection>,
}

/// `[signing.pkcs11.NAME]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TokenSection {
    pub(super) module: PathBuf,
    token: String,
}

/// `[signing.csc.NAME]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ServiceSection {
    url: String,
    pub(super) access_token_file: PathBuf,
}

impl SigningSection {
    pub(super) fn resolve(self) -> Result<Signing, ConfigError> {
        let level = match self.level {
            LevelName::BB => Level::BB,
            LevelName::BT => Level::BT,
            LevelName::BLt => Level::BLt,
            LevelName::BLta => Level::BLta,
        };
        if level > Level::BB && self.tsa.is_empty() {
            return Err(ConfigError::NoTsa { level: name(level) });
        }
        Ok(Signing {
            level,
            tsa: self.tsa,
            providers: Providers {
                tokens: self.pkcs11.into_iter().map(token).collect(),
                services: self.csc.into_iter().map(service).collect(),
            },
        })
    }
}

fn token((name, section): (String, TokenSection)) -> (String, TokenProvider) {
    let TokenSection { module, token } = section;
    (name, TokenProvider { module, token })
}

fn service((name, section): (String, ServiceSection)) -> (String, ServiceProvider) {
    let ServiceSection {
        url,
        access_token_file,
    } = section;
    let named = ServiceProvider {
        url,
        access_token_file,
    };
    (name, named)
}

/// As it is written in the file.
pub const fn name(level: Level) -> &'static str {
    match level {
        Level::BB => "B-B",
        Level::BT => "B-T",
        Level::BLt => "B-LT",
        Level::BLta => "B-LTA",
    }
}
