//! The file as written.

use std::fs;
use std::io;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::ConfigError;
use super::known::{nearest, unknown_key};
use super::outside::{OidcSection, RemoteSection};
use super::signing::SigningSection;

/// The name under which the file is found in a data directory.
pub(super) const FILE_NAME: &str = "pena.toml";

/// The file as written: everything may be left out.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct File {
    pub(super) server: ServerSection,
    pub(super) storage: StorageSection,
    pub(super) custody: CustodySection,
    pub(super) signing: SigningSection,
    pub(super) limits: Limits,
    pub(super) remote: RemoteSection,
    pub(super) oidc: OidcSection,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct ServerSection {
    pub(super) base_address: Option<String>,
    pub(super) listen: Option<String>,
    pub(super) tls_cert: Option<PathBuf>,
    pub(super) tls_key: Option<PathBuf>,
    pub(super) trusted_proxies: Option<Vec<String>>,
    pub(super) metrics_token_file: Option<PathBuf>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct StorageSection {
    pub(super) data_dir: Option<PathBuf>,
    pub(super) database: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct CustodySection {
    pub(super) kek_file: Option<PathBuf>,
}

/// `[limits]`: how many requests of a kind one address may make in a minute; what is left out has its default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// Attempts to log in.
    pub log_in: Option<NonZeroU32>,
    /// Files given to public verification.
    pub verification: Option<NonZeroU32>,
    /// Codes looked up in public.
    pub code: Option<NonZeroU32>,
    /// Requests with an API key.
    pub api: Option<NonZeroU32>,
    /// Requests with a wrong API key.
    pub wrong_key: Option<NonZeroU32>,
    /// Pages.
    pub page: Option<NonZeroU32>,
}

impl File {
    /// Reads a file; `None` if there is none.
    pub(super) fn read(path: &Path) -> Result<Option<Self>, ConfigError> {
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
        for path in [
            &mut file.storage.data_dir,
            &mut file.custody.kek_file,
            &mut file.oidc.client_secret_file,
            &mut file.server.tls_cert,
            &mut file.server.tls_key,
            &mut file.server.metrics_token_file,
        ] {
            *path = path.take().map(|path| folder.join(path));
        }
        for tsa in &mut file.signing.tsa {
            tsa.trust = folder.join(&tsa.trust);
        }
        for token in file.signing.pkcs11.values_mut() {
            token.module = folder.join(&token.module);
        }
        for service in file.signing.csc.values_mut() {
            service.access_token_file = folder.join(&service.access_token_file);
        }
        Ok(Some(file))
    }
}
