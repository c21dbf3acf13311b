//! The demo's passphrases. In a real office every official has their own in their head; here they must be found again
//! by the next run, so they lie in the data directory, outside database and blobs.

use std::collections::BTreeMap;

use anyhow::Context;
use custody::Passphrase;
use flow::id::PejabatId;
use ring::rand::{SecureRandom, SystemRandom};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use service::data_dir::{DataDir, Readers};
use zeroize::Zeroizing;

use super::accounts::Seed;

/// Where they lie in the data directory.
pub const FILE: &str = "demo/frasa.json";

/// The passphrases and passwords of a demo.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secrets {
    officials: BTreeMap<PejabatId, Frasa>,
    operator: Frasa,
    #[serde(default)]
    accounts: BTreeMap<String, Entry>,
}

/// What the owner of an account types: the password to come in, and where they sign, the passphrase of their key.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    password: Frasa,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    passphrase: Option<Frasa>,
}

/// A passphrase as the file holds it; wiped when dropped.
struct Frasa(Zeroizing<String>);

impl Secrets {
    /// Reads them, and makes what is missing for these officials and accounts; durable before anything is sealed under one.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub fn load_or_make(
        dir: &DataDir,
        officials: &[PejabatId],
        accounts: &[Seed],
    ) -> anyhow::Result<Self> {
        let rng = SystemRandom::new();
        let mut secrets = match dir.read(FILE)? {
            Some(text) => serde_json::from_slice(&Zeroizing::new(text))
                .with_context(|| format!("{FILE} is not a demo's"))?,
            None => Self {
                officials: BTreeMap::new(),
                operator: fresh(&rng)?,
                accounts: BTreeMap::new(),
            },
        };
        let mut grown = false;
        for official in officials {
            if !secrets.officials.contains_key(official) {
                secrets.officials.insert(*official, fresh(&rng)?);
                grown = true;
            }
        }
        for seed in accounts {
            if !secrets.accounts.contains_key(seed.username) {
                let key = seed.person().and_then(|id| secrets.officials.get(&id));
                let entry = Entry {
                    password: fresh(&rng)?,
                    passphrase: key.map(|frasa| Frasa(frasa.0.clone())),
                };
                secrets.accounts.insert(seed.username.to_owned(), entry);
                grown = true;
            }
        }
        if grown {
            let text = Zeroizing::new(serde_json::to_vec_pretty(&secrets)?);
            dir.replace(FILE, &text, Readers::Owner)?;
        }
        Ok(secrets)
    }

    /// The passphrase of the root CA.
    pub fn operator(&self) -> Passphrase {
        Passphrase::new(self.operator.0.to_string())
    }

    /// The password of an account.
    ///
    /// # Errors
    /// When the account is not one of the demo's.
    pub fn password_of(&self, username: &str) -> anyhow::Result<Passphrase> {
        let entry = self
            .accounts
            .get(username)
            .with_context(|| format!("{FILE} has no password for {username}"))?;
        Ok(Passphrase::new(entry.password.0.to_string()))
    }

    /// The passphrase of an official who signs.
    ///
    /// # Errors
    /// When the official is not one of the demo's signers.
    pub fn of(&self, official: PejabatId) -> anyhow::Result<Passphrase> {
        let text = self
            .officials
            .get(&official)
            .with_context(|| format!("{FILE} has no passphrase for {official}"))?;
        Ok(Passphrase::new(text.0.to_string()))
    }
}

impl Serialize for Frasa {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Frasa {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(|text| Self(Zeroizing::new(text)))
    }
}

fn fresh(rng: &SystemRandom) -> anyhow::Result<Frasa> {
    let mut bytes = Zeroizing::new([0_u8; 16]);
    rng.fill(bytes.as_mut_slice())
        .map_err(|_| anyhow::anyhow!("the source of randomness failed"))?;
    let text = format!("contoh-{}", hex::encode(bytes.as_slice()));
    Ok(Frasa(Zeroizing::new(text)))
}
