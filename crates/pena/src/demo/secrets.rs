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

/// Where they lie in the data directory.
pub const FILE: &str = "demo/frasa.json";

/// The passphrases of a demo.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secrets {
    officials: BTreeMap<PejabatId, Frasa>,
    operator: Frasa,
}

/// A passphrase as the file holds it; wiped when dropped.
struct Frasa(Zeroizing<String>);

impl Secrets {
    /// Reads them, or makes them for these officials; durable before anything is sealed under one.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub fn load_or_make(dir: &DataDir, officials: &[PejabatId]) -> anyhow::Result<Self> {
        if let Some(text) = dir.read(FILE)? {
            return serde_json::from_slice(&Zeroizing::new(text))
                .with_context(|| format!("{FILE} is not a demo's"));
        }
        let rng = SystemRandom::new();
        let mut secrets = Self {
            officials: BTreeMap::new(),
            operator: fresh(&rng)?,
        };
        for official in officials {
            secrets.officials.insert(*official, fresh(&rng)?);
        }
        let text = Zeroizing::new(serde_json::to_vec_pretty(&secrets)?);
        dir.replace(FILE, &text, Readers::Owner)?;
        Ok(secrets)
    }

    /// The passphrase of the root CA.
    pub fn operator(&self) -> Passphrase {
        Passphrase::new(self.operator.0.to_string())
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
