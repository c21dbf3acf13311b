//! `pena key`: officials' keys and certificates.

use clap::{Args, Subcommand, ValueEnum};
use custody::Reason;
use flow::id::{KeyId, PejabatId};
use service::key::{issue, list, publish_crl, revoke};

use crate::config::{Config, ConfigArgs};
use crate::exit::Exit;
use crate::output::{harmless, json, line, talk};
use crate::secret_input::PassphraseArgs;
use crate::wiring;

/// Options of `pena key`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct KeyArgs {
    #[command(flatten)]
    config: ConfigArgs,
    #[command(subcommand)]
    command: KeyCommand,
}

#[derive(Debug, Subcommand)]
enum KeyCommand {
    /// List officials' keys: whose, how often used, until when valid
    List {
        /// One line of JSON per key
        #[arg(long)]
        json: bool,
    },
    /// Make a key for an official, certify it, and seal it under the official's passphrase
    Issue {
        /// The official's id, pjb_… (see `pena user list`)
        official: PejabatId,
        #[command(flatten)]
        passphrase: PassphraseArgs,
    },
    /// Revoke the certificate of a key and publish a new revocation list
    Revoke {
        /// The key's id, key_… (see `pena key list`)
        key: KeyId,
        /// Why
        #[arg(long, value_enum)]
        reason: RevocationReason,
    },
    /// Sign a fresh revocation list and put it into ca/issuing.crl
    Crl,
}

/// Why a certificate is revoked (RFC 5280 5.3.1).
#[derive(Debug, Clone, Copy, ValueEnum)]
enum RevocationReason {
    /// Somebody else may know the key or its passphrase
    KeyCompromise,
    /// The official left or moved
    AffiliationChanged,
    /// There is a newer certificate
    Superseded,
    /// It is no longer needed
    CessationOfOperation,
}

const EXAMPLES: &str = "\
Examples:
  pena key list                                           what keys there are
  pena key issue pjb_0190… --passphrase-file frasa.txt    a key for an official
  pena key revoke key_0190… --reason key-compromise       from now on it counts no more";

/// Runs the command.
///
/// # Errors
/// What the service refuses, with the rule.
pub fn run(args: &KeyArgs) -> anyhow::Result<Exit> {
    let config = Config::load(&args.config)?;
    // A person may have to type it: asked for before the data directory is held.
    let passphrase = match &args.command {
        KeyCommand::Issue { passphrase, .. } => {
            Some(passphrase.obtain("Passphrase of the new key")?)
        }
        KeyCommand::List { .. } | KeyCommand::Revoke { .. } | KeyCommand::Crl => None,
    };
    wiring::block_on(async {
        let app = wiring::open_existing(&config).await?;
        match (&args.command, passphrase) {
            (KeyCommand::List { json }, _) => print(&list(&app).await?, *json)?,
            (KeyCommand::Issue { official, .. }, passphrase) => {
                let passphrase = passphrase.ok_or_else(|| anyhow::anyhow!("no passphrase"))?;
                line(&issue(&app, *official, &passphrase).await?.to_string())?;
            }
            (KeyCommand::Revoke { key, reason }, _) => {
                revoke(&app, *key, (*reason).into()).await?;
                talk("revoked; the new list is in ca/issuing.crl");
            }
            (KeyCommand::Crl, _) => {
                publish_crl(&app).await?;
                talk("the new list is in ca/issuing.crl");
            }
        }
        app.close().await;
        Ok(Exit::Ok)
    })
}

fn print(keys: &[service::key::KeySummary], as_json: bool) -> anyhow::Result<()> {
    for key in keys {
        if as_json {
            json(key)?;
            continue;
        }
        let state = match (&key.revoked, &key.not_after) {
            (Some(revoked), _) => format!("revoked {} ({})", revoked.at, revoked.reason),
            (None, Some(until)) => format!("valid until {until}"),
            (None, None) => "without a certificate".to_owned(),
        };
        let place = match &key.provider {
            Some(provider) => format!("{} {}", key.place, harmless(provider)),
            None => key.place.to_owned(),
        };
        line(&format!(
            "{}  {}  {}  {place}  used {}×  {state}",
            key.id,
            key.official,
            harmless(&key.name),
            key.uses
        ))?;
    }
    Ok(())
}

impl From<RevocationReason> for Reason {
    fn from(reason: RevocationReason) -> Self {
        match reason {
            RevocationReason::KeyCompromise => Self::KeyCompromise,
            RevocationReason::AffiliationChanged => Self::AffiliationChanged,
            RevocationReason::Superseded => Self::Superseded,
            RevocationReason::CessationOfOperation => Self::CessationOfOperation,
        }
    }
}
